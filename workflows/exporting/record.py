"""Cases read for export: some at a time, each time in the same number of queries, and never more than a reader may."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Prefetch

from audit.selectors import trail
from cases.models import Ballot, Case, DocumentVersion, Seat
from cases.models import Document as Paper
from cases.models.case import with_top
from cases.selectors import NAMED
from escalation.models import Deadline
from roles.models import Appointment, Position, in_place_of
from workflows.conformance.moves import READ
from workflows.exporting.procured import published
from workflows.exporting.readers import SYSTEM, Reader, reader_of
from workflows.exporting.shapes import Decision, Document, Done, Hand, Procured, Record, Task, Version, Vote
from workflows.flows import step_called
from workflows.models import CaseProcess, CaseTask
from workflows.pages.acts import Told, outcome_of, told
from workflows.pages.votes import rule_in_words
from workflows.secrecy import TRACED
from workflows.selectors import deadlines
from workflows.sentences import label_in

BATCH = 50
OF_TASK = (
    "flow_task_type", "flow_task", "case", "position", "part", "host", "organisation", "status", "outcome", "created",
    "finished", "target", "due_at",
)  # fmt: skip
OF_CASE = ("title", "scheme", "organisation", "process", "submitted_by__person__name", "submitted_by__person")
IN_TIME: dict[str, bool] = {Deadline.State.ENDED: True, Deadline.State.FIRED: False}

# Whom and what many rows name is read once: joined to each of them, it was three fifths of all that came in.
HELD = Prefetch("position", Position.objects.select_related("role", "body"))
SEATED = Prefetch("appointment", Appointment.objects.select_related(*NAMED))
ADDED = Prefetch("added_by", Appointment.objects.select_related("person__name", "position__role"))

__all__ = ["BATCH", "SYSTEM", "Reader", "Record", "read", "reader_of"]

T = TypeVar("T")
K = TypeVar("K")


def read(case_ids: Sequence[int], *, reader: Reader) -> Iterator[Record]:
    """In the order given; a case that the reader may not see is passed over. So many queries for each `BATCH`."""
    for start in range(0, len(case_ids), BATCH):
        ids = case_ids[start : start + BATCH]
        found = reader.cases().filter(pk__in=ids).select_related(*OF_CASE, *with_top()).in_bulk()
        if found:
            yield from _records([found[number] for number in ids if number in found], reader)


def _records(cases: Sequence[Case], reader: Reader) -> Iterator[Record]:
    ids = [case.pk for case in cases]
    acts = told(trail(*(case.chain for case in cases)).order_by("chain", "seq"))
    tasks = _tasks(ids)
    terms = deadlines.states(tasks)
    acts_of, tasks_of = _by(acts, lambda one: one.act.chain), _by(tasks, lambda task: task.case_id)
    papers_of, ballots_of = _by(_papers(ids), lambda one: one.case_id), _by(_ballots(ids), lambda one: one.case_id)
    levels, kept_back = reader.levels([case.process for case in cases]), reader.kept_back(ids)
    bought = published(cases)
    for case in cases:
        papers = papers_of.get(case.pk, [])
        open_to = [each for each in papers if each.classification in levels[case.pk] and each.pk not in kept_back]
        steps = [_task(task, case.process, terms.get(task.pk, "")) for task in tasks_of.get(case.pk, [])]
        yield _record(
            case, acts=_done(acts_of.get(case.chain, []), steps, open_to), tasks=tuple(steps),
            documents=tuple(map(_document, open_to)), withheld=len(papers) - len(open_to),
            decisions=tuple(_decision(ballot, case.process) for ballot in ballots_of.get(case.pk, [])),
            procured=bought.get(case.pk),
        )  # fmt: skip


def _by(things: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    groups: dict[K, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups


def _tasks(ids: Sequence[int]) -> list[CaseTask]:
    found = CaseTask.objects.filter(case__in=ids).only(*OF_TASK).order_by("id")
    return list(found.prefetch_related(HELD, "organisation"))


def _papers(ids: Sequence[int]) -> Iterable[Paper]:
    named = DocumentVersion.objects.select_related("filename", "stood_in_by__name")
    versions = named.prefetch_related(ADDED).order_by("number")
    found = Paper.objects.filter(case__in=ids).select_related("title").order_by("id")
    return found.prefetch_related(Prefetch("versions", versions))


def _ballots(ids: Sequence[int]) -> Iterable[Ballot]:
    voted = Seat.objects.select_related("vote__motivation", "stood_in_by__name")
    seats = voted.prefetch_related(SEATED).order_by("id")
    with_it = ("body", "rule", "minority", "explanation", "confirmed_by__person__name", "stood_in_by__name")
    found = Ballot.objects.filter(case__in=ids).select_related(*with_it).order_by("id")
    return found.prefetch_related(Prefetch("seats", seats))


def _record(
    case: Case, *, acts: tuple[Done, ...], tasks: tuple[Task, ...], documents: tuple[Document, ...],
    decisions: tuple[Decision, ...], withheld: int, procured: Procured | None,
) -> Record:  # fmt: skip
    process, top = case.process, case.top.content
    return Record(
        case_id=case.pk, chain=case.chain, number=case.number, title=str(case.title), scheme=case.scheme.name,
        scheme_code=case.scheme.code, kind=case.kind, kind_label=case.get_kind_display(), state=case.state,
        state_label=case.get_state_display(), running=case.is_running,
        phase=str(process.flow_class.phases.get(case.phase, case.phase)), domain=top.domain,
        domain_label=top.get_domain_display(), organisation=str(case.organisation),
        submitted_by=str(case.submitted_by.person), parent_id=case.parent_id, subject_id=case.subject_id,
        confidential=case.confidential, opened_at=case.opened_at, closed_at=case.closed_at,
        flow=process.flow_class.code, version=process.flow_class.version,
        process_title=str(process.flow_class.process_title), labels=dict(process.labels), acts=acts, tasks=tasks,
        documents=documents, decisions=decisions, withheld=withheld, procured=procured,
    )  # fmt: skip


def _done(acts: Sequence[Told], tasks: Iterable[Task], papers: Iterable[Paper]) -> tuple[Done, ...]:
    by_number = {task.id: task for task in tasks}
    readable = {version.sha256 for paper in papers for version in paper.versions.all()}
    corrections = {one.act.data["rectifies"]: one.act.seq for one in acts if one.act.verb == "rectify"}
    return tuple(_act(one, by_number, readable, corrections.get(one.act.seq)) for one in acts)


def _act(one: Told, tasks: Mapping[int, Task], readable: set[str], corrected_by: int | None) -> Done:
    act, number = one.act, one.act.task.removeprefix("task/")
    task = tasks.get(int(number)) if number.isdigit() else None
    flow, version, step = act.step.split("/") if act.step.count("/") == 2 else ("", "", "")
    return Done(
        seq=act.seq, at=act.at, verb=act.verb, what=one.what, duty=act.duty, flow=flow,
        version=int(version) if version.isdigit() else None, step=step, label=one.step,
        task=int(number) if number.isdigit() else None, outcome=act.outcome, outcome_label=one.outcome,
        mandate=act.mandate, ground=str(act.ground_text or ""), motivation=str(act.motivation_text or ""),
        flags=tuple(act.flags.split()), documents=tuple(each for each in one.documents if each in readable),
        due_at=task.due_at if task else None, in_time=_in_time(act.at, task), corrected_by=corrected_by,
        correlation=str(act.correlation), hash=one.hash,
        moved={key: value for key, value in act.data.items() if key in READ},
        by=Hand(
            actor=act.actor, person=one.person_id, name=one.who, appointment=act.appointment, role=act.role,
            capacity=act.capacity, behalf_of=one.behalf_of,
        ),
    )  # fmt: skip


def _in_time(at: datetime, task: Task | None) -> bool | None:
    """Of an act on a step: before its term was over? That a step was late is the step's, not of each act on it."""
    return None if task is None or task.due_at is None else at <= task.due_at


