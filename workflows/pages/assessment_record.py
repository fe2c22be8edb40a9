"""The record of an assessment as JSON, so that anybody entitled can compute the ranking again (docs/ranking.md)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from cases.models import Case, Classification
from cases.selectors import tenders as found
from workflows.pages.frame import visible_case_or_404
from workflows.pages.shelf import levels_for


@require_safe
def record(request: HttpRequest, case_id: int) -> HttpResponse:
    """Of the last assessment that was finished; until then there is none, for anybody."""
    case = visible_case_or_404(request, case_id)
    if case.kind != Case.Kind.PROCUREMENT or Classification.CONFIDENTIAL not in levels_for(request, case):
        raise Http404
    assessment = found.assessment(case.procurement)
    if assessment is None:
        raise Http404
    firms = {str(each.number): str(each.firm) for each in found.tenders_of_round(case.procurement)}
    content: dict[str, Any] = assessment.record | {"firms": firms, "digest": assessment.digest}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = f'attachment; filename="beoordeling-{case.number}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
