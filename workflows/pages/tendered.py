"""What became of the tenders of a procurement, as its page shows it: where they come in, and who tendered."""

from functools import cached_property

from django.conf import settings
from django.urls import reverse

from cases.models import Procurement, Tender, TenderDesk
from cases.selectors import tenders as found


class Tendered:
    """One query until the tenders are open, five from then on. Before that not even how many there are is told."""

    def __init__(self, procurement: Procurement) -> None:
        self.procurement = procurement
        self.desk = found.desk_of(procurement) if procurement.published_at else None

    @property
    def sealed(self) -> bool:
        return self.desk is not None and self.desk.mode == TenderDesk.Mode.SEALED

    @property
    def address(self) -> str:
        """As it stands in the notice."""
        assert self.desk is not None
        return f"{settings.SITE_URL}{reverse('tender', args=[self.desk.address])}"

    @cached_property
    def openers(self) -> int:
        return self.desk.openers.count() if self.desk else 0

    @cached_property
    def tenders(self) -> list[Tender]:
        opened = self.desk is not None and self.desk.opened_at is not None
        return found.tenders_of_round(self.procurement) if opened else []

    @cached_property
    def has_record(self) -> bool:
        return bool(self.tenders) and found.assessment(self.procurement) is not None
