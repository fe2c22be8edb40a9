"""A small world for looking at pages: cases in every kind of state, and documents of each classification."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.files.base import ContentFile

from cases.models import Case, Classification, Document, Draft
from cases.rules.amendment import Proposal
from cases.services.amendment import Wish
from cases.services.documents import Paper
from config.demo.players import who
from roles.models import Appointment, AppointmentFile, Dispensation, Mandate, Person, Scheme
from roles.services import keep_file
from roles.setup import FIXTURES
from tests.workflows import play
from workflows import ballots, barriers, services
from workflows.amendments import propose_amendment
from workflows.models import CaseTask

PDF = b"%PDF-1.7 voorbeeld"


@dataclass(frozen=True, slots=True)
class World:
    voting: Case  # of all seven; the PHO votes in writing; documents of each classification
    small: Case  # of Bergen and Venlo alone, which are asked
    recorded: Case  # waits for the chair of the RMT
    accepting: Case  # waits for the director
    suspended: Case
    closed: Case  # granted
    amending: Case  # a wijziging of that one, of the share of every municipality
    draft: Draft  # marleen's
    documents: dict[str, Document]
    person: Person
    mandate: Mandate
    file: AppointmentFile  # bea's, with a bad row
    dispensation: Dispensation  # in the small case; marleen asked it for gijs
    appointment: Appointment  # femke's

    def task(self, case: Case, step: str, *, part: str = "", body: str = "", name: str = "") -> CaseTask:
        """The last task of a step, open or not; of one municipality, or of one member."""
        found = CaseTask.objects.filter(case=case, part=part, flow_task__endswith=f".{step}")
        if body:
            found = found.filter(organisation__code=body)
        if name:
            found = found.filter(seat__person__user__username=name)
        task: CaseTask = found.latest("id")
        return task


def build() -> World:
    voting = play.brought_to("pho_decision")
    documents = {level: _document(voting, level) for level in Classification.values}
    play.open_round(voting, "pho_decision", "grant")
    play.voting("noor", voting, "pho_decision", "against", "Te duur voor Beesel.")()
    small = play.submitted(
        title="Dyslexiezorg Bergen en Venlo",
        shares={play.hat(name).organisation_id: Decimal(200_000) for name in ("marleen", "soraya")},
    )
    recorded = play.brought_to("rmt_validation", title="Hulp bij het huishouden 2028")
    play.record(recorded, "rmt_validation", "positive")
    suspended = play.brought_to("intake", title="Beschermd wonen 2029")
    services.suspend(**who(suspended.submitted_by), case_id=suspended.pk, reason="Wacht op het Rijk.")
    closed = play.submitted(title="Vervoer 2028")
    play.end(closed)
    return World(
        voting=voting, small=small, recorded=recorded,
        accepting=play.brought_to("acceptance", title="Jeugd-GGZ 2028"), suspended=suspended, closed=closed,
        amending=_amending(closed),
        draft=_draft(), documents=documents, person=Person.objects.get(user__username="karim"),
        mandate=Mandate.objects.filter(number="M-01").latest("pk"),
        file=_file(), dispensation=_dispensation(small), appointment=play.hat("femke"),
    )  # fmt: skip


def _file() -> AppointmentFile:
    content = (FIXTURES / "benoemingen-voorbeeld.csv").read_bytes() + b";Bo Bos;raad;lid;;;;ooit;;\n"
    bea = play.hat("bea")
    assert bea.person.user_id is not None
    scheme = bea.position.body.scheme
    return keep_file(scheme=scheme, user_id=bea.person.user_id, name="na-verkiezingen.csv", content=content)


def _dispensation(case: Case) -> Dispensation:
    """And roy keeps out of it."""
    barriers.request_dispensation(
        **who(play.hat("marleen")), case_id=case.pk, person=play.hat("gijs").person_id, duty="assess",
        words="Er is maar een accountmanager.",
    )  # fmt: skip
    ballots.recuse(**who(play.hat("roy")), case_id=case.pk, ground="Familie van een aanbieder.")
    return Dispensation.objects.latest("pk")


def _amending(case: Case) -> Case:
    proposal = Proposal(change="amount", effective_on=play.in_days(60), texts={}, amount=Decimal(9_000_000))
    wish = Wish(proposal=proposal, reason="De vraag is groter dan gedacht.")
    return propose_amendment(**who(play.hat("els")), case_id=case.pk, wish=wish)


def _document(case: Case, level: str) -> Document:
    paper = Paper(
        title=f"Notitie {level}", classification=level, filename=f"{level}.pdf", media_type="application/pdf",
        content=ContentFile(PDF + level.encode()),
    )  # fmt: skip
    services.add_document(**who(play.hat("gijs")), case_id=case.pk, paper=paper)
    return Document.objects.latest("pk")


def _draft() -> Draft:
    from cases.services import drafts

    user = play.hat("marleen").person.user
    assert user is not None
    return drafts.keep(user_id=user.pk, scheme=Scheme.objects.get(code="limburg-noord"), values={"title": ["Nog niet af"]})
