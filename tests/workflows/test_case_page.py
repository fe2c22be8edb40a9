"""The pages of a case: who sees them, what they say, and what they cost."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AccessRecord, Act
from cases.models import Case, Choice, Document
from tests.client import Client
from tests.workflows.browser import at, of_municipality, said, send, url
from tests.workflows.play import align, brought_to, do, hat, meet, open_round, submitted, voting
from workflows import sentences
from workflows.flows import ALL
from workflows.nodes import Collective, Step
from workflows.pages.case import TABS
from workflows.sentences import sentence_of

pytestmark = pytest.mark.django_db

MOST_QUERIES = 36
NAMES = [name for name, _ in TABS]


@pytest.fixture
def voted() -> Case:
    """A case with nearly everything in it: seven answers, two bodies, a running round with votes, documents."""
    case = brought_to("pho_decision", title="Jeugd-GGZ 2028")
    open_round(case, "pho_decision", "grant")
    for name in ("noor", "daan", "fatima"):
        voting(name, case, "pho_decision")()
    add(at("anouk"), case, "internal")
    return case


def add(client: Client, case: Case, classification: str, title: str = "Notitie") -> Document:
    pdf = SimpleUploadedFile("notitie.pdf", b"%PDF-1.7 " + title.encode())
    sent = send(
        client, reverse("add-document", args=[case.pk]), {"file": pdf, "title": title, "classification": classification}
    )
    assert sent.status_code == 302
    return Document.objects.latest("pk")


@pytest.mark.long
def test_every_tab_shows_itself_to_who_sees_the_case(voted: Case) -> None:
    for username in ("ilse", "marleen", "gijs", "victor", "linda"):
        browser = at(username)
        for name in NAMES:
            page = browser.get(reverse(name, args=[voted.pk]))
            assert (page.status_code, "Jeugd-GGZ 2028" in said(page)) == (200, True), (username, name)


@pytest.mark.long
def test_for_who_may_not_see_a_case_it_is_not_there(voted: Case) -> None:
    for username in ("mallory", "bea"):
        browser = at(username)
        for name in (*NAMES, "bpmn", "comment", "add-document", "withdraw", "suspend", "resume", "recuse"):
            assert browser.get(reverse(name, args=[voted.pk])).status_code == 404, (username, name)
        assert browser.get(url(voted, "pho_decision")).status_code == 404


@pytest.mark.long
def test_a_page_takes_no_more_queries_however_much_happened(voted: Case) -> None:
    browser = at("ilse")
    before = {name: _queries(browser, voted, name) for name in NAMES}
    for title in ("een", "twee", "drie"):
        add(at("anouk"), voted, "internal", title)
        send(at("els"), reverse("comment", args=[voted.pk]), {"words": title})
    for member in ("joris", "lotte", "karim"):
        voting(member, voted, "pho_decision")()
    after = {name: _queries(browser, voted, name) for name in NAMES}
    assert max(after.values()) <= MOST_QUERIES, after
    assert {name: after[name] for name in NAMES if after[name] > before[name]} == {}


def _queries(browser: Client, case: Case, name: str) -> int:
    where = reverse(name, args=[case.pk])
    browser.get(where)
    with CaptureQueriesContext(connection) as captured:
        browser.get(where)
    return len(captured)


@pytest.mark.long
def test_the_page_says_whose_turn_it_is_and_links_to_my_own_task(voted: Case) -> None:
    page = at("ilse").get(reverse("case", args=[voted.pk]))
    assert "Uw taak: Stem uitbrengen: PHO-besluit" in said(page)
    assert "Karim Bouzid, PHO-lid" in said(page)
    assert "Uw taak" not in said(at("gijs").get(reverse("case", args=[voted.pk])))
    assert "Stem wijzigen" in said(at("noor").get(reverse("case", args=[voted.pk])))


def test_the_phases_say_what_is_done_what_is_going_on_and_what_was_not_needed() -> None:
    case = brought_to("acceptance")
    page = at("helene").get(reverse("case", args=[case.pk]))
    assert page.content.decode().count("is-done") >= 6
    assert "Eigenaar en colleges , overgeslagen" in said(page)
    do("helene", case, "acceptance", "accept")
    assert "Verstrekt" in said(at("helene").get(reverse("case", args=[case.pk])))


def test_a_case_that_went_back_says_what_each_municipality_answered_in_each_round() -> None:
    case = submitted()
    align(case, disagreeing=["els"])
    page = said(at("marleen").get(reverse("case-decisions", args=[case.pk])))
    assert "Past niet bij ons beleid." in page
    assert "Niet akkoord" in page


def test_every_outcome_of_every_step_has_a_sentence_in_the_history() -> None:
    for flow in ALL:
        for node in flow.instance.nodes():
            if not isinstance(node, Step):
                continue
            for outcome in node.outcomes:
                acts = [_act("confirm", flow, node, outcome.code)] if isinstance(node, Collective) else []
                if outcome.code == node.at_deadline:
                    acts = [_act("deadline", flow, node, outcome.code)]
                elif not acts:
                    acts = [_act("complete", flow, node, outcome.code)]
                for act in acts:
                    assert sentence_of(act, flow, "gemeente Venlo").title
    for choice in Choice.values:
        assert sentence_of(_act("vote", ALL[0], ALL[0].pho_decision, choice), ALL[0]).title


def test_every_verb_that_a_service_writes_has_a_sentence() -> None:
    written: set[str] = set()
    for module in (
        "workflows/services.py",
        "workflows/ballots.py",
        "roles/services/cases.py",
        "workflows/pages/actions.py",
    ):
        source = Path(module).read_text()
        written |= set(re.findall(r'verb="(\w+)"', source))
        written |= set(re.findall(r'of_(?:any|submitter|role)\(\s*"(\w+)"', source))
        written |= set(re.findall(r'substitution_id, "(\w+)"\)', source))
    assert {"open_ballot", "withdraw", "comment", "declare_recusal", "reassign"} <= written
    assert written - set(sentences.VERBS) <= {"submit", "complete", "vote", "deadline"}


def _act(verb: str, flow: type, node: Step, outcome: str) -> Act:
    return Act(verb=verb, step=f"{flow.code}/{flow.version}/{node.name}", outcome=outcome)  # type: ignore[attr-defined]


# Who may read what.


@pytest.mark.long
@pytest.mark.parametrize(
    ("classification", "readers", "others"),
    [
        ("public", ["ilse", "linda", "tom", "victor"], []),
        ("internal", ["ilse", "linda", "tom", "victor"], []),
        ("confidential", ["ilse", "tom", "victor", "stefan"], ["linda"]),
        # In this case: an alderman, a municipality that takes part, the adviser. Not: the controller, the supervisor.
        ("secret", ["ilse", "tom", "femke"], ["linda", "stefan", "naomi", "victor"]),
    ],
)  # fmt: skip
def test_a_document_is_read_by_who_may_and_not_there_for_others(
    voted: Case, classification: str, readers: list[str], others: list[str]
) -> None:
    document = add(at("anouk"), voted, classification, "Geheim plan")
    where = reverse("document", args=[voted.pk, document.pk, 1])
    for username in readers:
        assert _read(at(username), where) == b"%PDF-1.7 Geheim plan", username
        assert "Geheim plan" in said(at(username).get(reverse("case-documents", args=[voted.pk])))
    for username in others:
        assert at(username).get(where).status_code == 404, username
        page = said(at(username).get(reverse("case-documents", args=[voted.pk])))
        assert "U mag dit stuk niet openen" in page
        assert ("Geheim plan" in page) == (classification != "secret")
    assert at("mallory").get(where).status_code == 404
    records = AccessRecord.objects.filter(chain=voted.chain, subject__startswith="document/")
    looks = set(records.values_list("actor", flat=True))
    traced = readers if classification in ("confidential", "secret") else ["victor"]  # of an auditor always
    assert looks == {hat(username).person.actor for username in traced}


def test_a_download_is_never_opened_by_the_browser_itself(voted: Case) -> None:
    document = add(at("anouk"), voted, "public", "Verslag")
    answer: Any = at("noor").get(reverse("document", args=[voted.pk, document.pk, 1]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 Verslag"


def _read(browser: Client, where: str) -> bytes:
    answer = browser.get(where)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_a_new_version_keeps_the_earlier_one_and_asks_for_the_same_right(voted: Case) -> None:
    document = add(at("anouk"), voted, "secret", "Plan")
    where = reverse("add-version", args=[voted.pk, document.pk])
    assert at("linda").get(where).status_code == 404
    assert send(at("anouk"), where, {"file": SimpleUploadedFile("plan.pdf", b"%PDF-1.7 beter")}).status_code == 302
    assert [version.number for version in document.versions.all()] == [1, 2]
    assert _read(at("ilse"), reverse("document", args=[voted.pk, document.pk, 1])) == b"%PDF-1.7 Plan"
    assert _read(at("ilse"), reverse("document", args=[voted.pk, document.pk, 2])) == b"%PDF-1.7 beter"


@pytest.mark.long
@pytest.mark.parametrize("numbers", [(9_999_999, 1), (0, 1), (10**25, 1)])
def test_a_document_of_another_case_or_none_is_not_there(voted: Case, numbers: tuple[int, int]) -> None:
    other = add(at("marleen"), submitted(), "public")
    assert at("ilse").get(reverse("document", args=[voted.pk, other.pk, 1])).status_code == 404
    assert at("ilse").get(reverse("document", args=[voted.pk, *numbers])).status_code == 404
    assert at("ilse").get(reverse("case", args=[10**25])).status_code == 404
    assert at("ilse").get(reverse("task", args=[voted.pk, 10**25])).status_code == 404


def test_who_holds_no_hat_for_a_task_is_told_whose_it_is(voted: Case) -> None:
    page = at("gijs").get(url(voted, "pho_decision"))
    assert page.status_code == 403
    assert "Deze taak is van secretaris, PHO Limburg-Noord" in said(page)


@pytest.mark.long
def test_a_task_that_was_done_leads_to_the_case() -> None:
    case = brought_to("intake")
    where = url(case, "intake")
    do("gijs", case, "intake", "complete")
    assert at("gijs").get(where).headers["Location"] == reverse("case", args=[case.pk])
    meet_later = brought_to("rmt_validation")
    there = url(meet_later, "rmt_validation")
    meet(meet_later, "rmt_validation", "positive")
    assert at("wim").get(there).status_code == 302


ODD = 'Zorg & "hulp" <b>vet</b> \'s'


@pytest.mark.long
def test_what_people_type_is_shown_as_they_typed_it_and_never_as_markup() -> None:
    case = submitted(title=ODD, aim=ODD, occasion=ODD)
    add(at("els"), case, "internal", ODD)
    send(at("els"), reverse("comment", args=[case.pk]), {"words": ODD})
    browser = at("marleen")
    pages = [reverse(name, args=[case.pk]) for name in (*NAMES, "comment", "withdraw")]
    pages.append(of_municipality(case, "bergen"))
    for where in pages:
        page = browser.get(where)
        assert "<b>vet" not in page.content.decode(), where
        assert ODD in said(page), where
        assert "&quot;" not in said(page), where
        assert "&amp;" not in said(page), where


@pytest.mark.long
def test_a_task_page_takes_no_more_queries_than_a_case_page(voted: Case) -> None:
    for username, where in (
        ("lotte", url(voted, "pho_decision", part="vote", user="lotte")),
        ("anouk", url(voted, "pho_decision")),
        ("gijs", url(brought_to("intake"), "intake")),
        ("marleen", reverse("submit")),
    ):
        browser = at(username)
        browser.get(where)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(where).status_code == 200
        assert len(captured) <= MOST_QUERIES, where
