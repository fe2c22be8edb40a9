"""Beside the steps, also of a closed case: what a municipality keeps itself, what its raad knows, what was wrong."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from audit import clock
from audit.models import Act
from audit.selectors import trail
from cases.models import Case, Document, MunicipalReference
from cases.services.municipal import Reference
from config.demo.players import chair_of, holder, who
from roles.authorize import NotAllowed
from tests.workflows import play
from tests.workflows.browser import at, said, send, shown
from tests.workflows.play import hat
from workflows import services
from workflows.afterwards import note_reference, rectify
from workflows.engine import Gone
from workflows.models import CaseTask

WRONG: dict[str, Any] = {"correction": "Het ging om 2029.", "reason": "Een tikfout."}

pytestmark = pytest.mark.django_db


def granted() -> Case:
    case = play.submitted()
    play.end(case)
    case.refresh_from_db()
    return case


def noted(case: Case, name: str = "tom", **values: Any) -> None:
    note_reference(**who(hat(name)), case_id=case.pk, organisation_id=venray(), reference=Reference(**values))


def venray() -> int:
    number = hat("tom").organisation_id
    assert number is not None
    return number


@pytest.mark.long
def test_a_municipality_writes_its_number_and_dates_during_the_case_and_after_it() -> None:
    case = play.submitted()
    noted(case, own_reference="VR-1")
    play.end(case)
    noted(case, own_reference="VR-1", council_on=clock.today() + timedelta(days=20))
    row = MunicipalReference.objects.get(commission=case.pk)
    assert (row.own_reference, row.council_on) == ("VR-1", clock.today() + timedelta(days=20))
    assert row.history.count() == 2
    act = trail(case.chain).last()
    assert act is not None
    assert (act.verb, act.data) == ("note_reference", {"of": "gemeente Venray"})


def test_the_number_that_comes_along_with_an_answer_is_the_same_number() -> None:
    case = play.submitted()
    me = hat("tom")
    play.aligning("tom", case)
    task = CaseTask.objects.get(case=case, finished=None, organisation=me.organisation_id)
    services.complete(
        **who(me), case_id=case.pk, task_id=task.pk, outcome="answered", **play.AGREED, own_reference="VR-2"
    )
    assert MunicipalReference.objects.get(commission=case.pk).own_reference == "VR-2"


def test_nobody_writes_for_another_municipality() -> None:
    case = play.submitted()
    for name in ("els", "gijs", "ilse"):
        with pytest.raises(NotAllowed):
            noted(case, name, own_reference="X")
    with pytest.raises(Gone):
        note_reference(**who(hat("tom")), case_id=case.pk, organisation_id=0, reference=Reference())


@pytest.mark.long
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"informed_on": timedelta(1), "informed_by": "RIB 1"}, "toekomst"),
        ({"informed_on": timedelta(0)}, "Noem het besluit"),
        ({"informed_by": "RIB 1"}, "wanneer"),
    ],
)
def test_what_a_raad_was_told_has_a_day_and_a_paper(values: dict[str, Any], reason: str) -> None:
    if "informed_on" in values:
        values = values | {"informed_on": clock.today() + values["informed_on"]}
    with pytest.raises(NotAllowed, match=reason):
        noted(granted(), **values)


@pytest.mark.long
def test_the_case_says_which_raden_know_of_it() -> None:
    case = granted()
    noted(case, informed_on=clock.today(), informed_by="RIB 2026-12")
    words = said(at("gijs").get(reverse("case-people", args=[case.pk])))
    assert "1 van 7 raden geïnformeerd" in words
    assert "RIB 2026-12" in words


@pytest.mark.long
def test_what_a_raad_still_has_to_know_stands_in_one_list() -> None:
    case = granted()
    where = reverse("councils")
    noted(case, informed_on=clock.today(), informed_by="RIB 2026-12")
    words = said(at("gijs").get(where))
    assert "1 van 7" in words
    assert "gemeente Beesel" in words
    assert "gemeente Venray" not in words
    for name in play.ACCOUNT_MANAGERS:
        me = hat(name)
        assert me.organisation_id is not None
        known = Reference(informed_on=clock.today(), informed_by="RIB")
        note_reference(**who(me), case_id=case.pk, organisation_id=me.organisation_id, reference=known)
    assert "Iedere raad is geïnformeerd" in said(at("gijs").get(where))


@pytest.mark.long
def test_the_form_shows_what_is_known_and_keeps_what_is_sent() -> None:
    case = granted()
    noted(case, own_reference="VR-3")
    client, where = at("tom"), reverse("note-reference", args=[case.pk, venray()])
    assert shown(client, where)["own_reference"] == ["VR-3"]
    assert send(client, where, {"informed_on": "2026-11-20", "informed_by": "RIB 9"}).status_code == 302
    row = MunicipalReference.objects.get(commission=case.pk)
    assert (row.own_reference, row.informed_by) == ("VR-3", "RIB 9")


@pytest.mark.long
def test_an_act_is_rectified_by_who_holds_its_position_and_by_nobody_else() -> None:
    case = granted()
    act = Act.objects.get(chain=case.chain, step__endswith="/intake")
    for name in ("femke", "ilse", "victor", "marleen"):
        with pytest.raises(NotAllowed):
            rectify(**who(hat(name)), case_id=case.pk, act_number=act.seq, **WRONG)
    rectify(**who(hat("carla")), case_id=case.pk, act_number=act.seq, **WRONG)  # a colleague in the same position
    done = trail(case.chain).last()
    assert done is not None
    assert (done.verb, done.data["rectifies"]) == ("rectify", act.seq)
    assert "2029" in str(done.motivation_text)


@pytest.mark.long
def test_a_decision_is_rectified_by_the_secretary_and_by_the_chair() -> None:
    case = granted()
    act = Act.objects.get(chain=case.chain, verb="confirm", step__endswith="/pho_decision")
    member = hat("noor", "pho")
    with pytest.raises(NotAllowed):
        rectify(**who(member), case_id=case.pk, act_number=act.seq, **WRONG)
    for allowed in (holder(case, "pho_decision"), chair_of(case, "pho_decision")):
        rectify(**who(allowed), case_id=case.pk, act_number=act.seq, **WRONG)


def test_an_act_that_is_not_there_cannot_be_rectified() -> None:
    case = granted()
    with pytest.raises(Gone):
        rectify(**who(hat("gijs")), case_id=case.pk, act_number=999, **WRONG)
    assert at("gijs").get(reverse("rectify", args=[case.pk, 999])).status_code == 404


@pytest.mark.long
def test_a_rectification_is_told_at_both_acts() -> None:
    case = granted()
    act = Act.objects.get(chain=case.chain, step__endswith="/intake")
    client, where = at("gijs"), reverse("rectify", args=[case.pk, act.seq])
    assert where in client.get(reverse("case-history", args=[case.pk])).content.decode()
    assert send(client, where, {"correction": "De projectleider is Olaf.", "reason": "Verkeerd."}).status_code == 302
    words = said(client.get(reverse("case-history", args=[case.pk])))
    assert f"Rectificatie van handeling {act.seq}" in words
    assert "Gerectificeerd in nr." in words
    assert "De projectleider is Olaf." in words


def test_accepting_draws_up_the_confirmation() -> None:
    case = granted()
    document = Document.objects.get(case=case, step="acceptance")
    version = document.versions.get()
    accepted = trail(case.chain).last()
    assert accepted is not None
    assert accepted.documents == version.sha256
    with version.file.open() as file:
        text = " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(file.read())).pages).split())
    for words in (
        case.number, "Ambulante jeugdhulp 2028", "gemeente Venray", "M-01 v1", "Hoogstens 6 weken", "PHO-besluit",
        "portefeuillehouders", "28.000,00", "Samen",
    ):  # fmt: skip
        assert words.lower() in text.lower(), words
    download = at("els").get(reverse("document", args=[case.pk, document.pk, 1]))
    assert b"".join(download).startswith(b"%PDF")
    download.close()


@pytest.mark.long
def test_declining_draws_up_nothing() -> None:
    case = play.brought_to("acceptance")
    play.do("helene", case, "acceptance", "decline", motivation="Geen capaciteit.")
    assert not Document.objects.filter(case=case).exists()
