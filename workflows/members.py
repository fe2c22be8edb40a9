"""Whom a repeated step asks."""

from cases import selectors as cases
from cases.models import Asks, Scale, TeamMember
from cases.selectors import tenders
from escalation.models import Escalation
from roles.models import Appointment, Organisation, Recusal
from workflows.models import CaseProcess


def affected(process: CaseProcess) -> list[Organisation]:
    """The municipalities that a change of their commission touches."""
    return cases.affected(process.case.amendment)


def participants(process: CaseProcess) -> list[Organisation]:
    """The municipalities that take part, in the order of the regeling."""
    shares = process.case.commission.shares.filter(takes_part=True).select_related("organisation")
    return [share.organisation for share in shares.order_by("organisation__name")]


def colleges(process: CaseProcess) -> list[Organisation]:
    """Whose colleges are asked for consent, a mandate or a power of attorney; a local one decided itself already."""
    commission = process.case.commission
    if commission.asks_colleges == Asks.NOTHING or commission.scale == Scale.LOCAL:
        return []
    return participants(process)


def amendment_colleges(process: CaseProcess) -> list[Organisation]:
    """Whose care budget the change asks more of, where the commission asked the colleges; not of a local one."""
    commission = process.case.top.commission
    asked = commission.asks_colleges != Asks.NOTHING and commission.scale != Scale.LOCAL
    return cases.paying_more(process.case.amendment) if asked else []


def spokespersons(process: CaseProcess) -> list[Organisation]:
    """The MGR itself, where the outside world will ask about a provider and nobody wrote yet what is said to it."""
    escalation = process.case.escalation
    asked = escalation.category == Escalation.Category.PROVIDER and escalation.spokesperson_line_id is None
    if not asked or process.bindings["spokesperson_line"] is None:
        return []
    return list(Organisation.objects.filter(scheme=process.case.scheme_id, kind=Organisation.Kind.MGR))


def assessors(process: CaseProcess) -> list[Appointment]:
    """Who compares the tenders, each for themselves, as the project team was composed; less who has an interest, and
    who did so already in the assessment that runs."""
    procurement = process.case.procurement
    recused = Recusal.objects.filter(chain=process.case.chain, withdrawn_at=None).values("person")
    done = tenders.scored(procurement, tenders.assessment_number(procurement))
    team = procurement.team.filter(role=TeamMember.Role.ASSESSOR).exclude(appointment__person__in=recused)
    team = team.exclude(appointment__in=done)
    return [member.appointment for member in team.select_related("appointment__person__user")]


def asks_no_college(process: CaseProcess) -> bool:
    """Then the owner's branch is the only one, and a case may go on in it without having been split."""
    return not colleges(process)


def asks_no_college_of_amendment(process: CaseProcess) -> bool:
    """The same of a change."""
    return not amendment_colleges(process)


def respondents(process: CaseProcess) -> list[Organisation]:
    """The municipalities of the commission that were not asked yet, in the order of the regeling."""
    evaluation = process.case.evaluation
    asked = evaluation.answers.exclude(organisation=None).values("organisation")
    shares = evaluation.commission.shares.filter(takes_part=True).exclude(organisation__in=asked)
    return [share.organisation for share in shares.select_related("organisation").order_by("organisation__name")]
