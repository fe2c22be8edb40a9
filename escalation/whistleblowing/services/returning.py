"""Coming back with a receipt: what a reporter reads, answers and decides about themselves (domain §5.6).

A receipt that is known and one that is not take the same path, to the same number of questions and keys, so that the
time it takes says nothing. What a visit opens is kept under a token that only the browser has.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from audit import clock
from cases.rules.sealing import Broken
from escalation.whistleblowing import chain, files, keyring
from escalation.whistleblowing.chain import Taken
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.models import Attachment, Keyholder, Lane, Message, Report, Term, Visit
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import REPORTER, Fact
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import clock as attention
from escalation.whistleblowing.services import intake
from escalation.whistleblowing.services.intake import Told

VISIT = timedelta(minutes=30)
HALF = 32  # bytes of a token: one half finds the visit, the other opens it
MOST_TURNS = 5
UUID_BYTES = 16
VISITS = ("visit",)
NOT_OURS = "Dit bericht opent niet: het is niet van u en niet van een behandelaar. Doe niet wat iemand u elders vraagt."
NOBODY = UUID(int=0)  # whose shred key is read for a receipt that leads nowhere


class Over(Exception):
    """This visit ended, or never began."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came with a receipt, for one request."""

    report: Report
    talk: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """A message as both sides read it."""

    at: datetime
    by_reporter: bool
    kind: str
    words: str
    files: tuple[Enclosed, ...]
    more: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """All that a reporter sees of their report."""

    said: tuple[Said, ...]
    acknowledge: Term
    inform: Term
    closed: bool


def knock(receipt: str) -> str | None:
    """A token for who has a receipt of ours."""
    keys = intake.receipt_keys(receipt)
    with sealed(lookup=keys.lookup):
        report = Report.objects.filter(lookup=keys.lookup).first()
        talk = _opened(report, keys.wrap)
        secret, inside = secrets.token_bytes(2 * HALF), (report.pk if report else NOBODY).bytes + (talk or bytes(HALF))
        Visit.objects.create(
            token=vault.digest(secret[:HALF]), expires_at=_until(),
            wrapped=vault.box(secret[HALF:], inside, about=VISITS),
        )  # fmt: skip
    return secret.hex() if talk else None


def _opened(report: Report | None, wrap: bytes) -> bytes | None:
    """The key of the talk. For a receipt that is unknown a box is tried that nobody can open."""
    pk, desk = (report.pk, bytes(report.desk_public)) if report else (uuid4(), bytes(HALF))
    shut = bytes(report.talk_by_receipt) if report else _decoy()
    try:
        return intake.open_talk(
            shut, report=pk, desk=desk, wrap=wrap, shred=_shred_key(report.pk if report else NOBODY)
        )
    except Broken:
        return None


def _decoy() -> bytes:
    return intake.shut_talk(bytes(HALF), report=NOBODY, desk=bytes(HALF), wrap=vault.new_key(), shred=vault.new_key())


def _shred_key(report: UUID) -> bytes:
    if report == NOBODY:
        with suppress(FileExistsError):
            keyring.make(NOBODY)
    return keyring.key_of(report)


def visitor(token: str) -> Visitor:
    """Raises Over."""
    try:
        secret = bytes.fromhex(token)
    except ValueError:
        raise Over from None
    with sealed():
        visit = Visit.objects.filter(token=vault.digest(secret[:HALF]), holder=None, expires_at__gt=clock.now()).first()
    if visit is None or len(secret) != 2 * HALF:
        raise Over
    try:
        inside = vault.unbox(secret[HALF:], bytes(visit.wrapped), about=VISITS)
    except Broken:
        raise Over from None
    pk, talk = UUID(bytes=inside[:UUID_BYTES]), inside[UUID_BYTES:]
    with sealed(report=pk):
        report = Report.objects.filter(pk=pk).first()
        if report is None:
            raise Over
        visit.expires_at = _until()
        visit.save(update_fields=["expires_at"])
    return Visitor(report, talk)


