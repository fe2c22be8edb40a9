"""Random moves, legal and not, by aldermen who sit on both sides of the table and by the rest, in both regelingen.

Whatever is tried: it succeeds with one act or changes nothing; no rule of domain §3 is ever broken; and from wherever
the case ends up, a legal way to an end exists and is found. `--plays` says how many.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit import clock
from audit.models import Act
from cases.models import Case
from config.demo import players
from config.demo.players import who
from roles.authorize import NotAllowed
from roles.models import Appointment, DutyPair, Recusal, Scheme
from roles.models.fields import holding_on
from roles.services.schemes import set_segregation_date
from tests.workflows import play
from workflows import ballots, escalations, services
from workflows.engine import Gone
from workflows.models import CaseTask
from workflows.nodes import Collective

pytestmark = pytest.mark.django_db

REFUSALS = (NotAllowed, Gone)
OPPOSITE = {"owner": "client", "client": "owner"}
LONGEST_PLAY = 25
OFFICIALS = {"limburg-noord": "wim", "centraal-gelderland": "benjamin"}  # their secretaries submit too


@pytest.mark.long
def test_whatever_is_tried_no_rule_breaks_and_an_end_is_found(plays: int) -> None:
    # Shrinking would play on for minutes; the draws that are printed tell enough.
    @settings(
        max_examples=plays, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True,
        report_multiple_bugs=False, phases=[Phase.generate],
    )  # fmt: skip
    @given(data=st.data(), segregated=st.sampled_from([None, -30, 30]))
    def play_at_random(data: st.DataObject, segregated: int | None) -> None:
        with transaction.atomic():
            _play(data, segregated)
            transaction.set_rollback(True)

    play_at_random()


def _play(data: st.DataObject, segregated: int | None) -> None:
    code = data.draw(st.sampled_from(list(play.SUBMITTERS)), label="scheme")
    scale = data.draw(st.sampled_from(play.SCALES), label="scale")
    if segregated is not None:
        scheme = Scheme.objects.get(code=code)
        since = clock.today() + timedelta(days=segregated)
        set_segregation_date(scheme=scheme, segregated_from=since, decision="Besluit van het AB")
    submitters = [play.SUBMITTERS[code], OFFICIALS[code] if scale != "local" else play.SUBMITTERS[code]]
    case = play.submitted(
        data.draw(st.sampled_from(submitters), label="submitter"), scheme=code, scale=scale,
        asks_colleges=data.draw(st.sampled_from(["nothing", "consent"]), label="asks"),
    )  # fmt: skip
    for _ in range(data.draw(st.integers(0, LONGEST_PLAY), label="moves")):
        case.refresh_from_db()
        if not case.is_running:
            break
        attempt(case, data)
        check_trail(case)
    assert play.end(case) in ("granted", "rejected", "withdrawn")
    check_trail(case)


def attempt(case: Case, data: st.DataObject) -> None:
    """One random move; it has one act and leaves history rows of that act alone, or nothing at all."""
    before = trail(case)
    moves = proper(case, data) + improper(case, data)
    name, call = data.draw(st.sampled_from(moves), label="move")
    try:
        with transaction.atomic():
            call()
    except REFUSALS:
        assert trail(case) == before, name
    else:
        assert len(trail(case)) == len(before) + 1, name


Move = tuple[str, Callable[[], Any]]


def proper(case: Case, data: st.DataObject) -> list[Move]:
    """What the person whose turn it is might do, with any outcome, and what is always possible."""
    moves: list[Move] = [("straight on", lambda: straight(case))] * 4
    for task in CaseTask.objects.filter(case=case, finished=None, flow_task_type="HUMAN"):
        node = task.flow_task
        if isinstance(node, Collective):
            outcome = data.draw(st.sampled_from([o.code for o in node.outcomes]), label="proposal")
            extra = {"defer_until": play.in_days(14)} if outcome == "defer" else {}
            members = [play.username(each) for each in players.members_of(case, node.name)]
            against = data.draw(st.sampled_from([[], members[: len(members) // 2], members]), label="against")
            put = {"case": case, "step": node.name, "proposal": outcome, **extra}
            moves += [
                ("meeting", partial(play.record, against=against, **put)),
                ("round", partial(play.open_round, **put)),
            ]
        elif node.name == "intake":
            moves += [
                ("questions", lambda: play.take_in(case, "questions", questions="Waarom?")),
                ("negative", lambda: play.take_in(case, "negative", motivation="Past niet.")),
            ]
        elif node.name == "municipal_alignment":
            one, *others = play.account_managers(case)
            moves.append(("disagree", partial(play.align, case, disagreeing=[one], silent=others)))
        elif node.name == "alignment_question":
            again = play.a_request(scheme=case.scheme.code, scale=case.commission.scale)
            moves.append(("adapt", partial(play.as_submitter, case, "alignment_question", "adapt", request=again)))
        elif node.name == "acceptance":
            moves.append(("decline", partial(play.accept, case, "decline", motivation="Te weinig mensen.")))
        elif node.name == "local_decision":
            moves.append(("no, locally", partial(play.decide_locally, case, "refuse")))
        elif node.name == "partner_consent":
            back = partial(play.ask_partners, case, "back_to_approach", refusing=[first_partner(case)])
            moves.append(("not that region", back))
        elif node.name == "college_consent" and task.organisation is not None:
            moves.append(("no, college", play.consenting(case, task.organisation.code, "refuse")))
        elif node.name == "consent_question":
            back = partial(play.as_submitter, case, "consent_question", "back_to_approach", motivation="Anders.")
            moves.append(("colleges say no", back))
    mine = {**who(case.submitted_by), "case_id": case.pk}
    moves += [
        ("suspend", lambda: services.suspend(**mine, reason="Wacht.")),
        ("comment", lambda: services.comment(**mine, words="Graag tempo.")),
        ("escalate", lambda: escalate(case, data)),
        ("recuse", lambda: recuse(case, data.draw(st.sampled_from(aldermen(case)), label="recused"))),
    ]
    return moves


def aldermen(case: Case) -> list[Appointment]:
    """The clients' members who decide in this case; in Limburg-Noord they all sit in the AB too."""
    return players.members_of(case, "pho_decision")


