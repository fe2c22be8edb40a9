"""Rollen, Mandaten and Audit: for whom they are, and what they tell."""

import re
from datetime import date, timedelta

import pytest

from audit import clock, roots
from audit.models import Act
from cases.models import Case
from escalation.whistleblowing.rules.flow import STEPS as REPORT_STEPS
from roles.models import Mandate, Person, Position, Scheme
from roles.services import appoint, bind_step, revoke_mandate, set_segregation_date
from tests.database import ROOT
from tests.workflows.play import ALDERMEN, brought_to, do, hat, meet, propose, submitted, who
from tests.workflows.visits import page, queries
from workflows import afterwards
from workflows.pages.acts import VERBS

pytestmark = pytest.mark.django_db


def number_of(username: str) -> int:
    return Person.objects.get(user__username=username).pk


def granted() -> Case:
    case = brought_to("acceptance")
    do("helene", case, "acceptance", "accept")
    return case


# --- Rollen


def test_everybody_with_a_hat_sees_who_sits_where() -> None:
    for username in ("els", "bea", "victor", "noor"):
        shown = page(username, "/rollen/")
        assert "Portefeuillehoudersoverleg sociaal domein" in shown
        assert "Helene Dassen" in shown
        assert "namens gemeente Venray" in shown
    assert "Helene Dassen" not in page("mallory", "/rollen/")


def test_double_seats_are_shown_with_what_the_regeling_says_about_them() -> None:
    shown = page("els", "/rollen/").partition('id="dubbel"')[2].partition("</section>")[0]
    assert "nog geen datum voor de rolscheiding" in shown
    assert all(str(Person.objects.get(user__username=name)) in shown for name in ALDERMEN)
    assert "Gijs Wolters" not in shown
    set_segregation_date(
        scheme=Scheme.objects.get(code="limburg-noord"),
        segregated_from=clock.today() - timedelta(days=1),
        decision="Besluit van het AB",
    )
    assert "Geen" in page("els", "/rollen/").partition('id="dubbel"')[2].partition("</section>")[0]


def test_a_persons_page_has_what_they_are_and_were() -> None:
    shown = page("els", f"/rollen/personen/{number_of('gijs')}/")
    assert "Accountmanager MGR" in shown
    assert "Inkoopadviseur" in shown
    assert "Geëindigd" in shown
    assert "Opdrachtgever en eigenaar tegelijk" in page("els", f"/rollen/personen/{number_of('ilse')}/")


@pytest.mark.parametrize("path", ["/rollen/personen/{}/", "/mandaten/{}/"])
def test_who_has_no_hat_finds_nobody_and_nothing(path: str) -> None:
    there = path.format(number_of("gijs") if "personen" in path else Mandate.objects.order_by("pk")[0].pk)
    page("els", there)
    page("mallory", there, status=404)
    for nothing in ("0", "999999999", "99999999999999999999"):
        page("els", path.format(nothing), status=404)


def test_somebody_without_any_appointment_has_no_page() -> None:
    page("victor", f"/rollen/personen/{number_of('mallory')}/", status=404)


# --- Mandaten


def test_the_register_has_each_mandate_once_with_its_sub_mandates_beneath() -> None:
    shown = page("els", "/mandaten/")
    lines = shown.partition("<tbody")[2]
    assert lines.index(">M-01<") < lines.index("Ondermandaat van M-01") < lines.index(">M-02<")
    assert lines.count(">M-04<") == 1
    assert "€\N{NO-BREAK SPACE}750.000" in lines
    assert "Geëindigd" in lines


def test_what_is_revoked_or_was_followed_by_a_next_version_says_so() -> None:
    mandate = Mandate.objects.get(number="M-02")
    revoke_mandate(mandate=mandate, reason="De regeling is gewijzigd.")
    assert "Ingetrokken" in page("els", "/mandaten/")
    second = Mandate.objects.get(number="M-04", version=2)
    shown = page("els", f"/mandaten/{second.pk}/")
    assert "Versie 1" in shown
    assert "Ingetrokken" in shown.partition('id="versies"')[2]


def test_a_mandate_names_the_acts_that_relied_on_it_in_cases_one_may_see() -> None:
    case = granted()
    mandate = Mandate.objects.get(number="M-01")
    shown = page("victor", f"/mandaten/{mandate.pk}/")
    assert case.number in shown
    assert "Aanvaarding: Aanvaarden" in shown
    assert case.number not in page("bea", f"/mandaten/{mandate.pk}/"), "no sight of cases"
    other = Mandate.objects.get(number="M-10")
    assert case.number not in page("victor", f"/mandaten/{other.pk}/")


# --- Audit


@pytest.mark.parametrize(
    ("username", "status"),
    [("victor", 200), ("helene", 200), ("bea", 200), ("ilse", 404), ("els", 404), ("roy", 200), ("mallory", 404)],
)
def test_control_is_for_who_supervises_directs_administers_or_judges_what_is_destroyed(
    username: str, status: int
) -> None:
    page(username, "/audit/", status=status)
    assert ('href="/audit/"' in page(username, "/")) is (status == 200)


def test_who_sees_the_audit_is_what_the_regeling_binds() -> None:
    manager = Position.objects.get(role__code="manager", body__scheme__code="limburg-noord")
    body, role = manager.body, manager.role
    bind_step(scheme=body.scheme, flow="register", step="see_audit_totals", role=role, body=body)
    case = submitted("marleen")
    page("roy", "/audit/overzichten/handelingen/", status=404)
    bind_step(scheme=body.scheme, flow="register", step="see_audit", role=role, body=body)
    assert case.number in page("roy", "/audit/overzichten/handelingen/")


