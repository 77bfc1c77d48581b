"""Saying that a record was dealt with."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from spanlog_query_api.text import RequiredName

MAX_RESOLVE_IDS: Final = 10_000


class Resolution(BaseModel):
    """Who dealt with it."""

    resolved_by: Annotated[RequiredName, Field(description="A person or an agent.", examples=["ana"])]


class BatchResolution(Resolution):
    """Who dealt with which records."""

    ids: Annotated[
        list[UUID], Field(max_length=MAX_RESOLVE_IDS, description=f"Ids of entries, at most {MAX_RESOLVE_IDS}.")
    ]


class Resolved(BaseModel):
    """How many records were resolved by this request."""

    resolved: Annotated[
        int, Field(description="Records that exist and were not resolved before, each counted once.", examples=[2])
    ]
