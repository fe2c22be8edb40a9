"""Samples and findings, within the act of whoever draws, judges or finds (`workflows.auditing`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from audit import texts
from cases.models import AuditFinding, Case, Sample, SampleItem
from cases.rules import sampling
from cases.services.improvements import Action, agree
from cases.services.words import write
from roles.authorize import Authority
from roles.models import Scheme


def note_sample(
    *, scheme: Scheme, of: str, way: str, purpose: str, seed: str, size: int, narrowed: Mapping[str, Any],
    population: Sequence[str], drawn: Sequence[str], signs: Mapping[str, Mapping[str, int]], by: Authority,
    at: datetime,
) -> Sample:  # fmt: skip
    """What it was drawn from, how, and what came of it."""
    sample = Sample.objects.create(
        scheme=scheme, of=of, way=way, purpose=texts.write(scheme.chain, purpose.strip()), seed=seed, wanted=size,
        algorithm=sampling.METHOD, narrowed=dict(narrowed), population=sampling.pack(population),
        counted=len(population), digest=sampling.digest(population), drawn_by_id=by.appointment_id, drawn_at=at,
    )  # fmt: skip
    for place, reference in enumerate(drawn, start=1):
        case, _, number = reference.removeprefix("case/").partition("#")
        found = dict(signs.get(reference, {}))
        SampleItem.objects.create(
            sample=sample, place=place, case_id=int(case), number=int(number) if number else None, signs=found,
            score=sampling.score(found),
        )  # fmt: skip
    return sample


def note_judgement(*, item: SampleItem, judgement: str, note: str, at: datetime) -> None:
    item.judgement, item.judged_at = judgement, at
    item.note = write(item.case, note.strip()) if note.strip() else None
    item.save(update_fields=["judgement", "judged_at", "note"])


def note_finding(
    *, case: Case, number: int | None, item: SampleItem | None, norm: str, words: str, weight: str, action: Action,
    by: Authority, at: datetime,
) -> AuditFinding:  # fmt: skip
    """With its action for who answers for it, in the register of all actions."""
    [improvement] = agree(case=case, actions=[action], at=at)
    return AuditFinding.objects.create(
        case=case, number=number, item=item, norm=write(case, norm.strip()), words=write(case, words.strip()),
        weight=weight, improvement=improvement, found_by_id=by.appointment_id, found_at=at,
    )  # fmt: skip


def note_closing(*, finding: AuditFinding, conclusion: str, at: datetime) -> None:
    finding.state, finding.closed_at = AuditFinding.State.CLOSED, at
    finding.conclusion = write(finding.case, conclusion.strip())
    finding.save(update_fields=["state", "closed_at", "conclusion"])
