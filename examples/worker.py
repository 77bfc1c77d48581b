"""Works through jobs in asyncio tasks, with spans of OpenTelemetry: spanlog.configure() sets both up.

Each job is a span, with spans for its parts inside; records know the span they were logged in, across tasks.
One job waits for a peer that accepts connections and never answers. One is slow because it has much to do.
"""

import asyncio
import hashlib
import logging
import socket

from opentelemetry import trace

import spanlog

spanlog.configure(agent_id="worker", session_key="shift-7")

tracer = trace.get_tracer("worker")
logger = logging.getLogger("worker")


def digest(rounds):
    value = b"start"
    for _ in range(rounds):
        value = hashlib.sha256(value).digest()
    return value.hex()


async def ask(port):
    with tracer.start_as_current_span("ask peer"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"status?\n")
            await writer.drain()
            return await asyncio.wait_for(reader.readline(), timeout=0.2)
        finally:
            writer.close()
            await writer.wait_closed()


async def work(job, rounds, silent_port):
    # An adapter adds what every record of this job should carry.
    log = logging.LoggerAdapter(logger, {"job": job, "category": "jobs"})
    with tracer.start_as_current_span("job", attributes={"job": job}) as span:
        log.info("job %d taken", job)
        if silent_port is not None:
            for attempt in range(3):
                try:
                    await ask(silent_port)
                except TimeoutError:
                    log.exception("attempt %d: the peer does not answer", attempt + 1)
            span.set_status(trace.StatusCode.ERROR, "no answer")
            return
        with tracer.start_as_current_span("compute", attributes={"rounds": rounds}):
            result = await asyncio.to_thread(digest, rounds)
        log.info("job %d done: %s", job, result[:12])


async def work_shift(silent_port):
    with tracer.start_as_current_span("shift"):
        async with asyncio.TaskGroup() as tasks:
            for job, rounds in enumerate((2_000, 20_000, 3_000_000), start=1):
                tasks.create_task(work(job, rounds, None))
            tasks.create_task(work(4, 0, silent_port))


def main():
    # It listens, so connections succeed; nobody ever reads from them.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asyncio.run(work_shift(silent.getsockname()[1]))


if __name__ == "__main__":
    main()
