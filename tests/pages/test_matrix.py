"""Every address of the product, with real numbers, for everybody: who gets it, and that nobody else learns of it.

Who may what is written down here a second time, by name, from the domain; a person or an address without a place in
these tables fails the test.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audit.models import Act
from cases.models import Case, Document
from config.demo.players import hat
from tests.client import Client
from tests.database import after
from tests.pages.world import CG, IN_PLACE, LN, World, belonging_to, called, hat_in, worlds

pytestmark = [pytest.mark.django_db, after(worlds)]

ALDERMEN = {"noor", "daan", "fatima", "joris", "lotte", "karim", "ilse"}
SECRETARIES = {"anouk", "bram", "wim"}
RMT = {"petra", "ruben", "sanne", "thijs", "esra", "marco", "yvonne"}
MGR_BOUND = {"helene", "gijs", "carla", "femke", "olaf"}  # has a step in every case
MGR_OTHER = {"roy", "naomi", "stefan"}
OPENERS = {"dagmar", "rogier", "mirte", "jochem", "lieke"}  # of tenders
AFTERWARDS = {"linda"} | OPENERS  # contracts, tenders: see cases, without what is confidential
MUNICIPAL = {
    "els": "beesel", "marleen": "bergen", "henk": "gennep", "inge": "horst", "paul": "peelenmaas", "soraya": "venlo",
    "tom": "venray",
}  # fmt: skip
DELEGATES = {
    "margriet": "beesel", "rachid": "bergen", "dorien": "gennep", "bas": "horst", "leyla": "peelenmaas", "cas": "venlo",
    "josien": "venray",
}  # fmt: skip
OWN = MUNICIPAL | DELEGATES  # see the cases of their municipality
AUDITORS = {"victor"}
WITHOUT_CASES = {"bea"}  # administers
OF_REPORTS = {"silke", "tariq", "hanna", "otto"}  # the sealed lane; of the rest they see what anybody with a role sees
OUTSIDE = {"mallory"}

TRUSTED = ALDERMEN | SECRETARIES | RMT | MGR_BOUND | MGR_OTHER | AUDITORS
WITH_HAT = TRUSTED | AFTERWARDS | OWN.keys() | WITHOUT_CASES | OF_REPORTS
EVERYBODY = WITH_HAT | OUTSIDE
EXTENDERS = {"helene", "roy"}
DESTROYING = {"bram", "helene", "roy"}  # draws up lists, or approves them
DIRECTS_OR_AUDITS = {"victor", "helene"}
TAKES_OUT = DIRECTS_OR_AUDITS | {"bram"}
SEES_DOUBLE_SEATS = SECRETARIES | DIRECTS_OR_AUDITS | WITHOUT_CASES

ONE_OF_EACH = {"noor", "gijs", "linda", "els", "margriet", "victor", "bea", "mallory"}
FEW = 3
NOWHERE = 987_654_321


def seers(case: Case) -> set[str]:
    if case.commissioned is None:
        taking_part = {case.top.organisation.code}
    else:
        shares = case.commissioned.shares.filter(takes_part=True)
        taking_part = set(shares.values_list("organisation__code", flat=True))
    own = {name for name, code in OWN.items() if called(code, case.scheme.code) in taking_part}
    return TRUSTED | AFTERWARDS | own


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address: who gets it; of the rest, who at least knows that it is there; and what those who get it see."""

    of: str
    args: tuple[int | str, ...] = ()
    nowhere: tuple[int | str, ...] = ()  # an address of the same kind where nothing is
    get: int = 200
    post: int = 405
    may: Collection[str]
    knows: Collection[str] = ()
    refused: int = 0  # what who knows of it and may not gets for a form, where that is not what others get
    everybody: bool = False  # is asked, whoever they are

    def asked(self, name: str) -> Iterator[str]:
        """Who is to learn nothing of it is asked without exception; of who may, one of each kind, and of few all."""
        closely = name in ONE_OF_EACH or (name in self.may and len(self.may) <= FEW)
        if closely or self.everybody or (self.may and self.expected(name, "get") == 404):
            yield "get"
        if closely and self.post != 405:
            yield "post"

    @property
    def methods(self) -> list[str]:
        return ["get"] if self.post == 405 else ["get", "post"]

    def expected(self, name: str, method: str) -> int:
        """Who knows of it and may not is told why; what they had filled in is kept, as of anybody who is refused."""
        given = self.get if method == "get" else self.post
        if name in self.may or given == 405:
            return given
        if name in self.knows:
            return (self.refused or given) if method == "post" else 403
        return 404


