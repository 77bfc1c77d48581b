"""What may be asked of the audit."""

from typing import Annotated

from pydantic import BaseModel, Field

from spanlog_query_api.parameters import Since, Until


class AuditQuestion(BaseModel):
    """Which changes."""

    since: Since = None
    until: Until = None
    limit: Annotated[int, Field(ge=1, le=1000, description="Changes on a page.")] = 100
    cursor: Annotated[str, Field(max_length=400, description="`next_cursor` of the page before.")] = ""
