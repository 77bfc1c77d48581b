"""Who changed what, and when."""

from typing import Annotated

from pydantic import BaseModel, Field


class AuditEntry(BaseModel):
    """One change."""

    at: Annotated[str, Field(description="When: RFC 3339 in UTC.", examples=["2026-11-20T08:15:00.123000000Z"])]
    action: Annotated[
        str,
        Field(
            description="`record.resolve`; `error.` and one of resolve, reopen, mute, unmute, assign, comment, merge, "
            "split; `key.create`, `key.revoke`.",
            examples=["error.resolve"],
        ),
    ]
    target: Annotated[
        str,
        Field(
            description="What was changed: an error group's fingerprint, a record's id (of several the first by id), "
            "or a key's name.",
            examples=["00c3d1a5b7e9f204"],
        ),
    ]
    count: Annotated[int, Field(description="How many: of records that were resolved together.", examples=[1])]
    by: Annotated[
        str,
        Field(
            description="Who did it, as they said themselves; of a key, the user on the stack's machine.",
            examples=["ana"],
        ),
    ]
    key: Annotated[
        str,
        Field(
            description="With which key: its name, `SPANLOG_API_KEY`, or `loopback` where no key was asked for. Empty "
            "for what was done on the stack's machine itself.",
            examples=["dashboard"],
        ),
    ]
    detail: Annotated[
        str | None,
        Field(
            description="To whom it was assigned, the comment, what it was merged with, until when it is muted, what "
            "the key is for."
        ),
    ]


class AuditPage(BaseModel):
    """Changes, the latest first."""

    items: Annotated[list[AuditEntry], Field(description="The page.")]
    next_cursor: Annotated[str | None, Field(description="`cursor` of the next page; null on the last.")]