def first_partner(case: Case) -> str:
    return str(case.commission.partners.order_by("id")[0].organisation.code)


def straight(case: Case) -> None:
    """One move of the straight way."""
    if play.open_steps(case) == ["municipal_alignment"]:
        play.aligning(play.account_managers(case)[0], case)()
    elif play.open_steps(case)[0] == "college_consent":
        asked = play.open_task(case, "college_consent").organisation
        assert asked is not None
        play.consenting(case, asked.code)()
    elif CaseTask.objects.filter(case=case, finished=None, part="vote").exists():
        task = CaseTask.objects.filter(case=case, finished=None, part="vote").earliest("id")
        play.voting(task.seat.person.user.username, case, task.flow_task.name, motivation="Akkoord.")()
    elif play.open_steps(case) == ["pho_deferred"]:
        raise Gone("that is the clock's")
    else:
        play.straight_on(case)


def escalate(case: Case, data: st.DataObject) -> None:
    """About a step that waits, which it may stop."""
    task = CaseTask.objects.filter(case=case, finished=None, part="", flow_task_type="HUMAN").first()
    escalations.open_escalation(
        **who(case.submitted_by), case_id=case.pk, category="term", reason="Te laat.",
        task_id=task.pk if task else None, holds=data.draw(st.booleans(), label="holds"),
    )  # fmt: skip


def recuse(case: Case, me: Appointment) -> None:
    ballots.recuse(**who(me), case_id=case.pk, ground="Familie bij een aanbieder.")


def improper(case: Case, data: st.DataObject) -> list[Move]:
    """Anybody, with any of their hats or somebody else's, at any open task."""
    tasks = list(CaseTask.objects.filter(case=case, finished=None))
    if not tasks:
        return []
    task = data.draw(st.sampled_from(tasks), label="task")
    appointments = list(Appointment.objects.filter(holding_on(clock.today())).select_related("person").order_by("id"))
    someone, another = (data.draw(st.sampled_from(appointments), label="who") for _ in range(2))
    codes = ["complete", "accept", "answered", "grant", "proposed", "nonsense"]
    outcome = data.draw(st.sampled_from(codes), label="outcome")

    ids = {**who(someone), "case_id": case.pk, "task_id": task.pk}

    def stolen() -> None:
        if someone.person_id != another.person_id:
            with pytest.raises(REFUSALS), transaction.atomic():
                services.complete(**(ids | {"appointment_id": another.pk}), outcome=outcome)
        raise Gone

    return [
        ("somebody else's hat", stolen),
        ("a vote by anybody", lambda: ballots.cast_vote(**ids, choice="for", motivation="Omdat.")),
        ("a confirmation by anybody", lambda: ballots.confirm(**ids)),
        ("a closing by anybody", lambda: ballots.close_round(**ids)),
        (
            "a withdrawal by anybody",
            lambda: services.withdraw(**who(someone), case_id=case.pk, reason="Weg ermee."),
        ),
    ]


def trail(case: Case) -> list[tuple[int, str]]:
    return list(Act.objects.filter(chain=case.chain).order_by("seq").values_list("seq", "verb"))


def check_trail(case: Case) -> None:
    """Domain §3, read from the evidence alone and written down a second time."""
    scheme = Scheme.objects.get(pk=case.scheme_id)
    binding_now = scheme.segregated_from is not None and scheme.segregated_from <= clock.today()
    pairs = {(pair.first, pair.second) for pair in DutyPair.objects.filter(scheme=scheme, flow="commissioning")}
    pairs |= {(second, first) for first, second in pairs}
    done: list[Act] = []
    out: set[str] = set()
    for act in Act.objects.filter(chain=case.chain).order_by("seq"):
        earlier = [a for a in done if a.actor == act.actor and a.duty]
        assert act.actor not in out or act.verb in ("comment",) or not act.duty, f"{act} by somebody recused"
        if act.actor.startswith("person/") and act.duty:
            both = any(a.capacity == OPPOSITE.get(act.capacity) for a in earlier)
            if act.verb in ("vote", "confirm", "send_back"):
                assert ("double-hat" in act.flags) == both
            elif act.verb == "complete" and both:
                assert not binding_now
                assert "double-hat" in act.flags
                assert act.ground
            if act.verb not in ("vote",):
                assert not any((a.duty, act.duty) in pairs for a in earlier), f"{act}: named pair"
        if act.step.endswith("/acceptance") and act.verb == "complete" and act.outcome == "accept":
            assert act.mandate
        if act.verb == "declare_recusal":
            out = {f"person/{r.person_id}" for r in Recusal.objects.filter(chain=case.chain, withdrawn_at=None)}
        done.append(act)
