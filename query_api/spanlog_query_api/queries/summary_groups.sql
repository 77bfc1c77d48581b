-- The error groups of a period and of the one before it, for those lists of the summary in which they belong: how many
-- there are in each, and the rank of each among them. Muted groups are in none.
SELECT
    *,
    {limit:UInt64} AS list_limit
FROM
(
    SELECT
        *,
        countIf(is_unresolved) OVER () AS unresolved_total,
        countIf(is_new) OVER () AS new_total,
        countIf(is_recurring) OVER () AS recurring_total,
        countIf(is_regressed) OVER () AS regressed_total,
        countIf(is_vanished) OVER () AS vanished_total,
        row_number() OVER (PARTITION BY is_unresolved ORDER BY count DESC, last_unix_nano DESC, fingerprint)
            AS unresolved_rank,
        row_number() OVER (PARTITION BY is_new ORDER BY count DESC, last_unix_nano DESC, fingerprint) AS new_rank,
        row_number() OVER (PARTITION BY is_recurring ORDER BY count DESC, last_unix_nano DESC, fingerprint)
            AS recurring_rank,
        row_number() OVER (PARTITION BY is_regressed ORDER BY count DESC, last_unix_nano DESC, fingerprint)
            AS regressed_rank,
        row_number() OVER (
            PARTITION BY is_vanished ORDER BY before_count DESC, before_last_unix_nano DESC, fingerprint
        ) AS vanished_rank
    FROM
    (
        SELECT
            *,
            NOT is_muted AND count > 0 AND unresolved_count > 0 AS is_unresolved,
            NOT is_muted AND count > 0 AND before_count = 0 AS is_new,
            NOT is_muted AND count >= {recurring_min:UInt64} AS is_recurring,
            NOT is_muted AND count > 0 AND status = 'regressed' AS is_regressed,
            NOT is_muted AND count = 0 AS is_vanished
        FROM
        (
            -- include: error_groups
        )
    )
)
WHERE
    (is_unresolved AND unresolved_rank <= list_limit)
    OR (is_new AND new_rank <= list_limit)
    OR (is_recurring AND recurring_rank <= list_limit)
    OR (is_regressed AND regressed_rank <= list_limit)
    OR (is_vanished AND vanished_rank <= list_limit)
ORDER BY count DESC, last_unix_nano DESC, before_count DESC, before_last_unix_nano DESC, fingerprint
