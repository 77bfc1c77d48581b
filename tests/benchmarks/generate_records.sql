-- Records of a realistic mix, made by the engine itself: one stretch of time, evenly filled. The words in braces are
-- filled in by generated_records.py, integers all of them.
-- 20 agents of unequal weight, 2.5 % errors in 300 groups of unequal weight, forty message shapes, a hundred runs an
-- hour, five records a trace, random trace and span ids.
INSERT INTO otel_logs
(
    Timestamp, TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes,
    ScopeName, LogAttributes, LogId
)
WITH
    number + {first} AS n,
    cityHash64(n, 1) AS chance,
    cityHash64(n, 2) AS chance_2,
    chance % 1000 AS permille,
    permille < 25 AS is_error,
    -- The square makes some groups, agents and shapes far more frequent than others.
    toUInt32(300 * pow((chance_2 % 10000) / 10000, 2)) AS error_group,
    toUInt32(40 * pow((intDiv(chance_2, 10000) % 10000) / 10000, 2)) AS shape,
    if(is_error, (error_group + chance % 2) % 20, toUInt32(20 * pow((intDiv(chance, 1000) % 1000) / 1000, 1.5))) AS agent,
    {start} + number * intDiv({span}, {count}) AS unix_nano,
    intDiv(number, 20000) AS segment,
    cityHash64({first}, segment) AS segment_hash,
    toUInt64({start} + (segment + 1) * 20000 * intDiv({span}, {count})) AS received,
    ['filled', 'placed', 'cancelled', 'fetched', 'parsed', 'stored', 'skipped', 'retried'] AS verbs,
    ['order', 'quote', 'article', 'page', 'balance'] AS nouns
SELECT
    fromUnixTimestamp64Nano(toInt64(unix_nano + chance_2 % 1000)) AS Timestamp,
    lower(hex(MD5(toString(intDiv(n, 5))))) AS TraceId,
    leftPad(lower(hex(cityHash64(n, 3))), 16, '0') AS SpanId,
    1 AS TraceFlags,
    multiIf(is_error, 'ERROR', permille < 85, 'WARN', permille < 285, 'DEBUG', 'INFO') AS SeverityText,
    multiIf(permille = 0, 21, is_error, 17, permille < 85, 13, permille < 285, 5, 9) AS SeverityNumber,
    concat('agent-', toString(agent)) AS ServiceName,
    multiIf(
        is_error, concat('could not ', verbs[1 + error_group % 8], ' ', nouns[1 + error_group % 5], ' ',
            toString(chance_2 % 1000000), ': attempt ', toString(chance % 5)),
        shape < 20, concat(nouns[1 + shape % 5], ' ', toString(chance_2 % 1000000), ' of user', toString(chance % 1000),
            ' ', verbs[1 + shape % 8], ' in ', toString(chance_2 % 500), ' ms on venue ', toString(shape)),
        concat(verbs[1 + shape % 8], ' ', toString(chance % 100), ' ', nouns[1 + shape % 5], 's, ',
            toString(chance_2 % 10000), ' remain, step ', toString(shape))
    ) AS Body,
    map(
        'gen_ai.agent.id', ServiceName, 'host.name', concat('worker-', toString(agent % 4)), 'service.name', ServiceName
    ) AS ResourceAttributes,
    concat('bot.', nouns[1 + shape % 5]) AS ScopeName,
    mapConcat(
        map(
            'code.file.path', concat('/srv/bot/', nouns[1 + shape % 5], '.py'),
            'code.function.name', verbs[1 + shape % 8],
            'code.line.number', toString(10 + shape * 3)
        ),
        if(
            is_error,
            map(
                'exception.message', concat('no answer from peer ', toString(chance % 50)),
                'exception.type', concat('app.Error', toString(error_group % 30)),
                'exception.stacktrace', concat(
                    'Traceback (most recent call last):\n  File "/srv/bot/main.py", line ', toString(chance % 500),
                    ', in run\n    step()\n  File "/srv/bot/module_', toString(error_group), '.py", line ',
                    toString(chance_2 % 300), ', in work_', toString(error_group % 7),
                    '\n    return quotes[symbol]\napp.Error', toString(error_group % 30), ': no answer\n'
                )
            ),
            CAST(map(), 'Map(String, String)')
        ),
        map(
            'order_id', toString(chance_2 % 1000000),
            'session.id', concat('run-', toString(agent), '-', toString(intDiv(unix_nano, 3600000000000)), '-',
                toString(intDiv(n, 5) % 5)),
            'thread.name', 'MainThread'
        )
    ) AS LogAttributes,
    -- As the collector makes it (insert/logs.sql): the time of the request, its segment, the place in that.
    reinterpretAsUUID(concat(
        reinterpretAsFixedString(bitOr(bitShiftLeft(intDiv(received, 1000000), 16), 0x7000 + segment_hash % 0x1000)),
        reinterpretAsFixedString(bitOr(
            0x8000000000000000 + bitShiftLeft(toUInt64(segment_hash % 0x40000000), 32), number % 20000
        ))
    )) AS LogId
FROM numbers({count})
SETTINGS
    max_partitions_per_insert_block = 0, async_insert = 0, max_insert_threads = 2, max_threads = 2,
    min_insert_block_size_rows = 200000, max_insert_block_size = 200000, insert_deduplicate = 0
