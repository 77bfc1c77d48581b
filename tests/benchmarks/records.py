"""Records of a realistic mix: about 300 bytes, six attributes, random ids, one in twenty an error by default."""

import random
import time

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

STACK = """Traceback (most recent call last):
  File "/srv/bot/main.py", line {line}, in run
    place(order)
  File "/srv/bot/{module}.py", line 91, in {function}
    return quotes[symbol]
KeyError: 'ETH/USDC'
"""


def request_of(records: int, seed: int, error_share: float = 0.05) -> bytes:
    """One export request; the same seed gives the same records but for their time."""
    chance = random.Random(seed)
    request = ExportLogsServiceRequest()
    resource_logs = request.resource_logs.add()
    agent = f"agent-{chance.randrange(20)}"
    for key, value in (("service.name", agent), ("host.name", "worker-1"), ("gen_ai.agent.id", agent)):
        resource_logs.resource.attributes.add(key=key).value.string_value = value
    scope_logs = resource_logs.scope_logs.add()
    scope_logs.scope.name = "bot.orders"
    now = time.time_ns()
    for index in range(records):
        is_error = chance.random() < error_share
        record = scope_logs.log_records.add(
            time_unix_nano=now + index * 1000,
            severity_number=17 if is_error else 9,
            severity_text="ERROR" if is_error else "INFO",
            trace_id=chance.randbytes(16),
            span_id=chance.randbytes(8),
        )
        record.body.string_value = (
            f"order {chance.randrange(10**6)} of user{chance.randrange(1000)} filled at {chance.random() * 100:.2f} "
            f"in {chance.randrange(500)} ms on venue binance, remaining position {chance.randrange(10**4)}"
        )
        for key, value in (
            ("code.file.path", "/srv/bot/orders.py"),
            ("code.function.name", "place"),
            ("thread.name", "MainThread"),
            ("symbol", "ETH/USDC"),
        ):
            record.attributes.add(key=key).value.string_value = value
        record.attributes.add(key="code.line.number").value.int_value = 42
        record.attributes.add(key="order_id").value.int_value = chance.randrange(10**6)
        if is_error:
            record.attributes.add(key="exception.type").value.string_value = "KeyError"
            record.attributes.add(key="exception.stacktrace").value.string_value = STACK.format(
                line=chance.randrange(500), module=f"m{chance.randrange(10)}", function=f"f{chance.randrange(5)}"
            )
    return request.SerializeToString()