def on_case(name: str, case: Case, **options: Any) -> Row:
    return Row(of=name, args=(case.pk,), nowhere=(NOWHERE,), **{"may": seers(case), **options})


def on_task(name: str, case: Case, task: int, may: Collection[str], **options: Any) -> Row:
    knows = seers(case)
    return Row(
        of=name, args=(case.pk, task), nowhere=(NOWHERE, NOWHERE),
        **{"may": set(may) & knows, "knows": knows, "post": 422, **options},
    )  # fmt: skip


def of_tenders(world: World) -> Iterator[Row]:
    """Where nothing was opened yet there is nothing to declare; who has no account: tests/workflows/test_seal.py."""
    yield Row(of="seal-keys", may=OPENERS | {"bram"})
    yield Row(of="enrol-key", may=OPENERS, post=422)
    yield Row(of="change-passphrase", may=OPENERS, post=422)
    yield Row(of="escrow-key", may={"bram"}, post=422)
    yield on_case("declare-interest", world.buying, may=(), post=404)
    yield on_case("assessment-record", world.buying, may=())


def rows(world: World) -> Iterator[Row]:
    for name in ("my-tasks", "cases", "councils", "whose-turn", "roles", "mandates", "terms", "count-term", "search"):
        yield Row(of=name, may=EVERYBODY)
    for of in ("taken", "opdrachten", "aan-zet"):
        yield Row(of="list-csv", args=(of,), nowhere=("dossiers",), may=EVERYBODY)
    yield Row(of="calendar", may=EVERYBODY)
    yield Row(of="calendar-feeds", may=EVERYBODY, post=200)
    yield Row(of="next-task", may=EVERYBODY, get=302)
    yield Row(of="messages", may=EVERYBODY)
    yield Row(of="message", args=(world.message.pk,), nowhere=(NOWHERE,), may={"marleen"}, get=302)
    yield Row(of="read-messages", may=EVERYBODY, get=405, post=302)
    yield Row(of="mail-preferences", may=EVERYBODY, post=422)  # and says what the one before it did
    yield Row(of="signed-root", args=(NOWHERE,), nowhere=(NOWHERE + 1,), may=())  # where one is: test_messages.py
    yield Row(of="reassign-many", may=EVERYBODY, post=422)  # of no tasks; of others' in tests/workflows/test_bulk.py
    yield Row(of="views", args=("taken",), nowhere=("dossiers",), may=EVERYBODY, post=302)
    yield Row(of="view", args=("taken", world.view.pk), nowhere=("taken", NOWHERE), may={"marleen"}, post=422)
    yield Row(of="submit", may={*MUNICIPAL, "wim"}, post=422)
    yield Row(of="draft", args=(world.draft.pk,), nowhere=(NOWHERE,), may={"marleen"}, post=422)
    yield Row(of="discard-draft", args=(world.draft.pk,), nowhere=(NOWHERE,), may={"marleen"}, get=405, post=302)
    yield Row(of="person", args=(world.person.pk,), nowhere=(NOWHERE,), may=WITH_HAT)
    yield Row(of="mandate", args=(world.mandate.pk,), nowhere=(NOWHERE,), may=WITH_HAT)
    intake, nothing = ("commissioning", "intake"), ("commissioning", "nothing")
    yield Row(of="term", args=intake, nowhere=nothing, may=WITH_HAT)
    yield Row(of="change-term", args=intake, nowhere=nothing, may={"bram"}, post=422)
    yield Row(of="registers", may=WITH_HAT)
    yield Row(of="report-figures", may=WITH_HAT)
    yield Row(of="audit", may=TAKES_OUT | WITHOUT_CASES | DESTROYING)
    yield Row(of="exports", may=TAKES_OUT, post=422)
    for name in ("export", "download-export"):  # one's own alone: test_exporting_pages.py
        yield Row(of=name, args=(NOWHERE,), nowhere=(NOWHERE + 1,), may=())
    yield Row(of="discard-export", args=(NOWHERE,), get=405, post=404, may=())
    yield Row(of="conformance", may=DIRECTS_OR_AUDITS)
    yield from of_destroying(world)
    for of in ("handelingen", "inzage"):  # each of the others: tests/workflows/test_oversight.py
        for name in ("oversight", "oversight-file"):
            yield Row(of=name, args=(of,), nowhere=("dossiers",), may=DIRECTS_OR_AUDITS)
    first = Act.objects.get(chain=world.small.chain, seq=1).pk
    yield Row(of="act", args=(first,), nowhere=(NOWHERE,), may=DIRECTS_OR_AUDITS)
    key = str(world.small.pk)
    yield Row(of="record", args=("cases_case", key), nowhere=("cases_case", str(NOWHERE)), may=DIRECTS_OR_AUDITS)
    yield from of_tenders(world)
    yield from of_examining(world)
    for case in (world.voting, world.closed):
        yield on_case("case", case)
    yield from of_escalations(world)
    yield from of_evaluations(world)
    yield from of_planning(world)
    yield from of_procurements(world)
    case = world.small
    yield on_case("case", case, everybody=True)
    for name in ("case-content", "case-decisions", "case-documents", "case-people", "case-history", "bpmn"):
        yield on_case(name, case)
    for name in ("case-trail", "case-past", "case-difference"):
        yield on_case(name, case, may=DIRECTS_OR_AUDITS)
    for name in ("comment", "recuse", "add-document"):
        yield on_case(name, case, post=422)
    for name in ("withdraw", "suspend"):
        yield on_case(name, case, may={"marleen"}, knows=seers(case), post=422)
    yield on_case("resume", world.suspended, may={"marleen"}, knows=seers(world.suspended), post=422)
    yield from of_what_was_granted(world)
    yield from of_the_register(world)
    yield from of_documents(world)
    yield from of_meetings(world)
    yield from of_tasks(world)


