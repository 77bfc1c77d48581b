-- Every agent with its newest record and its number of records, from what is counted by day.
SELECT
    AgentId AS agent_id,
    toUnixTimestamp64Nano(max(Last)) AS last_unix_nano,
    sum(Records) AS total
FROM spanlog_counts
WHERE Kind = 'days'
GROUP BY AgentId
ORDER BY last_unix_nano DESC, agent_id
LIMIT 10000
SETTINGS optimize_move_to_prewhere = 0