def test_who_supervises_one_regeling_sees_no_acts_of_another_in_which_they_work_too() -> None:
    case = submitted("marleen")
    elsewhere = Position.objects.get(role__code="director", body__scheme__code="centraal-gelderland")
    appoint(person=Person.objects.get(user__username="gijs"), position=elsewhere, valid_from=clock.today())
    assert case.number in page("gijs", "/opdrachten/")
    assert case.number not in page("gijs", "/audit/overzichten/handelingen/")
    page("gijs", f"/audit/opdrachten/{case.pk}/", status=404)


@pytest.mark.long
def test_the_administrator_sees_how_much_and_not_what() -> None:
    case = submitted("marleen")
    assert case.number in page("victor", "/audit/overzichten/handelingen/")
    shown = page("bea", "/audit/")
    own = Act.objects.filter(chain__in=[case.chain, case.scheme.chain]).count()
    assert f"{own:,}".replace(",", ".") in shown
    assert f"{Act.objects.count():,}".replace(",", ".") not in shown  # the other regeling has acts as well
    assert case.number not in shown
    assert "Marleen Janssen" not in shown
    page("bea", f"/audit/opdrachten/{case.pk}/", status=404)


@pytest.mark.long
def test_acts_are_found_by_person_hat_verb_and_day() -> None:
    case = brought_to("rmt_validation")

    def acts(**query: object) -> str:
        return page("victor", "/audit/overzichten/handelingen/", query).partition("<tbody")[2].partition("</tbody>")[0]

    assert "Gijs Wolters" in acts()
    assert "Femke Rutten" not in acts(wie=number_of("gijs"))
    assert "Gijs Wolters" in acts(wie=number_of("gijs"))
    assert "Els Houben" not in acts(hoedanigheid="contractor")
    assert "Opdracht ingediend" in acts(handeling="submit")
    assert "Intake" not in acts(handeling="submit")
    assert case.number in acts(van=clock.today(), tot=clock.today())
    assert acts(tot=date(2020, 1, 1)) == ""


@pytest.mark.long
def test_a_double_hat_is_flagged_and_found_by_its_flag() -> None:
    case = brought_to("approach")
    propose(case, within_budget=False)
    meet(case, "rmt_validation", "positive")
    meet(case, "pho_decision", "grant")
    meet(case, "db_decision", "agree")
    flagged = Act.objects.filter(chain=case.chain).exclude(flags="").count()
    shown = page("victor", "/audit/overzichten/handelingen/", {"vlag": "ja"})
    assert shown.partition("<tbody")[2].count("Dubbele hoedanigheid") == flagged
    assert (flagged > 0) is ("Dubbele hoedanigheid" in page("victor", f"/audit/opdrachten/{case.pk}/"))


def test_the_trail_of_a_case_is_complete_and_in_order() -> None:
    case = granted()
    me = hat("gijs")
    shown = page("victor", f"/audit/opdrachten/{case.pk}/")
    acts = list(Act.objects.filter(chain=case.chain).order_by("seq"))
    places = [shown.index(bytes(act.hash).hex()) for act in acts]
    assert places == sorted(places)
    assert "M-01 v1" in shown
    assert str(me.person) in shown


def test_a_rectified_act_says_by_which_it_was_corrected() -> None:
    case = submitted("marleen")
    me = hat("marleen")
    afterwards.rectify(
        **who(me),
        case_id=case.pk,
        act_number=1,
        correction="De aanleiding was anders.",
        reason="Een vergissing.",
    )
    shown = page("victor", f"/audit/opdrachten/{case.pk}/")
    assert "Gerectificeerd in nr. 2" in shown
    assert "De aanleiding was anders." in shown


@pytest.mark.long
def test_a_trail_is_only_for_who_supervises_and_sees_the_case() -> None:
    case = submitted("marleen")
    for username, status in {"victor": 200, "helene": 200, "marleen": 404, "ilse": 404}.items():
        page(username, f"/audit/opdrachten/{case.pk}/", status=status)
        assert ("Alle handelingen met bewijs" in page(username, f"/opdrachten/{case.pk}/geschiedenis/")) is (
            status == 200
        )
    page("victor", "/audit/opdrachten/999999/", status=404)


@pytest.mark.django_db(transaction=True)
def test_the_last_signed_root_is_shown_as_it_stands_in_the_file() -> None:
    assert "Er is nog geen wortel ondertekend" in page("victor", "/audit/")
    root = roots.sign_root()
    assert root is not None
    shown = page("victor", "/audit/")
    assert root.root in shown
    assert "alles wat tot dat moment is vastgelegd" in shown


# --- Of all of these


@pytest.mark.long
@pytest.mark.parametrize("path", ["/rollen/", "/mandaten/", "/audit/overzichten/handelingen/"])
def test_a_page_takes_as_many_queries_however_much_there_is(path: str) -> None:
    submitted("marleen")
    few = queries("victor", path)
    brought_to("acceptance")
    assert queries("victor", path) == few
    assert few <= 14


def test_every_verb_has_words() -> None:
    used = {
        verb
        for package in ("roles", "cases", "escalation", "workflows")
        for file in (ROOT / package).rglob("*.py")
        for verb in re.findall(r'verb="([a-z_]+)"', file.read_text())
    }
    sealed = set(REPORT_STEPS)  # acts that no page of ours can read
    assert used - set(VERBS) - sealed == set()
