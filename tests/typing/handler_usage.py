"""How the handler package is used, for the type checker: nothing here is run.

``mypy tests/typing/handler_usage.py`` must find nothing; ``assert_type`` pins what a user gets.
"""

import logging
import logging.config
import re
import uuid
from collections.abc import Awaitable, Callable
from typing import assert_type

import spanlog


def attach_to_a_logger() -> None:
    handler = spanlog.SpanlogHandler("crypto", session_key="run-42", category="trading", level=logging.INFO)
    logging.getLogger().addHandler(handler)
    logging.getLogger("bot").error(
        "order %s failed",
        "ETH/USDC",
        extra={"category": "trading", "trace_id": uuid.uuid4(), "metadata": {"amount": 3}},
    )
    assert_type(handler.flush(), bool)
    assert_type(handler.flush(timeout_seconds=2.5), bool)
    assert_type(handler.stats(), spanlog.HandlerStats)
    assert_type(handler.stats()["dropped"], dict[str, int])
    assert_type(handler.config, spanlog.HandlerConfig)
    handler.close()


def say_everything() -> None:
    spanlog.SpanlogHandler(
        agent_id="crypto",
        source="bot",
        endpoint="https://logs.example",
        api_key="key",
        level="WARNING",
        headers={"x-tenant": "a"},
        timeout_seconds=5,
        compression="none",
        protocol="http/protobuf",
        certificate_file="ca.pem",
        client_certificate_file="client.pem",
        client_key_file="client.key",
        service_name="bots",
        resource_attributes={"deployment.environment.name": "prod"},
        max_queue_records=1_000,
        max_queue_bytes=1_000_000,
        max_batch_records=100,
        max_batch_bytes=100_000,
        flush_interval_seconds=0.1,
        retry_seconds=30,
        retry_initial_seconds=0.1,
        retry_max_seconds=5,
        shutdown_seconds=1.5,
        spool_dir="",
        max_spool_bytes=1_000_000,
        max_value_bytes=10_000,
        redact=True,
        redact_keys=["tax_id"],
        redact_patterns=[r"ACME-\d+", re.compile("x")],
    )


def see_what_is_redacted() -> None:
    assert_type(spanlog.redact("password=x"), str)


def mistakes() -> None:
    spanlog.SpanlogHandler(7)  # type: ignore[arg-type]
    spanlog.SpanlogHandler("crypto", "run-42")  # type: ignore[call-arg]
    spanlog.SpanlogHandler(flush_intervall_seconds=1)  # type: ignore[call-arg]
    spanlog.SpanlogHandler(compression="zstd")  # type: ignore[arg-type]
    spanlog.operation()  # type: ignore[call-arg]


def configure_a_program() -> spanlog.SpanlogHandler:
    try:
        return spanlog.configure("crypto", tracing=False, flush_interval_seconds=1)
    except spanlog.ConfigurationError as error:
        assert_type(error, spanlog.ConfigurationError)
        raise SystemExit(str(error)) from None


def read_the_environment() -> str:
    config = spanlog.HandlerConfig.from_env("crypto", environ={"SPANLOG_ENDPOINT": "http://logs:4318"})
    return config.logs_url


def name_work() -> None:
    with spanlog.operation("fetch prices", market="ETH", attempt=1) as current:
        assert_type(current, spanlog.Operation)
        assert_type(current.trace_id, str)
        assert_type(current.span_id, str)


@spanlog.operation("double")
def double(number: int) -> int:
    return number * 2


@spanlog.operation("fetch", market="ETH")
async def fetch(url: str) -> bytes:
    return url.encode()


def decorated_functions_keep_their_types() -> None:
    plain: Callable[[int], int] = double
    coroutine: Callable[[str], Awaitable[bytes]] = fetch
    assert_type(plain(1), int)
    assert_type(coroutine("x"), Awaitable[bytes])


def say_whose_work_it_is() -> None:
    with spanlog.session("run-42", agent_id="planner") as current:
        assert_type(current, spanlog.Session)
        assert_type(current.session_key, str | None)
    with spanlog.session(agent_id="critic"), spanlog.session("run-43"):
        pass


@spanlog.session("run-42")
def triple(number: int) -> int:
    return number * 3


@spanlog.session(agent_id="planner")
async def plan(goal: str) -> list[str]:
    return [goal]


def functions_in_a_session_keep_their_types() -> None:
    plain: Callable[[int], int] = triple
    coroutine: Callable[[str], Awaitable[list[str]]] = plan
    assert_type(plain(1), int)
    assert_type(coroutine("x"), Awaitable[list[str]])


def mistakes_about_sessions() -> None:
    spanlog.session(session_key="run-42")  # type: ignore[call-arg]
    spanlog.session("run-42", "planner")  # type: ignore[call-arg]
    spanlog.session(42)  # type: ignore[arg-type]


def speak_grpc() -> None:
    spanlog.SpanlogHandler(protocol="grpc")
    spanlog.configure(protocol="http/protobuf")
    spanlog.SpanlogHandler(protocol="http/json")  # type: ignore[arg-type]
