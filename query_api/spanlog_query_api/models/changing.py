"""What people may do with an error group."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from spanlog_query_api.text import Name, RequiredName, refuse_blank, refuse_nul
from spanlog_query_api.times import parse_time

MAX_COMMENT_CHARACTERS: Final = 10_000
MAX_MERGED: Final = 1_000
NOBODY: Final = "api"
"""Who did it, where a request does not say."""


def _time_text(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError("not an RFC 3339 time such as 2026-11-20T08:15:00Z")  # noqa: TRY004 - what pydantic takes
    return parse_time(value)


By = Annotated[RequiredName | None, Field(description=f"Who does it: a person or an agent. `{NOBODY}` by default.")]


class GroupChange(BaseModel):
    """What to change; what is not named stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"status": "resolved", "resolved_by": "ana"},
                {"status": "muted", "until": "2026-12-01T00:00:00Z", "by": "ana"},
                {"status": "muted", "count": 100, "by": "ana"},
                {"assigned_to": "bo", "comment": "looks like the proxy", "by": "ana"},
            ]
        }
    )

    status: Annotated[
        Literal["resolved", "muted", "open"] | None,
        Field(
            description="`resolved`: all its records up to now are dealt with. `muted`: out of the summary's lists. "
            "`open`: neither."
        ),
    ] = None
    resolved_by: By = None
    until: Annotated[
        Annotated[
            int,
            BeforeValidator(_time_text),
            WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-01T00:00:00Z"]}),
        ]
        | None,
        Field(description="With `muted`: until then. RFC 3339; without a zone UTC."),
    ] = None
    count: Annotated[
        int | None, Field(ge=1, le=1_000_000_000, description="With `muted`: until so many more records have come.")
    ] = None
    assigned_to: Annotated[Name | None, Field(description="Whose it is to mend; empty for nobody.")] = None
    comment: Annotated[
        Annotated[
            str,
            StringConstraints(max_length=MAX_COMMENT_CHARACTERS),
            AfterValidator(refuse_nul),
            AfterValidator(refuse_blank),
        ]
        | None,
        Field(description="A remark, kept with who and when."),
    ] = None
    by: By = None

    @property
    def who(self) -> str:
        """Who does it."""
        return self.by or self.resolved_by or NOBODY


class Merge(BaseModel):
    """Which groups are one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"into": "00c3d1a5b7e9f204", "fingerprints": ["979977fdfd017405"], "by": "ana"}]
        }
    )

    into: Annotated[Name, Field(description="The group that stays.")]
    fingerprints: Annotated[
        list[Name], Field(min_length=1, max_length=MAX_MERGED, description="What becomes a part of it.")
    ]
    by: By = None


class Split(BaseModel):
    """Which merge to undo."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fingerprint": "979977fdfd017405", "by": "ana"}]})

    fingerprint: Annotated[
        Name, Field(description="What leaves its group; a group, to take all out that was merged into it.")
    ]
    by: By = None
