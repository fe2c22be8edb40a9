"""The hat chooser: shown where there is one, asked where there are more, and never another than was on the screen."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Act
from roles.rules.verdict import GroundNeeded, Refused
from roles.selectors import Hat, Offer
from roles.services import substitute
from tests.workflows.browser import at, said, send, shown, url
from tests.workflows.play import brought_to, hat, submitted
from workflows.forms.hats import HatForm

pytestmark = pytest.mark.django_db

NEEDED = GroundNeeded("U hebt in deze zaak al gehandeld als opdrachtgever.", "Rolzuiverheid", ("double-hat",))
REFUSED = Refused("Deze stap hoort niet bij het AB.", "Stapkoppeling")


def offers() -> list[Offer]:
    """Three hats of ilse: one that asks for a ground, one that is refused, one that asks for a ground as well."""
    verdicts: dict[str, GroundNeeded | Refused] = {"pho": NEEDED, "ab": REFUSED, "db": NEEDED}
    return [Offer(Hat(hat("ilse", body)), verdict) for body, verdict in verdicts.items()]


def test_a_hat_that_needs_a_ground_is_not_worn_without_one() -> None:
    chosen = str(hat("ilse", "db").pk)
    without = HatForm({"hat": chosen, "ground": "  "}, offers=offers())
    assert without.errors == {"ground": [NEEDED.reason]}
    with_one = HatForm({"hat": chosen, "ground": "Er is geen ander lid."}, offers=offers())
    assert with_one.is_valid()
    assert with_one.who == {"appointment_id": int(chosen), "substitution_id": None}


def test_a_refused_hat_is_shown_with_its_reason_and_cannot_be_worn() -> None:
    form = HatForm({"hat": str(hat("ilse", "ab").pk)}, offers=offers())
    assert form.errors["hat"] == [REFUSED.reason]
    assert REFUSED.reason in form["hat"].as_widget()
    assert "disabled" in form["hat"].as_widget()


def test_one_hat_is_shown_and_goes_along_unseen() -> None:
    form = HatForm(offers=offers()[:1])
    assert form["hat"].is_hidden
    assert form.only is not None


@pytest.mark.parametrize("sent", ["", "0", "12-13", "⅓", "999999999999999999999", "1 OR 1=1"])
def test_a_hat_that_was_not_offered_is_not_worn(sent: str) -> None:
    assert "hat" in HatForm({"hat": sent}, offers=offers()).errors


def test_who_has_more_than_one_hat_chooses_before_acting() -> None:
    case = submitted()
    where = reverse("comment", args=[case.pk])
    page = said(at("ilse").get(where))
    assert "Als PHO-lid en voorzitter, PHO Limburg-Noord" in page
    assert "Als DB-lid, DB MGR Limburg-Noord" in page
    unchosen = send(at("ilse"), where, {"words": "Akkoord."})
    assert (unchosen.status_code, "Kies in welke hoedanigheid u handelt." in said(unchosen)) == (422, True)
    assert send(at("ilse"), where, {"words": "Akkoord.", "hat": str(hat("ilse", "db").pk)}).status_code == 302
    assert Act.objects.filter(chain=case.chain).latest("seq").capacity == "owner"


@pytest.mark.long
def test_who_stands_in_for_somebody_acts_in_their_place_and_the_act_says_so() -> None:
    today = clock.today()
    substitute(
        appointment=hat("gijs"), person=hat("linda").person, valid_from=today, valid_until=today + timedelta(days=5),
        reason="Vakantie.",
    )  # fmt: skip
    case = brought_to("intake")
    where = url(case, "intake")
    assert "in plaats van Gijs Wolters" in said(at("linda").get(where))
    assert "-" in shown(at("linda"), where)["hat"][0]
    assert send(at("linda"), where, {"outcome": "questions", "questions": "Hoeveel?"}).status_code == 302
    act = Act.objects.filter(chain=case.chain).latest("seq")
    assert (act.actor, act.appointment) == (hat("linda").person.actor, f"appointment/{hat('gijs').pk}")
