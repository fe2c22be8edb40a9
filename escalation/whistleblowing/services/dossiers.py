"""What a handler reads: the reports that have an envelope for them, and one report with all that was said and done.

Everything opens in memory, for the answer to one request; nothing of it is kept. A report without an envelope for who
asks is to them a report that does not exist.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Min
from django.utils.text import Truncator

from cases.rules.sealing import Broken
from escalation.whistleblowing import chain, files
from escalation.whistleblowing.chain import Acts
from escalation.whistleblowing.models import Attachment, Envelope, Identity, Keyholder, Lane, Message, Report, Term
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.stages import Standing, fold
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import envelopes
from escalation.whistleblowing.services.keys import Opened

NOT_OURS = "Dit bericht opent niet: het is veranderd, of niet van de melder en niet van een behandelaar. Meld dat."
SUBJECT = 90  # signs of the first message by which a report is recognised in the list


class Unknown(Exception):
    """No such report, or none for this handler: the same."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message, opened."""

    id: int
    lane: str
    at: datetime
    by: str
    kind: str
    words: str
    files: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list. Without a standing it does not open: its keys are gone, or were changed."""

    report: Report
    subject: str = ""
    standing: Standing | None = None
    terms: Mapping[str, Term] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return name_of(self.report.pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One report, with all that its handlers may read. Who the reporter is, is not in it."""

    report: Report
    keys: ReportKeys
    acts: Acts
    standing: Standing
    messages: Sequence[Said]
    enclosed: Mapping[str, files.Enclosed]
    terms: Mapping[str, Term]
    holders: Mapping[str, Keyholder]  # by what acts call them
    handled_by: frozenset[str]  # who has an envelope
    identities: int

    @property
    def name(self) -> str:
        return name_of(self.report.pk)

    def of(self, lane: str) -> list[Said]:
        return [each for each in self.messages if each.lane == lane]


def name_of(report: UUID) -> str:
    """By which handlers call it to one another. It says nothing of when or how many: "3FA2-91C0"."""
    return f"{report.hex[:4]}-{report.hex[4:8]}".upper()


def called(holder: Keyholder) -> str:
    """As acts name who did them."""
    return f"holder/{holder.pk}"


def people_in(channel: int) -> dict[str, str]:
    """Whose each key is or was: who has another key since is still the same person. Within `sealed()`."""
    return {called(each): person_of(each) for each in Keyholder.objects.filter(channel=channel)}


def person_of(holder: Keyholder) -> str:
    return f"person/{holder.person_id}"


def stands(facts: Sequence[Fact], people: Mapping[str, str]) -> Standing:
    """By people, so that two keys of one person are never two persons."""
    return fold(replace(fact, by=people.get(fact.by, fact.by)) for fact in facts)


def envelope_for(opened: Opened, report: UUID, *, locked: bool = False) -> Envelope:
    """Within `sealed()`. Raises Unknown; also to the keeper of the escrow key, who keeps one and reads nothing."""
    if opened.holder.kind == Keyholder.Kind.ESCROW:
        raise Unknown
    held = Envelope.objects.select_related("report__channel").filter(report=report, holder=opened.holder)
    if locked:
        held = held.select_for_update(of=("self", "report"))
    found = held.first()
    if found is None:
        raise Unknown
    return found


def listed(opened: Opened) -> list[Line]:
    """Every report of this handler, the one that has to be done first on top. A fixed number of questions."""
    with sealed(holder=opened.holder.pk):
        reading = Envelope.objects.exclude(holder__kind=Keyholder.Kind.ESCROW)
        held = list(reading.select_related("report").filter(holder=opened.holder))
        reports = {envelope.report_id: envelope.report for envelope in held}
        keys = {}
        for envelope in held:
            try:
                keys[envelope.report_id] = envelopes.disclosed(envelope, opened)
            except Broken:
                continue
        terms: dict[UUID, dict[str, Term]] = {}
        for term in Term.objects.filter(report__in=reports):
            terms.setdefault(term.report_id, {})[term.kind] = term
        subjects = _subjects(keys)
        acts = chain.read(keys)
        people = people_in(opened.holder.channel_id)
    lines = [
        Line(report, subjects.get(pk, ""), stands(acts[pk].facts, people) if pk in acts else None, terms.get(pk, {}))
        for pk, report in reports.items()
    ]
    return sorted(lines, key=_urgency)


def dossier(opened: Opened, report: UUID) -> Dossier:
    """Raises Unknown, and Broken where it does not open."""
    with sealed(holder=opened.holder.pk):
        envelope = envelope_for(opened, report)
        return read(envelope.report, envelopes.disclosed(envelope, opened))


def read(report: Report, keys: ReportKeys) -> Dossier:
    """Within `sealed()`. Raises Broken."""
    acts = chain.read({report.pk: keys})[report.pk]
    private = {Lane.TALK: keys.talk, Lane.DESK: keys.desk}
    messages = [opened_message(each, private[Lane(each.lane)]) for each in Message.objects.filter(report=report)]
    headers = [files.header_of(each, private[Lane(each.lane)]) for each in Attachment.objects.filter(report=report)]
    held = set(Envelope.objects.filter(report=report).values_list("holder_id", flat=True))
    holders = {called(each): each for each in Keyholder.objects.filter(channel=report.channel_id)}
    return Dossier(
        report=report, keys=keys, acts=acts, 
        standing=stands(acts.facts, {name: person_of(each) for name, each in holders.items()}), messages=messages,
        enclosed={str(each.id): each for each in headers},
        terms={term.kind: term for term in Term.objects.filter(report=report)},
        holders=holders, handled_by=frozenset(name for name, each in holders.items() if each.pk in held),
        identities=Identity.objects.filter(report=report).count(),
    )  # fmt: skip


def opened_message(message: Message, private: bytes) -> Said:
    """What nobody of the report wrote is there, without its words."""
    try:
        body = vault.open_among(private, bytes(message.body), about=("message", str(message.report_id), message.lane))
    except Broken:
        return Said(message.pk, message.lane, message.report.received_at, "", "broken", NOT_OURS)
    given = json.loads(body)
    at, by = datetime.fromisoformat(given.pop("at")), given.pop("by")
    enclosed = tuple(str(each) for each in given.pop("files", ()))
    return Said(message.pk, message.lane, at, by, given.pop("kind"), given.pop("words"), enclosed, given)


def _subjects(keys: Mapping[UUID, ReportKeys]) -> dict[UUID, str]:
    """How the first message of each begins."""
    talk = Message.objects.filter(report__in=keys, lane=Lane.TALK)
    firsts = [row["first"] for row in talk.values("report").annotate(first=Min("id"))]
    return {
        each.report_id: _beginning(opened_message(each, keys[each.report_id].talk).words)
        for each in Message.objects.filter(pk__in=firsts)
    }


def _beginning(words: str) -> str:
    """Without the question that they answer."""
    return Truncator(words.partition("\n")[2].strip() or words.strip()).chars(SUBJECT)


def _urgency(line: Line) -> tuple[bool, bool, datetime]:
    """What is closed last; what waits for the desk first; then by the first term that runs."""
    running = [term.due_at for term in line.terms.values() if term.met_at is None]
    waits = line.standing is not None and line.standing.turn in ("desk", "second")
    return (line.report.closed_at is not None, not waits, min(running, default=line.report.received_at))
