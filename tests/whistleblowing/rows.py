"""Reports as rows, without anybody who wrote them: for tests of what lies beneath."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from audit import clock
from cases.rules import sealing
from cases.rules.sealing import Cost
from escalation.whistleblowing import chain, keyring
from escalation.whistleblowing.models import Channel, Envelope, Keyholder, Message, Report
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import clock as lane_clock
from escalation.whistleblowing.services import terms
from roles.models import Person

CHEAP = Cost(iterations=1, memory=64)
LIMBURG = "limburg-noord"


@dataclass(frozen=True, slots=True)
class Made:
    """A report with the keys that only its people would have."""

    id: UUID
    keys: ReportKeys
    desk_public: bytes
    receipt: str


def a_holder(username: str, kind: str = Keyholder.Kind.HANDLER, channel: str = LIMBURG) -> Keyholder:
    """Admitted, with the passphrase "wachtzin van <username>"."""
    public, locked = sealing.new_key(f"wachtzin van {username}", CHEAP)
    now = clock.now()
    return Keyholder.objects.create(
        channel=Channel.objects.get(code=channel), person_id=Person.objects.get(user__username=username).pk, kind=kind,
        public_key=public, salt=locked.salt, wrapped=locked.wrapped, iterations=CHEAP.iterations, memory=CHEAP.memory,
        lanes=CHEAP.lanes, enrolled_at=now, admitted_at=now,
    )  # fmt: skip


def a_report(*holders: Keyholder, words: str = "Er ging iets mis.", at: datetime | None = None) -> Made:
    """Received, with one message, terms and an act; sealed to these."""
    report, receipt, now = uuid4(), vault.new_receipt(), at or clock.now()
    talk, _ = vault.new_pair()
    desk, desk_public = vault.new_pair()
    keys, shred = ReportKeys(talk, desk), keyring.make(report)
    found = vault.receipt_keys(receipt, b"salt of the tests", CHEAP)
    with sealed(report=report):
        row = Report.objects.create(
            id=report, channel=holders[0].channel, lookup=found.lookup,
            talk_by_receipt=vault.box(found.wrap, vault.box(shred, talk, about=("talk",)), about=("receipt",)),
            desk_public=desk_public, received_at=terms.to_the_hour(now),
        )  # fmt: skip
        for holder in holders:
            enclosed = vault.enclose(
                keys, report=str(report), holder=str(holder.pk), to=bytes(holder.public_key), shred=shred
            )
            Envelope.objects.create(report=row, holder=holder, talk=enclosed.talk, desk=enclosed.desk)
        body = vault.seal_among(talk, words.encode(), about=("message", str(report), "talk"))
        Message.objects.create(report=row, lane="talk", body=body)
        terms.begin(report=report, received=now)
        lane_clock.count(report=row, what="received")
        fact = Fact("receive", now, "reporter")
        chain.append(report=report, desk_public=desk_public, series=talk, number=0, fact=fact)
    return Made(report, keys, desk_public, receipt)