def of_examining(world: World) -> Iterator[Row]:
    """What an auditor draws and finds; who answers for a finding sees it; a second person judges noodtoegang."""
    judging = DIRECTS_OR_AUDITS | {"bram"}
    yield Row(of="emergencies", may=judging)
    yield Row(of="take-emergency", may=DIRECTS_OR_AUDITS, post=422)
    yield Row(of="end-emergency", args=(world.emergency.pk,), nowhere=(NOWHERE,), may={"helene"}, post=422)
    yield Row(of="emergency", args=(world.emergency.pk,), nowhere=(NOWHERE,), may=judging, post=422)
    yield Row(of="samples", may=AUDITORS)
    yield Row(of="draw-sample", may=AUDITORS, post=422)
    for name in ("sample", "sample-population"):
        yield Row(of=name, args=(world.sample.pk,), nowhere=(NOWHERE,), may=AUDITORS)
    yield Row(of="sample-item", args=(world.sample.pk, 1), nowhere=(NOWHERE, 1), may=AUDITORS, post=422)
    yield Row(of="findings", may=DIRECTS_OR_AUDITS)
    yield Row(of="finding", args=(world.finding.pk,), nowhere=(NOWHERE,), may=DIRECTS_OR_AUDITS | {"roy"}, post=422)
    yield on_case("record-finding", world.small, may=AUDITORS, post=422)


def of_destroying(world: World) -> Iterator[Row]:
    """Lists, and what comes of them: tests/destroying; here nothing is due yet."""
    yield Row(of="destructions", may=DESTROYING | {"victor"})
    yield Row(of="propose-destruction", may={"bram"}, post=422)
    yield Row(of="destruction", args=(NOWHERE,), nowhere=(NOWHERE + 1,), may=(), post=404)
    yield Row(of="destruction-certificate", args=(NOWHERE,), nowhere=(NOWHERE + 1,), may=())
    yield on_case("hold-retention", world.closed, may={"bram"}, post=422)
    yield on_case("hold-retention", world.small, may=(), post=404)  # it runs
    yield Row(of="lift-retention", args=(world.closed.pk, NOWHERE), nowhere=(NOWHERE, NOWHERE), may=(), post=404)


def of_escalations(world: World) -> Iterator[Row]:
    """Who has a part in the case escalates it. Of one about somebody knows who handles it, and who opened it."""
    escalated, sealed, knows = world.escalated, world.sealed, seers(world.escalated)
    yield Row(of="escalations", may=EVERYBODY)
    taking_part = {name for name in OWN if name in seers(world.small)}
    parts = ALDERMEN | SECRETARIES | RMT | MGR_BOUND | taking_part
    yield on_case("escalate", world.small, may=parts, knows=seers(world.small), post=422)
    yield on_case("escalate", escalated, may=(), post=422)
    yield on_case("case", escalated)
    yield on_case("case", sealed, may={"marleen", "carla"}, everybody=True)
    yield on_case("release-step", escalated, may={"marleen", "gijs", "carla"}, knows=knows, post=422)
    yield on_case("release-step", sealed, may=(), post=422)
    yield on_task("task", escalated, world.task(escalated, "operational").pk, {"gijs", "carla"})
    handling = world.task(sealed, "operational").pk
    yield Row(
        of="task", args=(sealed.pk, handling), nowhere=(NOWHERE, NOWHERE), may={"carla"}, knows={"marleen"}, post=422,
    )  # fmt: skip


