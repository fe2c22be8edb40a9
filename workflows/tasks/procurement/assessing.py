"""From the opening to the consensus, in the order of the flow."""

from collections.abc import Callable, Mapping, Sequence

from cases.models import SealKey, Tender, TenderDesk
from cases.rules import assessment as rule
from cases.rules.assessment import Agreed
from cases.selectors import assessments
from cases.selectors import tenders as found
from cases.services import documents as papers
from cases.services import seals
from cases.services import tenders as change
from cases.services.documents import Paper
from cases.services.tenders import Given, Test, TypedIn
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused
from roles.services.acting import require
from workflows import members as who
from workflows.engine import Stale, Work
from workflows.tasks.procurement.content import procurement_of

CONFLICT = "Aanbestedingswet 2012 art. 1.10b"
OPENING = "Aanbestedingswet 2012 art. 2.57 en 2.103"


def opening(
    work: Work, outcome: str, *, passphrase: str = "", escrow: bool = False, report: Paper | None = None,
    typed: Sequence[TypedIn] = (),
) -> None:  # fmt: skip
    """The second of two openers; or who has the proces-verbaal of an outside platform."""
    procurement = procurement_of(work)
    desk = found.desk_of(procurement)
    if desk is None or desk.mode == TenderDesk.Mode.OUTSIDE:
        _from_outside(work, report, typed)
    elif found.shut(desk):
        _by_the_second(work, desk, passphrase=passphrase, escrow=escrow)
    if desk is not None:
        desk.opened_at = work.now
        desk.save(update_fields=["opened_at"])
    work.details["count"] = procurement.tenders.filter(round=procurement.round).count()


def _by_the_second(work: Work, desk: TenderDesk, *, passphrase: str, escrow: bool) -> None:
    by = work.actor
    if desk.first is None:
        raise NotAllowed(Refused("Openen doet u met twee: neem eerst de eerste laag weg.", seals.SEAL))
    key = usable_key(work, desk, escrow=escrow)
    if key.pk == desk.first_id or by.person_id == desk.first_by_id:
        raise NotAllowed(Refused("U nam de eerste laag al weg. Een andere opener maakt de opening af.", seals.SEAL))
    opened = seals.finish(desk=desk, key=key, passphrase=passphrase)
    work.documents += change.note_opened(procurement=procurement_of(work), opened=opened, by=by, at=work.now)
    work.details |= {
        "openers": [desk.first.fingerprint, key.fingerprint], "escrow": escrow,
        "tenders": [sealed.digest for sealed, content in opened if content],
        "broken": [sealed.digest for sealed, content in opened if content is None],
    }  # fmt: skip


def _from_outside(work: Work, report: Paper | None, typed: Sequence[TypedIn]) -> None:
    if report is None:
        raise NotAllowed(Refused("Voeg het proces-verbaal van opening van het platform toe.", OPENING))
    version = papers.add_document(case=work.case, step=work.node.name, by=work.actor, at=work.now, paper=report)
    work.documents += [
        version.sha256,
        *change.note_outside(procurement=procurement_of(work), typed=typed, by=work.actor, at=work.now),
    ]
    work.details["report"] = version.sha256


def usable_key(work: Work, desk: TenderDesk, *, escrow: bool) -> SealKey:
    """Of the openers of this desk: one's own, or the one whose passphrase lies in the safe. Raises NotAllowed."""
    keys = SealKey.objects.filter(pk__in=desk.openers.values("key")).select_related("lock")
    mine = keys.filter(kind=SealKey.Kind.ESCROW) if escrow else keys.filter(
        kind=SealKey.Kind.PERSONAL, person=work.actor.person_id
    )  # fmt: skip
    key = mine.first()
    if key is None:
        which = "Er is bij de vrijgave geen noodsleutel vastgelegd." if escrow else (
            "Uw sleutel hoort niet bij de openers die bij de vrijgave zijn vastgelegd."
        )  # fmt: skip
        raise NotAllowed(Refused(which, seals.SEAL))
    return key


