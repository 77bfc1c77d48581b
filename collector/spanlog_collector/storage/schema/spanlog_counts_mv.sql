CREATE MATERIALIZED VIEW spanlog_counts_mv TO spanlog_counts
(
    `Kind` String,
    `Step` DateTime('UTC'),
    `PatternHash` UInt64,
    `TenantId` LowCardinality(String),
    `AgentId` String,
    `Level` String,
    `Records` UInt64,
    `First` DateTime64(9),
    `Last` DateTime64(9),
    `Sessions` AggregateFunction(uniq, String),
    `Example` String,
    `IngestedAt` DateTime
)
AS SELECT
    Kind,
    multiIf(Kind = 'agents', FiveMinutes, Kind = 'patterns', toStartOfHour(FiveMinutes), toStartOfDay(FiveMinutes)) AS Step,
    multiIf(Kind = 'agents', 0, Kind = 'errors', Error, Shape) AS PatternHash,
    TenantId,
    if(Kind = 'shapes', '', Agent) AS AgentId,
    if(Kind = 'shapes', '', AgentLevel) AS Level,
    Records,
    First,
    Last,
    if(Kind = 'agents', AgentSessions, arrayReduce('uniqState', emptyArrayString())) AS Sessions,
    if(Kind = 'shapes', Message, '') AS Example,
    IngestedAt
FROM
(
    SELECT
        toStartOfFiveMinutes(Timestamp, 'UTC') AS FiveMinutes,
        PatternHash AS Shape,
        Fingerprint AS Error,
        TenantId,
        AgentId AS Agent,
        Level AS AgentLevel,
        count() AS Records,
        min(Timestamp) AS First,
        max(Timestamp) AS Last,
        uniqStateIf(SessionId, SessionId != '') AS AgentSessions,
        toValidUTF8(substring(any(Body), 1, 500)) AS Message,
        toDateTime(max(otel_logs.IngestedAt)) AS IngestedAt
    FROM otel_logs
    GROUP BY
        FiveMinutes,
        Shape,
        Error,
        TenantId,
        Agent,
        AgentLevel
)
ARRAY JOIN arrayResize(['agents', 'patterns', 'shapes', 'days', 'errors'], if(Error = 0, 4, 5)) AS Kind