def _task(task: CaseTask, process: CaseProcess, term: str) -> Task:
    node = task.flow_task
    return Task(
        id=task.pk, kind=task.flow_task_type, step=node.name, label=label_in(process.labels, node),
        lane=str(getattr(node, "lane", "")), part=task.part, host=task.host_id,
        role=f"{task.position.role.label}, {task.position.body}" if task.position else "",
        organisation=str(task.organisation or ""), status=task.status, outcome=task.outcome,
        outcome_label=outcome_of(node, task.outcome), created=task.created, finished=task.finished,
        target=task.target, due_at=task.due_at, in_time=IN_TIME.get(term),
    )  # fmt: skip


def _document(paper: Paper) -> Document:
    return Document(
        id=paper.pk, title=str(paper.title), classification=paper.classification,
        classification_label=paper.get_classification_display(), step=paper.step,
        traced=paper.classification in TRACED, versions=tuple(map(_version, paper.versions.all())),
    )  # fmt: skip


def _version(version: DocumentVersion) -> Version:
    return Version(
        number=version.number, filename=str(version.filename), sha256=version.sha256, size=version.size,
        media_type=version.media_type, added_by=version.adder, added_at=version.added_at, stored=str(version.file.name),
    )  # fmt: skip


def _decision(ballot: Ballot, process: CaseProcess) -> Decision:
    node = step_called(process.flow_class, ballot.step, ballot.proposal)
    return Decision(
        id=ballot.pk, step=ballot.step, label=label_in(process.labels, node), task=ballot.task,
        body=str(ballot.body), rule=rule_in_words(ballot.rule), round=ballot.number, way=ballot.get_way_display(),
        form=ballot.get_form_display(), state=ballot.state, state_label=ballot.get_state_display(),
        proposal=ballot.proposal, proposal_label=outcome_of(node, ballot.proposal), carried=ballot.carried,
        tally=dict(ballot.tally), meeting_date=ballot.meeting_date, opened_at=ballot.opened_at,
        confirmed_at=ballot.confirmed_at, confirmed_by=ballot.confirmer, minority=str(ballot.minority or ""),
        explanation=str(ballot.explanation or ""), votes=tuple(map(_vote, ballot.seats.all())),
    )  # fmt: skip


def _vote(seat: Seat) -> Vote:
    given = getattr(seat, "vote", None)
    return Vote(
        name=in_place_of(seat.appointment, seat.stood_in_by), behalf_of=str(seat.appointment.organisation or ""),
        weight=seat.weight, present=seat.present, recused=seat.recused, choice=given.choice if given else "",
        choice_label=given.get_choice_display() if given else "",
        motivation=str(given.motivation or "") if given else "", flagged=bool(given and given.flagged),
    )  # fmt: skip
