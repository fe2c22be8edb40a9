"""OCDS 1.1: a release for each procurement, with what is public of it at that moment (ADR 46).

The ocid is stable; the id of a release is that of the last act, so that what is published anew has another one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings

from workflows.exporting.format import About, Format
from workflows.exporting.shapes import Agreement, Announced, Procured, Record, Won

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LOTS = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_lots_extension/v1.1.5/extension.json"
METHODS = {
    "social": "open", "open": "open", "restricted": "selective", "multiple": "limited", "single": "direct",
    "open_house": "open", "subsidy": "direct", "insourcing": "direct",
}  # fmt: skip
DOCUMENTS = {"notice": "tenderNotice", "clarification": "clarifications", "correction": "tenderNotice"}
GIVEN_UP = ("stopped", "withdrawn", "rejected")


def releases(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Of procurements only; of a confidential one nothing is public."""
    for record in records:
        if record.procured is not None and not record.confidential:
            yield release(record, record.procured)


def release(record: Record, found: Procured) -> dict[str, Any]:
    ocid = f"{settings.OCDS_PREFIX}-{record.scheme_code}-{record.number}"
    buyer = {"id": found.buyer_code, "name": found.buyer}
    made: dict[str, Any] = {
        "ocid": ocid, "id": f"{ocid}-{record.head.seq}", "date": _moment(record.head.at), "tag": _tags(record, found),
        "initiationType": "tender", "language": "nl", "parties": _parties(found), "buyer": buyer,
        "tender": _tender(record, found, buyer),
    }  # fmt: skip
    if found.estimate is not None:
        made["planning"] = {"budget": {"amount": _value(found.estimate)}}
    if found.won:
        made["awards"] = [_award(each, found) for each in found.won]
    if found.agreements:
        made["contracts"] = [_contract(each, found) for each in found.agreements]
    return made


def _tags(record: Record, found: Procured) -> list[str]:
    """Before anything is announced it is planned at most."""
    if found.published_at is None and found.awarded_on is None:
        return ["planning"]
    if record.state in GIVEN_UP:
        return ["tenderCancellation"]
    return ["tender", *(["award"] if found.won else []), *(["contract"] if found.agreements else [])]


def _status(record: Record, found: Procured) -> str:
    if record.state in GIVEN_UP:
        return "cancelled" if found.published_at else "withdrawn"
    if found.awarded_on is not None or record.state == "contracted":
        return "complete"
    return "active" if found.published_at else "planning"


def _parties(found: Procured) -> list[dict[str, Any]]:
    """Who buys, and who won; of the others no law lets a name be told."""
    parties: list[dict[str, Any]] = [
        {"id": found.buyer_code, "name": found.buyer, "roles": ["buyer", "procuringEntity"]}
    ]
    for firm in sorted({each.firm for each in found.won}, key=lambda each: each.code):
        party: dict[str, Any] = {"id": firm.code, "name": firm.name, "roles": ["supplier", "tenderer"]}
        if firm.registration:
            party["identifier"] = {"scheme": "NL-KVK", "id": firm.registration, "legalName": firm.name}
        parties.append(party)
    return parties


def _tender(record: Record, found: Procured, buyer: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": record.number, "status": _status(record, found), "procuringEntity": buyer,
        "mainProcurementCategory": "services",
    }  # fmt: skip
    if not found.instrument:
        return made
    made |= {
        "title": record.title, "procurementMethod": METHODS[found.procedure or found.instrument],
        "procurementMethodDetails": found.procedure_label,
        "lots": [{"id": lot.code, "title": lot.name, "status": made["status"]} for lot in found.lots],
        "items": [_item(found, lot.code, lot.name) for lot in found.lots] or [_item(found, "", record.title)],
        "documents": [_notice(each) for each in found.announced] + _papers(record, found),
        "amendments": [
            {"id": str(each.id), "date": _moment(each.at), "description": each.note}
            for each in found.announced if each.kind == "correction"
        ],
    }  # fmt: skip
    if found.criteria:
        prices = {each.by_price for each in found.criteria}
        made["awardCriteria"] = "priceOnly" if prices == {True} else "ratedCriteria"
        made["awardCriteriaDetails"] = "; ".join(
            f"{each.name}: {each.weight}%{f' ({each.bounds})' if each.bounds else ''}" for each in found.criteria
        )
    if found.published_at is not None:
        made["datePublished"] = _moment(found.published_at)
        made["tenderPeriod"] = {"startDate": _moment(found.published_at)}
    if found.closing_at is not None:
        made["tenderPeriod"]["endDate"] = _moment(found.closing_at)
    if found.tenderers is not None:
        made["numberOfTenderers"] = found.tenderers
    return made


