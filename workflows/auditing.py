"""What an auditor does: draws a sample, judges what was drawn, and finds something (steekproef, bevinding; ADR 44).

A sample is an act of the regeling; a finding one of the case that it is about, of which it changes nothing. Whoever
answers for it says what they do about it in the register of actions; the auditor closes it.
"""

from django.db import transaction

from audit import clock
from audit.selectors import act_of
from cases.models import AuditFinding, Improvement, Sample, SampleItem
from cases.rules import evaluation, sampling
from cases.services import audits as change
from cases.services.improvements import Action
from cases.services.improvements import progress as note_progress
from escalation.services import actions
from roles import selectors as roles
from roles import services
from roles.authorize import NotAllowed
from roles.models import Appointment, Position, Scheme
from roles.models.fields import holding_on
from roles.rules.verdict import Granted, Refused
from roles.services.acting import act, require
from workflows.engine import Gone, Stale
from workflows.selectors import samples as find
from workflows.selectors.samples import Narrowed
from workflows.selectors.sight import lasting, visible

STEP = "examine"
RULE = "Toezicht: wie toezicht houdt, legt bevindingen vast en handelt niet"


@transaction.atomic
def draw(
    *, user_id: int, appointment_id: int, scheme: Scheme, of: str, way: str, purpose: str, size: int,
    narrowed: Narrowed, seed: str = "", substitution_id: int | None = None,
) -> Sample:  # fmt: skip
    """Out of all that they may see; without a seed, one is made."""
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=scheme, step=STEP
    )
    population_of = find.case_population if of == Sample.Of.CASES else find.act_population
    population = population_of(scheme, roles.scopes(user_id), narrowed)
    require(sampling.may_draw(size=size, population=len(population), seed=seed))
    signs: dict[str, dict[str, int]] = {}
    if way == Sample.Way.RANDOM:
        seed = seed or sampling.new_seed()
        drawn = sampling.draw(population, seed=seed, size=size)
    else:
        seed, signs = "", find.signs(population, scheme, of=of)
        drawn = sampling.riskiest(signs, size=size)
        if not drawn:
            raise NotAllowed(Refused("Niets in deze populatie valt op. Trek aselect, of maak haar ruimer.", RULE))
    with act(chain=scheme.chain, verb="draw_sample", by=by) as open_act:
        sample = change.note_sample(
            scheme=scheme, of=of, way=way, purpose=purpose, seed=seed, size=size, narrowed=narrowed.as_json,
            population=population, drawn=drawn, signs=signs, by=by, at=clock.now(),
        )  # fmt: skip
        open_act.details |= {
            "sample": sample.pk, "population": sample.counted, "digest": sample.digest, "seed": seed,
            "drawn": len(drawn),
        }  # fmt: skip
    return sample


def drawn_again(sample: Sample) -> bool:
    """Does the frozen population, by the seed, give what was drawn? Of a draw by risk: is it still what was frozen?"""
    population = sampling.unpack(bytes(sample.population))
    if (len(population), sampling.digest(population)) != (sample.counted, sample.digest):
        return False
    there = [item.reference for item in sample.items.all()]
    if sample.way == Sample.Way.RISK:
        return set(there) <= set(population)
    return there == sampling.draw(population, seed=sample.seed, size=sample.wanted)


@transaction.atomic
def judge(
    *, user_id: int, appointment_id: int, item_id: int, judgement: str, note: str = "", expected: str = "",
    substitution_id: int | None = None,
) -> None:  # fmt: skip
    """In order, or not; again as long as nobody else did meanwhile. `expected` is the judgement that they saw."""
    item = SampleItem.objects.select_for_update(of=("self",)).select_related("sample__scheme", "case").get(pk=item_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=item.sample.scheme,
        step=STEP,
    )  # fmt: skip
    if item.judgement != expected:
        raise Stale("Iemand was u voor: dit is intussen beoordeeld. Kijk of uw oordeel nog klopt.")
    if judgement == SampleItem.Judgement.FINDING and not note.strip():
        raise NotAllowed(Refused("Schrijf op wat u zag.", RULE))
    with act(chain=item.sample.scheme.chain, verb="judge_item", by=by) as open_act:
        change.note_judgement(item=item, judgement=judgement, note=note, at=clock.now())
        open_act.outcome = judgement
        open_act.details |= {"sample": item.sample_id, "item": item.place, "about": item.reference}


