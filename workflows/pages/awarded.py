"""What became of a procurement, as its pages show it: who wins, until when nobody signs, who objected."""

from cases.models import Contract, Procurement
from cases.models.procurement import Instrument
from cases.rules.award import publication_due
from cases.selectors import awards as wins
from escalation.rules.calendar import written
from workflows.rules.standstill import standstill


class Awarded:
    """Nothing before there is an advice; then a fixed number of queries."""

    def __init__(self, procurement: Procurement) -> None:
        self.procurement = procurement
        self.is_open_house = procurement.instrument == Instrument.OPEN_HOUSE
        there = procurement.awarded is not None
        self.awards = wins.awards(procurement) if there else []
        self.notice = wins.last_notice(procurement) if there else None
        self.challenges = wins.challenges(procurement) if self.notice else []
        done = there or self.is_open_house
        found = Contract.objects.filter(case__parent=procurement.pk).select_related("case", "provider", "lot")
        self.contracts = list(found.order_by("lot__name", "provider__name")) if done else []
        self.applications = procurement.applications.count() if self.is_open_house else 0

    @property
    def standstill(self) -> list[tuple[str, str]]:
        """Both dates, and why they differ."""
        notice = self.notice
        if notice is None or notice.last is None or notice.target is None:
            return []
        dates = standstill(notice.sent_on, statutory=notice.statutory)
        rows = [
            ("Verzonden op", written(notice.sent_on)),
            ("Termijn", "Wettelijk: Aanbestedingswet 2012 art. 2.127" if notice.statutory else "Afgesproken"),
            ("Uiterste datum", written(notice.last)), ("Streefdatum", written(notice.target)),
            ("Tekenen kan vanaf", written(dates.free_from)),
        ]  # fmt: skip
        return [*rows, ("Toelichting", dates.reason)] if dates.reason else rows

    @property
    def publication(self) -> str:
        """When it was announced, or by when it has to be."""
        on, agreed_on = self.procurement.award_published_on, self.procurement.signed_on
        if on is not None:
            bundled = ", gebundeld per kwartaal" if self.procurement.award_bundled else ""
            return f"{self.procurement.award_reference or 'Zonder kenmerk'}, {written(on)}{bundled}"
        return f"Uiterlijk {written(publication_due(agreed_on, bundled=False))}" if agreed_on else ""
