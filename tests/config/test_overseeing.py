"""What the example tells of overseeing: its stories played with a few cases, and what an auditor then sees."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils.timezone import localtime

from audit import clock
from audit.models import AccessRecord
from audit.verify import verify
from cases.models import AuditFinding, Case, Destruction, Document, Sample
from config import demo
from config.demo.overseeing import carry_out_destructions
from escalation.models import Deadline
from roles.models import Dispensation, EmergencyAccess
from tests.client import Client
from workflows.auditing import drawn_again

SCHEMES = {"limburg-noord": "victor", "centraal-gelderland": "cornelis"}  # and who audits there
SHORT = 4  # lines of a story that is told to be drawn from
DRAWN_BEFORE = 37  # days ago: it was there when the sample was drawn


@pytest.fixture(scope="module")
def today(ground: None) -> datetime:
    """A year and more after the regelingen were founded: the day on which the example is shown."""
    now = localtime(clock.now(), demo.AMSTERDAM) + demo.FOUNDED
    told = {name: _few(tomllib.loads(demo.STORIES[name].read_text())) for name in SCHEMES}
    for moment, happen in sorted(demo.everything(told, now), key=lambda each: each[0]):
        with clock.moved_to(moment):
            happen()
    with clock.moved_to(now):
        carry_out_destructions()
    return now


@pytest.fixture(autouse=True)
def _on_that_day(today: datetime, db: None) -> Iterator[None]:
    with clock.moved_to(today):
        yield


def _few(data: dict[str, Any]) -> dict[str, Any]:
    """Of the cases only those that are overseen, and short ones to draw from."""
    about = {each["title"] for each in data["noodtoegang"]}
    kept = [
        story for story in data["opdracht"]
        if story["title"] in about
        or any(line[1] == "dispense" for line in story["script"])
        or (len(story["script"]) <= SHORT and story["days_ago"] > DRAWN_BEFORE)
    ]  # fmt: skip
    asked = {name: data[name] for name in ("steekproef", "noodtoegang", "vernietiging")}
    return {"opdracht": kept, "vergadering": [], **asked}


def page(scheme: str, address: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=SCHEMES[scheme]))
    response = client.get(address)
    assert response.status_code == 200
    return response.text


@pytest.mark.long
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_case_was_destroyed_by_two_and_a_certificate_says_so(scheme: str) -> None:
    case = Case.objects.get(scheme__code=scheme, destroyed_at__isnull=False)
    listed = Destruction.objects.get(scheme__code=scheme)
    assert listed.state == Destruction.State.DONE
    assert listed.proposer_id != listed.approver_id
    assert str(case.title) == "[vernietigd]"
    told = page(scheme, f"/audit/vernietiging/{listed.pk}/")
    assert case.number in told
    assert "Verklaring van vernietiging" in told
    assert "Vernietigd na het einde van de bewaartermijn" in page(scheme, f"/audit/opdrachten/{case.pk}/?beeld=verhaal")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_sample_was_judged_with_two_findings_of_which_one_is_closed(scheme: str) -> None:
    sample = Sample.objects.get(scheme__code=scheme)
    assert drawn_again(sample)
    judged = sorted(sample.items.values_list("judgement", flat=True))
    assert judged == ["finding", "finding", "fine", "fine", "fine"]
    findings = AuditFinding.objects.filter(case__scheme__code=scheme).order_by("pk")
    assert [finding.state for finding in findings] == ["closed", "open"]
    assert [finding.improvement.status for finding in findings] == ["done", "busy"]
    told = page(scheme, f"/audit/steekproeven/{sample.pk}/")
    assert "Opnieuw getrokken: hetzelfde" in told
    assert "5 van 5 beoordeeld" in told
    assert str(findings[0].words) in page(scheme, "/audit/bevindingen/")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_noodtoegang_was_judged_in_time_and_what_was_read_by_it_is_on_record(scheme: str) -> None:
    taken = EmergencyAccess.objects.get(appointment__position__body__scheme__code=scheme)
    secret = Document.objects.get(case=taken.case_id, classification="secret")
    assert taken.judgement == EmergencyAccess.Judgement.JUSTIFIED
    assert taken.reviewer_id not in (None, taken.person_id)
    assert Deadline.objects.get(emergency=taken).state == Deadline.State.ENDED
    [look] = AccessRecord.objects.filter(subject=f"document/{secret.pk}/1", actor=taken.person.actor)
    assert taken.opened_at <= look.at < taken.until
    told = page(scheme, f"/audit/noodtoegang/{taken.pk}/")
    assert "Oordeel: terecht" in told
    assert f"Stuk {secret.pk}, versie 1" in told


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_exception_was_made_by_two_others(scheme: str) -> None:
    [made] = Dispensation.objects.filter(chain__in=[case.chain for case in Case.objects.filter(scheme__code=scheme)])
    assert len({made.person_id, made.requested_by_id, made.approved_by_id}) == 3
    assert str(made.person) in page(scheme, "/audit/overzichten/uitzonderingen/").partition("<tbody")[2]


def test_the_evidence_of_all_that_is_sound() -> None:
    assert verify().findings == []
