-- One message of each of some shapes.
SELECT
    PatternHash AS shape,
    any(Example) AS example
FROM spanlog_counts
WHERE Kind = 'shapes' AND PatternHash IN {shapes:Array(UInt64)}
GROUP BY PatternHash
