"""Who changed what, and when?"""

from typing import Annotated

from fastapi import APIRouter, Query

from spanlog_query_api.audit.entries import read_audit
from spanlog_query_api.audit.question import AuditQuestion
from spanlog_query_api.models.audit import AuditPage
from spanlog_query_api.openapi import problem_responses
from spanlog_query_api.scopes import AUDIT_PATH
from spanlog_query_api.services import QueriesOfRoute, ServicesOfApp

router = APIRouter(tags=["operation"])


@router.get(AUDIT_PATH, summary="Who changed what", responses=problem_responses(400, 401, 422, 503))
def get_audit(
    services: ServicesOfApp, queries: QueriesOfRoute, question: Annotated[AuditQuestion, Query()]
) -> AuditPage:
    """What people and agents changed in the period [since, until), the latest first; without either, ever.

    Records and error groups that were resolved, muted, assigned, commented, merged, split, and keys made and revoked.
    """
    return read_audit(queries, services.gate.ring.keys(), question)
