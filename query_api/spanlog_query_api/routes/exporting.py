"""Records as a file."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from spanlog_query_api.errors import InvalidParameterError
from spanlog_query_api.exports import MAX_PARQUET_RECORDS, comma_separated, ndjson, parquet
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.search.filters import LogConditionOfRequest
from spanlog_query_api.services import QueriesOfRoute

router = APIRouter(tags=["logs"])

_MEDIA_TYPES: Final = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA_TYPES.values()},
    }
}


@router.get(
    "/logs/export",
    summary="Records as a file",
    response_class=StreamingResponse,
    responses=_FILE | problem_responses(400, 401, 404, 422, 503),
)
def get_export(
    queries: QueriesOfRoute,
    condition: LogConditionOfRequest,
    format: Annotated[  # noqa: A002 - the parameter's name in the URL
        Literal["ndjson", "csv", "parquet"], Query(description="Lines of JSON, comma-separated values, or Parquet.")
    ] = "ndjson",
    limit: Annotated[int, Query(ge=1, le=100_000_000, description="Records at most, the newest.")] = 100_000,
) -> Response:
    """The records that match, newest first, as a file; takes the filters of `GET /logs`.

    `ndjson` and `csv` are sent as they are read and may be of any size; a file that breaks off ended in an error.
    `csv` has text as it was logged, so a spreadsheet may take a cell that begins with `=` for a formula. `parquet`
    holds a million records at most, and metadata as text.
    """
    headers = {"Content-Disposition": f'attachment; filename="spanlog-logs.{format}"', "Cache-Control": "no-store"}
    if format == "parquet":
        if limit > MAX_PARQUET_RECORDS:
            raise InvalidParameterError("limit", f"at most {MAX_PARQUET_RECORDS} records fit a Parquet file")
        return Response(parquet(queries, condition, limit), media_type=_MEDIA_TYPES[format], headers=headers)
    pages = (ndjson if format == "ndjson" else comma_separated)(queries, condition, limit)
    return StreamingResponse(_started(pages), media_type=_MEDIA_TYPES[format], headers=headers)


def _started(pages: Iterator[bytes]) -> Iterator[bytes]:
    """Read the first page now, while an error can still be answered as one."""
    first = next(pages, b"")

    def rest() -> Iterator[bytes]:
        yield first
        yield from pages

    return rest()
