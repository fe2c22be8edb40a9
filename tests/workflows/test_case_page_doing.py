"""A commission done wholly through its pages: every form of every step, by who has it, in the hat that fits."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit import clock
from audit.models import Act
from cases.models import Ballot, Case, Document, Draft, Vote
from config.demo.players import municipalities
from tests.workflows.browser import at, of_municipality, said, send, shown, url
from tests.workflows.play import (
    SCHEME,
    align,
    brought_to,
    hat,
    in_days,
    meet,
    open_round,
    open_steps,
    propose,
    record,
    submitted,
    take_in,
)
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db

AGREED = {"political": "agree", "content": "agree", "back_office": "agree", "operations": "concern"}
HOW = {
    "strategy": "Open house per perceel.", "planning": "Gunning in september.", "hours": "320", "cost": "28.000",
    "within_budget": "yes", "within_capacity": "yes", "criteria_agreed": "yes",
}  # fmt: skip


def wat_vraag(scheme: str = SCHEME, /, **changes: Any) -> dict[str, Any]:
    shares = {f"share-{each.pk}": "1.250.000" for each in municipalities(scheme)}
    return {
        "title": "Jeugd-GGZ 2028", "domain": "youth", "scale": "regional", "asks_colleges": "nothing",
        "care_form": "jeugd-ggz", "occasion": "Contract loopt af.", "aim": "Kortere wachttijd.",
        "target_group": "Jeugdigen.", "intended_result": "Zes weken.", "risks": "", "years": "4",
        "start_date": in_days(300).isoformat(), **shares, "criteria-TOTAL_FORMS": "1", "criteria-INITIAL_FORMS": "0",
        "criteria-0-criterion": "Wachttijd", "criteria-0-norm": "6 weken", "criteria-0-measurement": "Berichten",
        "criteria-0-measured_on": in_days(700).isoformat(), **changes,
    }  # fmt: skip


@pytest.mark.long
def test_a_commission_goes_from_wat_vraag_to_verstrekt_through_its_pages() -> None:
    pdf = SimpleUploadedFile("Notitie.pdf", b"%PDF-1.7 notitie")
    answer = send(at("marleen"), reverse("submit"), wat_vraag(**{"papers-0-file": pdf}))
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("case", args=[case.pk])
    assert case.commission.annual_amount == 7 * 1_250_000
    assert str(Document.objects.get().title) == "Notitie"

    for name, code in (("els", "beesel"), ("marleen", "bergen"), ("henk", "gennep"), ("inge", "horst"),
                       ("paul", "peelenmaas"), ("soraya", "venlo"), ("tom", "venray")):  # fmt: skip
        assert send(at(name), of_municipality(case, code), AGREED).status_code == 302
    people = {
        "board_client": hat("ilse", "pho").pk, "official_client": hat("marco", "rmt").pk,
        "owner": hat("karim", "db").pk, "project_lead": hat("femke", "mgr").pk,
    }  # fmt: skip
    intake = {"outcome": "complete", "motivation": "Beeld gedeeld.", **people}
    assert send(at("gijs"), url(case, "intake"), intake).status_code == 302
    assert send(at("femke"), url(case, "approach"), HOW).status_code == 302
    _meet(case, "rmt_validation", "wim", "positive")
    _confirm(case, "rmt_validation", "marco")
    _vote_in_writing(case)
    _confirm(case, "pho_decision", "ilse")
    assert (
        send(at("helene"), url(case, "acceptance"), {"outcome": "accept", "conditions": "Start in juli."}).status_code
        == 302
    )

    case.refresh_from_db()
    assert case.state == "granted"
    assert case.commission.board_client_id == hat("ilse", "pho").pk
    assert Act.objects.filter(chain=case.chain).latest("seq").mandate.startswith("M-01 v1")


def _meet(case: Case, step: str, secretary: str, proposal: str) -> None:
    where = url(case, step)
    fields = shown(at(secretary), f"{where}vergadering/")
    present = {name.replace("-choice", "-present"): "on" for name in fields if name.endswith("-choice")}
    record = {"proposal": proposal, "meeting_date": clock.today().isoformat(), "way": "hammered", **present}
    assert send(at(secretary), f"{where}vergadering/", record).status_code == 302


def _confirm(case: Case, step: str, chair: str) -> None:
    page = said(at(chair).get(url(case, step, part="confirm")))
    assert "besluitregel v1" in page
    assert "aangenomen" in page
    assert send(at(chair), url(case, step, part="confirm"), {"decision": "confirm"}).status_code == 302


def _vote_in_writing(case: Case) -> None:
    where = url(case, "pho_decision")
    closes = (clock.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    assert send(at("anouk"), f"{where}ronde/", {"proposal": "grant", "closes_at": closes}).status_code == 302
    for name in ("noor", "daan", "fatima", "joris", "lotte", "karim"):
        assert send(at(name), url(case, "pho_decision", part="vote", user=name), {"choice": "for"}).status_code == 302
    against = {"choice": "against", "motivation": "Te duur."}
    mine = url(case, "pho_decision", part="vote", user="ilse")
    assert send(at("ilse"), mine, against).status_code == 302
    assert "Stem wijzigen" in said(at("ilse").get(reverse("case", args=[case.pk])))
    assert send(at("ilse"), mine, {"choice": "for_with_remark", "motivation": "Let op de kosten."}).status_code == 302
    assert Vote.objects.filter(choice="against").count() == 0
    assert send(at("anouk"), f"{where}sluiten/", {}).status_code == 302
    assert Ballot.objects.latest("id").state == "recorded"


@pytest.mark.long
def test_a_draft_is_kept_by_its_writer_and_submitted_later() -> None:
    marleen = at("marleen")
    kept = send(marleen, reverse("submit"), {**wat_vraag(title="Half af", aim=""), "draft": "1"})
    draft = Draft.objects.get()
    assert kept.headers["Location"] == reverse("draft", args=[draft.pk])
    assert at("tom").get(reverse("draft", args=[draft.pk])).status_code == 404
    assert "Half af" in said(marleen.get(reverse("submit")))
    fields = shown(marleen, reverse("draft", args=[draft.pk]))
    assert fields["title"] == ["Half af"]
    assert "fout" not in said(marleen.get(reverse("draft", args=[draft.pk]))).lower()
    assert send(marleen, reverse("draft", args=[draft.pk]), {"aim": "Kortere wachttijd."}).status_code == 302
    assert str(Case.objects.get().title) == "Half af"
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_by_its_writer_only() -> None:
    send(at("marleen"), reverse("submit"), {**wat_vraag(), "draft": "1"})
    draft = Draft.objects.get()
    assert at("tom").post(reverse("discard-draft", args=[draft.pk])).status_code == 404
    assert at("marleen").post(reverse("discard-draft", args=[draft.pk])).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.long
def test_a_row_is_added_without_javascript_and_nothing_is_lost() -> None:
    page = send(at("marleen"), reverse("submit"), {**wat_vraag(), "criteria-add": "1"})
    assert page.status_code == 200
    assert "criteria-1-criterion" in page.content.decode()
    assert 'value="Jeugd-GGZ 2028"' in page.content.decode()
    assert "Er is" not in said(page)


@pytest.mark.parametrize("username", ["gijs", "ilse", "anouk", "victor", "bea", "mallory"])
def test_who_may_not_submit_does_not_find_the_form(username: str) -> None:
    assert at(username).get(reverse("submit")).status_code == 404


@pytest.mark.long
def test_the_submitter_adapts_the_wat_vraag_after_a_municipality_said_no() -> None:
    case = submitted()
    align(case, disagreeing=["els"])
    page = said(at("marleen").get(url(case, "alignment_question")))
    assert "Past niet bij ons beleid." in page
    adapted = {"outcome": "adapt", "title": "Kleinere opdracht", "years": "2"}
    assert send(at("marleen"), url(case, "alignment_question"), adapted).status_code == 302
    case.refresh_from_db()
    assert (str(case.title), case.commission.years, open_steps(case)) == (
        "Kleinere opdracht",
        2,
        ["municipal_alignment"],
    )


@pytest.mark.long
def test_questions_of_the_intake_are_answered_and_the_wat_vraag_with_them() -> None:
    case = brought_to("intake")
    asked = {"outcome": "questions", "questions": "Om hoeveel jeugdigen gaat het?"}
    assert send(at("gijs"), url(case, "intake"), asked).status_code == 302
    assert "Om hoeveel jeugdigen gaat het?" in said(at("marleen").get(url(case, "supplement")))
    answer = {"answer": "Om 450.", "adapt": "on", "target_group": "450 jeugdigen."}
    assert send(at("marleen"), url(case, "supplement"), answer).status_code == 302
    case.commission.refresh_from_db()
    assert str(case.commission.target_group) == "450 jeugdigen."
    assert open_steps(case) == ["intake"]


@pytest.mark.long
def test_after_a_negative_advice_the_submitter_says_why_it_goes_on() -> None:
    case = brought_to("intake")
    take_in(case, "negative", motivation="Te klein.")
    refused = send(at("marleen"), url(case, "reconsider"), {"outcome": "persist"})
    assert refused.status_code == 422
    assert (
        send(at("marleen"), url(case, "reconsider"), {"outcome": "persist", "motivation": "Nodig."}).status_code == 302
    )
    assert open_steps(case) == ["approach"]


@pytest.mark.long
def test_the_preview_says_who_decides_on_which_mandate_and_what_follows() -> None:
    case = brought_to("acceptance")
    page = said(at("helene").get(url(case, "acceptance")))
    assert "U besluit als directeur, MGR Limburg-Noord , opdrachtnemer" in page.replace("Noord,", "Noord ,")
    assert "M-01 v1" in page
    assert "De zaak eindigt: verstrekt." in page
    within = said(at("anouk").get(f"{url(brought_to('pho_decision'), 'pho_decision')}ronde/"))
    assert "Aanvaarding, door directeur" in within


def test_what_exceeds_the_budget_is_told_to_go_to_the_owner() -> None:
    case = brought_to("approach")
    propose(case, within_budget=False)

    meet(case, "rmt_validation", "positive")
    assert "DB-besluit, door secretaris" in said(at("anouk").get(f"{url(case, 'pho_decision')}ronde/"))


@pytest.mark.long
def test_a_member_with_an_earlier_opposite_hat_votes_with_a_motivation_and_is_flagged() -> None:
    case = brought_to("approach")
    propose(case, within_budget=False)

    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")  # ilse confirmed it as a client
    open_round(case, "db_decision", "agree")
    mine = url(case, "db_decision", part="vote", user="ilse")
    assert "eerder op met een andere hoed" in said(at("ilse").get(mine))
    assert send(at("ilse"), mine, {"choice": "for"}).status_code == 422
    assert send(at("ilse"), mine, {"choice": "for", "motivation": "De begroting kan het aan."}).status_code == 302
    assert Vote.objects.get(ballot__step="db_decision").flagged
    assert "Dubbele hoed" in said(at("victor").get(reverse("case-decisions", args=[case.pk])))


@pytest.mark.long
def test_the_chair_sends_a_record_back_with_a_reason() -> None:

    case = brought_to("pho_decision")
    record(case, "pho_decision", "grant")
    where = url(case, "pho_decision", part="confirm")
    assert send(at("ilse"), where, {"decision": "send_back"}).status_code == 422
    assert send(at("ilse"), where, {"decision": "send_back", "motivation": "Joris was er niet."}).status_code == 302
    assert open_steps(case) == ["pho_decision"]


@pytest.mark.long
def test_a_meeting_by_member_records_each_vote_and_the_minority() -> None:
    case = brought_to("pho_decision")
    where = f"{url(case, 'pho_decision')}vergadering/"
    fields = shown(at("anouk"), where)
    members = [name.removesuffix("-choice") for name in fields if name.endswith("-choice")]
    votes = {f"{name}-choice": "for" for name in members} | {f"{name}-present": "on" for name in members}
    minutes = {
        "proposal": "grant", "meeting_date": clock.today().isoformat(), "way": "votes",
        "minority": "Gennep wil kleiner.", **votes, f"{members[2]}-choice": "against",
    }  # fmt: skip
    refused = send(at("anouk"), where, minutes)
    assert refused.status_code == 422
    assert "Geef de motivering van Fatima El Idrissi bij deze stem." in said(refused)
    assert send(at("anouk"), where, minutes | {f"{members[2]}-motivation": "Te groot."}).status_code == 302
    ballot = Ballot.objects.latest("id")
    assert (ballot.tally["for"], ballot.tally["against"], str(ballot.minority)) == (6, 1, "Gennep wil kleiner.")


@pytest.mark.parametrize(
    ("username", "page", "changes", "verb"),
    [
        ("els", "comment", {"words": "Wij lezen mee."}, "comment"),
        ("marleen", "suspend", {"reason": "Wachten op de raad."}, "suspend"),
        ("marleen", "withdraw", {"reason": "Niet meer nodig."}, "withdraw"),
        ("noor", "recuse", {"interest": "Mijn broer werkt bij een aanbieder."}, "declare_recusal"),
    ],
)  # fmt: skip
def test_each_action_is_one_act(username: str, page: str, changes: dict[str, str], verb: str) -> None:
    case = submitted()
    before = Act.objects.filter(chain=case.chain).count()
    browser = at(username)
    where = reverse(page, args=[case.pk])
    hats = shown(browser, where).get("hat") or [str(hat(username).pk)]
    assert send(browser, where, {"hat": hats[0], **changes}).status_code == 302
    acts = Act.objects.filter(chain=case.chain).order_by("seq")
    assert [act.verb for act in acts[before:]] == [verb]


@pytest.mark.long
def test_a_task_is_handed_to_a_colleague_in_the_same_role() -> None:
    case = brought_to("intake")
    where = f"{url(case, 'intake')}overdragen/"
    assert send(at("gijs"), where, {"to": str(hat("carla").pk), "reason": "Vakantie."}).status_code == 302
    assert CaseTask.objects.get(case=case, finished=None).owner == hat("carla").person.user
    assert "opgepakt door Carla Boots" in said(at("gijs").get(reverse("case", args=[case.pk])))


@pytest.mark.long
def test_a_suspended_case_takes_no_step_and_goes_on_after_it_is_resumed() -> None:
    case = brought_to("intake")
    send(at("marleen"), reverse("suspend", args=[case.pk]), {"reason": "Wachten."})
    refused = send(at("gijs"), url(case, "intake"), {"outcome": "questions", "questions": "Hoeveel?"})
    assert (refused.status_code, "opgeschort" in said(refused)) == (409, True)
    send(at("marleen"), reverse("resume", args=[case.pk]), {"reason": "Klaar."})
    assert send(at("gijs"), url(case, "intake"), {"outcome": "questions", "questions": "Hoeveel?"}).status_code == 302