def _item(found: Procured, lot: str, words: str) -> dict[str, Any]:
    item: dict[str, Any] = {"id": lot or "1", "description": words}
    if lot:
        item["relatedLot"] = lot
    if found.cpv:
        item["classification"] = {"scheme": "CPV", "id": found.cpv}
    return item


def _notice(told: Announced) -> dict[str, Any]:
    return {
        "id": f"notice-{told.id}", "documentType": DOCUMENTS[told.kind], "title": told.reference,
        "description": told.note, "datePublished": _moment(told.at),
    }  # fmt: skip


def _papers(record: Record, found: Procured) -> list[dict[str, Any]]:
    """Documents that are public by their own classification, once the procurement is."""
    return [
        {
            "id": f"document-{each.id}", "title": each.title, "format": each.versions[-1].media_type,
            "dateModified": _moment(each.versions[-1].added_at), "language": "nl",
        }
        for each in record.documents if each.classification == "public" and found.instrument
    ]  # fmt: skip


def _award(won: Won, found: Procured) -> dict[str, Any]:
    assert found.awarded_on is not None
    return {
        "id": won.id, "title": won.lot.name, "status": "active", "date": _moment(found.awarded_on),
        "value": _value(won.value), "suppliers": [{"id": won.firm.code, "name": won.firm.name}],
        "contractPeriod": _period(won.starts_on, won.ends_on), "relatedLots": [won.lot.code],
        "documents": [
            {
                "id": "award-notice", "documentType": "awardNotice", "title": found.award_reference,
                "datePublished": _moment(found.awarded_on),
            }
        ],
    }  # fmt: skip


def _contract(agreed: Agreement, found: Procured) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": agreed.number, "awardID": agreed.won or agreed.number,
        "status": "terminated" if agreed.state in ("ended", *GIVEN_UP) else "active",
        "period": _period(agreed.starts_on, agreed.ends_on), "value": _value(agreed.value),
        "amendments": [
            {"id": each.number, "date": _moment(each.on), "description": each.label} for each in agreed.changes
        ],
    }  # fmt: skip
    if agreed.signed_on is not None:
        made["dateSigned"] = _moment(agreed.signed_on)
    return made


def _period(first: date, last: date) -> dict[str, str]:
    return {"startDate": _moment(first), "endDate": _moment(datetime.combine(last, time(23, 59, 59), AMSTERDAM))}


def _moment(at: date | datetime) -> str:
    """With its zone; a day begins at midnight here."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, time(), AMSTERDAM)
    return moment.astimezone(AMSTERDAM).isoformat(timespec="seconds")


def _value(amount: Decimal) -> dict[str, Any]:
    """JSON has no decimals: to the cent a float says all of it, up to ninety thousand milliard."""
    return {"amount": float(amount), "currency": "EUR"}


def write(records: Iterable[Record], out: BinaryIO, about: About) -> None:
    """A release on each line; together they are joined to a package."""
    for each in releases(records):
        out.write(json.dumps(each, ensure_ascii=False).encode() + b"\n")


def join(parts: Sequence[Path], out: BinaryIO, about: About) -> None:
    package = {
        "uri": uuid5(NAMESPACE_URL, f"{settings.SITE_URL} {about.asked_at.isoformat()} {about.what}").urn,
        "version": "1.1", "extensions": [LOTS], "publishedDate": _moment(about.asked_at),
        "publisher": {"name": about.scheme},
    }  # fmt: skip
    out.write(json.dumps(package, ensure_ascii=False).encode()[:-1] + b', "releases": [')
    between = b"\n"
    for part in parts:
        with part.open("rb") as lines:
            for line in lines:
                out.write(between + line.rstrip(b"\n"))
                between = b",\n"
    out.write(b"\n]}\n")


FORMAT = Format(
    code="ocds", label="OCDS", hint="Van iedere inkoop wat op dit moment openbaar is, om te publiceren.",
    extension="json", content_type="application/json", write=write, join=join,
)  # fmt: skip
