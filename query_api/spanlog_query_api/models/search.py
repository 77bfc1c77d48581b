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


class QueryField(BaseModel):
    """A field of the query language."""

    name: Annotated[str, Field(description="As it is written in a query.")]
    meaning: Annotated[str, Field(description="What it is, for a person.")]
    aliases: Annotated[list[str], Field(description="Other names of it.")] = []
    values: Annotated[list[str], Field(description="All its values, where they are few; else empty.")] = []
    is_ordered: Annotated[bool, Field(description="Whether it can be compared: `level:>=warn`.")] = False
    has_facet: Annotated[bool, Field(description="Whether `GET /logs/facets` lists its values.")] = False


class AttributeName(BaseModel):
    """An attribute that records have."""

    name: str
    count: Annotated[int, Field(description="Of the records looked at, how many have it.")]


class QueryFields(BaseModel):
    """What a query can ask by."""

    fields: Annotated[list[QueryField], Field(description="The fields, the most used first.")]
    attributes: Annotated[list[AttributeName], Field(description="Attributes in use, most frequent first.")]
