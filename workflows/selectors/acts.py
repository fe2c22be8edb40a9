"""Acts of the cases that somebody may see, and of the regelingen that they see as a whole, with their meetings."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import BigIntegerField, Exists, F, Func, Model, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from audit.models import Act
from cases.models import Case, CaseAccess, Meeting
from roles.models import Mandate, Scheme
from roles.selectors import Scope
from workflows.selectors.inbox import MANY
from workflows.selectors.sight import kept_from, keys, visible

M = TypeVar("M", bound=Model)


def seen(rows: QuerySet[M], scopes: Sequence[Scope]) -> Any:
    """Of what names a chain (acts, looks, recusals): that of the cases that somebody may see, and of the regelingen
    that they see as a whole, with their meetings."""
    case = Cast(Func(F("chain"), Value(r"^case/(\d+)$"), function="substring"), BigIntegerField())
    admitted = CaseAccess.objects.filter(case=OuterRef("of_case"), scope__in=keys(scopes)).exclude(
        case__in=kept_from(scopes)
    )
    meeting = Cast(Func(F("chain"), Value(r"^meeting/(\d+)$"), function="substring"), BigIntegerField())
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    met = Meeting.objects.filter(pk=OuterRef("of_meeting"), body__scheme__in=schemes)
    own = [f"scheme/{number}" for number in schemes]
    return rows.alias(of_case=case, of_meeting=meeting).filter(Q(Exists(admitted)) | Q(Exists(met)) | Q(chain__in=own))


def spoken(acts: QuerySet[Act]) -> QuerySet[Act]:
    """With their words."""
    return acts.select_related("motivation_text", "ground_text")


def chains_of(schemes: Sequence[Scheme]) -> Q:
    """The chains of these regelingen, for the heads: what goes on in another is not even counted."""
    cases = Case.objects.filter(scheme__in=schemes).annotate(named=_named("case", "pk"))
    meetings = Meeting.objects.filter(body__scheme__in=schemes).annotate(named=_named("meeting", "pk"))
    own = [scheme.chain for scheme in schemes]
    return Q(chain__in=own) | Q(chain__in=cases.values("named")) | Q(chain__in=meetings.values("named"))


def _named(kind: str, number: str) -> Concat:
    return Concat(Value(f"{kind}/"), Cast(number, TextField()), output_field=TextField())


def relying_on(mandate: Mandate, scopes: Sequence[Scope]) -> QuerySet[Act]:
    """Where some version of a mandate was relied on: among the newest cases that the visitor may see."""
    newest = visible(scopes).filter(scheme=mandate.scheme_id).order_by("-pk").values_list("pk", flat=True)[:MANY]
    chains = [f"case/{number}" for number in newest]
    acts = Act.objects.filter(chain__in=chains, mandate__startswith=f"{mandate.number} v")
    return spoken(acts).order_by("-pk")


def cases_of(chains: Iterable[str]) -> dict[str, Case]:
    """The cases that these chains are of. One query."""
    numbers = {int(chain.removeprefix("case/")) for chain in chains if chain.startswith("case/")}
    return {case.chain: case for case in Case.objects.filter(pk__in=numbers).select_related("title")}


def chains_called(number: str) -> list[str]:
    """The chains of the cases with this number, in whatever regeling: who may see them is asked of the acts."""
    found = Case.objects.filter(number__iexact=number).values_list("pk", flat=True)[:MANY]
    return [f"case/{pk}" for pk in found]
