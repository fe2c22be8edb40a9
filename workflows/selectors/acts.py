"""Acts of the cases that somebody may see, and of the regelingen that they see as a whole, with their meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from audit.models import Act
from cases.models import Case, CaseAccess, Meeting
from roles.models import Mandate, Scheme
from roles.selectors import Scope
from workflows.selectors.inbox import MANY
from workflows.selectors.sight import kept_from, keys, visible


@dataclass(frozen=True, slots=True)
class Wish:
    """Which acts are asked for. None and "": not narrowed; days are in the Netherlands, ends included."""

    person: int | None = None
    capacity: str = ""
    verb: str = ""
    since: date | None = None
    until: date | None = None
    flagged: bool = False


def latest(scopes: Sequence[Scope], wish: Wish) -> QuerySet[Act]:
    """The last first. Acts are numbered as they come, so that the first page stops reading where it is full."""
    case = Cast(Func(F("chain"), Value(r"^case/(\d+)$"), function="substring"), BigIntegerField())
    seen = CaseAccess.objects.filter(case=OuterRef("of_case"), scope__in=keys(scopes)).exclude(
        case__in=kept_from(scopes)
    )
    meeting = Cast(Func(F("chain"), Value(r"^meeting/(\d+)$"), function="substring"), BigIntegerField())
    schemes = [scope.id for scope in scopes if scope.on == "scheme"]
    met = Meeting.objects.filter(pk=OuterRef("of_meeting"), body__scheme__in=schemes)
    acts = Act.objects.alias(of_case=case, of_meeting=meeting).filter(
        Q(Exists(seen)) | Q(Exists(met)) | Q(chain__in=_scheme_chains(scopes))
    )
    if wish.person is not None:
        acts = acts.filter(actor=f"person/{wish.person}")
    if wish.capacity:
        acts = acts.filter(capacity=wish.capacity)
    if wish.verb:
        acts = acts.filter(verb=wish.verb)
    if wish.since:
        acts = acts.filter(at__date__gte=wish.since)
    if wish.until:
        acts = acts.filter(at__date__lte=wish.until)
    if wish.flagged:
        acts = acts.exclude(flags="")
    return acts.select_related("motivation_text", "ground_text").order_by("-pk")


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
    return acts.select_related("motivation_text", "ground_text").order_by("-pk")


def cases_of(acts: Sequence[Act]) -> dict[str, Case]:
    """The cases that these acts are of, by their chain. One query."""
    numbers = {int(act.chain.removeprefix("case/")) for act in acts if act.chain.startswith("case/")}
    return {case.chain: case for case in Case.objects.filter(pk__in=numbers).select_related("title")}


def _scheme_chains(scopes: Sequence[Scope]) -> list[str]:
    return [f"scheme/{scope.id}" for scope in scopes if scope.on == "scheme"]