def of_evaluations(world: World) -> Iterator[Row]:
    """Who sees what was granted sees what is learned of it; an action is its owner's."""
    commission, evaluation, knows = world.closed, world.evaluation, seers(world.closed)
    yield from of_contracts(world)
    yield from of_followed_contracts(world)
    yield Row(of="improvements", may=EVERYBODY)
    yield Row(of="improvements-csv", may=EVERYBODY)
    yield on_case("case", evaluation, may=knows)
    yield on_case("start-evaluation", commission, may={"linda", "roy"}, knows=knows, post=409, refused=403)
    yield on_case("start-evaluation", world.small, may=(), post=422)
    yield on_case("begin-early", evaluation, may={"linda"}, knows=knows, post=422)
    yield on_case("begin-early", commission, may=(), post=422)
    yield on_case("annotate", commission, post=422)
    yield on_case("annotate", world.small, may=(), post=422)
    action: dict[str, Any] = {"args": (world.improvement.pk,), "nowhere": (NOWHERE,), "post": 422}
    yield Row(of="improvement", may=knows, **action)
    yield Row(of="hand-over-improvement", may={"roy"}, **action)


def of_contracts(world: World) -> Iterator[Row]:
    """The register shows each their own; older ones are taken over by who keeps it."""
    for name in ("contracts", "contracts-csv"):
        yield Row(of=name, may=EVERYBODY)
    yield Row(of="history-import", may={"linda"}, post=422)
    yield Row(of="history-example", may={"linda"})
    yield Row(of="history-try", args=(world.older.pk,), nowhere=(NOWHERE,), may={"linda"}, post=422)
    yield Row(of="history-discard", args=(world.older.pk,), nowhere=(NOWHERE,), may={"linda"}, get=405, post=302)
    yield Row(of="applications", args=(world.buying.pk,), nowhere=(NOWHERE,), may=(), post=404)  # no open house
    yield Row(of="application", args=(world.buying.pk, NOWHERE), nowhere=(NOWHERE, NOWHERE), may=(), post=404)


def of_procurements(world: World) -> Iterator[Row]:
    """Who sees what was granted sees what is bought for it; who buys, begins it and writes its strategy."""
    commission, buying = world.closed, world.buying
    yield Row(of="procurements", may=EVERYBODY)
    yield on_case("case", buying, may=seers(commission))
    buyers = {"femke", "olaf"}
    yield on_case("start-procurement", commission, may=buyers, knows=seers(commission), post=409, refused=403)
    yield on_case("start-procurement", world.small, may=(), post=422)
    yield on_task("task", buying, world.task(buying, "strategy").pk, {"femke", "olaf"})


def of_planning(world: World) -> Iterator[Row]:
    """Everybody sees what they may of it; a municipality and the MGR signal, and an adviser keeps what is planned."""
    for name in ("dashboard", "planning", "planning-csv"):
        yield Row(of=name, may=EVERYBODY)
    yield Row(of="figure", may=EVERYBODY, get=302)  # without a figure; with one in tests/workflows/test_dashboard.py
    yield Row(of="report-signal", may={*MUNICIPAL, "gijs", "carla"}, post=422)
    yield Row(of="plan-procurement", may={"femke", "olaf"}, post=422)
    yield Row(
        of="planning-item", args=(world.planned.pk,), nowhere=(NOWHERE,), may={"femke", "olaf"}, post=422
    )  # fmt: skip
    yield on_case("case", world.signal)
    yield on_case("case-content", world.signal)
    yield on_task("task", world.signal, world.task(world.signal, "signal_follow_up").pk, {"wim"})


def of_followed_contracts(world: World) -> Iterator[Row]:
    """Who sees what is bought sees the contract; who follows it is of the MGR, and municipalities ask."""
    contract, knows = world.contract, seers(world.contract)
    for name in ("reviews", "catalogue", "catalogue-csv"):
        yield Row(of=name, may=EVERYBODY)
    for case in (contract, world.talk, world.changing):
        yield on_case("case", case)
    asking = {name for name in MUNICIPAL if name in knows}
    begun = {
        "open-review": {"linda", "gijs", "carla"}, "propose-addendum": {"linda", "femke", "olaf"},
        "requalify": {"linda"} | asking, "ask-enquiry": {"linda", "gijs", "carla"} | asking, "add-product": {"linda"},
    }  # fmt: skip
    for name, may in begun.items():
        yield on_case(name, contract, may=may, knows=knows, post=422)
        yield Row(of=name, args=(world.talk.pk,), may=(), post=422)  # known to who asks, but no contract
    yield on_case("contract-kpis", contract, post=422)
    yield on_task("task", world.talk, world.task(world.talk, "review_preparation").pk, {"linda"})
    yield on_task("task", world.changing, world.task(world.changing, "addendum_check").pk, {"naomi"})


