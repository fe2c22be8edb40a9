"""A story is data: who asks for what, and what happened to it, a line a move (fixtures/demo-*.toml)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localtime

from audit import clock
from cases.models import Case
from cases.services.commission import Kader, Request
from config.demo import players as p
from config.demo.paper import pdf
from escalation.models import Deadline
from workflows import ballots, clockwork, services

Story = dict[str, Any]


def perform(story: Story, *, moments: Sequence[datetime]) -> Case:
    """The first moment is the submission; each next one is a line of the script."""
    with clock.moved_to(moments[0]):
        me = p.hat(story["by"])
        case = services.submit(
            **p.who(me),
            request=_request(story),
            documents=[pdf(name, level) for name, level in story.get("documents", [])],
        )
    for moment, (_, verb, *arguments) in zip(moments[1:], story["script"], strict=True):
        with clock.moved_to(moment):
            VERBS[verb](case, *arguments)
    return case


def _request(story: Story, **changes: Any) -> Request:
    shares = {
        organisation.pk: Decimal(thousands) * 1000
        for organisation, thousands in zip(p.municipalities(), story["thousands"], strict=True)
        if thousands
    }
    texts = {name: story[name] for name in ("title", "occasion", "aim", "target_group", "intended_result")}
    start = date.today() + timedelta(days=story["starts_in"])
    criteria = [
        Kader(criterion=criterion, norm=norm, measurement=how, measured_on=start + timedelta(days=365))
        for criterion, norm, how in story["criteria"]
    ]
    values = dict(
        **texts, risks=story.get("risks", ""), domain=story["domain"], scale="regional", start_date=start,
        years=story["years"], shares=shares, criteria=criteria,
    )  # fmt: skip
    return Request(**{**values, **changes})


def _align(case: Case, answers: dict[str, Any] | None = None, only: Sequence[str] = p.ACCOUNT_MANAGERS) -> None:
    p.align(case, answers or {}, only=only)


def _step(case: Case, username: str, step: str, outcome: str, values: dict[str, Any] | None = None) -> None:
    """A step of one person; `documents` are names with their classification."""
    given = dict(values or {})
    papers = [pdf(name, level) for name, level in given.pop("documents", [])]
    p.do(p.hat(username), case, step, outcome, documents=papers, **given)


def _take_in(case: Case, outcome: str = "complete", values: dict[str, Any] | None = None) -> None:
    """The intake, with who is who as the region has it."""
    roles = {} if outcome == "questions" else {
        "board_client": p.hat("ilse", "pho").pk, "official_client": p.hat("marco", "rmt").pk,
        "owner": p.hat("karim", "db").pk, "project_lead": p.hat("femke").pk,
    }  # fmt: skip
    p.do(p.hat("gijs"), case, "intake", outcome, **roles, **(values or {}))


def _propose(case: Case, values: dict[str, Any] | None = None) -> None:
    given: dict[str, Any] = {
        "strategy": "Open house per perceel, met een kwaliteitstoets bij toelating.",
        "planning": "Marktverkenning in twee maanden, toelating vanaf het tweede kwartaal.",
        "approach_risks": "Aanbieders vragen tijd voor de administratie.", "hours": 320, "cost": 28_000,
        "within_budget": True, "within_capacity": True, "criteria_agreed": True,
    } | (values or {})  # fmt: skip
    given["cost"] = Decimal(given["cost"])
    papers = [pdf("Plan van aanpak", "internal")]
    p.do(p.hat("femke"), case, "approach", "proposed", documents=papers, **given)


def _record(case: Case, step: str, proposal: str, options: dict[str, Any] | None = None) -> None:
    given = dict(options or {})
    votes = {name: (choice, words) for name, (choice, words) in given.pop("votes", {}).items()}
    if proposal == "defer":
        given["defer_until"] = clock.today() + timedelta(days=given.pop("days", 30))
    papers = [pdf(name, level) for name, level in given.pop("documents", [])]
    p.record(case, step, proposal, votes=votes, documents=papers, **given)


def _meet(case: Case, step: str, proposal: str, options: dict[str, Any] | None = None) -> None:
    _record(case, step, proposal, options)
    p.confirm(case, step)


def _open_round(case: Case, step: str, proposal: str, days: int) -> None:
    """Until five o'clock on a working day."""
    closing = localtime(clock.now()).replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=days)
    while closing.weekday() > 4:
        closing += timedelta(days=1)
    p.open_round(case, step, proposal, closes_at=closing)


def _vote(case: Case, step: str, votes: dict[str, Any]) -> None:
    for name, (choice, words) in votes.items():
        p.vote(name, case, step, choice, words)


def _clock(case: Case) -> None:
    """Whatever is due by now."""
    for deadline in Deadline.objects.filter(case=case, state="armed", due_at__lte=clock.now()).order_by("due_at"):
        clockwork.fire(deadline.pk)


def _by_submitter(call: Callable[..., None]) -> Callable[[Case, str], None]:
    def perform_it(case: Case, words: str) -> None:
        call(**p.who(case.submitted_by), case_id=case.pk, reason=words)

    return perform_it


VERBS: dict[str, Callable[..., None]] = {
    "align": _align,
    "step": _step,
    "intake": _take_in,
    "propose": _propose,
    "record": _record,
    "confirm": p.confirm,
    "meet": _meet,
    "round": _open_round,
    "vote": _vote,
    "close": p.close_round,
    "clock": _clock,
    "suspend": _by_submitter(services.suspend),
    "resume": _by_submitter(services.resume),
    "withdraw": _by_submitter(services.withdraw),
    "comment": lambda case, name, words: services.comment(**p.who(p.hat(name)), case_id=case.pk, words=words),
    "paper": lambda case, name, title, level: p.add_paper(p.hat(name), case, pdf(title, level)),
    "recuse": lambda case, name, words: ballots.recuse(**p.who(p.hat(name)), case_id=case.pk, ground=words),
}
