"""Verschoning intrekken, and uitzondering vragen and goedkeuren: about one case, by whom it concerns."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from roles.models import Appointment, Dispensation, Person, Recusal
from roles.models.fields import holding_on
from roles.rules.segregation import duty_label
from roles.services import keepers
from workflows import asks, barriers, preview, secrecy
from workflows.engine import Work
from workflows.forms.actions import ApproveForm, DispensationForm, ReasonForm
from workflows.pages.actions import Action, Words, found, page
from workflows.pages.frame import current_user, visitor

WITHDRAW = Action(
    Words(
        title="Verschoning intrekken",
        lead="U hebt geen belang meer bij deze zaak en kunt er weer in handelen. In een stemming die al loopt "
        "telt u niet mee.",
        submit="Verschoning intrekken", told="Uw verschoning is ingetrokken.", icon="user-check",
    ),
    verb="withdraw_recusal", asks=barriers.to_withdraw, service=barriers.withdraw_recusal,
)  # fmt: skip
REQUEST = Action(
    Words(
        title="Uitzondering vragen",
        lead="Twee taken in één zaak doet niemand allebei. Is er echt niemand anders, dan kan een uitzondering. Een "
        "tweede persoon keurt die goed; daarna geldt zij, alleen in deze zaak.",
        submit="Uitzondering vragen", told="De uitzondering is gevraagd. Een ander moet haar nog goedkeuren.",
        icon="flag",
    ),
    verb="request_dispensation", asks=asks.for_any_hat, service=barriers.request_dispensation,
)  # fmt: skip
APPROVE = Action(
    Words(
        title="Uitzondering goedkeuren",
        lead="U keurt goed dat een functiescheiding hier niet geldt. Dat kan niet wie erom vroeg of wie haar krijgt.",
        submit="Goedkeuren", told="De uitzondering is goedgekeurd en geldt vanaf nu in deze zaak.",
    ),
    verb="approve_dispensation", asks=asks.for_any_hat, service=barriers.approve_dispensation,
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def withdraw_recusal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Only for who is recused; for anybody else there is no such page."""
    work = found(request, case_id)
    own = Recusal.objects.filter(chain=work.case.chain, withdrawn_at=None, person__user=current_user(request))
    if not own.exists():
        raise Http404
    return page(request, WITHDRAW, work, ReasonForm)


@require_http_methods(["GET", "POST"])
def request_dispensation(request: HttpRequest, case_id: int) -> HttpResponse:
    work = found(request, case_id)
    duties = [(duty, duty_label(duty).capitalize()) for duty in barriers.duties(work)]
    if not duties:
        raise Http404
    return page(request, REQUEST, work, DispensationForm, duties=duties, people=involved(work, visitor(request).today))


@require_http_methods(["GET", "POST"])
def approve_dispensation(request: HttpRequest, case_id: int, dispensation_id: int) -> HttpResponse:
    work = found(request, case_id)
    asked = Dispensation.objects.filter(pk=dispensation_id, chain=work.case.chain).select_related(
        "person__name", "ground"
    )
    dispensation = asked.first()
    if dispensation is None:
        raise Http404
    allowed = keepers(work.case.scheme, "approve_dispensation")
    fitting = preview.offers(current_user(request).pk, lambda: asks.for_any_hat(work, APPROVE.verb))
    return page(
        request, APPROVE, work, ApproveForm, about={"dispensation_id": dispensation.pk},
        subject=f"{dispensation.person} mag {duty_label(dispensation.duty)}: {dispensation.ground}",
        offers=[offer for offer in fitting if offer.hat.position.pk in allowed],
    )  # fmt: skip


def involved(work: Work, today: date) -> list[Person]:
    """Who has a step in this case today, by name: for one of them it can be that there is nobody else."""
    appointed = Appointment.objects.filter(holding_on(today), position__in=secrecy.bound_positions(work.process))
    people = Person.objects.filter(pk__in=appointed.values("person")).select_related("name")
    return list(people.order_by("name__content", "id"))