def of_what_was_granted(world: World) -> Iterator[Row]:
    case, change, knows = world.closed, world.amending, seers(world.closed)
    venray = hat_in(world.scheme, "tom").organisation_id
    intake = Act.objects.get(chain=case.chain, step__endswith="/intake").seq
    assert venray is not None
    yield on_case("case", change)
    yield on_case("amend", case, may={*MUNICIPAL, "wim", "gijs", "carla"}, knows=knows, post=422)
    yield on_case("amend", change, may=(), post=422)
    yield Row(
        of="note-reference", args=(case.pk, venray), nowhere=(NOWHERE, NOWHERE), may={"tom"}, knows=knows, post=422
    )
    yield Row(of="rectify", args=(case.pk, intake), nowhere=(NOWHERE, 1), may={"gijs", "carla"}, knows=knows, post=422)
    yield on_task("task", change, world.task(change, "amendment_alignment", body="venlo").pk, {"soraya"})


def of_the_register(world: World) -> Iterator[Row]:
    yield Row(of="register", may=SEES_DOUBLE_SEATS | {"linda"})  # she takes over old contracts
    for name in ("double-seats", "double-seats-csv"):
        yield Row(of=name, may=SEES_DOUBLE_SEATS)
    yield Row(of="register-import", may=WITHOUT_CASES, post=422)
    yield Row(of="register-example", may=WITHOUT_CASES)
    yield Row(of="register-try", args=(world.file.pk,), nowhere=(NOWHERE,), may=WITHOUT_CASES, post=422)
    yield Row(of="register-discard", args=(world.file.pk,), nowhere=(NOWHERE,), may=WITHOUT_CASES, get=405, post=302)
    yield Row(of="register-appoint", may=WITHOUT_CASES, post=422)
    yield Row(of="versions", may=WITHOUT_CASES)
    yield Row(of="undelivered", may=WITHOUT_CASES, post=422)
    target = ("commissioning", 2)
    yield Row(of="version", args=target, nowhere=("commissioning", NOWHERE), may=WITHOUT_CASES, post=422)
    yield Row(of="version-run", args=(world.run.pk,), nowhere=(NOWHERE,), may=WITHOUT_CASES, post=422)
    for name in ("end-appointment", "substitute"):
        yield Row(of=name, args=(world.appointment.pk,), nowhere=(NOWHERE,), may=WITHOUT_CASES, post=422)
    yield Row(of="report-absence-for", args=(world.person.pk,), nowhere=(NOWHERE,), may=WITHOUT_CASES, post=422)
    yield Row(of="away", may=EVERYBODY)
    yield Row(of="report-absence", may=WITH_HAT, post=422)
    yield Row(of="lend-seat", args=(world.lent.appointment_id,), nowhere=(NOWHERE,), may={"linda"}, post=422)
    absence = world.lent.absence
    assert absence is not None
    for name, lent in (("end-absence", absence.pk), ("end-substitution", world.lent.pk)):
        yield Row(of=name, args=(lent,), nowhere=(NOWHERE,), may={"linda"} | WITHOUT_CASES, post=422)
    for name in ("exempt", "segregation"):
        yield Row(of=name, may={"bram"}, post=422)
    for name in ("change-mandate", "revoke-mandate"):
        yield Row(of=name, args=(world.mandate.pk,), nowhere=(NOWHERE,), may={"bram"}, post=422)
    case = world.small
    yield on_case("withdraw-recusal", case, may={"roy"}, post=422)
    yield on_case("request-dispensation", case, post=422)
    yield Row(
        of="approve-dispensation", args=(case.pk, world.dispensation.pk), nowhere=(NOWHERE, NOWHERE),
        may={"helene", "bram"}, knows=seers(case), post=422,
    )  # fmt: skip


