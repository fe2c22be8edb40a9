"""Which cases somebody may see, by the projection that the database keeps (`CaseAccess`)."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Case, CaseAccess
from roles.selectors import Scope

WITHOUT = "without"
EMERGENCY = "emergency"


def keys(scopes: Sequence[Scope]) -> list[str]:
    """Scopes as the projection names them."""
    return [f"{scope.on}/{scope.id}" for scope in scopes if scope.on != WITHOUT]


def kept_from(scopes: Sequence[Scope]) -> list[int]:
    """The cases that are about whoever looks, and that they are not to find."""
    return [scope.id for scope in scopes if scope.on == WITHOUT]


def lasting(scopes: Sequence[Scope]) -> list[Scope]:
    """Without what is open by noodtoegang: that is for reading only."""
    return [scope for scope in scopes if scope.on != EMERGENCY]


def emergency_in(scopes: Sequence[Scope], case_id: int) -> int | None:
    """The noodtoegang by which this case lies open. One query, for who has any."""
    opened = {f"{EMERGENCY}/{scope.id}": scope.id for scope in scopes if scope.on == EMERGENCY}
    found = CaseAccess.objects.filter(case=case_id, scope__in=list(opened)) if opened else None
    scope = found.values_list("scope", flat=True).first() if found is not None else None
    return opened[scope] if scope else None


def visible(scopes: Sequence[Scope]) -> QuerySet[Case]:
    """The cases in these scopes, each once."""
    seen = Case.objects.filter(Exists(CaseAccess.objects.filter(case=OuterRef("pk"), scope__in=keys(scopes))))
    away = kept_from(scopes)
    return seen.exclude(pk__in=away) if away else seen


def confidential_in(scopes: Sequence[Scope], case: Case) -> bool:
    """Is what is confidential in this case open to one of these scopes?"""
    trusted = keys([scope for scope in scopes if scope.confidential])
    return CaseAccess.objects.filter(case=case, scope__in=trusted).exists()


def confidential_cases(scopes: Sequence[Scope], case_ids: Iterable[int]) -> set[int]:
    """Of these cases, those whose confidential documents are open to one of these scopes. One query."""
    trusted = keys([scope for scope in scopes if scope.confidential])
    found = CaseAccess.objects.filter(case__in=list(case_ids), scope__in=trusted)
    return set(found.values_list("case_id", flat=True))
