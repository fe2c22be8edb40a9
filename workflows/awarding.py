"""The papers of an award: the record of how it came about (Aw 2.132), and a letter to each tenderer (Aw 2.130); also
of what is not awarded at all (Richtlijn 2014/24/EU art. 55 lid 1).

Both hold what tenderers trusted to the MGR, and are kept as confidential documents of the case; nothing of them goes
out by mail from here.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cases.models import (
    Application,
    Award,
    AwardCriterion,
    AwardNotice,
    Classification,
    Document,
    Procurement,
    Provider,
)
from cases.selectors import awards as wins
from cases.selectors.awards import Standing
from cases.services import documents
from cases.services.documents import Paper
from escalation.rules.calendar import written
from escalation.rules.terms import day_of
from roles.rules.money import euros
from workflows.engine import Work
from workflows.papers import render
from workflows.rules.standstill import standstill

MEDIA_TYPE = "application/pdf"
MINUTES = "award_minutes"
LETTER = "award_letter"
STOPPED = "stopped_letter"
BY_BOARD = "Het bestuur heeft besloten de opdracht niet te gunnen."


def keep_minutes(work: Work, *, decided_by: str) -> None:
    """Proces-verbaal van gunning, in the act by which it is decided."""
    procurement = work.content
    assert isinstance(procurement, Procurement)
    _keep(work, MINUTES, f"Proces-verbaal van gunning {work.case.number}", minutes_of(work, procurement, decided_by))


def minutes_of(work: Work, procurement: Procurement, decided_by: str) -> dict[str, Any]:
    """In the words of `award_minutes.typ`. A fixed number of queries."""
    case, won = work.case, wins.awards(procurement)
    standings = {(row.tender.pk, row.lot_id): row for row in wins.standings(procurement)}
    declarations = procurement.declarations.filter(round=procurement.round)
    return {
        "title": f"Proces-verbaal van gunning {case.number}",
        "scheme": str(case.scheme), "subject": str(case.title),
        "instrument": procurement.get_instrument_display(), "procedure": procurement.get_procedure_display(),
        "reference": procurement.notice_reference,
        "closing": _moment(procurement.closing_at) if procurement.closing_at else "",
        "estimate": _euros(procurement.estimate), "awarded": _euros(procurement.awarded),
        "decided_on": _moment(work.now), "decided_by": decided_by, "mandate": work.mandate,
        "motivation": work.motivation,
        "winners": [_winner(award) for award in won],
        "tenders": [
            {
                "name": str(tender.firm), "lot": str(offer.lot.lot), "place": _place(standings, tender.pk, offer),
                "total": _total(standings, tender.pk, offer), "reason": _why_not(standings, tender, offer),
            }
            for tender in wins.tenders(procurement)
            for offer in tender.offers.all()
        ],
        "declared": declarations.count(), "conflicted": declarations.filter(conflicted=True).count(),
    }  # fmt: skip


def _winner(award: Award) -> dict[str, str]:
    times, years = award.option_times, award.option_years
    options = f", met {times} keer {years} jaar verlenging" if times else ""
    return {
        "lot": str(award.lot), "name": str(award.provider), "amount": euros(award.annual_amount),
        "ceiling": euros(award.ceiling), "term": f"{written(award.starts_on)}, {award.years} jaar{options}",
        "reason": str(award.reason), "deviation": str(award.deviation or ""),
    }  # fmt: skip


def _place(standings: dict[tuple[int, int], Standing], tender: int, offer: Any) -> str:
    row = standings.get((tender, offer.lot.lot_id))
    return str(row.place) if row and row.place else "–"


def _total(standings: dict[tuple[int, int], Standing], tender: int, offer: Any) -> str:
    row = standings.get((tender, offer.lot.lot_id))
    return _points(row.total) if row else ""


def _why_not(standings: dict[tuple[int, int], Standing], tender: Any, offer: Any) -> str:
    row = standings.get((tender.pk, offer.lot.lot_id))
    return str(tender.reason or "") or (row.excluded if row else "")


def write_letters(work: Work, notice: AwardNotice) -> list[tuple[Provider, bool, Document]]:
    """One for everybody who tendered, or who was chosen without a comparison; each tells its own reader only."""
    procurement = notice.procurement
    won, standings, criteria = wins.awards(procurement), wins.standings(procurement), wins.award_criteria(procurement)
    readers = {award.provider_id: award.provider for award in won}
    tenders = wins.tenders(procurement)
    readers |= {tender.provider.pk: tender.provider for tender in tenders if tender.provider}
    why = {tender.provider_id: str(tender.reason or "") for tender in tenders}
    common = _common(work, notice)
    made = []
    for reader in sorted(readers.values(), key=str):
        own = [award for award in won if award.provider_id == reader.pk]
        data = common | {
            "to": str(reader), "wins": bool(own), "excluded": why.get(reader.pk, ""),
            "lots": _lots(reader, won, standings, criteria),
        }  # fmt: skip
        made.append((reader, bool(own), _keep(work, LETTER, f"Gunningsbrief {reader}", data)))
    return made


def write_stopped_letters(work: Work, reason: str) -> None:
    """One for each firm that is known: whoever tendered in this round, or applied and waits. Under seal nobody is."""
    procurement = work.content
    assert isinstance(procurement, Procurement)
    waiting = procurement.applications.filter(state=Application.State.RECEIVED).select_related("provider")
    firms = {str(each.firm) for each in wins.tenders(procurement)} | {str(each.provider) for each in waiting}
    for firm in sorted(firms):
        _keep(work, STOPPED, f"Brief einde procedure {firm}", {
            "title": f"Einde van de procedure {work.case.number}", "scheme": str(work.case.scheme), "to": firm,
            "subject": str(work.case.title), "reference": procurement.notice_reference,
            "sent_on": written(day_of(work.now)), "reason": reason.strip() or BY_BOARD,
        })  # fmt: skip


def _common(work: Work, notice: AwardNotice) -> dict[str, Any]:
    dates = standstill(notice.sent_on, statutory=notice.statutory) if notice.last else None
    return {
        "title": f"Mededeling gunningsbeslissing {work.case.number}", "scheme": str(work.case.scheme),
        "subject": str(work.case.title), "reference": notice.procurement.notice_reference,
        "sent_on": written(notice.sent_on), "statutory": notice.statutory,
        "last": written(notice.last) if notice.last else "", "target": written(notice.target) if notice.target else "",
        "free_from": written(dates.free_from) if dates else "", "why_dates": dates.reason if dates else "",
        "waived": str(notice.waived or ""),
    }  # fmt: skip


def _lots(
    reader: Provider, won: Sequence[Award], standings: Sequence[Standing], criteria: Sequence[AwardCriterion]
) -> list[dict[str, Any]]:
    """What concerns this reader: its own place and scores, and beside them those of who won."""
    own = {row.lot_id: row for row in standings if row.tender.provider_id == reader.pk}
    lots = {award.lot_id: str(award.lot) for award in won if award.provider_id == reader.pk}
    lots |= {row.lot_id: row.lot for row in own.values()}
    found = []
    for lot, name in sorted(lots.items(), key=lambda pair: pair[1]):
        winners = [award for award in won if award.lot_id == lot]
        best = next((row for row in standings if row.lot_id == lot and row.tender.provider_id in _ids(winners)), None)
        mine = own.get(lot)
        found.append({
            "lot": name, "wins": reader.pk in _ids(winners),
            "winners": [{"name": str(award.provider), "reason": str(award.reason)} for award in winners],
            "place": str(mine.place or "") if mine else "", "total": _points(mine.total) if mine else "",
            "excluded": mine.excluded if mine else "", "tied": bool(mine and mine.tied),
            "best": _points(best.total) if best else "",
            "criteria": _scores(criteria, mine, best),
        })  # fmt: skip
    return found


def _scores(criteria: Sequence[AwardCriterion], mine: Standing | None, best: Standing | None) -> list[dict[str, str]]:
    if mine is None or best is None:
        return []
    return [
        {
            "name": f"{each.name} ({each.bounds})" if each.bounds else str(each.name), "weight": f"{each.weight}%",
            "own": _points(mine.scores.get(each.pk)), "best": _points(best.scores.get(each.pk)),
        }
        for each in criteria
    ]  # fmt: skip


def _ids(winners: Sequence[Award]) -> set[int]:
    return {award.provider_id for award in winners}


def _keep(work: Work, template: str, name: str, data: dict[str, Any]) -> Document:
    paper = Paper(
        title=name, classification=Classification.CONFIDENTIAL, filename=f"{name}.pdf", media_type=MEDIA_TYPE,
        content=ContentFile(render(template, data, made_at=work.now)),
    )  # fmt: skip
    step = work.node.name if work.task is not None else ""
    version = documents.add_document(case=work.case, step=step, by=work.actor, at=work.now, paper=paper)
    work.documents.append(version.sha256)
    return version.document


def _euros(amount: Decimal | None) -> str:
    return "" if amount is None else euros(amount)


def _points(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}".replace(".", ",")


def _moment(value: Any) -> str:
    return date_format(localtime(value), "j F Y, H:i")
