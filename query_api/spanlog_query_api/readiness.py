"""Which parts must work before the API can do its job: the store, and what its starter names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from spanlog_collector.storage import StoreError
from spanlog_query_api.models.health import PartReadiness
from spanlog_query_api.queries import POLLED_LIMITS, QueryRunner

STORE: Final = "store"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a part works; ``detail`` says why not, or anything worth knowing."""

    ready: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReadinessPart:
    """A part by its name, and how to ask it. ``check`` runs in a thread and must come back soon.

    ReadinessPart("journal", lambda: Readiness(ready=not journal.is_full, detail="…"))
    """

    name: str
    check: Callable[[], Readiness]


def store_readiness(queries: QueryRunner) -> Readiness:
    """Ask the store the smallest question there is."""
    try:
        queries.run("ping", limits=POLLED_LIMITS)
    except StoreError as error:
        return Readiness(ready=False, detail=str(error))
    return Readiness(ready=True, detail="answers")


def check_parts(queries: QueryRunner, parts: Iterable[ReadinessPart]) -> dict[str, PartReadiness]:
    """Ask every part, the store first. A check that raises says that its part is not ready."""
    answers = {STORE: store_readiness(queries)}
    for part in parts:
        try:
            answers[part.name] = part.check()
        except Exception as error:  # noqa: BLE001 - a part that cannot even be asked is not ready
            answers[part.name] = Readiness(ready=False, detail=f"{type(error).__name__}: {error}")
    return {name: PartReadiness(ready=answer.ready, detail=answer.detail) for name, answer in answers.items()}