def of_documents(world: World) -> Iterator[Row]:
    case = world.voting
    secret = (TRUSTED - MGR_OTHER - AUDITORS) | OWN.keys()
    readers = {
        "public": seers(case), "internal": seers(case), "confidential": seers(case) - AFTERWARDS, "secret": secret,
    }  # fmt: skip
    for level, may in readers.items():
        pk = world.documents[level].pk
        yield Row(of="document", args=(case.pk, pk, 1), nowhere=(NOWHERE, NOWHERE, 1), may=may)
        yield Row(of="add-version", args=(case.pk, pk), nowhere=(NOWHERE, NOWHERE), may=may, post=422)
    yield Row(of="document", args=(case.pk, pk, 2), nowhere=(NOWHERE, NOWHERE, 2), may=())
    yield Row(of="document", args=(world.small.pk, pk, 1), nowhere=(NOWHERE, NOWHERE, 1), may=())


def of_meetings(world: World) -> Iterator[Row]:
    held, coming, sees = world.held, world.coming, TRUSTED | AFTERWARDS
    inside = ALDERMEN | {"anouk"}
    secret = Document.objects.get(meeting=coming)
    yield Row(of="meetings", may=EVERYBODY)
    yield Row(of="convene", args=(coming.body_id,), nowhere=(NOWHERE,), may={"anouk"}, knows=sees, post=422)
    yield Row(of="body-feed", args=(coming.body_id,), nowhere=(NOWHERE,), may={"anouk"}, get=405, post=422)
    for meeting in (held, coming):
        yield Row(of="meeting", args=(meeting.pk,), nowhere=(NOWHERE,), may=sees)
        yield Row(of="meeting-file", args=(meeting.pk,), nowhere=(NOWHERE,), may=inside)
    for name in ("meeting-agenda", "change-meeting", "cancel-meeting", "meeting-paper"):
        yield Row(of=name, args=(coming.pk,), nowhere=(NOWHERE,), may={"anouk"}, knows=sees, post=422)
    yield Row(of="record-meeting", args=(held.pk,), nowhere=(NOWHERE,), may={"anouk"}, knows=sees, post=422)
    yield Row(of="confirm-list", args=(held.pk,), nowhere=(NOWHERE,), may={"ilse"}, knows=sees, post=422)
    assert held.decision_list_id is not None
    for pk, where, may in ((held.decision_list_id, held, sees), (secret.pk, coming, inside), (secret.pk, held, ())):
        yield Row(of="meeting-document", args=(where.pk, pk, 1), nowhere=(NOWHERE, NOWHERE, 1), may=may)
    pho = world.task(world.voting, "pho_decision").pk
    yield on_task("urgent", world.voting, pho, {"ilse"})


def of_tasks(world: World) -> Iterator[Row]:
    voting, small, recorded = world.voting, world.small, world.recorded
    pho = world.task(voting, "pho_decision").pk
    vote = world.task(voting, "pho_decision", part="vote", name="fatima").pk
    cast = world.task(voting, "pho_decision", part="vote", name="noor").pk
    venlo = world.task(small, "municipal_alignment", body="venlo").pk
    confirm = world.task(recorded, "rmt_validation", part="confirm").pk
    accept = world.task(world.accepting, "acceptance").pk
    done = world.task(voting, "intake").pk
    gateway = world.task(voting, "each_participant").pk
    yield on_task("task", voting, pho, {"anouk"}, post=302)
    yield on_task("task", voting, vote, {"fatima"})
    yield on_task("task", voting, cast, {"noor"})
    yield on_task("task", small, venlo, {"soraya"})
    yield on_task("task", recorded, confirm, {"marco"})
    yield on_task("task", world.accepting, accept, {"helene"})
    yield on_task("task", voting, done, {"gijs", "carla"}, get=302)
    yield on_task("task", voting, gateway, (), knows=())
    yield on_task("task", voting, venlo, (), knows=())  # of another case
    for name in ("ballot-round", "ballot-meeting", "ballot-close"):
        yield on_task(name, voting, pho, {"anouk"})
    for case, task in ((voting, vote), (small, venlo), (small, pho)):  # no body decides there
        yield on_task("ballot-meeting", case, task, (), knows=())
    yield on_task("reassign", voting, pho, {"anouk"})
    yield on_task("reassign", small, venlo, {"soraya"})
    yield on_task("reassign", world.accepting, accept, {"helene"})
    for case, task in ((voting, pho), (small, venlo), (recorded, confirm), (world.accepting, accept)):
        yield on_task("extend", case, task, EXTENDERS)
    yield on_task("extend", voting, vote, (), knows=())  # a vote ends with its round
    yield on_task("extend", voting, done, (), knows=())
    yield on_task("reassign", voting, vote, (), knows=())  # one's own vote goes to nobody else
    yield on_task("reassign", voting, venlo, (), knows=())


