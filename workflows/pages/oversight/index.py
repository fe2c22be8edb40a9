"""The index of *Controle*: how much evidence there is, the last signed root, and a card for each overview."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from audit import roots, selectors
from workflows.pages.frame import Visitor, up_to, visitor
from workflows.pages.oversight.entries import entries_for
from workflows.pages.oversight.overviews import TABLES, scopes
from workflows.selectors import acts
from workflows.selectors.inbox import MANY


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """For whom something hangs under it; for anybody else there is no such page."""
    me = visitor(request)
    entries = entries_for(me)
    if not me.audited and not entries:
        raise Http404
    audited = [scheme for scheme in me.schemes if scheme.pk in me.audited]
    totals = selectors.totals(acts.chains_of(audited)) if audited else None
    root = roots.last_root() if audited else None
    return render(request, "oversight/index.html", {
        "me": me,
        "figures": [("Ketens", thousands(totals.chains)), ("Handelingen", thousands(totals.acts))] if totals else [],
        "root": root, "root_rows": about(root) if root else [],
        "cards": [*_overviews(me), *(
            {
                "url": entry.url, "icon": entry.icon, "label": entry.label, "note": entry.note,
                "count": entry.count(me) if entry.count else None,
            }
            for entry in entries
        )],
    })  # fmt: skip


def _overviews(me: Visitor) -> list[dict[str, Any]]:
    """One query for each that is counted."""
    if not me.supervised:
        return []
    seen = scopes(me)
    return [
        {
            "url": reverse("oversight", args=[table.slug]), "icon": table.icon, "label": table.title,
            "note": table.note,
            "count": up_to(table.find(seen)[:MANY].count()) if table.counted else None,
        }
        for table in TABLES.values()
    ]  # fmt: skip


def about(root: roots.Root) -> list[tuple[str, str]]:
    """A root covers every regeling; how much that is, is nobody's to know who sees one."""
    at = localtime(datetime.fromisoformat(root.at))
    return [
        ("Ondertekend", f"{date_format(at, 'D j b Y')} om {at:%H.%M} uur, als nummer {root.number}"),
        ("Dekt", "alles wat tot dat moment is vastgelegd, in alle ketens"),
    ]


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
