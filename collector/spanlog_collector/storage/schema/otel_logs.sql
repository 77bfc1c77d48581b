CREATE TABLE otel_logs
(
    `Timestamp` DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    `TraceId` String CODEC(ZSTD(1)),
    `SpanId` String CODEC(ZSTD(1)),
    `TraceFlags` UInt8,
    `SeverityText` LowCardinality(String) CODEC(ZSTD(1)),
    `SeverityNumber` UInt8,
    `ServiceName` LowCardinality(String) CODEC(ZSTD(1)),
    `Body` String CODEC(ZSTD(1)),
    `ResourceSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
    `ResourceAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `ScopeSchemaUrl` LowCardinality(String) CODEC(ZSTD(1)),
    `ScopeName` String CODEC(ZSTD(1)),
    `ScopeVersion` LowCardinality(String) CODEC(ZSTD(1)),
    `ScopeAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `LogAttributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `EventName` String CODEC(ZSTD(1)),
    `LogId` UUID DEFAULT if((LogAttributes['log.record.uid']) = '', generateUUIDv7(), coalesce(toUUIDOrNull(LogAttributes['log.record.uid']), reinterpretAsUUID(sipHash128(LogAttributes['log.record.uid'])))) CODEC(ZSTD(1)),
    `ParentId` String DEFAULT LogAttributes['spanlog.parent_id'] CODEC(ZSTD(1)),
    `AgentId` LowCardinality(String) DEFAULT multiIf((LogAttributes['gen_ai.agent.id']) != '', LogAttributes['gen_ai.agent.id'], (ResourceAttributes['gen_ai.agent.id']) != '', ResourceAttributes['gen_ai.agent.id'], ServiceName) CODEC(ZSTD(1)),
    `SessionId` String DEFAULT if((LogAttributes['session.id']) != '', LogAttributes['session.id'], if((LogAttributes['gen_ai.conversation.id']) != '', LogAttributes['gen_ai.conversation.id'], ResourceAttributes['session.id'])) CODEC(ZSTD(1)),
    `TenantId` LowCardinality(String) DEFAULT ResourceAttributes['spanlog.tenant'] CODEC(ZSTD(1)),
    `Category` LowCardinality(String) DEFAULT LogAttributes['spanlog.category'] CODEC(ZSTD(1)),
    `Source` LowCardinality(String) DEFAULT if((LogAttributes['spanlog.source']) = '', 'otlp', LogAttributes['spanlog.source']) CODEC(ZSTD(1)),
    `Level` LowCardinality(String) DEFAULT multiIf(SeverityNumber >= 21, 'critical', SeverityNumber >= 17, 'error', SeverityNumber >= 13, 'warn', SeverityNumber >= 9, 'info', SeverityNumber >= 1, 'debug', (lower(SeverityText) IN ('fatal', 'critical', 'crit', 'emergency', 'emerg', 'alert', 'panic')), 'critical', (lower(SeverityText) IN ('error', 'err', 'severe')), 'error', (lower(SeverityText) IN ('warn', 'warning')), 'warn', (lower(SeverityText) IN ('debug', 'trace', 'verbose')), 'debug', 'info') CODEC(ZSTD(1)),
    `IngestedAt` DateTime64(3) DEFAULT now64(3) CODEC(Delta(8), ZSTD(1)),
    `PatternHash` UInt64 DEFAULT sipHash64(replaceRegexpAll(Body, '[0-9]+', '*')) CODEC(ZSTD(1)),
    `FingerprintRule` LowCardinality(String) DEFAULT multiIf((Level NOT IN ('error', 'critical')), '', (LogAttributes['spanlog.fingerprint']) != '', 'custom', ((LogAttributes['exception.type']) != '') OR ((LogAttributes['exception.stacktrace']) != ''), 'exception', (LogAttributes['spanlog.template']) != '', 'template', 'message') CODEC(ZSTD(1)),
    `FingerprintParts` Array(String) DEFAULT multiIf(FingerprintRule = '', [], FingerprintRule = 'custom', [LogAttributes['spanlog.fingerprint']], FingerprintRule = 'template', [LogAttributes['spanlog.template']], FingerprintRule = 'message', [replaceRegexpAll(substring(Body, 1, 8192), '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|0x[0-9a-fA-F]+|[0-9a-fA-F]{16,}|[0-9]+', '*')], match(LogAttributes['exception.stacktrace'], 'File "[^"]+", line [0-9]+, in '), arrayConcat(extractAll(LogAttributes['exception.stacktrace'], '(?m)^((?:[A-Za-z_][A-Za-z0-9_]*\\.)*[A-Z][A-Za-z0-9_]*)(?::|$)'), arrayMap(frames -> arrayCompact(arrayMap(frame -> replaceRegexpOne(frame, '^(?:.*[/\\\\])?([^/\\\\]+)", line [0-9]+, in (.+)$', '\\1:\\2'), if(arrayExists(frame -> (NOT match(frame, '(?:site-packages|dist-packages|lib/python[0-9.]+)/|^<frozen')), frames), arrayFilter(frame -> (NOT match(frame, '(?:site-packages|dist-packages|lib/python[0-9.]+)/|^<frozen')), frames), frames))), [arrayFilter(frame -> (NOT match(frame, '/spanlog/_operation[.]py"')), extractAll(LogAttributes['exception.stacktrace'], '(?m)^ *File "([^"]+", line [0-9]+, in [^\n]+)'))])[1]), [LogAttributes['exception.type'], replaceRegexpAll(substring(if((LogAttributes['exception.stacktrace']) = '', LogAttributes['exception.message'], LogAttributes['exception.stacktrace']), 1, 8192), '0x[0-9a-fA-F]+|[0-9a-fA-F]{16,}|[0-9]+', '*')]) CODEC(ZSTD(1)),
    `Fingerprint` UInt64 DEFAULT if(FingerprintRule = '', 0, sipHash64(FingerprintRule, FingerprintParts)) CODEC(ZSTD(1)),
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_log_id LogId TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_fingerprint Fingerprint TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX idx_body lower(Body) TYPE text(tokenizer = 'splitByNonAlpha') GRANULARITY 100000000,
    INDEX idx_ingested_at IngestedAt TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(Timestamp)
ORDER BY (toStartOfFiveMinutes(Timestamp), ServiceName, Timestamp)
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1, index_granularity = 8192