# Signing in, and choosing light or dark: about oneself alone. What they do is in tests/signing_in and tests/ui.
ABOUT_ONESELF = {
    "account_login", "mfa_authenticate", "mfa_login_webauthn", "account_inactive", "openid_connect_login",
    "openid_connect_callback", "account_logout", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_index",
    "account_change_password", "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_remove_webauthn",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "switch-scheme",
}  # fmt: skip
# By whoever has it, signed in or not: tests/workflows/test_feeds.py, tests/workflows/test_seal.py. Or by anybody:
# tests/whistleblowing/test_reporter.py.
OPENED_BY_A_KEY = {"feed", "tender", "withdraw-tender", "report"}
# Of who handles reports; to anybody else, signed in or not, there is no such address:
# tests/whistleblowing/test_desk_pages.py and test_key_pages.py.
OF_THE_SEALED_LANE = {
    "open-vault", "shut-vault", "report-keys", "decide-about-key", "enrol-report-key", "change-report-passphrase",
    "renew-report-key", "lost-report-key", "withdraw-report-key", "reports-desk", "report-orally",
    "report-certificates", "open-report", "report-dossier", "report-step", "report-printed", "report-file",
    "report-slash",
}  # fmt: skip
ONLY_WHEN_TRIED = {"demo_people", "demo_become", "style-page"}


def addresses(patterns: Any) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, pattern
            yield pattern.name


VARYING = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(?<="X-CSRFToken": ")[^"]*')


def seen(client: Client, method: str, path: str) -> tuple[int, str]:
    """What somebody gets to see, less what differs with every request and the path that was asked for."""
    with transaction.atomic():
        response: HttpResponse = getattr(client, method)(path)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies.pop("messages", None)  # what is told on the next page
    text = VARYING.sub("", response.headers.get("Location", "") + body.decode("utf-8", "replace"))
    return response.status_code, text if path == "/" else text.replace(path, "PATH")


def signed_in(names: Collection[str], scheme: str = LN) -> dict[str, Client]:
    clients = {}
    for name in sorted(names):
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(User.objects.get(username=called(name, scheme)))
    return clients


def test_every_address_has_its_place_in_the_tables(played: dict[str, World]) -> None:
    known = {row.of for row in rows(played[LN])} | ABOUT_ONESELF | OPENED_BY_A_KEY | OF_THE_SEALED_LANE
    there = set(addresses(get_resolver().url_patterns))
    assert there - ONLY_WHEN_TRIED == known


def test_everybody_has_their_place_in_the_tables() -> None:
    there = set(User.objects.values_list("username", flat=True))
    assert there - {user.username for user in belonging_to(CG)} == EVERYBODY
    assert there >= {called(name, CG) for name in ONE_OF_EACH}


def questions(table: Sequence[Row], names: Collection[str], *, thorough: bool) -> Iterator[tuple[str, Row, str]]:
    """Who asks what, and how: whoever a row wants, or in turn one of those who get the same answer."""
    for turn, row in enumerate(table):
        alike: dict[tuple[int, ...], list[str]] = {}
        for name in sorted(names):
            alike.setdefault(tuple(row.expected(name, method) for method in row.methods), []).append(name)
        for group in alike.values():
            if thorough:
                yield from ((name, row, method) for name in group for method in row.asked(name))
            else:
                kinds = [name for name in group if name in ONE_OF_EACH] or group
                in_turn = kinds[turn % len(kinds)], row.methods[turn % len(row.methods)]
                if row.everybody:
                    yield from ((name, row, "get") for name in kinds)
                elif kinds[0] in row.may:
                    yield from ((in_turn[0], row, method) for method in row.methods)
                else:
                    yield in_turn[0], row, in_turn[1]


def one_of_each_address(table: Sequence[Row]) -> list[Row]:
    return list({row.of: row for row in table}.values())


