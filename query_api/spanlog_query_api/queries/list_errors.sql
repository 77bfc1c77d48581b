-- One page of the error groups that match, each with how many match in all. The sort key is a number, negated for
-- ascending order, so that a page is what comes after one key and fingerprint.
SELECT *
FROM
(
    SELECT
        *,
        multiIf(
            {sort:String} = 'count', toInt64(count),
            {sort:String} = 'first_seen', first_unix_nano,
            {sort:String} = 'status', toInt64(transform(status, ['regressed', 'open', 'muted'], [4, 3, 2], 1)),
            last_unix_nano
        ) AS sort_value,
        if({order:String} = 'asc', -sort_value, sort_value) AS sort_key,
        count() OVER () AS total
    FROM
    (
        -- include: error_groups
    )
    WHERE
        count > 0
        AND (
            {status:String} = ''
            OR status = {status:String}
            OR ({status:String} = 'open' AND status = 'regressed')
            OR ({status:String} = 'new' AND before_count = 0)
            OR ({status:String} = 'recurring' AND count >= {recurring_min:UInt64})
        )
        AND ({assigned_to:String} = '' OR assigned_to = {assigned_to:String})
        AND ({fingerprint:UInt64} = 0 OR fingerprint = {fingerprint:UInt64})
        AND ({search:String} = '' OR fingerprint IN (
            WITH
                (
                    SELECT tuple(
                        arrayPushBack(groupArray(Fingerprint), 0), arrayPushBack(groupArray(GroupFingerprint), 0)
                    )
                    FROM spanlog_error_states FINAL
                ) AS states
            SELECT transform(Fingerprint, states.1, states.2, Fingerprint)
            FROM spanlog_error_groups
            WHERE
                positionCaseInsensitiveUTF8(Newest.Message, {search:String}) > 0
                OR positionCaseInsensitiveUTF8(Newest.ExceptionType, {search:String}) > 0
                OR positionCaseInsensitiveUTF8(Newest.ExceptionMessage, {search:String}) > 0
        ))
)
WHERE
    {after_fingerprint:UInt64} = 0
    OR sort_key < {after_key:Int64}
    OR (sort_key = {after_key:Int64} AND fingerprint > {after_fingerprint:UInt64})
ORDER BY sort_key DESC, fingerprint
LIMIT {limit:UInt64}
