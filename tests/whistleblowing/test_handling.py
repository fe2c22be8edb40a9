"""Handling a report, played through services: each step one sealed act, and nobody reads what is not theirs."""

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from escalation.whistleblowing.models import Envelope
from escalation.whistleblowing.rules.flow import Stage
from escalation.whistleblowing.sealed import ALIAS, sealed
from escalation.whistleblowing.services import dossiers, handling, returning
from escalation.whistleblowing.services.dossiers import Unknown
from escalation.whistleblowing.services.handling import Stale
from roles.authorize import NotAllowed
from tests.whistleblowing.desk import TO_CLOSING, WORD, Desk, brought_to, declare, seen, step

LIST_QUERIES = 11

pytestmark = pytest.mark.usefixtures("lane")


@pytest.fixture
def desk(lane: None) -> Desk:
    return Desk()


def test_a_report_goes_its_whole_way_and_each_step_is_one_sealed_act(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)
    for number, (verb, outcome, words) in enumerate(TO_CLOSING, start=2):
        found = step(desk.silke, sent.report, verb, outcome, words)
        assert found.acts.by_handlers == number
        assert found.acts.facts[-1].verb == verb
        assert words in {each.words for each in found.messages} | {m.words.split("\n\n")[-1] for m in found.messages}
    assert found.standing.stage is Stage.CLOSING
    assert all(term.met_at is not None for term in found.terms.values())


def test_the_reporter_reads_the_steps_and_not_the_desk(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)
    step(desk.silke, sent.report, "acknowledge", words="Wij bellen u.")
    step(desk.silke, sent.report, "admit", words="Alleen voor ons.")
    token = returning.knock(sent.receipt)
    assert token
    talk = returning.read(returning.visitor(token))
    told = [(each.kind, each.more.get("stage")) for each in talk.said if not each.by_reporter]
    assert told == [("step", "Ontvankelijkheid"), ("step", "Onderzoek")]
    assert "Wij bellen u." in talk.said[-2].words
    assert not any("Alleen voor ons" in each.words for each in talk.said)