@pytest.mark.long
@pytest.mark.parametrize("scheme", [LN, CG])
def test_everybody_gets_what_is_theirs_and_does_not_learn_of_the_rest(
    played: dict[str, World], scheme: str, thorough: bool
) -> None:
    """Everybody of Limburg-Noord, and who has their place elsewhere."""
    table, wrong = list(rows(played[scheme])), []
    clients = signed_in(EVERYBODY if scheme == LN else EVERYBODY & IN_PLACE[scheme].keys(), scheme)
    nothing: dict[tuple[str, str, str], tuple[int, str]] = {}
    asked = table if thorough or scheme == LN else one_of_each_address(table)
    for name, row, method in questions(asked, clients, thorough=thorough):
        expected = row.expected(name, method)
        status, text = seen(clients[name], method, reverse(row.of, args=row.args))
        if status != expected:
            wrong.append(f"{name} {method} {row.of} {row.args}: {status}, not {expected}")
        elif status == 404 and row.nowhere and name in ONE_OF_EACH:
            if (name, row.of, method) not in nothing:
                nothing[name, row.of, method] = seen(clients[name], method, reverse(row.of, args=row.nowhere))
            if (status, text) != nothing[name, row.of, method]:
                wrong.append(f"{name} {method} {row.of} {row.args}: differs from what is not there")
    assert not wrong, "\n".join(wrong)


OWNERS = {
    "pho_decision": ("fatima", "pho"), "rmt_validation": ("marco", "rmt"), "acceptance": ("helene", "mgr"),
    "municipal_alignment": ("soraya", "venlo"),
}  # fmt: skip


@pytest.mark.long
def test_no_form_of_somebody_else_does_anything(played: dict[str, World]) -> None:
    """Sent as its owner would send it, their hat and all: it is refused, and leaves no act."""
    world = played[LN]
    forms = {
        ("task", world.voting, world.task(world.voting, "pho_decision", part="vote", name="fatima")): {"choice": "for"},
        ("task", world.recorded, world.task(world.recorded, "rmt_validation", part="confirm")): {"decision": "confirm"},
        ("task", world.accepting, world.task(world.accepting, "acceptance")): {"outcome": "accept"},
        ("task", world.small, world.task(world.small, "municipal_alignment", body="venlo")): dict.fromkeys(
            ("political", "content", "back_office", "operations"), "agree"
        ),
    }  # fmt: skip
    for (name, client), ((address, case, task), given) in product(signed_in(ONE_OF_EACH).items(), forms.items()):
        owner = OWNERS[task.flow_task.name]
        if name != owner[0]:
            before = Act.objects.count()
            with transaction.atomic():
                path, form = reverse(address, args=[case.pk, task.pk]), {**given, "hat": str(hat(*owner).pk)}
                assert client.post(path, form).status_code in (404, 422), (name, path)
                assert Act.objects.count() == before, (name, path)
                transaction.set_rollback(True)


@pytest.mark.long
def test_what_only_shows_takes_no_form(played: dict[str, World]) -> None:
    client = Client()
    client.force_login(User.objects.get(username="karim"))
    showing = [row for row in rows(played[LN]) if row.post == 405]
    answers = {row.of: seen(client, "post", reverse(row.of, args=row.args))[0] for row in showing}
    assert {name for name, answer in answers.items() if answer != 405} == set()


@pytest.mark.long
def test_who_is_not_signed_in_is_sent_to_sign_in_wherever_they_knock(played: dict[str, World]) -> None:
    client = Client()
    for row in rows(played[LN]):
        for method in ("get", "post"):
            for args in (row.args, row.nowhere or row.args):
                path = reverse(row.of, args=args)
                status, text = seen(client, method, path)
                assert (status, text) == (302, f"/inloggen/?next={'/' if path == '/' else 'PATH'}"), (row.of, method)


@pytest.mark.long
def test_a_form_from_elsewhere_is_refused_whatever_it_is_about(played: dict[str, World]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="marleen"))
    client.get("/")
    for row in rows(played[LN]):
        if row.post != 405:
            answers = [seen(client, "post", reverse(row.of, args=args)) for args in (row.args, row.nowhere or row.args)]
            assert [status for status, _ in answers] == [403, 403], row.of
            assert answers[0] == answers[1], row.of


NUMBERS = (0, 2**31, 2**63 - 1, 2**63, 2**80)


@pytest.mark.long
def test_a_number_that_nothing_has_is_not_there(played: dict[str, World], thorough: bool) -> None:
    """In turn each number at another address; when thorough, all of them at each."""
    client = Client()
    client.force_login(User.objects.get(username="karim"))
    numbered = {row.of: len(row.args) for row in rows(played[LN]) if row.args}
    for turn, (name, places) in enumerate(numbered.items()):
        for number in NUMBERS if thorough else [NUMBERS[turn % len(NUMBERS)]]:
            expected = 405 if name.startswith(("discard-", "register-discard", "history-discard", "body-feed")) else 404
            assert seen(client, "get", reverse(name, args=[number] * places))[0] == expected, (name, number)
