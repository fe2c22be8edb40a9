"""Older contracts come in from a file: tried first, then all or nothing, and visibly taken over."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from audit.models import Act
from cases.models import Case, Contract
from cases.rules.history import COLUMNS
from roles.authorize import NotAllowed
from roles.models import Scheme
from roles.rules import sheet
from roles.setup import FIXTURES
from tests.workflows import play
from workflows import history
from workflows.models import CaseTask

pytestmark = pytest.mark.django_db
EXAMPLE = FIXTURES / "contracten-voorbeeld.csv"
HEAD = "kenmerk;titel;perceel;aanbieder;procedure;van;tot en met;bedrag per jaar;verlengingen;jaren per verlenging\n"
GOOD = "2019-1;Oud;dyslexie;Rubicon;SAS;01-01-2020;31-12-2023;100.000;;"


def scheme() -> Scheme:
    return Scheme.objects.get(code="limburg-noord")


def told(*rows: str) -> list[str]:
    content = (HEAD + "\n".join(rows)).encode()
    return [
        problem.message
        for problem in history.try_out(scheme=scheme(), lines=sheet.read(content, COLUMNS)).plan.problems
    ]


def test_the_example_becomes_commissions_procurements_and_contracts() -> None:
    content = EXAMPLE.read_bytes()
    plan = history.import_history(scheme=scheme(), content=content)
    assert len(plan.entries) == 4
    kinds = Case.objects.filter(imported=True).values_list("kind", flat=True)
    assert sorted(kinds) == ["commission"] * 2 + ["contract"] * 4 + ["procurement"] * 2
    past = Contract.objects.get(provider__name="Rubicon")
    above, top = past.case.parent, past.case.subject
    assert above is not None
    assert top is not None
    assert (past.case.state, above.state, top.state) == ("ended", "contracted", "granted")
    running = Contract.objects.get(provider__name="WAUW")
    assert (running.case.state, running.ceiling, running.ends_on) == (
        "open",
        5 * 465000 + 2 * 465000,
        date(2027, 6, 30),
    )
    assert play.open_steps(running.case) == ["term_runs"]
    acts = Act.objects.filter(verb="import_history")
    assert acts.count() == 8
    assert len({act.correlation for act in acts}) == 1


def test_the_same_file_twice_adds_nothing() -> None:
    content = EXAMPLE.read_bytes()
    history.import_history(scheme=scheme(), content=content)
    before = (Case.objects.count(), Act.objects.count(), CaseTask.objects.count())
    assert not history.import_history(scheme=scheme(), content=content).changes
    assert (Case.objects.count(), Act.objects.count(), CaseTask.objects.count()) == before


def test_a_later_file_adds_to_what_is_there() -> None:
    history.import_history(scheme=scheme(), content=(HEAD + GOOD).encode())
    more = GOOD.replace("Rubicon", "Zorggroep")
    plan = history.import_history(scheme=scheme(), content=(HEAD + GOOD + "\n" + more).encode())
    assert [entry.status for entry in plan.entries] == ["unchanged", "new"]
    assert Contract.objects.filter(case__subject__number="H-2019-1").count() == 2
    assert Case.objects.filter(number="H-2019-1-C2").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (GOOD.replace("2019-1", "te lang kenmerk"), "Gebruik ten hoogste 12 letters"),
        (GOOD.replace("dyslexie", "fietsen"), "geen perceel van deze regeling"),
        (GOOD.replace("SAS", "loting"), "geen procedure"),
        (GOOD.replace("100.000", "1.00.0"), "geen bedrag"),
        (GOOD.replace("31-12-2023", "31-12-2019"), "eindigt voordat het ingaat"),
        (GOOD.replace("31-12-2023", "31-12-2060"), "ten hoogste 20 jaar"),
        (GOOD.replace("01-01-2020", "30-02-2020"), "bestaat niet"),
        (GOOD + "2", "Vul het aantal en de jaren in"),
    ],
)
def test_a_row_that_does_not_fit_is_named(row: str, words: str) -> None:
    assert any(words in message for message in told(row))


def test_rows_that_contradict_each_other_or_the_register_are_refused() -> None:
    assert "staat ook op regel 2" in told(GOOD, GOOD)[0]
    assert "een andere titel" in told(GOOD, GOOD.replace("Oud", "Anders").replace("Rubicon", "WAUW"))[0]
    assert "een andere wet" in told(GOOD, GOOD.replace("dyslexie", "huishouden"))[0]
    history.import_history(scheme=scheme(), content=(HEAD + GOOD).encode())
    assert "staat al in het register" in told(GOOD.replace("100.000", "200.000"))[0]


def test_one_bad_row_keeps_all_out() -> None:
    content = (HEAD + GOOD + "\n" + GOOD.replace("SAS", "loting")).encode()
    with pytest.raises(NotAllowed, match="Regel 3"):
        history.import_history(scheme=scheme(), content=content)
    assert not Case.objects.filter(imported=True).exists()


def test_the_command_tries_first(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_history", str(EXAMPLE), "--scheme", "limburg-noord", "--dry-run")
    assert "4 contracten van 2 nieuwe opdrachten" in capsys.readouterr().out
    assert not Case.objects.filter(imported=True).exists()
    call_command("import_history", str(EXAMPLE), "--scheme", "limburg-noord")
    assert Case.objects.filter(imported=True).count() == 8
    with pytest.raises(CommandError, match="Er is geen regeling"):
        call_command("import_history", str(EXAMPLE), "--scheme", "elders")
