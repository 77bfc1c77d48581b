"""Is it alive, and can it do its job?"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """The API is alive."""

    status: Annotated[Literal["ok"], Field(description="Always `ok`: it answered.")]
    db: Annotated[Literal["connected", "disconnected"], Field(description="Whether the store answers.")]
    version: Annotated[str, Field(description="Version of spanlog.", examples=["0.1.0"])]


class PartReadiness(BaseModel):
    """One part of the stack."""

    ready: Annotated[bool, Field(description="Whether it works.")]
    detail: Annotated[str, Field(description="Why not, or anything worth knowing.", examples=["answers"])]


class ReadinessReport(BaseModel):
    """Whether every part works."""

    ready: Annotated[bool, Field(description="Whether all parts are ready.")]
    parts: Annotated[dict[str, PartReadiness], Field(description="Each part by its name; `store` is always there.")]
