-- Fingerprints of errors that were grouped for some of the same parts, or the same words where the message decided, the
-- most alike first: the share of what two have in common among all that either has.
WITH
    if(
        {is_message:UInt32} != 0,
        arrayDistinct(splitByNonAlpha(arrayStringConcat({parts:Array(String)}, ' '))),
        {parts:Array(String)}
    ) AS asked
SELECT
    Fingerprint AS fingerprint,
    any(Parts) AS all_parts,
    if(
        {is_message:UInt32} != 0, arrayDistinct(splitByNonAlpha(arrayStringConcat(all_parts, ' '))), all_parts
    ) AS found,
    length(arrayIntersect(found, asked)) / length(arrayDistinct(arrayConcat(found, asked))) AS similarity
FROM spanlog_error_groups
WHERE Fingerprint NOT IN {fingerprints:Array(UInt64)}
GROUP BY Fingerprint
HAVING
    (any(Rule) IN ('message', 'template')) = ({is_message:UInt32} != 0)
    AND similarity >= 0.25
ORDER BY similarity DESC, fingerprint
LIMIT {limit:UInt64}
