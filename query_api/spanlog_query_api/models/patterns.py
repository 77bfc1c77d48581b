"""What kinds of messages there are."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from spanlog_query_api.severity import Level

EXAMPLE_PATTERN: Final[JsonDict] = {
    "pattern": "9b1f6c2d4e8a7035",
    "template": "order <*> of <*> filled at <*>",
    "count": 1200,
    "first_seen": "2026-11-19T08:15:00.123456789Z",
    "last_seen": "2026-11-20T08:14:59.000000001Z",
    "rate_per_hour": 50.0,
    "rate_before_per_hour": 25.0,
    "change": 2.0,
    "state": "usual",
    "agents": ["crypto"],
    "levels": {"info": 1200},
    "example": "order 17 of user7 filled at 12.5",
    "sample_id": "019aa000-7d4e-7c3a-9f10-5b2c8d1e4f60",
    "shapes": ["00c3d1a5b7e9f204"],
    "shapes_total": 1,
}


class Pattern(BaseModel):
    """Messages that differ only in what varies."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_PATTERN]})

    pattern: Annotated[str, Field(description="16 hex digits, made of the template's text and nothing else.")]
    template: Annotated[str, Field(description="The constant words, with `<*>` for what varies.")]
    count: Annotated[int, Field(description="Records in the period; of a vanished one, in the period before.")]
    first_seen: Annotated[str, Field(description="First of the records that are counted.")]
    last_seen: Annotated[str, Field(description="Last of them.")]
    rate_per_hour: Annotated[float, Field(description="Records an hour in the period.")]
    rate_before_per_hour: Annotated[float, Field(description="Records an hour in the period before.")]
    change: Annotated[
        float | None, Field(description="The first rate divided by the second; null where the second is zero.")
    ]
    state: Annotated[
        Literal["new", "vanished", "usual"],
        Field(
            description="`new`: none of its records lies in the period before; `vanished`: all of them do; "
            "`usual`: there are some in both."
        ),
    ]
    agents: Annotated[list[str], Field(description="Which agents logged the records counted, at most 100, by name.")]
    levels: Annotated[dict[Level, int], Field(description="The records counted by level, for levels that occur.")]
    example: Annotated[str, Field(description="One of its messages, at most 500 bytes of it.")]
    sample_id: Annotated[
        str | None, Field(description="The last of the records counted, for `GET /logs/{log_id}`; null if it is gone.")
    ]
    shapes: Annotated[
        list[str],
        Field(description="The stored hashes (`PatternHash`) that make up the pattern, 16 hex digits; at most 100."),
    ]
    shapes_total: Annotated[int, Field(description="How many there are.")]


class OtherShapes(BaseModel):
    """What is in no pattern, because there are more shapes than are looked at."""

    shapes: Annotated[int, Field(description="How many shapes were left out, the rarest.")]
    count: Annotated[int, Field(description="Their records in the period.")]
    count_before: Annotated[int, Field(description="Their records in the period before.")]


class PatternPage(BaseModel):
    """The patterns of a period."""

    since: Annotated[str, Field(description="Start of the period, inside.")]
    until: Annotated[str, Field(description="End of the period, outside.")]
    total: Annotated[int, Field(description="How many patterns have records in the period, on all pages.")]
    items: Annotated[list[Pattern], Field(description="The page: patterns with records in the period.")]
    next_cursor: Annotated[
        str | None, Field(description="What to give as `cursor` for the page after this one; null on the last.")
    ]
    vanished: Annotated[
        list[Pattern], Field(description="Patterns with records in the period before only; the 100 most frequent.")
    ]
    vanished_total: Annotated[int, Field(description="How many there are.")]
    other: OtherShapes
