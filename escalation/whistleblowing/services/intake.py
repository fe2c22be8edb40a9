"""Taking a report in: sealed before it is stored, to those who may handle it and to nobody else (domain §5.6, ADR 49).

Nothing here knows who reports: no account, no address of a machine. The receipt exists in the browser of who reports,
and here for as long as it takes to derive two keys from it.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError

from audit import clock
from cases.rules import sealing
from escalation.whistleblowing import chain, files, keyring
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.models import Channel, Envelope, Identity, Installation, Keyholder, Lane, Message, Report
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import REPORTER, Fact
from escalation.whistleblowing.rules.vault import ReceiptKeys, ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import clock as attention
from escalation.whistleblowing.services import dossiers, identities, keys, terms

ANONYMOUS, CONFIDENTIAL, NAMED = "anonymous", "confidential", "named"
FEWEST = 2  # keys that a report is sealed to: an identity takes two to open


class Closed(Exception):
    """Nobody is left who could handle this report: the channel is not ready, or everybody was left out."""


class AlreadySent(Exception):
    """A report with this receipt is there: the same page was sent twice. Nothing was lost, and nothing added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it was written. `without`: the keys of who may not see it. `by`: who registers what was told them."""

    identity: str = ANONYMOUS
    name: str = ""
    contact: str = ""
    what: str
    when: str = ""
    who: str = ""
    known: str = ""
    without: Sequence[int] = ()
    documents: Sequence[Enclosed] = ()
    by: str = REPORTER

    @property
    def in_words(self) -> str:
        """As one text, under the questions that it answers."""
        asked = (
            ("Wat is er gebeurd?", self.what), ("Wanneer en waar?", self.when), ("Wie zijn erbij betrokken?", self.who),
            ("Hoe is dit bekend?", self.known),
        )  # fmt: skip
        return "\n\n".join(f"{question}\n{answer}" for question, answer in asked if answer)


@dataclass(frozen=True, slots=True)
class Submitted:
    report: UUID
    receipt: str


def channels() -> list[Channel]:
    """That reports can go to now."""
    with sealed():
        return [each for each in Channel.objects.order_by("name") if not keys.missing(each)]


def holders(channel: Channel) -> list[Keyholder]:
    """Whose keys count now, in a fixed order. Within `sealed()`."""
    return list(keys.admitted(channel))


def fit(found: Sequence[Keyholder], without: Sequence[int], by: str = REPORTER) -> list[Keyholder]:
    """Who gets a report: every handler but who was left out; a deputy only in the place of one, or where it was told
    to them. And the escrow key.

    Nobody, where only the escrow key would be left: it is no handler.
    """
    kept = [each for each in found if each.pk not in without]
    handling = [each for each in kept if each.kind == Keyholder.Kind.HANDLER]
    missed = not handling or any(each.kind == Keyholder.Kind.HANDLER for each in found if each.pk in without)
    deputies = [each for each in kept if each.kind == Keyholder.Kind.DEPUTY and (missed or dossiers.called(each) == by)]
    escrow = [each for each in found if each.kind == Keyholder.Kind.ESCROW]
    return [*handling, *deputies, *escrow] if handling or deputies else []


def submit(*, channel: Channel, told: Told, receipt: str = "") -> Submitted:
    """Raises Closed, AlreadySent, or Broken when an enclosed file is gone; then nothing was taken in."""
    receipt = receipt or vault.new_receipt()
    found_by = receipt_keys(receipt)
    at, report = clock.now(), uuid4()
    shred = keyring.make(report)
    try:
        with sealed(report=report):
            _take_in(report, channel, told, found_by, shred, at)
    except BaseException as error:
        keyring.shred(report)
        if isinstance(error, IntegrityError) and _is_taken(found_by.lookup):
            raise AlreadySent from error  # the files lie with the report that is there
        for each in told.documents:
            with suppress(OSError):
                files.give_back(each)
        raise
    return Submitted(report, receipt)


def receipt_keys(receipt: str) -> ReceiptKeys:
    """It takes time and memory, one at a time (`vault`); so never within a transaction."""
    with sealed():
        row = Installation.objects.get()
    return vault.receipt_keys(receipt, bytes(row.salt), keys.bounded(row))


def say(
    report: Report, *, talk: bytes, at: datetime, kind: str, words: str, documents: Sequence[Enclosed] = (), **more: Any
) -> None:
    """Something in the talk, from who reports. Within `sealed()`."""
    for each in documents:
        files.keep(report, each, lane=Lane.TALK, private=talk, at=at)
    said: Mapping[str, Any] = {
        "at": at.isoformat(), "by": REPORTER, "kind": kind, "words": words,
        "files": [str(each.id) for each in documents], **more,
    }  # fmt: skip
    body = vault.seal_among(talk, json.dumps(said).encode(), about=("message", str(report.pk), Lane.TALK))
    Message.objects.create(report=report, lane=Lane.TALK, body=body)


def say_name(report: Report, readers: Sequence[Keyholder], *, talk: bytes, told: Told, at: datetime) -> None:
    """Who reports: in the talk, or shut to every pair of who handles it (Wbk 1a). Within `sealed()`."""
    if told.identity == NAMED:
        reach = f"\nBereikbaar via: {told.contact}" if told.contact else ""
        say(report, talk=talk, at=at, kind="identity", words=f"De melder is: {told.name}{reach}")
    elif told.identity == CONFIDENTIAL:
        number = Identity.objects.filter(report=report).count() + 1
        key = vault.new_key()
        words = json.dumps({"name": told.name, "contact": told.contact, "at": at.isoformat()}).encode()
        about = ("identity", str(report.pk), str(number))
        inner = vault.box(key, vault.pad(words), about=about)
        publics = [bytes(each.public_key) for each in readers]
        Identity.objects.create(
            report=report,
            number=number,
            body=vault.box(keyring.key_of(report.pk), inner, about=("shredded", *about)),  # it goes with the report
            envelopes=sealing.seal_key(key, tender=identities.label(report.pk, number), openers=publics),
        )


def shut_talk(talk: bytes, *, report: UUID, desk: bytes, wrap: bytes, shred: bytes) -> bytes:
    """The key of the talk, for who has the receipt; of no use once the shred key is gone. It knows its desk."""
    inner = vault.box(shred, talk, about=("shredded", str(report)))
    return vault.box(wrap, inner, about=("receipt", str(report), desk.hex()))


def open_talk(shut: bytes, *, report: UUID, desk: bytes, wrap: bytes, shred: bytes) -> bytes:
    """Raises Broken."""
    inner = vault.unbox(wrap, shut, about=("receipt", str(report), desk.hex()))
    return vault.unbox(shred, inner, about=("shredded", str(report)))


def _take_in(pk: UUID, channel: Channel, told: Told, found_by: ReceiptKeys, shred: bytes, at: datetime) -> None:
    (talk, _), (desk, desk_public) = vault.new_pair(), vault.new_pair()
    report = Report.objects.create(
        id=pk, channel=channel, lookup=found_by.lookup, desk_public=desk_public,
        talk_by_receipt=shut_talk(talk, report=pk, desk=desk_public, wrap=found_by.wrap, shred=shred),
        received_at=terms.to_the_hour(at),
    )  # fmt: skip
    # Asked now: who changes the keys of this channel waits for the row above, or it for them.
    readers = fit(holders(channel), told.without, told.by)
    if len(readers) < FEWEST:
        raise Closed
    for holder in readers:
        _enclose(report, holder, ReportKeys(talk=talk, desk=desk), shred)
    say(report, talk=talk, at=at, kind="report", words=told.in_words, documents=told.documents, identity=told.identity)
    trusted = [each for each in holders(channel) if each.pk not in told.without]  # a deputy may come in later
    say_name(report, trusted, talk=talk, told=told, at=at)
    terms.begin(report=pk, received=at)
    fact = Fact("receive", at, told.by, {"identity": told.identity, "without": sorted(told.without)})
    chain.append(report=pk, desk_public=desk_public, series=talk, number=0, fact=fact)
    attention.count(report=report, what="received")
    attention.tell(report=pk)


def _enclose(report: Report, holder: Keyholder, keys: ReportKeys, shred: bytes) -> None:
    enclosed = vault.enclose(
        keys, report=str(report.pk), holder=str(holder.pk), to=bytes(holder.public_key), shred=shred
    )
    Envelope.objects.create(report=report, holder=holder, talk=enclosed.talk, desk=enclosed.desk)


def _is_taken(lookup: bytes) -> bool:
    with sealed(lookup=lookup):
        return Report.objects.filter(lookup=lookup).exists()
