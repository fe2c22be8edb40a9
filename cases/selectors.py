"""Questions about cases that are asked in more than one place. Lists take a fixed number of queries."""

from cases.models import Alignment, Ballot, Case, Commission, Remark, Stance
from roles import selectors as roles
from roles.models import Organisation
from roles.rules.segregation import OPPOSITE


def disagreeing(commission: Commission) -> list[Organisation]:
    """The municipalities whose last answer holds a "niet akkoord" and that still take part."""
    taking_part = commission.shares.filter(takes_part=True).values("organisation")
    answers = Alignment.objects.filter(commission=commission, round=commission.alignment_round, organisation__in=taking_part)
    return [
        answer.organisation
        for answer in answers.select_related("organisation")
        if Stance.DISAGREE in answer.stances
    ]


def open_question(case: Case) -> Remark | None:
    """The last question that nobody answered."""
    return case.remarks.filter(kind=Remark.Kind.QUESTION, answered_by=None).last()


def current_ballot(task_id: int) -> Ballot | None:
    """The last ballot of a collective step."""
    return Ballot.objects.filter(task=task_id).select_related("rule", "body").last()


def people_of_the_other_side(ballot: Ballot) -> set[int]:
    """Who acted in this case, or the one above it, as owner where this body is client, or the other way round."""
    capacities = ballot.body.positions.values_list("role__capacity", flat=True)
    others = [OPPOSITE[capacity] for capacity in capacities if capacity in OPPOSITE]
    return roles.acted_as(others, ballot.case.chains)


def voters(ballot: Ballot) -> list[str]:
    """Whose votes a ballot holds, as acts name people."""
    people = ballot.votes.order_by("id").values_list("seat__appointment__person", flat=True)
    return [f"person/{person}" for person in people]
