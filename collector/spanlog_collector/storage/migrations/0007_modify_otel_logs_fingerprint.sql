-- The error group, by rules that know the traces of Python, JavaScript, Java, Go, Rust and .NET (ADR 0005). Rows that
-- are stored keep the fingerprint they have; 0008 tells which of them is which of the new ones.
ALTER TABLE otel_logs MODIFY COLUMN FingerprintRule LowCardinality(String) DEFAULT multiIf(
    Level NOT IN ('error', 'critical'), '',
    LogAttributes['spanlog.fingerprint'] != '', 'custom',
    LogAttributes['exception.type'] != '', 'exception',
    LogAttributes['exception.stacktrace'] != '', 'exception',
    -- A trace that came as text, as programs print it.
    match(Body, '\n(?:\\s+at |\\s*File "[^"\n]+", line |goroutine [0-9]+ |\\s+[0-9]+: [^\n]*::)'), 'exception',
    LogAttributes['spanlog.template'] != '', 'template',
    'message'
) CODEC(ZSTD(1));

-- How it is written, and why:
-- An arrayMap over one element is a name for a value: (name -> …, [value])[1]. Anything else would be analysed again
-- for each use, at every insert. The outermost runs over an empty array where there is no error, so that only errors
-- pay. Every language goes through the same few passes, because a branch for each costs every insert too. Passes
-- replace whole matches wherever possible: the engine's regular expressions take ten times as long for groups.
-- Errors repeat: once the frames are cut out and Python's lines are one number, toLowCardinality lets the passes that
-- follow run once for each different text of a block.
-- No pattern ends with $, and none has a bare dot: the engine takes the first for one match at most (its issue 116921),
-- and has changed what the second matches.
ALTER TABLE otel_logs MODIFY COLUMN FingerprintParts Array(String) DEFAULT arrayMap(
    rule -> arrayFilter(part -> part != '', arrayDistinct(multiIf(
        rule = 'custom', if(
            JSONType(LogAttributes['spanlog.fingerprint']) = 'Array',
            JSONExtract(LogAttributes['spanlog.fingerprint'], 'Array(String)'),
            [LogAttributes['spanlog.fingerprint']]
        ),
        rule = 'template', [LogAttributes['spanlog.template'], LogAttributes['code.function.name']],
        arrayMap(
            nearest -> arrayConcat(
                -- Of a frame what is shown, of a type its last name.
                splitByChar('\n', replaceAll(replaceRegexpAll(
                    nearest, '(?m:^~?[|]|^~|[|][^\n]*|"$|^[^|~\n]*[.+/: -](\\w*)$)', '\\1'
                ), '" ', ':')),
                -- The text counts where no frame of the program itself speaks.
                if(match(nearest, '(?m:^[^~\n]*[|])'), [], [
                    replaceRegexpAll(
                        substring(
                            multiIf(
                                rule = 'message', Body,
                                -- A trace in which nothing was recognised.
                                if(position(nearest, '|') = 0, LogAttributes['exception.stacktrace'], '') != '',
                                LogAttributes['exception.stacktrace'],
                                LogAttributes['exception.message'] != '', LogAttributes['exception.message'],
                                Body
                            ),
                            1, 8192
                        ),
                        -- In this order: URLs, mail addresses, hosts, IPv6, paths, UUIDs, hex of eight digits and more,
                        -- numbers (also dates, IPs, with hex digits, with units), digits in words, quoted texts and
                        -- booleans after =, and whatever is said to be a user, a host or a session.
                        '[a-zA-Z][a-zA-Z0-9+.-]*://[^\\s"\'<>)\\]]+|[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+|\\b(?:[\\w-]+\\.)+(?:com|net|org|io|dev|app|cloud|internal|local|lan|corp|svc|arpa|edu|gov|eu|de|uk|cn|ru|jp|fr)\\b(?::[0-9]+)?|\\b(?:[0-9a-fA-F]{1,4}:+){2,7}[0-9a-fA-F]{0,4}(?:%\\w+)?|(?:[A-Za-z]:)?(?:[/\\\\][\\w.@+~%-]+){2,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\\b0x[0-9a-fA-F]+|\\b[0-9a-fA-F]{8,}\\b|\\b[0-9a-fA-F]*[0-9][0-9a-fA-F]*(?:[-.:,T/][0-9a-fA-F]*[0-9][0-9a-fA-F]*Z?)*(?:\\s?(?:[kKMGT]i?B|[mun]?s|µs|min))?\\b|[0-9]+|=\\s?(?:\'[^\'\n]*\'|"[^"\n]*"|(?:true|false|null|none|True|False|None)\\b)|\\b(?:user|username|login|account|host|hostname|client|tenant|session)\\w*["\']?\\s?[:=]\\s?["\']?[^\\s"\',;)\\]}]+',
                        '*'
                    ),
                    -- The same text said by two functions is two bugs.
                    LogAttributes['code.function.name']
                ])
            ),
            -- Of each exception of the chain its type, the frame that failed, its caller, and the caller's caller where
            -- those two are of one file or class: a function that all requests go through is not the bug.
            [arrayMap(
                lines -> arrayStringConcat(arrayFilter(
                    -- A type has no |. In products, because the analyser is slow with AND and OR.
                    (line, before, second, third, file, other) ->
                        position(line, '|') * position(before, '|') * position(second, '|')
                        * (position(third, '|') + (file != other)) = 0,
                    lines, arrayShiftRight(lines, 1, '|'), arrayShiftRight(lines, 2, '|'), arrayShiftRight(lines, 3, '|'),
                    arrayShiftRight(arrayMap(
                        line -> replaceRegexpAll(line, '^[^|]+[|]|^[|][^ "]*[ (]|[^.:" ]*$', ''), lines
                    ) AS files, 1), arrayShiftRight(files, 2)
                ), '\n'),
                [
                arrayMap(
                    -- Python prints the newest last. A function that calls itself is there once.
                    (lines, type) -> arrayCompact(if(
                        match(lines, '[|][^\n]*" '),
                        arrayReverse(splitByChar('\n', lines)),
                        splitByChar('\n', concat(type, '\n', lines))
                    )),
                    [arrayMap(
                        -- Frames of libraries count only where there are no others.
                        lines -> if(
                            match(lines, '(?m:^[^~\n]*[|])'), replaceRegexpAll(lines, '(?m:^~[^\n]*(?:\n|$))', ''), lines
                        ),
                        [arrayMap(
                            stack -> replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(replaceRegexpAll(
                                replaceRegexpAll(toLowCardinality(replaceRegexpAll(arrayStringConcat(extractAll(
                                    -- Of a long one the beginning and the end, in whole lines, without the margins of
                                    -- exception groups.
                                    replaceRegexpAll(
                                        if(length(stack) > 16384,
                                            concat(
                                                extract(substring(stack, 1, 8192), '(?s:^(.*)\n)'), '\n',
                                                extract(substring(stack, -8192), '(?s:\n(.*)$)')
                                            ), stack),
                                        '(?m:^ *[|+] )', ''
                                    ),
                                    -- Go: the head of a goroutine. Python: a frame, its source lines, and the type
                                    -- behind the last one. JavaScript, Java, .NET: a frame. Java, .NET and JavaScript:
                                    -- a cause. Go: a frame in two lines. Rust: a frame.
                                    '(?m:^goroutine [0-9]+|^ *File "[^"\n]+", line [0-9]+(?:, in [^\n]+)?(?:\n    [^\n]*)*(?:\n  \\[Previous[^\n]*)?(?:\n[A-Za-z_][^: \n]*)?|^\\s+at [^\n]+|^Caused by: [\\w.$]+|---> [\\w.+`]+|--- End of inner exception stack trace ---|^ +\\[(?:cause\\]: [\\w.]+|errors\\])|^\\S[^\n]*\\([^\n]*\\)\n\t[^\n]+\\.(?:go|s):[0-9]+|^ +[0-9]+: +[^\n]+)'
                                ), '\n'), ', line [0-9]+', ', line 1')),
                                -- Go: other goroutines, and what a recovering function did, are not what failed.
                                '(?s:^goroutine [0-9]+\n(?:.*\npanic\\([^\n]*\n\t[^\n]*\n)?|\ngoroutine [0-9].*)', ''),
                                -- Where a frame begins; in Go, where its function ends.
                                '(?m:^ *File "|^\\s+at (?:async |new |Object\\.|\\(wrapper [^)\n]*\\) )*|^ +[0-9]+: +(?:0x[0-9a-f]+ - )?|\\([^()\n]*\\)\n\t(?:[^a]|a[^t]|at[^ ]))', '|'),
                                -- Frames of libraries and of the languages themselves; the handler's own wrapper too.
                                '(?m:^[|][^\n]*(?:[/\\\\](?:site|dist)-packages[/\\\\]|[/\\\\]lib[/\\\\]python3|[/\\\\]Python3[0-9]+[/\\\\]Lib[/\\\\]|/spanlog/_operation\\.py|, in <(?:list|dict|set)comp>|node_modules[/\\\\]|node:|\\(<anonymous>\\)|\\(index [0-9]|\\.(?:rs|c|h|s|S):[0-9]|[$]Proxy|[$][$]|Generated(?:Method|Constructor)Accessor)|^[|](?:<frozen |(?:[^ (/\n]*/)*(?:java|javax|jdk|sun|com\\.sun|kotlin|kotlinx|scala|groovy|clojure|System|Microsoft|MS|Mono|org\\.(?:springframework|apache|hibernate|eclipse|jboss|junit|gradle)|io\\.(?:netty|grpc|opentelemetry|vertx|micrometer|quarkus|undertow)|reactor|com\\.(?:google|fasterxml|zaxxer|mysql)|ch\\.qos)\\.|<*(?:&|mut |dyn |[^\\w ])*(?:std|core|alloc|backtrace|anyhow|eyre|tokio|rayon|futures_util|__rustc)(?:\\[[0-9a-f]+\\])?::|<*(?:&|mut |\\[|\\()*(?:[A-Z]|[iu](?:8|16|32|64|size)|str|bool|char) as |(?:main|_start|start_thread|rust_begin_unwind|<unknown>|_*(?:libc|rust|GI|clone)\\w*)$)|^[^|\n]*[|][^\n]*(?:/go[^/\n]*/src/|/pkg/mod/|/vendor/))', '~\\0'),
                                -- What varies: source lines, receivers, folders, lines and columns, arguments, hashes,
                                -- numbers of what a compiler named, builds in the names of files.
                                '(?m:\n {4}[^\n]*|\n  \\[Previous[^\n]*|\r| \\[as [^\\]\n]*\\]|\\(?[^ ()<>|"\n]*[/\\\\]|, line [0-9]+(?:, in)?|:[0-9]+:[0-9]+\\)?| ?\\([^()/\\\\\n]*\\)(?:[^\n|.][^\n]*)?$|::h[0-9a-f]{16}|\\[[^\\]\n]*\\]|[{}]|#[0-9]+|[$][0-9]+(?:_[0-9]+)?|[.+]<>\\w*|`[0-9]+|(?:\\.func[0-9]+|\\.gowrap[0-9]+|\\.[0-9]+|-range[0-9]+|-fm)+|[.-][0-9a-f]{8,}|:[0-9]+$|,$)', ''),
                                -- Rust: type parameters. .NET: the function that a lambda or a state machine is of.
                                '(\\w)(?:::)?<[^<>]*(?:<[^<>]*>)?[^<>]*>|<(\\w+)>\\w*__[\\w|]*(?:\\.MoveNext)?', '\\1\\2'),
                            [if(LogAttributes['exception.stacktrace'] != '', LogAttributes['exception.stacktrace'],
                                if(rule = 'exception', Body, ''))]
                        )[1]]
                    )[1]],
                    [if(
                        LogAttributes['exception.type'] != '', LogAttributes['exception.type'],
                        extract(
                            if(LogAttributes['exception.stacktrace'] != '', LogAttributes['exception.stacktrace'], Body),
                            '(?m:^(?:Exception in thread "[^"\n]*" |Uncaught |Unhandled exception[.:] )?([\\w.$+]+)(?::[^\n]*)?\n(?:\\s+at |\ngoroutine |\\[signal))'
                        )
                    )]
                )[1]
                ]
            )[1]]
        )[1]
    ))),
    if(FingerprintRule = '', [], [FingerprintRule])
)[1] CODEC(ZSTD(1));

-- Sorted: of two functions that call each other, either may be the one in which the stack is full.
ALTER TABLE otel_logs MODIFY COLUMN Fingerprint UInt64 DEFAULT if(
    FingerprintRule = '', 0, sipHash64(FingerprintRule, arraySort(FingerprintParts))
) CODEC(ZSTD(1));
