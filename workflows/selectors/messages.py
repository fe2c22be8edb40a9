"""Berichten as their reader may see them: what they may no longer look at is not in the list, nor counted."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import CaseAccess
from escalation.models import Message
from escalation.rules.words import NOTICES
from roles.selectors import Hat, Scope
from workflows.selectors.inbox import MANY
from workflows.selectors.meetings import own_bodies
from workflows.selectors.sight import kept_from, keys

TO_REVIEW = "emergency_review"


def readable(user_id: int, hats: Sequence[Hat], scopes: Sequence[Scope]) -> QuerySet[Message]:
    """One's own, about cases and meetings that one may see today."""
    seen = CaseAccess.objects.filter(case=OuterRef("notice__case"), scope__in=keys(scopes))
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    of_case = Exists(seen) & ~Q(notice__case__in=kept_from(scopes))
    of_meeting = Q(notice__meeting__body__in=own_bodies(hats)) | Q(notice__meeting__body__scheme__in=schemes)
    mine = Message.objects.filter(person__user=user_id)
    # Who judges a noodtoegang is told of it also where they do not see the case: only its number is in the list.
    of_review = Q(notice__template=TO_REVIEW)
    return mine.filter(of_review | of_case | Q(notice__case=None) & of_meeting)


def listing(
    found: QuerySet[Message], *, sort: str, unread: bool, page: int, size: int
) -> tuple[list[Message], int]:  # fmt: skip
    """One page of them, the newest first, and how many there are up to `MANY`. Two queries."""
    if sort:
        found = found.filter(notice__template__in=[code for code, words in NOTICES.items() if words.sort == sort])
    if unread:
        found = found.filter(read_at=None)
    total = found.order_by()[:MANY].count()
    start = min((page - 1) * size, max(total - 1, 0) // size * size)
    shown = found.select_related(
        "notice__case__title", "notice__case__scheme", "notice__meeting__body", "notice__meeting__place"
    ).order_by("-created_at", "-id")  # fmt: skip
    return list(shown[start : start + size]), total
