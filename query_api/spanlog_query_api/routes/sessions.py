"""Sessions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from spanlog_query_api.models.sessions import SessionPage, SessionTimeline
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.questions import SessionQuestion, TimelineQuestion
from spanlog_query_api.services import QueriesOfRoute
from spanlog_query_api.sessions.listing import list_sessions
from spanlog_query_api.sessions.timeline import read_timeline
from spanlog_query_api.text import RecordId

router = APIRouter(tags=["sessions"])


@router.get("/sessions", summary="List sessions", responses=problem_responses(400, 401, 422, 503))
def get_sessions(queries: QueriesOfRoute, question: Annotated[SessionQuestion, Query()]) -> SessionPage:
    """Sessions active in the period [since, until), by default the 24 hours up to now; the one active last comes first.

    A **session** is one run of an agent, or one conversation: the records and spans of one `session.id`, else of one
    `gen_ai.conversation.id`. With `agent_id`, those in which that agent took part, by when it last did; with
    `error=true`, those with an error (a record of level error or critical, a span of status Error), by when the last
    one was; with `error=false`, those without; with both, the agent's errors are meant. Figures are of everything that
    the session has in the period. Pages stay of one moment: `next_cursor` remembers the period.

    **Tokens and cost** are what senders say (`gen_ai.usage.input_tokens`, `gen_ai.usage.output_tokens`,
    `gen_ai.usage.cost`, and other names in use for them), each use counted once: where a span and a record in it say
    so, the span is believed; where an agent's span sums up what its calls say, the calls are. No prices are known here.
    """
    return list_sessions(queries, question)


@router.get(
    "/sessions/{session_key:path}", summary="Read one session", responses=problem_responses(400, 401, 404, 422, 503)
)
def get_session(
    session_key: Annotated[RecordId, Path(description="The session's key; slashes in it may stand as they are.")],
    queries: QueriesOfRoute,
    question: Annotated[TimelineQuestion, Query()],
) -> SessionTimeline:
    """The session as a whole, and its records and spans on one time line, earliest first, a page at a time.

    Without a period, all of it. A span stands at its start, before the records of the same nanosecond. Pages by
    `cursor` neither skip nor repeat an item that was there.
    """
    return read_timeline(queries, session_key, question)
