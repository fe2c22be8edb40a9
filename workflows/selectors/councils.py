"""Which raden have not been told of a granted opdracht yet: the newest opdrachten that somebody may see, first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from cases.models import Case, MunicipalReference, Share
from roles.selectors import Scope
from workflows.selectors.inbox import MANY, PAGE
from workflows.selectors.sight import visible


@dataclass(slots=True)
class Untold:
    """A commission, the municipalities whose raad does not know of it, and how many take part."""

    case: Case
    missing: list[str] = field(default_factory=list)
    taking_part: int = 0

    @property
    def told(self) -> int:
        return self.taking_part - len(self.missing)


def untold(scopes: Sequence[Scope], page: int = 1) -> tuple[list[Untold], int]:
    """One page and how many there are, up to `MANY`. A page past the end gives the last. Three queries."""
    told = MunicipalReference.objects.filter(
        commission=OuterRef("commission"), organisation=OuterRef("organisation"), informed_on__isnull=False
    )
    missing = Share.objects.filter(~Exists(told), takes_part=True)
    granted = visible(scopes).filter(
        Q(Exists(missing.filter(commission=OuterRef("pk")))), kind=Case.Kind.COMMISSION, state=Case.State.GRANTED
    )
    numbers = list(granted.order_by("-pk").values_list("pk", flat=True)[:MANY])
    last = max((len(numbers) - 1) // PAGE, 0)
    first = min(page - 1, last) * PAGE
    cases = Case.objects.select_related("title").in_bulk(numbers[first : first + PAGE])
    found = {number: Untold(cases[number]) for number in numbers[first : first + PAGE]}
    shares = Share.objects.filter(commission__in=found, takes_part=True).annotate(told=Exists(told))
    for share in shares.select_related("organisation").order_by("organisation__name"):
        row = found[share.commission_id]
        row.taking_part += 1
        if not share.told:
            row.missing.append(share.organisation.name)
    return list(found.values()), len(numbers)
