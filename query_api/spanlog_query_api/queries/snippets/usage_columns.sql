    -- What a row's attributes say that a model used: by the semantic conventions, else by names that are in use beside
    -- them (older conventions, OpenInference, logfire, coding agents). What is no number, or an absurd one, is not said.
    coalesce(
        toFloat64OrNull(attributes['gen_ai.usage.input_tokens']),
        toFloat64OrNull(attributes['gen_ai.usage.prompt_tokens']),
        toFloat64OrNull(attributes['llm.token_count.prompt']),
        toFloat64OrNull(attributes['input_tokens'])
    ) AS said_input,
    coalesce(
        toFloat64OrNull(attributes['gen_ai.usage.output_tokens']),
        toFloat64OrNull(attributes['gen_ai.usage.completion_tokens']),
        toFloat64OrNull(attributes['llm.token_count.completion']),
        toFloat64OrNull(attributes['output_tokens'])
    ) AS said_output,
    coalesce(
        toFloat64OrNull(attributes['gen_ai.usage.cost']),
        toFloat64OrNull(attributes['gen_ai.usage.cost_usd']),
        toFloat64OrNull(attributes['gen_ai.usage.cost.total']),
        toFloat64OrNull(attributes['operation.cost']),
        toFloat64OrNull(attributes['llm.cost.total']),
        toFloat64OrNull(attributes['cost_usd'])
    ) AS said_cost,
    if(said_input >= 0 AND said_input < 1e15, said_input, NULL) AS input_tokens,
    if(said_output >= 0 AND said_output < 1e15, said_output, NULL) AS output_tokens,
    if(said_cost >= 0 AND said_cost < 1e15, said_cost, NULL) AS cost,
    multiIf(
        attributes['gen_ai.response.model'] != '', attributes['gen_ai.response.model'],
        attributes['gen_ai.request.model'] != '', attributes['gen_ai.request.model'],
        attributes['llm.model_name'] != '', attributes['llm.model_name'],
        isNull(input_tokens) AND isNull(output_tokens) AND isNull(cost), '',
        attributes['model']
    ) AS model
