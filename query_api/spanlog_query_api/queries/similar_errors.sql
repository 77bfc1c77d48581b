-- Fingerprints of errors that were grouped for some of the same parts, most of them first: the share of parts that two
-- have in common among all that either has.
SELECT
    Fingerprint AS fingerprint,
    any(Parts) AS found,
    length(arrayIntersect(found, {parts:Array(String)}))
        / length(arrayDistinct(arrayConcat(found, {parts:Array(String)}))) AS similarity
FROM spanlog_error_groups
WHERE Fingerprint NOT IN {fingerprints:Array(UInt64)}
GROUP BY Fingerprint
HAVING similarity >= 0.2
ORDER BY similarity DESC, fingerprint
LIMIT {limit:UInt64}
