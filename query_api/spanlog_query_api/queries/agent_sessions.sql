-- In how many runs or conversations each agent logged since a moment, to the five minutes.
SELECT AgentId AS agent_id, uniqMerge(Sessions) AS sessions
FROM spanlog_counts
WHERE Kind = 'agents' AND Step >= toDateTime({first_step:Int64})
GROUP BY AgentId
SETTINGS optimize_move_to_prewhere = 0
