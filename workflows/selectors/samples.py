"""What a sample is drawn from, within the rights of who draws it, and what the acts in it tell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from audit.models import Act
from cases.models import Addendum, AuditFinding, Case, Commission, Procurement, Sample, SampleItem
from cases.rules import sampling
from roles.models import Mandate, Scheme
from roles.selectors import Scope
from workflows.selectors.inbox import PAGE
from workflows.selectors.sight import lasting, visible

SHOWN = [field.name for field in Sample._meta.concrete_fields if field.name != "population"]  # which is large
SOME = 1000  # chains asked for at once


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which cases or acts: None and "" are not narrowed; days are in the Netherlands, ends included."""

    kind: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    verb: str = ""  # of acts

    @property
    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value}


def cases(scheme: Scheme, scopes: Sequence[Scope], narrowed: Narrowed) -> QuerySet[Case]:
    """Those that they may see without noodtoegang, none that is confidential, by their number in the database."""
    found = visible(lasting(scopes)).filter(scheme=scheme, confidential=False)
    if narrowed.kind:
        found = found.filter(kind=narrowed.kind)
    if narrowed.state:
        found = found.filter(state=narrowed.state)
    if not narrowed.verb:
        found = found.filter(opened_at__date__gte=narrowed.since) if narrowed.since else found
        found = found.filter(opened_at__date__lte=narrowed.until) if narrowed.until else found
    return found.order_by("pk")


def case_population(scheme: Scheme, scopes: Sequence[Scope], narrowed: Narrowed) -> list[str]:
    found = cases(scheme, scopes, narrowed).values_list("pk", flat=True)
    return [f"case/{number}" for number in found[: sampling.LARGEST + 1]]


def act_population(scheme: Scheme, scopes: Sequence[Scope], narrowed: Narrowed) -> list[str]:
    """In the order of the cases, and in each of what was done."""
    found: list[str] = []
    for acts in _acts(_chains(scheme, scopes, narrowed), _asked(narrowed)):
        found += sorted((f"{chain}#{seq}" for chain, seq in acts.values_list("chain", "seq")), key=_place)
        if len(found) > sampling.LARGEST:
            break
    return found


def signs(population: Sequence[str], scheme: Scheme, *, of: str) -> dict[str, dict[str, int]]:
    """Of each reference, in their order: the signs by which it may be wise to look at it, and how often."""
    chains = list(dict.fromkeys(reference.partition("#")[0] for reference in population))
    found: dict[str, Counter[str]] = {reference: Counter() for reference in population}
    mandates = _maxima(scheme)
    telling = Q(verb__in=sampling.OF_VERB) | ~Q(flags="") | ~Q(mandate="") | Q(verb="deadline")
    for acts in _acts(chains, telling):
        rows = list(acts.values_list("chain", "seq", "verb", "outcome", "flags", "mandate"))
        amounts = _amounts([int(row[0].removeprefix("case/")) for row in rows if row[5]])
        for chain, seq, verb, outcome, flags, mandate in rows:
            reference = chain if of == Sample.Of.CASES else f"{chain}#{seq}"
            if reference in found:
                near = _near(amounts.get(chain), mandates.get(mandate))
                found[reference].update(sampling.signs_of(verb=verb, outcome=outcome, flags=flags, near=near))
    return {reference: dict(counted) for reference, counted in found.items()}


def samples(schemes: Sequence[Scheme]) -> QuerySet[Sample]:
    found = Sample.objects.filter(scheme__in=schemes).select_related("purpose", "scheme", "drawn_by__person__name")
    return found.only(*SHOWN, "purpose", "scheme", "drawn_by__person__name").order_by("-pk")


def judged(rows: Sequence[Sample]) -> dict[int, tuple[int, int, int]]:
    """Of each sample how many were drawn, were judged, and are not in order. One query."""
    found = SampleItem.objects.filter(sample__in=rows).values_list("sample").order_by("sample")
    counted = found.annotate(
        drawn=Count("pk"), done=Count("pk", filter=~Q(judgement="")), amiss=Count("pk", filter=Q(judgement="finding"))
    )  # fmt: skip
    return {sample: (drawn, done, not_in_order) for sample, drawn, done, not_in_order in counted}


def findings(scopes: Sequence[Scope], schemes: Sequence[Scheme], **wish: Any) -> QuerySet[AuditFinding]:
    """About cases that they may see, of the regelingen in which they examine."""
    found = AuditFinding.objects.filter(case__in=visible(scopes), case__scheme__in=schemes, **wish)
    return found.select_related(*FINDING).order_by("-pk")


FINDING = (
    "case__title", "case__scheme", "norm", "words", "conclusion", "found_by__person__name", "found_by__position__role",
    "improvement__what", "improvement__owner__role", "improvement__owner__body", "improvement__named__person__name",
)  # fmt: skip
__all__ = ["FINDING", "PAGE", "Narrowed", "act_population", "case_population", "cases", "findings", "samples", "signs"]


def _chains(scheme: Scheme, scopes: Sequence[Scope], narrowed: Narrowed) -> list[str]:
    found = cases(scheme, scopes, Narrowed(kind=narrowed.kind, state=narrowed.state)).values_list("pk", flat=True)
    return [f"case/{number}" for number in found]


def _asked(narrowed: Narrowed) -> Q:
    asked = Q(verb=narrowed.verb) if narrowed.verb else Q()
    asked &= Q(at__date__gte=narrowed.since) if narrowed.since else Q()
    return asked & (Q(at__date__lte=narrowed.until) if narrowed.until else Q())


def _acts(chains: Sequence[str], asked: Q) -> Iterator[QuerySet[Act]]:
    for start in range(0, len(chains), SOME):
        yield Act.objects.filter(asked, chain__in=chains[start : start + SOME])


def _place(reference: str) -> tuple[int, int]:
    case, _, act = reference.removeprefix("case/").partition("#")
    return int(case), int(act)


def _maxima(scheme: Scheme) -> dict[str, Decimal]:
    """Mandate and version, as acts cite them, to the most that it covers."""
    found = Mandate.objects.filter(scheme=scheme, max_amount__isnull=False)
    return {str(mandate): mandate.max_amount for mandate in found if mandate.max_amount is not None}


def _amounts(case_ids: Sequence[int]) -> Mapping[str, Decimal]:
    """What a mandate was asked about, by the chain of the case; as it stands today. Three queries."""
    found: dict[str, Decimal] = {}
    kinds: tuple[Any, ...] = (Commission, Procurement, Addendum)
    for kind in kinds:
        for row in kind.objects.filter(case__in=case_ids):
            if row.cost is not None:
                found[f"case/{row.case_id}"] = row.cost
    return found


def _near(amount: Decimal | None, most: Decimal | None) -> bool:
    return amount is not None and most is not None and amount * 100 >= most * sampling.NEAR
