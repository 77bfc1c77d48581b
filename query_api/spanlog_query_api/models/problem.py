"""The shape of every error."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"


class FieldError(BaseModel):
    """One mistake in a request."""

    field: Annotated[str, Field(description="Which field or parameter; `[3].level` is in the fourth entry of a batch.")]
    message: Annotated[str, Field(description="What is wrong with it.")]
    position: Annotated[int | None, Field(description="In a query: at which character, counted from 0.")] = None
    hint: Annotated[str | None, Field(description="In a query: what to write instead.")] = None


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    type: Annotated[str, Field(description="Always `about:blank`: the status says what kind it is.")] = "about:blank"
    title: Annotated[str, Field(description="The status in words.", examples=["Not Found"])]
    status: Annotated[int, Field(description="The HTTP status.", examples=[404])]
    detail: Annotated[str, Field(description="One line for a person.", examples=["there is no record 42"])]
    errors: Annotated[list[FieldError] | None, Field(description="The mistakes, where there are fields.")] = None