def _until() -> datetime:
    """Half an hour, and up to ten minutes that do not say when somebody was here."""
    least = clock.now() + VISIT
    return least.replace(minute=least.minute // 10 * 10, second=0, microsecond=0) + timedelta(minutes=10)


def leave(token: str) -> None:
    """The visit ends; nothing is left of it."""
    try:
        found = vault.digest(bytes.fromhex(token)[:HALF])
    except ValueError:
        return
    with sealed():
        Visit.objects.filter(token=found).delete()


def read(visitor: Visitor) -> Talk:
    report = visitor.report
    with sealed(report=report.pk):
        enclosed = {str(each.id): each for each in _enclosed(visitor)}
        said = tuple(_said(visitor, message, enclosed) for message in _messages(report))
        terms = {term.kind: term for term in Term.objects.filter(report=report)}
    return Talk(said, terms[Term.Kind.ACKNOWLEDGE], terms[Term.Kind.INFORM], report.closed_at is not None)


def enclosed(visitor: Visitor, file: UUID) -> Enclosed:
    """A file of this talk. Raises Broken where there is none."""
    with sealed(report=visitor.report.pk):
        found = Attachment.objects.filter(report=visitor.report, lane=Lane.TALK, pk=file).first()
    if found is None:
        raise Broken("No such file")
    return files.header_of(found, visitor.talk)


def reply(*, visitor: Visitor, words: str, documents: Sequence[Enclosed] = ()) -> None:
    """Raises Broken where a file is gone."""
    _add(visitor, "add", {}, kind="reply", words=words, documents=documents)


def give_name(*, visitor: Visitor, identity: str, name: str, contact: str) -> None:
    """Later than with the report, or another name or reach."""
    report = visitor.report

    def write(at: datetime) -> None:
        readers = list(Keyholder.objects.filter(envelopes__report=report, ended_at=None).order_by("pk"))
        told = Told(identity=identity, name=name, contact=contact, what="")
        intake.say_name(report, readers, talk=visitor.talk, told=told, at=at)

    shut = "De melder gaf een naam. Die ligt achter een apart slot."
    words = shut if identity == intake.CONFIDENTIAL else "De melder maakte zich bekend."
    _add(visitor, "add", {"identity": identity}, kind="name", words=words, also=write, identity=identity)


def consent(*, visitor: Visitor, words: str) -> None:
    """That who they are may be told, to whom and what for (Wbk 1a.1)."""
    _add(visitor, "consent", {}, kind="consent", words=words)


def withdraw_consent(*, visitor: Visitor) -> None:
    """For what was not told yet."""
    _add(visitor, "withdraw_consent", {}, kind="withdraw_consent", words="De toestemming is ingetrokken.")


def answer_transcript(*, visitor: Visitor, transcript: str, signed: bool, words: str) -> None:
    """Signed, or to be put right first (Wbk 2b). Raises Broken where there is no such transcript."""
    if transcript not in {str(each.more.get("transcript")) for each in read(visitor).said if not each.by_reporter}:
        raise Broken("No such transcript")
    if signed:
        _add(visitor, "add", {"signed": transcript}, kind="signature", words=words or "Het verslag klopt.",
             transcript=transcript)  # fmt: skip
    else:
        _add(visitor, "add", {"corrects": transcript}, kind="correction", words=words, transcript=transcript)


def _add(
    visitor: Visitor,
    verb: str,
    details: Mapping[str, Any],
    *,
    also: Callable[[datetime], None] | None = None,
    **said: Any,
) -> None:
    """A message and its act. The number of an act is taken once: who came second tries again."""
    report, at = visitor.report, clock.now()
    for turn in range(1, MOST_TURNS + 1):
        try:
            with sealed(report=report.pk):
                intake.say(report, talk=visitor.talk, at=at, **said)
                if also:
                    also(at)
                chain.append(
                    report=report.pk, desk_public=bytes(report.desk_public), series=visitor.talk,
                    number=chain.count(visitor.talk), fact=Fact(verb, at, REPORTER, details),
                )  # fmt: skip
                attention.tell(report=report.pk)
            return
        except Taken:
            _give_back(said)
            if turn == MOST_TURNS:
                raise
        except BaseException:
            _give_back(said)
            raise


def _give_back(said: Mapping[str, Any]) -> None:
    for each in said.get("documents", ()):
        files.give_back(each)


def _messages(report: Report) -> Iterator[Message]:
    yield from Message.objects.filter(report=report, lane=Lane.TALK).order_by("pk")


def _enclosed(visitor: Visitor) -> Iterator[Enclosed]:
    for each in Attachment.objects.filter(report=visitor.report, lane=Lane.TALK):
        yield files.header_of(each, visitor.talk)


def _said(visitor: Visitor, message: Message, enclosed: Mapping[str, Enclosed]) -> Said:
    about = ("message", str(visitor.report.pk), Lane.TALK)
    try:
        words = json.loads(vault.open_among(visitor.talk, bytes(message.body), about=about))
    except Broken:
        return Said(visitor.report.received_at, False, "broken", NOT_OURS, (), {})
    known = {"at", "by", "kind", "words", "files"}
    return Said(
        at=datetime.fromisoformat(words["at"]), by_reporter=words["by"] == REPORTER, kind=words["kind"],
        words=words["words"], files=tuple(enclosed[each] for each in words.get("files", []) if each in enclosed),
        more={name: value for name, value in words.items() if name not in known},
    )  # fmt: skip
