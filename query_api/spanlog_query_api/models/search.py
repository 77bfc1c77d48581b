"""What the routes beside a search tell of its records."""

from typing import Annotated

from pydantic import BaseModel, Field


class HistogramBar(BaseModel):
    """One interval."""

    start: Annotated[str, Field(description="Its start, RFC 3339 in UTC; the first may begin before the period.")]
    total: Annotated[int, Field(description="Records in it and in the period.")]
    debug: int = 0
    info: int = 0
    warn: int = 0
    error: int = 0
    critical: int = 0


class LogHistogram(BaseModel):
    """Records over time."""

    since: Annotated[str, Field(description="Start of the period, itself inside.")]
    until: Annotated[str, Field(description="End of the period, itself outside.")]
    interval_seconds: Annotated[float, Field(description="Length of each interval.")]
    total: Annotated[int, Field(description="Records in the period.")]
    bars: Annotated[list[HistogramBar], Field(description="One interval after the other, empty ones included.")]


class FacetValue(BaseModel):
    """One value of a field."""

    value: str
    count: Annotated[int, Field(description="Records that have it.")]


class Facet(BaseModel):
    """The most frequent values of one field."""

    field: Annotated[str, Field(description="As it was asked for.")]
    values: Annotated[list[FacetValue], Field(description="Most frequent first, without the empty one.")]
    is_complete: Annotated[bool, Field(description="Whether these are all the values there are.")]


class Facets(BaseModel):
    """The values of several fields."""

    facets: Annotated[list[Facet], Field(description="In the order in which they were asked for.")]