@transaction.atomic
def record(
    *, user_id: int, appointment_id: int, case_id: int, norm: str, words: str, weight: str, action: Action,
    number: int | None = None, item_id: int | None = None, substitution_id: int | None = None,
) -> AuditFinding:  # fmt: skip
    """A finding about a case, or about one act of it (`number`), with an action for who answers for it."""
    seen = visible(lasting(roles.scopes(user_id))).select_related("scheme", "commission", "signal", "subject")
    case = seen.filter(pk=case_id).first()
    if case is None:
        raise Gone(case_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=case.scheme, step=STEP
    )
    if case.confidential:
        raise NotAllowed(Refused("Deze zaak is vertrouwelijk: de actiehouder zou haar niet mogen zien.", RULE))
    if number is not None and act_of(case.chain, number) is None:
        raise NotAllowed(Refused("Deze zaak heeft geen handeling met dit nummer.", RULE))
    item = SampleItem.objects.filter(pk=item_id, case=case).first() if item_id else None
    verdict = evaluation.may_promise(due_on=action.due_on, today=by.today)
    if not isinstance(verdict, Granted):
        raise NotAllowed(verdict)
    _known(case.scheme, action)
    with act(chain=case.chain, verb="record_finding", by=by) as open_act:
        at = clock.now()
        finding = change.note_finding(
            case=case, number=number, item=item, norm=norm, words=words, weight=weight, action=action, by=by, at=at
        )
        actions.watch([finding.improvement], at=at)
        open_act.outcome = weight
        open_act.details |= {"finding": finding.pk, "improvement": finding.improvement_id, "about": number or 0}
    return finding


@transaction.atomic
def close(
    *, user_id: int, appointment_id: int, finding_id: int, conclusion: str, substitution_id: int | None = None
) -> None:
    """When who answers for it says that it is done, or will not be; the auditor says what they think of that."""
    finding = _locked(finding_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=finding.case.scheme,
        step=STEP,
    )  # fmt: skip
    if finding.improvement.is_open:
        raise NotAllowed(Refused("De actiehouder heeft nog niet geantwoord dat het gedaan is, of vervalt.", RULE))
    with act(chain=finding.case.chain, verb="close_finding", by=by) as open_act:
        change.note_closing(finding=finding, conclusion=conclusion, at=clock.now())
        open_act.details["finding"] = finding.pk


@transaction.atomic
def give_back(
    *, user_id: int, appointment_id: int, finding_id: int, words: str, substitution_id: int | None = None
) -> None:
    """The answer does not do: the action is open again, and its owner hears of it."""
    finding = _locked(finding_id)
    by = services.authority(
        user_id=user_id, appointment_id=appointment_id, substitution_id=substitution_id, scheme=finding.case.scheme,
        step=STEP,
    )  # fmt: skip
    improvement = finding.improvement
    if improvement.is_open:
        raise NotAllowed(Refused("De actiehouder is er nog mee bezig; er is nog geen antwoord.", RULE))
    with act(chain=finding.case.chain, verb="return_finding", by=by) as open_act:
        at = clock.now()
        improvement.origin = finding.case
        note_progress(improvement=improvement, status=Improvement.Status.OPEN, words=words.strip(), by=by, at=at)
        actions.settle(improvement, at=at)
        actions.tell(improvement, by=by.person_id)
        open_act.details |= {"finding": finding.pk, "improvement": improvement.pk}


def _locked(finding_id: int) -> AuditFinding:
    found = AuditFinding.objects.select_for_update(of=("self",)).select_related("case__scheme", "improvement__named")
    finding = found.filter(pk=finding_id).first()
    if finding is None:
        raise Gone(finding_id)
    if not finding.is_open:
        raise Stale("Deze bevinding is al afgesloten.")
    return finding


def _known(scheme: Scheme, action: Action) -> None:
    """An action owner of this regeling, and who holds that role."""
    position = Position.objects.filter(pk=action.owner, body__scheme=scheme).exists()
    holding = Appointment.objects.filter(holding_on(clock.today()), pk=action.named or 0, position=action.owner)
    if not position or (action.named is not None and not holding.exists()):
        raise NotAllowed(Refused("Kies een rol van deze regeling, of iemand die haar nu vervult.", RULE))
