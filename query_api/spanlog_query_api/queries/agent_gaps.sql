-- How long each agent usually says nothing: of the times from the last record in one stretch of five minutes to the
-- first in the next one that has any, that which only one in twenty is longer than; and how many such times there are.
SELECT
    agent_id,
    length(gaps) AS gap_count,
    arrayReduce('quantileExact(0.95)', gaps) AS usual_gap_nano
FROM
(
    SELECT
        AgentId AS agent_id,
        arraySort(groupArray(tuple(first, last))) AS steps,
        arrayMap((step, next) -> greatest(toInt64(0), next.1 - step.2), arrayPopBack(steps), arrayPopFront(steps)) AS gaps
    FROM
    (
        SELECT
            AgentId, Step,
            toUnixTimestamp64Nano(min(First)) AS first,
            toUnixTimestamp64Nano(max(Last)) AS last
        FROM spanlog_counts
        WHERE Kind = 'agents' AND Step >= toDateTime({first_step:Int64})
        GROUP BY AgentId, Step
        SETTINGS optimize_move_to_prewhere = 0
    )
    GROUP BY AgentId
)
