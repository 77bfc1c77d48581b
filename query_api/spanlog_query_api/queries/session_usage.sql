-- Tokens and cost of a period by session, each use counted once although several may tell of it: of a span and the
-- log records in it the span is believed, and an agent's own sum where nothing else in its trace says what was used.
SELECT
    session_key,
    sum(trace_input_tokens) AS input_tokens,
    sum(trace_output_tokens) AS output_tokens,
    sum(trace_cost) AS cost,
    arraySort(groupUniqArrayArray(100)(trace_models)) AS models
FROM
(
    SELECT
        session_key,
        trace_id,
        if(countIf(NOT is_agent AND span_input_tokens IS NOT NULL) > 0, sumIf(span_input_tokens, NOT is_agent), sum(span_input_tokens))
            AS trace_input_tokens,
        if(countIf(NOT is_agent AND span_output_tokens IS NOT NULL) > 0, sumIf(span_output_tokens, NOT is_agent), sum(span_output_tokens))
            AS trace_output_tokens,
        if(countIf(NOT is_agent AND span_cost IS NOT NULL) > 0, sumIf(span_cost, NOT is_agent), sum(span_cost))
            AS trace_cost,
        groupUniqArrayArray(100)(span_models) AS trace_models
    FROM
    (
        SELECT
            session_key,
            trace_id,
            -- What is in no span stands for itself, which gives the same sum.
            span_id,
            is_agent,
            if(countIf(is_span AND input_tokens IS NOT NULL) > 0, sumIf(input_tokens, is_span), sum(input_tokens)) AS span_input_tokens,
            if(countIf(is_span AND output_tokens IS NOT NULL) > 0, sumIf(output_tokens, is_span), sum(output_tokens)) AS span_output_tokens,
            if(countIf(is_span AND cost IS NOT NULL) > 0, sumIf(cost, is_span), sum(cost)) AS span_cost,
            groupUniqArrayIf(100)(model, model != '') AS span_models
        FROM
        (
            SELECT
                SessionId AS session_key,
                TraceId AS trace_id,
                SpanId AS span_id,
                false AS is_span,
                LogAttributes AS attributes,
                attributes['gen_ai.operation.name'] IN ('invoke_agent', 'create_agent', 'invoke_workflow') AS is_agent,
                {usage_columns}
            FROM otel_logs
            WHERE
                SessionId IN {session_keys:Array(String)}
                AND toStartOfFiveMinutes(Timestamp) >= toStartOfFiveMinutes(fromUnixTimestamp64Nano({since:Int64}))
                AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
            UNION ALL
            SELECT
                SessionId AS session_key,
                TraceId AS trace_id,
                SpanId AS span_id,
                true AS is_span,
                SpanAttributes AS attributes,
                attributes['gen_ai.operation.name'] IN ('invoke_agent', 'create_agent', 'invoke_workflow') AS is_agent,
                {usage_columns}
            FROM otel_traces
            WHERE
                SessionId IN {session_keys:Array(String)}
                AND Timestamp >= fromUnixTimestamp64Nano({since:Int64})
                AND Timestamp < fromUnixTimestamp64Nano({until:Int64})
        )
        WHERE input_tokens IS NOT NULL OR output_tokens IS NOT NULL OR cost IS NOT NULL OR model != ''
        GROUP BY session_key, trace_id, span_id, is_agent
    )
    GROUP BY session_key, trace_id
)
GROUP BY session_key
