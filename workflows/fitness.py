"""Is a wat-vraag fit to be one? Asked when it is submitted, and again whenever it is adapted."""

from collections.abc import Sequence

from audit import clock
from cases.rules.commission import Asked, Here, Problem, problems, unanswered
from cases.selectors.evaluation import open_improvements
from cases.services.commission import Request
from roles import selectors as roles
from roles.authorize import NotAllowed
from roles.models import Organisation, Scheme
from roles.rules.verdict import Refused


class Unfit(NotAllowed):
    """What was filled in does not fit; `problems` says why, by field."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__(Refused(" ".join(problem.message for problem in found), ""))
        self.problems = found


def check_request(request: Request, *, scheme: Scheme, own: Organisation | None) -> None:
    """Raises Unfit."""
    if found := _problems(request, scheme, own):
        raise Unfit(found)


def check_new(request: Request, *, scheme: Scheme, own: Organisation | None) -> None:
    """The same of one that is handed in: it also says something of each action that earlier evaluations left open in
    its domain. Raises Unfit.
    """
    standing = [each.pk for each in open_improvements(scheme, request.domain)]
    said = {action: (reply.answer, reply.note) for action, reply in request.replies.items()}
    if found := [*_problems(request, scheme, own), *unanswered(standing, said)]:
        raise Unfit(found)


def _problems(request: Request, scheme: Scheme, own: Organisation | None) -> list[Problem]:
    taking_part = roles.participants(scheme)
    here = Here(
        participants={each.pk for each in taking_part if each.kind == Organisation.Kind.MUNICIPALITY},
        partners={each.pk for each in roles.partner_regions(scheme)},
        own_organisation=own.pk if own and own.kind == Organisation.Kind.MUNICIPALITY else None,
        today=clock.today(),
    )
    asked = Asked(
        domain=request.domain, scale=request.scale, care_form=request.care_form, shares=request.shares,
        partners=request.partners, start_date=request.start_date, years=request.years, criteria=len(request.criteria),
    )  # fmt: skip
    return problems(asked, here)