def test_three_months_run_from_the_acknowledgement(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    found = dossiers.dossier(desk.silke, report)
    assert found.terms["acknowledge"].met_at is not None
    assert found.terms["inform"].due_at == found.standing.inform_by.due


def test_whoever_has_no_envelope_learns_of_no_report(desk: Desk) -> None:
    report = desk.report(without=(desk.tariq,)).report
    assert [line.report.pk for line in dossiers.listed(desk.hanna)] == [report]
    assert dossiers.listed(desk.tariq) == dossiers.listed(desk.otto) == []
    for nobody in (desk.tariq, desk.otto):
        with pytest.raises(Unknown):
            dossiers.dossier(nobody, report)
        with pytest.raises(Unknown):
            handling.take(opened=nobody, report=report, seen=0, verb="note", words=WORD)


def test_who_finds_a_conflict_leaves_at_once_and_the_deputy_comes_in(desk: Desk) -> None:
    report = brought_to(desk, "investigate")
    declare(desk.tariq, report, "involved")
    with pytest.raises(Unknown):
        dossiers.dossier(desk.tariq, report)
    found = dossiers.dossier(desk.hanna, report)
    assert found.acts.facts[-1].details["called_in"] == [dossiers.called(desk.hanna.holder)]
    declare(desk.hanna, report)
    assert step(desk.hanna, report, "note", "note", "Ingelezen.").acts.facts[-1].verb == "note"


def test_whom_the_reporter_left_out_is_not_called_in_as_a_deputy(desk: Desk) -> None:
    report = desk.report(without=(desk.hanna,)).report
    declare(desk.silke, report, "involved")
    with pytest.raises(Unknown):
        dossiers.dossier(desk.hanna, report)
    with pytest.raises(NotAllowed, match="niemand anders"):
        declare(desk.tariq, report, "involved")
    assert dossiers.dossier(desk.tariq, report).standing.involved == {dossiers.person_of(desk.silke.holder)}


def test_of_two_handlers_who_act_at_once_the_second_reads_first(desk: Desk) -> None:
    report = brought_to(desk, "acknowledge")
    before = seen(desk.tariq, report)
    step(desk.silke, report, "note", "note", "Eerst dit.")
    with pytest.raises(Stale):
        handling.take(opened=desk.tariq, report=report, seen=before, verb="acknowledge")
    found = dossiers.dossier(desk.tariq, report)
    assert found.standing.stage is Stage.ACKNOWLEDGEMENT
    assert all(term.met_at is None for term in found.terms.values())


def test_what_the_reporter_adds_meanwhile_makes_no_step_stale(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)
    before = seen(desk.silke, sent.report)
    token = returning.knock(sent.receipt)
    assert token
    returning.reply(visitor=returning.visitor(token), words="Nog iets.")
    handling.take(opened=desk.silke, report=sent.report, seen=before, verb="acknowledge")
    assert dossiers.dossier(desk.silke, sent.report).standing.stage is Stage.ADMISSION


def test_a_handler_who_is_removed_in_the_middle_of_a_form_leaves_nothing_half_done(desk: Desk) -> None:
    report = brought_to(desk, "admit")
    before = seen(desk.tariq, report)
    with sealed(holder=desk.tariq.holder.pk):
        Envelope.objects.get(report=report, holder=desk.tariq.holder).delete()
    with pytest.raises(Unknown):
        handling.take(opened=desk.tariq, report=report, seen=before, verb="admit", words=WORD)
    found = dossiers.dossier(desk.silke, report)
    assert found.acts.by_handlers == before
    assert found.standing.stage is Stage.ADMISSION


def test_a_transcript_is_recorded_with_consent_and_signed_by_the_reporter(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)
    step(desk.silke, sent.report, "acknowledge")

    def talk(*, consented: bool) -> None:
        handling.talked(
            opened=desk.silke, report=sent.report, seen=seen(desk.silke, sent.report), outcome="reporter",
            words="De melder zei dit.", recorded=True, consented=consented,
        )  # fmt: skip

    with pytest.raises(NotAllowed, match="instemming"):
        talk(consented=False)
    talk(consented=True)
    assert dossiers.dossier(desk.silke, sent.report).standing.turn == "reporter"
    token = returning.knock(sent.receipt)
    assert token
    reporter = returning.visitor(token)
    [transcript] = [each.more["transcript"] for each in returning.read(reporter).said if each.kind == "transcript"]
    returning.answer_transcript(visitor=reporter, transcript=transcript, signed=False, words="Het was dinsdag.")
    assert dossiers.dossier(desk.silke, sent.report).standing.turn == "desk"
    talk(consented=True)
    [_, again] = [each.more["transcript"] for each in returning.read(reporter).said if each.kind == "transcript"]
    returning.answer_transcript(visitor=reporter, transcript=again, signed=True, words="")
    assert dossiers.dossier(desk.silke, sent.report).standing.transcripts == frozenset()


def test_a_referral_names_the_reporter_only_with_their_consent(desk: Desk) -> None:
    sent = desk.report()
    declare(desk.silke, sent.report)

    def refer() -> None:
        handling.refer(
            opened=desk.silke, report=sent.report, seen=seen(desk.silke, sent.report), outcome="named",
            channel="Huis voor Klokkenluiders", words="",
        )  # fmt: skip

    with pytest.raises(NotAllowed, match="stemde niet in"):
        refer()
    token = returning.knock(sent.receipt)
    assert token
    returning.consent(visitor=returning.visitor(token), words="Akkoord.")
    refer()
    assert dossiers.dossier(desk.silke, sent.report).acts.facts[-1].details["channel"] == "Huis voor Klokkenluiders"


@pytest.mark.parametrize("many", [3, 12])
def test_the_list_asks_as_many_questions_for_many_reports_as_for_few(desk: Desk, many: int) -> None:
    for _ in range(many):
        report = desk.report().report
        declare(desk.silke, report)
    with CaptureQueriesContext(connections[ALIAS]) as asked:
        lines = dossiers.listed(desk.silke)
    assert len(lines) == many
    assert all(WORD in line.subject for line in lines)
    assert len(asked) == LIST_QUERIES