def eligibility(work: Work, outcome: str, *, tests: Mapping[int, Test]) -> None:
    """Every tender that could be opened gets a verdict; an invalid one a reason."""
    procurement = procurement_of(work)
    must_have_declared(work)
    opened = procurement.tenders.filter(round=procurement.round, state=Tender.State.OPENED)
    if {tender.pk for tender in opened} != {*tests}:
        raise Stale("De inschrijvingen zijn intussen veranderd. Open de taak opnieuw.")
    for tender in opened.select_related("procurement__case", "reason"):
        change.test(tender=tender, found=tests[tender.pk], by=work.actor, at=work.now)
    valid = [number for number, each in tests.items() if not each.invalid]
    if valid:
        seats = len(who.assessors(work.process))
        if not seats:
            raise NotAllowed(
                Refused("Er is geen beoordelaar die mag beoordelen. Laat het projectteam er een aanwijzen.", CONFLICT)
            )
        work.details["assessors"] = seats
    work.details |= {"valid": len(valid), "invalid": len(tests) - len(valid)}


def assessment(work: Work, outcome: str, *, given: Sequence[Given] = ()) -> None:
    """All scores of one assessor, at once and for good. The act holds none of them: it may be read by the others."""
    if outcome != "assessed":
        raise NotAllowed(Refused("Meld een belang met een belangenverklaring.", CONFLICT))
    procurement = procurement_of(work)
    must_have_declared(work)
    qualities = {row.pk: row.max_score for row in assessments.qualities(procurement)}
    asked = {(offer.pk, criterion) for offer in found.offers(procurement) for criterion in qualities}
    if {(each.offer, each.criterion) for each in given} != asked or len(given) != len(asked):
        raise Stale("De inschrijvingen of criteria zijn intussen veranderd. Open de taak opnieuw.")
    if any(not 0 <= each.points <= qualities[each.criterion] or not each.reason.strip() for each in given):
        raise NotAllowed(Refused("Geef iedere inschrijving een score binnen de schaal, met een reden.", rule.TRACED))
    number = found.assessment_number(procurement)
    change.score(procurement=procurement, number=number, given=given, by=work.actor, at=work.now)


def consensus(work: Work, outcome: str, *, agreed: Sequence[Agreed] = (), assessors: Sequence[int] = ()) -> None:
    """The scores that count, and so the ranking; or others have to look as well."""
    procurement = procurement_of(work)
    if outcome == "more_assessors":
        change.add_assessors(procurement=procurement, appointments=assessors)
        if not who.assessors(work.process):
            raise NotAllowed(Refused("Wijs ten minste één beoordelaar aan die nog niet beoordeelde.", CONFLICT))
        return
    must_have_declared(work)
    sheet = assessments.sheet(procurement, agreed=agreed)
    require(rule.complete(sheet))
    ranking = rule.standings(sheet)
    between = {(each.entry, each.criterion): rule.spread(sheet, each.entry, each.criterion) for each in agreed}
    frozen = change.agree(
        procurement=procurement, number=sheet.number, record=rule.record(sheet, ranking), standings=ranking,
        at=work.now,
        agreed=[
            change.Agreed(
                offer=each.entry, criterion=int(each.criterion), points=each.points, reason=each.reason,
                lowest=between[each.entry, each.criterion][0], highest=between[each.entry, each.criterion][1],
            )
            for each in agreed
        ],
    )  # fmt: skip
    work.details |= {
        "assessment": frozen.number, "record": frozen.digest, "assessors": len({each.assessor for each in sheet.given}),
        "tied": any(row.tied for rows in ranking.values() for row in rows),
    }  # fmt: skip


def must_have_declared(work: Work) -> None:
    """Before the first look (art. 1.10b). Raises NotAllowed."""
    if not found.may_look(procurement_of(work), work.actor.person_id):
        raise NotAllowed(Refused("Verklaar eerst dat u geen belang hebt bij een van de inschrijvers.", CONFLICT))


CHANGES: dict[str, Callable[..., None]] = {
    "opening": opening,
    "eligibility": eligibility,
    "assessment": assessment,
    "consensus": consensus,
}
