    -- What a row's attributes say that a model used: by the semantic conventions, else by names that are in use beside
    -- them (older conventions, OpenInference, logfire, coding agents). What is no number is not said. Tokens are
    -- whole numbers below 2^32, costs go to nine digits.
    coalesce(
        toUInt32OrNull(attributes['gen_ai.usage.input_tokens']),
        toUInt32OrNull(attributes['gen_ai.usage.prompt_tokens']),
        toUInt32OrNull(attributes['llm.token_count.prompt']),
        toUInt32OrNull(attributes['input_tokens'])
    ) AS input_tokens,
    coalesce(
        toUInt32OrNull(attributes['gen_ai.usage.output_tokens']),
        toUInt32OrNull(attributes['gen_ai.usage.completion_tokens']),
        toUInt32OrNull(attributes['llm.token_count.completion']),
        toUInt32OrNull(attributes['output_tokens'])
    ) AS output_tokens,
    coalesce(
        toDecimal64OrNull(attributes['gen_ai.usage.cost'], 9),
        toDecimal64OrNull(attributes['gen_ai.usage.cost_usd'], 9),
        toDecimal64OrNull(attributes['gen_ai.usage.cost.total'], 9),
        toDecimal64OrNull(attributes['operation.cost'], 9),
        toDecimal64OrNull(attributes['llm.cost.total'], 9),
        toDecimal64OrNull(attributes['cost_usd'], 9)
    ) AS cost,
    multiIf(
        attributes['gen_ai.response.model'] != '', attributes['gen_ai.response.model'],
        attributes['gen_ai.request.model'] != '', attributes['gen_ai.request.model'],
        attributes['llm.model_name'] != '', attributes['llm.model_name'],
        attributes['input_tokens'] = '' AND attributes['cost_usd'] = '', '',
        attributes['model']
    ) AS model
