"""The query API's connections: what is refused before the application sees it has the shape of its other errors."""

from http import HTTPStatus

from spanlog_collector.http_guard import GuardedProtocol
from spanlog_query_api.errors import problem_body
from spanlog_query_api.models.problem import PROBLEM_MEDIA_TYPE


class ApiProtocol(GuardedProtocol):
    """The guard that the collector has too, with problems for answers."""

    def refusal(self, status: HTTPStatus, reason: str) -> tuple[str, bytes]:
        """Return the media type and the body of a refusal."""
        return PROBLEM_MEDIA_TYPE, problem_body(status, reason).encode()
