"""What there is of a case besides the texts of its chain, and how it goes: plain words in rows, files.

Messages and letters say what happened and the number of the case, and none of its words (ADR 28).
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from audit import texts
from cases.models import (
    Addendum,
    AgendaItem,
    Alignment,
    Case,
    Challenge,
    CollegeDecision,
    ContractProduct,
    DestructionItem,
    DocumentVersion,
    MunicipalReference,
    PartnerConsent,
    Procurement,
    Publication,
    Remains,
    SealedTender,
    Tender,
    TenderDesk,
)  # fmt: skip
from escalation.models import Deadline

# Each model with words that are no texts (`plain_words`), and the way from its rows to their case.
PLAIN: dict[type[Model], tuple[str, ...]] = {
    Addendum: ("case",),
    Alignment: ("commission",),
    Challenge: ("notice__procurement",),
    CollegeDecision: ("amendment",),  # and those about no amendment, below
    ContractProduct: ("contract",),
    MunicipalReference: ("commission",),
    PartnerConsent: ("commission",),
    Procurement: ("case",),
    Publication: ("procurement",),
    Tender: ("procurement",),
    TenderDesk: ("procurement",),
}


@dataclass(slots=True)
class Gone:
    """What was destroyed of one case: how much, and the hashes of its documents."""

    texts: int = 0
    versions: int = 0
    files: int = 0
    hashes: list[str] = field(default_factory=list)


def destroy(case: Case, item: DestructionItem) -> Gone:
    """Everything in the database, within the act that says so; what lies outside it is noted, to go next (`clear`)."""
    gone = Gone()
    _note_files(case, item, gone)
    gone.texts = texts.erase_chains(chains_of(case)) + _minutes(case)
    for model in PLAIN:
        gone.versions += _empty(model, case)
    for deadline in Deadline.objects.filter(case=case).exclude(reason=""):
        deadline.reason = ""
        deadline.save(update_fields=["reason"])
    gone.hashes.sort()
    return gone


def chains_of(case: Case) -> list[str]:
    """Its own, and that of each desk where tenders came in for it."""
    desks = TenderDesk.objects.filter(procurement=case.pk).order_by("pk")
    return [case.chain, *(desk.chain for desk in desks)]


def _minutes(case: Case) -> int:
    """What a meeting wrote down about it. The decision list that was adopted is a record of its own, and stays."""
    items = AgendaItem.objects.filter(case=case).select_related("title", "words")
    left = [
        text for item in items for text in (item.title, item.words) if text is not None and text.content is not None
    ]
    texts.erase(left)
    return len(left)


def _rows_of(model: type[Model], case: Case) -> Q:
    if model is CollegeDecision:
        return Q(amendment=case.pk) | Q(amendment=None, commission=case.pk)
    [path] = PLAIN[model]
    return Q(**{path: case.pk})


def _empty(model: Any, case: Case) -> int:
    """First the rows as they are, which makes a version of each; then what they were before, also of who is gone."""
    names = model.plain_words
    for row in model.objects.filter(_rows_of(model, case)):
        for name in names:
            setattr(row, name, "")
        row.save(update_fields=names)
    keys = model.history.filter(_rows_of(model, case)).values_list(model._meta.pk.attname, flat=True)
    return texts.empty_versions(model, sorted(set(keys)))


def _note_files(case: Case, item: DestructionItem, gone: Gone) -> None:
    for version in DocumentVersion.objects.filter(document__case=case).exclude(file=""):
        Remains.objects.create(item=item, what=Remains.What.FILE, name=str(version.file.name))
        gone.hashes.append(version.sha256)
        gone.files += 1
        version.file = ""
        version.save(update_fields=["file"])
    for sealed in SealedTender.objects.filter(desk__procurement=case.pk):
        Remains.objects.create(item=item, what=Remains.What.FOLDER, name=str(sealed.folder))
        gone.hashes.append(sealed.digest)
        gone.files += 1
