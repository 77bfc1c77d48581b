"""Log records as clients post them."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from spanlog_query_api.identifiers import check_parent_id, check_trace_id
from spanlog_query_api.metadata import MAX_DEPTH, MAX_KEYS, check_metadata
from spanlog_query_api.parameters import LevelName
from spanlog_query_api.text import MAX_AGENT_ID_CHARACTERS, Message, Name, RequiredAgentId

MAX_BATCH_ENTRIES: Final = 10_000

EXAMPLE_POST: Final[JsonDict] = {
    "agent_id": "crypto",
    "message": "order 17 for ETH/USDC failed",
    "level": "error",
    "category": "trading",
    "session_key": "run-42",
    "metadata": {"order": 17, "retry": False},
    "trace_id": "7f8e1b2c-3d4a-4b5c-8d6e-9f0a1b2c3d4e",
}


class PostedEntry(BaseModel):
    """One record to store. Fields that are not named here are ignored."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_POST]})

    agent_id: Annotated[
        RequiredAgentId, Field(description=f"Who logs; at most {MAX_AGENT_ID_CHARACTERS} characters, not blank.")
    ]
    message: Annotated[Message, Field(description="What happened.")]
    level: Annotated[
        LevelName,
        Field(description="In any case; `warning` is taken for `warn` and `fatal` for `critical`."),
    ] = "info"
    category: Annotated[Name | None, Field(description="A tag of your own.")] = None
    session_key: Annotated[Name | None, Field(description="Which run or conversation.")] = None
    source: Annotated[Name, Field(description="Where it comes from.")] = "api"
    metadata: Annotated[
        dict[str, Any] | None,
        AfterValidator(lambda value: value if value is None else check_metadata(value)),
        Field(description=f"Anything else: at most {MAX_KEYS} keys, nested at most {MAX_DEPTH} deep, 1 MiB."),
    ] = None
    trace_id: Annotated[
        Annotated[str, AfterValidator(check_trace_id)] | None,
        Field(description="Which trace it belongs to: a UUID, or 32 hex digits."),
    ] = None
    parent_id: Annotated[
        Annotated[str, AfterValidator(check_parent_id)] | None,
        Field(description="What it hangs under: another entry's UUID, or a span's 16 hex digits."),
    ] = None


class Posted(BaseModel):
    """The record is stored."""

    id: Annotated[
        str, Field(description="Its id, for `/logs/{id}`.", examples=["019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60"])
    ]
    created_at: Annotated[
        str,
        Field(description="Its time: RFC 3339 in UTC, to the nanosecond.", examples=["2026-11-20T08:15:00.123456789Z"]),
    ]


class Inserted(BaseModel):
    """The batch is stored."""

    inserted: Annotated[int, Field(description="How many records.", examples=[2])]
