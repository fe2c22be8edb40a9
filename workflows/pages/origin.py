"""What a commission is submitted from, as the address of its form says: `?uit=` a case, `?plan=` a planned procurement.

A draft keeps it with what was typed.
"""

from typing import Any, TypedDict

from django.http import HttpRequest
from django.urls import reverse

from cases.models import Draft
from workflows import origins
from workflows.origins import Known, Origin
from workflows.pages.frame import current_user

PARAMETERS = {"uit": "origin_id", "plan": "item_id"}


class Ids(TypedDict, total=False):
    """As `services.submit` wants them."""

    origin_id: int
    item_id: int


def asked(request: HttpRequest, draft: Draft | None) -> Ids:
    """What is no number leads nowhere: 0 is nothing that there is."""
    found = Ids()
    for parameter, name in PARAMETERS.items():
        given = str((draft.values.get(parameter) or [""])[0] if draft else request.GET.get(parameter, ""))
        if given:
            number = int(given) if given.isdecimal() and len(given) < 18 else 0
            found[name] = number  # type: ignore[literal-required]
    return found


def kept(ids: Ids) -> dict[str, list[str]]:
    """In a draft."""
    return {parameter: [str(ids[name])] for parameter, name in PARAMETERS.items() if name in ids}  # type: ignore[literal-required]


def found(request: HttpRequest, ids: Ids) -> Origin:
    """Raises NotAllowed for what the visitor may not see, and for what cannot lead to a commission (any more)."""
    return origins.origin_for(
        user_id=current_user(request).pk, case_id=ids.get("origin_id"), item_id=ids.get("item_id")
    )


def filled_in(origin: Origin) -> Known | None:
    """What the form begins with."""
    if origin.item is not None:
        return origins.of_item(origin.item)
    return origins.initial_request(origin.case) if origin.case is not None else None


def told(origin: Origin) -> dict[str, Any] | None:
    """Where it comes from, for the page."""
    if origin.item is not None:
        return {"label": f"Geplande inkoop: {origin.item.title}", "url": reverse("planning")}
    if origin.case is not None:
        case = origin.case
        return {"label": f"{case.get_kind_display()} {case.number}", "url": reverse("case", args=[case.pk])}
    return None
