"""A small world for looking at pages: cases in every kind of state, and documents of each classification."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from audit import clock, texts
from audit.services import acting
from cases.models import (
    AuditFinding,
    Case,
    Classification,
    Document,
    Draft,
    HistoryFile,
    Improvement,
    Meeting,
    PlanningItem,
    Sample,
)
from cases.rules.amendment import Proposal
from cases.services.amendment import Wish
from cases.services.documents import Paper
from cases.services.improvements import Action
from config.demo import players
from config.demo.players import who
from escalation.models import Deadline, Message
from escalation.services import actions, outbox
from roles.models import (
    Appointment,
    AppointmentFile,
    Dispensation,
    EmergencyAccess,
    Mandate,
    Person,
    Scheme,
    Substitution,
)
from roles.services import keep_file
from roles.setup import FIXTURES
from tests.workflows import buy, contracts, meet, plan, play, rise
from workflows import (
    absences,
    auditing,
    ballots,
    barriers,
    contract_figures,
    evaluating,
    history,
    keeping,
    meetings,
    services,
    version_runs,
)
from workflows.amendments import propose_amendment
from workflows.flows.commissioning_2 import CommissioningFlow2
from workflows.models import CaseTask, SavedView, VersionRun
from workflows.procurements import procurements
from workflows.selectors.samples import Narrowed

PDF = b"%PDF-1.7 voorbeeld"
LN, CG = "limburg-noord", "centraal-gelderland"

# The tables speak of Limburg-Noord. Who and what is in whose place elsewhere; who is not here has no counterpart.
IN_PLACE = {
    LN: {},
    CG: {
        "noor": "gerben", "daan": "nadia", "fatima": "wouter", "joris": "trijntje", "lotte": "mirjam",
        "karim": "hanneke", "ilse": "cemal", "anouk": "geertruida", "bram": "saskia", "wim": "benjamin",
        "petra": "ferdi", "ruben": "astrid", "sanne": "remco", "thijs": "priya", "esra": "sven", "marco": "marijke",
        "yvonne": "gonny", "helene": "reinier", "gijs": "ibrahim", "carla": "annemiek", "femke": "klaas",
        "olaf": "xenia", "roy": "fenna", "naomi": "josephien",
        "dagmar": "hugo", "rogier": "jasper", "mirte": "meike", "jochem": "tomas", "lieke": "roelof",
        "stefan": "theo", "linda": "ellen", "victor": "cornelis", "bea": "vera",
        "els": "willemijn", "marleen": "mehmet", "henk": "sabine", "inge": "arjan", "paul": "chantal",
        "soraya": "dewi", "tom": "bart", "margriet": "eveline", "rachid": "hidde", "dorien": "jolanda",
        "bas": "murat", "leyla": "carolien", "cas": "tobias", "josien": "zeynep",
        "beesel": "arnhem", "bergen": "doesburg", "gennep": "duiven", "horst": "lingewaard",
        "peelenmaas": "overbetuwe", "venlo": "renkum", "venray": "rheden",
        "pho": "pfo-zorg", "rmt": "mag", "M-01": "CG-01",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    scheme: str
    voting: Case  # of all seven; the PHO votes in writing; documents of each classification
    small: Case  # of Bergen and Venlo alone, which are asked
    recorded: Case  # waits for the chair of the RMT
    accepting: Case  # waits for the director
    suspended: Case
    closed: Case  # granted
    amending: Case  # a wijziging of that one, of the share of every municipality
    escalated: Case  # an escalation of the suspended one by marleen, which stops its intake
    sealed: Case  # another of hers, about gijs
    contract: Case  # of what is bought; with a product, figures and an addendum
    talk: Case  # about that contract; waits to be prepared
    changing: Case  # an addendum to it; the lawyer is to look
    evaluation: Case  # of the granted one; waits for its first measuring date
    improvement: Improvement  # roy's, that came of it
    buying: Case  # what is bought for the granted one; waits for its strategy
    signal: Case  # marleen's; waits for what is to become of it
    planned: PlanningItem  # of the whole region
    draft: Draft  # marleen's
    view: SavedView  # hers too
    documents: dict[str, Document]
    person: Person
    mandate: Mandate
    file: AppointmentFile  # bea's, with a bad row
    older: HistoryFile  # linda's, with a bad row too
    dispensation: Dispensation  # in the small case; marleen asked it for gijs
    appointment: Appointment  # femke's
    held: Meeting  # of the PHO; recorded in part, its decision list waits for ilse
    coming: Meeting  # of the PHO, with a point and a paper that are not for everybody
    run: VersionRun  # over what was on version 1: nothing
    message: Message  # marleen's, about the small case
    lent: Substitution  # roy is to stand in for linda, who will be away
    emergency: EmergencyAccess  # helene's, of the sealed one; it is over, and nobody judged it
    sample: Sample  # victor's, of three cases
    finding: AuditFinding  # about the voting one; roy is to answer

    def task(self, case: Case, step: str, *, part: str = "", body: str = "", name: str = "") -> CaseTask:
        """The last task of a step, open or not; of one municipality, or of one member."""
        found = CaseTask.objects.filter(case=case, part=part, flow_task__endswith=f".{step}")
        if body:
            found = found.filter(organisation__code=called(body, self.scheme))
        if name:
            found = found.filter(seat__person__user__username=called(name, self.scheme))
        task: CaseTask = found.latest("id")
        return task


def called(name: str, scheme: str) -> str:
    """Who or what is elsewhere in the place of somebody or something of Limburg-Noord."""
    return IN_PLACE[scheme].get(name, name)


def hat_in(scheme: str, name: str, body: str = "") -> Appointment:
    return play.hat(called(name, scheme), called(body, scheme))


def belonging_to(scheme: str) -> list[User]:
    """Who has, or had, a seat in this regeling."""
    seated = User.objects.filter(person__appointments__position__body__scheme__code=scheme)
    return list(seated.select_related("person__name").distinct())


def worlds() -> dict[str, World]:
    """One of each regeling, side by side."""
    return {scheme: build(scheme) for scheme in (LN, CG)}


def build(scheme: str = LN) -> World:
    """Everything at once. The meeting that was held comes before the one that is planned: one agenda at a time."""
    voting = play.brought_to("pho_decision", scheme=scheme)
    documents = {level: _document(voting, level) for level in Classification.values}
    play.open_round(voting, "pho_decision", "grant")
    play.voting(called("noor", scheme), voting, "pho_decision", "against", "Te duur voor ons.")()
    small = play.submitted(
        scheme=scheme, title="Dyslexiezorg van twee gemeenten",
        shares={hat_in(scheme, name).organisation_id: Decimal(200_000) for name in ("marleen", "soraya")},
    )  # fmt: skip
    recorded = play.brought_to("rmt_validation", scheme=scheme, title="Hulp bij het huishouden 2028")
    play.record(recorded, "rmt_validation", "positive")
    suspended = play.brought_to("intake", scheme=scheme, title="Beschermd wonen 2029")
    services.suspend(**who(suspended.submitted_by), case_id=suspended.pk, reason="Wacht op het Rijk.")
    closed = play.submitted(scheme=scheme, title="Vervoer 2028")
    play.end(closed)
    return World(
        scheme=scheme, voting=voting, small=small, recorded=recorded,
        accepting=play.brought_to("acceptance", scheme=scheme, title="Jeugd-GGZ 2028"), suspended=suspended,
        closed=closed, amending=_amending(closed, scheme), escalated=_escalated(suspended, scheme, step="intake"),
        sealed=_escalated(suspended, scheme, about="gijs"),
        evaluation=(evaluation := _evaluation(closed)), improvement=_improvement(evaluation, scheme),
        buying=(buying := buy.on_to("strategy", procurements(closed).get())),
        contract=(contract := _contract(buying, scheme)), talk=_talk(contract, scheme),
        changing=contracts.addendum(contract.contract, by=called("linda", scheme)),
        signal=plan.advised(scheme=scheme, by=called("marleen", scheme)), planned=plan.planned(scheme),
        draft=_draft(scheme), view=_view(scheme), documents=documents,
        person=Person.objects.get(user__username=called("karim", scheme)),
        mandate=Mandate.objects.filter(number=called("M-01", scheme)).latest("pk"),
        file=_file(scheme), dispensation=_dispensation(small, scheme), appointment=hat_in(scheme, "femke"),
        held=_held(voting, scheme), coming=_coming(voting, scheme),
        older=_older(scheme), run=_run(scheme), message=_message(small, scheme), lent=_lent(scheme),
        emergency=_emergency(scheme), sample=_sample(scheme), finding=_finding(voting, scheme),
    )  # fmt: skip


def _emergency(scheme: str) -> EmergencyAccess:
    """An hour, some hours ago."""
    case, helene = Case.objects.filter(scheme__code=scheme, confidential=True).latest("pk"), hat_in(scheme, "helene")
    now = clock.now()
    opened = {"opened_at": now - timedelta(hours=3), "until": now - timedelta(hours=2)}
    with acting(chain=case.chain, verb="take_emergency", actor=helene.person.actor) as taking:
        taking.details["hours"] = 1
        reason = texts.write(case.chain, "De accountant vroeg het, en gijs was er niet.")
        taken = EmergencyAccess.objects.create(
            chain=case.chain, person=helene.person, appointment=helene, reason=reason, **opened
        )  # fmt: skip
        Deadline.objects.create(
            case=case, emergency=taken, effect="emergency", starts_at=taken.until, target=play.in_days(5),
            due_at=now + timedelta(days=5),
        )  # fmt: skip
    return taken


def _sample(scheme: str) -> Sample:
    return auditing.draw(
        **who(hat_in(scheme, "victor")), scheme=Scheme.objects.get(code=scheme), of="cases", way="random",
        purpose="Jaarcontrole", size=3, narrowed=Narrowed(), seed="2026",
    )  # fmt: skip


def _finding(case: Case, scheme: str) -> AuditFinding:
    roy = hat_in(scheme, "roy")
    action = Action(what="Motiveer het besluit alsnog.", owner=roy.position_id, due_on=play.in_days(30))
    return auditing.record(
        **who(hat_in(scheme, "victor")), case_id=case.pk, norm="Awb art. 3:46", words="De motivering ontbreekt.",
        weight="shortcoming", action=action, number=1,
    )  # fmt: skip


def _lent(scheme: str) -> Substitution:
    """Later, so that nobody wears another hat today."""
    linda, roy = hat_in(scheme, "linda"), hat_in(scheme, "roy")
    assert linda.person.user_id is not None
    absences.be_away(
        arranger=absences.Holder(user_id=linda.person.user_id), seats={linda: roy.person},
        valid_from=play.in_days(40), valid_until=play.in_days(50), reason="Vakantie",
    )  # fmt: skip
    return Substitution.objects.get(appointment=linda)


def _contract(case: Case, scheme: str) -> Case:
    """Followed by linda: a product, and a figure in two months."""
    linda = called("linda", scheme)
    contract = contracts.a_contract(scheme=scheme, under=case, starts_on=play.in_days(-50))
    for days, value in ((40, "5"), (1, "4")):
        contracts.measure(contract, value, by=linda, period=play.in_days(-days).replace(day=1))
    contract_figures.add_product(
        **who(play.hat(linda)), case_id=contract.pk, code="45A04", name="Begeleiding", unit="uur",
        tariff=Decimal("72.50"), valid_from=contract.starts_on,
    )  # fmt: skip
    return contract.case


def _talk(case: Case, scheme: str) -> Case:
    return contracts.talk(case.contract, by=called("linda", scheme))


def _evaluation(case: Case) -> Case:
    case.refresh_from_db()
    opened = evaluating.open_evaluation(case)
    assert opened is not None
    return opened


def _improvement(case: Case, scheme: str) -> Improvement:
    roy = hat_in(scheme, "roy")
    action = Action(what="Wachtlijst bespreken", owner=roy.position_id, named=roy.pk, due_on=play.in_days(90))
    with acting(chain=case.chain, verb="comment"):
        [agreed] = actions.agree(case=case, actions=[action], at=clock.now())
    return agreed


def _message(case: Case, scheme: str) -> Message:
    """Everybody has theirs by then; nobody has an address, so that their mail lies here."""
    outbox.claim()
    return Message.objects.filter(notice__case=case, person=hat_in(scheme, "marleen").person_id).latest("pk")


def _escalated(case: Case, scheme: str, *, step: str = "", about: str = "") -> Case:
    return rise.escalated(
        case, by=called("marleen", scheme), step=step, holds=bool(step),
        about=hat_in(scheme, about).person_id if about else None,
    )  # fmt: skip


def _run(scheme: str) -> VersionRun:
    run = version_runs.begin(scheme=Scheme.objects.get(code=scheme), target=CommissioningFlow2)
    version_runs.carry_out(run=run)
    return run


def _file(scheme: str) -> AppointmentFile:
    content = (FIXTURES / "benoemingen-voorbeeld.csv").read_bytes() + b";Bo Bos;raad;lid;;;;ooit;;\n"
    bea = hat_in(scheme, "bea")
    assert bea.person.user_id is not None
    return keep_file(
        scheme=bea.position.body.scheme, user_id=bea.person.user_id, name="na-verkiezingen.csv", content=content
    )


def _older(scheme: str) -> HistoryFile:
    """In the words of Limburg-Noord, so that elsewhere more of it is wrong."""
    linda = hat_in(scheme, "linda")
    assert linda.person.user_id is not None
    content = (FIXTURES / "contracten-voorbeeld.csv").read_bytes() + b"2020-9;Oud;fietsen;Bo;SAS;ooit;;veel;;;\n"
    return history.keep_file(
        scheme=linda.position.body.scheme, user_id=linda.person.user_id, name="oud.csv", content=content
    )


def _dispensation(case: Case, scheme: str) -> Dispensation:
    """And roy keeps out of it."""
    barriers.request_dispensation(
        **who(hat_in(scheme, "marleen")), case_id=case.pk, person=hat_in(scheme, "gijs").person_id, duty="assess",
        words="Er is maar een accountmanager.",
    )  # fmt: skip
    ballots.recuse(**who(hat_in(scheme, "roy")), case_id=case.pk, ground="Familie van een aanbieder.")
    return Dispensation.objects.latest("pk")


def _amending(case: Case, scheme: str) -> Case:
    proposal = Proposal(change="amount", effective_on=play.in_days(60), texts={}, amount=Decimal(9_000_000))
    wish = Wish(proposal=proposal, reason="De vraag is groter dan gedacht.")
    return propose_amendment(**who(hat_in(scheme, "els")), case_id=case.pk, wish=wish)


def _held(case: Case, scheme: str) -> Meeting:
    meeting = meet.convened(called("pho", scheme), scheme=scheme)
    meet.agenda_of(meeting, case)
    meetings.put_point(**meet.by_secretary(meeting.body), meeting_id=meeting.pk, title="Mededelingen")
    point = meeting.items.get(kind="point")
    meet.record(meeting, [meetings.Treatment(item_id=point.pk, words="Er waren geen mededelingen.")])
    meeting.refresh_from_db()
    return meeting


def _coming(case: Case, scheme: str) -> Meeting:
    meeting = meet.convened(called("pho", scheme), scheme=scheme, starts_at=clock.now() + timedelta(days=9))
    meet.agenda_of(meeting, case)
    asked = {**meet.by_secretary(meeting.body), "meeting_id": meeting.pk}
    meetings.put_point(**asked, title="Personele zaak", closed=True)
    meetings.add_paper(**asked, paper=Paper(
        title="Vertrouwelijk advies", classification="secret", filename="advies.pdf", media_type="application/pdf",
        content=ContentFile(PDF + b"advies"),
    ))  # fmt: skip
    return meeting


def _document(case: Case, level: str) -> Document:
    paper = Paper(
        title=f"Notitie {level}", classification=level, filename=f"{level}.pdf", media_type="application/pdf",
        content=ContentFile(PDF + level.encode()),
    )  # fmt: skip
    services.add_document(**who(players.holder(case, "intake")), case_id=case.pk, paper=paper)
    return Document.objects.latest("pk")


def _view(scheme: str) -> SavedView:
    user = User.objects.get(username=called("marleen", scheme))
    return keeping.keep(user_id=user.pk, of=SavedView.Of.TASKS, name="Jeugd", query="domein=youth", start=False)


def _draft(scheme: str) -> Draft:
    from cases.services import drafts

    user = hat_in(scheme, "marleen").person.user
    assert user is not None
    return drafts.keep(user_id=user.pk, scheme=Scheme.objects.get(code=scheme), values={"title": ["Nog niet af"]})
