"""Questions about evaluations, and about what they leave to a next commission."""

from cases.models import (
    Case,
    Commission,
    CriterionNote,
    Evaluation,
    Finding,
    Improvement,
    ImprovementAnswer,
    SurveyAnswer,
)
from roles.models import Scheme

NAMED = ("person__name", "position__role", "position__body", "organisation")
MOST_LESSONS = 12


def written_out(evaluation: Evaluation) -> Evaluation:
    """With its texts. One query."""
    return Evaluation.objects.select_related("summary", "conclusions", "heard").get(pk=evaluation.pk)


def findings(evaluation: Evaluation) -> list[Finding]:
    """What each criterion came to, with its words. One query."""
    words = ("criterion__criterion", "criterion__norm", "value", "source", "financial", "quality", "process")
    return list(evaluation.findings.select_related(*words))


def survey_answers(evaluation: Evaluation) -> list[SurveyAnswer]:
    """What municipalities and providers answered, by name. One query."""
    found = evaluation.answers.select_related("organisation", "provider", "keep", "change", "answered_by__person__name")
    return sorted(found, key=lambda each: (each.organisation is None, str(each.organisation or each.provider)))


def criterion_notes(commission: Commission) -> list[CriterionNote]:
    """What was said beside its criteria, by criterion. One query."""
    words = ("text", "stood_in_by__name", "criterion__criterion", *(f"author__{path}" for path in NAMED))
    found = CriterionNote.objects.filter(criterion__commission=commission)
    return list(found.select_related(*words).order_by("criterion", "pk"))


def open_improvements(scheme: Scheme, domain: str = "") -> list[Improvement]:
    """What a new commission says something about: open, and meant to come back; of one domain or of all. One query."""
    found = Improvement.objects.filter(
        scheme=scheme, comes_back=True, status__in=(Improvement.Status.OPEN, Improvement.Status.BUSY)
    )
    if domain:
        found = found.filter(domain=domain)
    return list(found.select_related("what", "origin", "owner__role", "owner__body").order_by("domain", "due_on", "pk"))


def lessons(scheme: Scheme) -> list[Evaluation]:
    """The conclusions that bodies adopted in a regeling, the last first. One query."""
    adopted = Evaluation.objects.filter(case__scheme=scheme, case__state=Case.State.EVALUATED)
    words = ("conclusions", "case__title", "case__subject__commission")
    return list(adopted.exclude(conclusions=None).select_related(*words).order_by("-case__closed_at")[:MOST_LESSONS])


def improvement_answers(commission: Commission) -> list[ImprovementAnswer]:
    """What a commission does with each action that was open when it was submitted. One query."""
    words = ("note", "improvement__what", "improvement__origin", "improvement__owner__role")
    return list(commission.improvement_answers.select_related(*words))
