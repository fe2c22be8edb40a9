"""The steps of an evaluation, in the order of its flow (domain §5.3). The act in its chain is open already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cases.models import Case, Criterion, CriterionNote, Evaluation, Finding, SurveyAnswer
from cases.services.words import rewrite, write
from roles.authorize import Authority
from roles.models import Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one criterion came to."""

    value: str
    source: str
    met: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What it brought, measured against one criterion."""

    financial: str = ""
    saved: Decimal | None = None
    quality: str = ""
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What somebody answered to the questionnaire."""

    result: str
    quality: str
    cooperation: str
    keep: str = ""
    change: str = ""


def open_case(
    *, case_id: int, number: str, parent: Case, submitted_by: Appointment, at: datetime, measures_from: date
) -> Evaluation:
    """The case under the one that it follows."""
    case = Case(
        pk=case_id, scheme=parent.scheme, kind=Case.Kind.EVALUATION, number=number, organisation=parent.organisation,
        submitted_by=submitted_by, phase="waiting", opened_at=at, parent=parent, subject=parent.top,
    )  # fmt: skip
    case.title = write(case, f"Evaluatie: {parent.top.title}")
    case.save(force_insert=True)
    evaluation = Evaluation(case=case, measures_from=measures_from)
    evaluation.save(force_insert=True)
    return evaluation


def begin_at(*, evaluation: Evaluation, day: date) -> None:
    """Somebody measures earlier than the criteria say."""
    evaluation.measures_from = day
    evaluation.save(update_fields=["measures_from"])


def measure(*, evaluation: Evaluation, readings: Mapping[int, Reading]) -> None:
    """What each criterion came to; once more, the reading changes and what was stated against it stays."""
    known = {finding.criterion_id: finding for finding in evaluation.findings.select_related("value", "source")}
    for criterion_id, reading in readings.items():
        finding = known.get(criterion_id) or Finding(evaluation=evaluation, criterion_id=criterion_id)
        finding.value = rewrite(evaluation.case, finding.value if finding.pk else None, reading.value)
        finding.source = rewrite(evaluation.case, finding.source if finding.pk else None, reading.source)
        finding.met = reading.met
        finding.save()


def answer(
    *, evaluation: Evaluation, by: Authority | None, at: datetime, organisation_id: int | None = None,
    provider_id: int | None = None, survey: Survey | None = None,
) -> None:  # fmt: skip
    """What a municipality or a provider answered; without a survey, that it did not answer in time."""
    said = survey or Survey(result="", quality="", cooperation="")
    SurveyAnswer.objects.create(
        evaluation=evaluation, organisation_id=organisation_id, provider_id=provider_id, result=said.result,
        quality=said.quality, cooperation=said.cooperation, keep=rewrite(evaluation.case, None, said.keep),
        change=rewrite(evaluation.case, None, said.change), answered_by_id=by.appointment_id if by else None,
        answered_at=at,
    )  # fmt: skip


def draft(*, evaluation: Evaluation, summary: str, conclusions: str, added: Mapping[int, Added]) -> None:
    """The concept: what it amounts to, and the added value against each criterion."""
    case = evaluation.case
    evaluation.summary = rewrite(case, evaluation.summary, summary)
    evaluation.conclusions = rewrite(case, evaluation.conclusions, conclusions)
    evaluation.save(update_fields=["summary", "conclusions"])
    for finding in evaluation.findings.select_related("financial", "quality", "process"):
        brought = added[finding.criterion_id]
        finding.financial = rewrite(case, finding.financial, brought.financial)
        finding.quality = rewrite(case, finding.quality, brought.quality)
        finding.process = rewrite(case, finding.process, brought.process)
        finding.saved = brought.saved
        finding.save()


def hear(*, evaluation: Evaluation, words: str) -> None:
    """What those concerned said of the concept."""
    evaluation.heard = rewrite(evaluation.case, evaluation.heard, words)
    evaluation.save(update_fields=["heard"])


def annotate(*, criterion: Criterion, case: Case, words: str, by: Authority, at: datetime) -> CriterionNote:
    """Beside a criterion that is frozen."""
    return CriterionNote.objects.create(
        criterion=criterion, text=write(case, words), author_id=by.appointment_id, stood_in_by_id=by.stood_in_by_id,
        said_at=at,
    )  # fmt: skip
