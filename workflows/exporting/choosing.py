"""Which cases an export is of: those that its reader may see, in the order of their numbers."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.formats import date_format

from audit.models import Act
from cases.models import Case
from roles.models import Scheme
from workflows.exporting.readers import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """None and "": not narrowed. `since`: in which something was done on that day in the Netherlands, or later."""

    scheme: Scheme | None = None
    case_id: int | None = None
    kind: str = ""
    state: str = ""
    since: date | None = None

    @property
    def in_words(self) -> str:
        parts = [
            f"zaak {self.case_id}" if self.case_id else "alle zaken", f"van {self.scheme}" if self.scheme else "",
            f"soort {Case.Kind(self.kind).label.lower()}" if self.kind else "",
            f"stand {Case.State(self.state).label.lower()}" if self.state else "",
            f"waarin sinds {date_format(self.since, 'j F Y')} iets is gedaan" if self.since else "",
        ]  # fmt: skip
        return " ".join([parts[0], ", ".join(filter(None, parts[1:]))]).strip()


def chosen(wish: Wish, reader: Reader) -> tuple[int, ...]:
    """The cases, by id. One query."""
    found = reader.cases()
    if wish.scheme is not None:
        found = found.filter(scheme=wish.scheme)
    if wish.case_id is not None:
        found = found.filter(pk=wish.case_id)
    if wish.kind:
        found = found.filter(kind=wish.kind)
    if wish.state:
        found = found.filter(state=wish.state)
    if wish.since is not None:
        chain = Concat(Value("case/"), Cast(OuterRef("pk"), TextField()), output_field=TextField())
        found = found.filter(Exists(Act.objects.filter(chain=chain, at__date__gte=wish.since)))
    return tuple(found.order_by("scheme", "number", "pk").values_list("pk", flat=True))
