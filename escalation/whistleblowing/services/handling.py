"""What handlers do with a report: each step one sealed act, in one transaction with what it says and what it meets.

The words of a step are a message, to the reporter or to the desk; the act names it, and holds no words of its own.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from audit import clock
from escalation.whistleblowing import chain, files
from escalation.whistleblowing.chain import Taken
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.models import Envelope, Keyholder, Lane, Message, Notice, Proposal, Report
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.facts import Fact
from escalation.whistleblowing.rules.flow import LABELS, STEPS, Step
from escalation.whistleblowing.rules.stages import Standing
from escalation.whistleblowing.rules.vault import ReportKeys
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import clock as notices
from escalation.whistleblowing.services import dossiers, envelopes, intake, terms
from escalation.whistleblowing.services.dossiers import called
from escalation.whistleblowing.services.intake import Submitted, Told
from escalation.whistleblowing.services.keys import Opened
from roles.authorize import NotAllowed
from roles.rules.verdict import Refused

CONFLICT = STEPS["check_conflict"].article


class Stale(Exception):
    """Another handler did something in this report since the page was made. Nothing was recorded."""


@dataclass(slots=True)
class Work:
    """One report in the hands of one handler, for one step."""

    opened: Opened
    report: Report
    keys: ReportKeys
    acts: chain.Acts
    standing: Standing
    at: datetime
    said: list[int] = field(default_factory=list)
    enclosed: list[Enclosed] = field(default_factory=list)

    @property
    def who(self) -> str:
        return dossiers.person_of(self.opened.holder)

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)

    def allow(self, verb: str, outcome: str = "") -> Step:
        """Raises NotAllowed."""
        verdict = self.standing.may(verb, self.who, outcome, today=self.today)
        if isinstance(verdict, Refused):
            raise NotAllowed(verdict)
        return STEPS[verb]

    def say(self, lane: Lane, kind: str, words: str, documents: Sequence[Enclosed] = (), **more: Any) -> int:
        """A message, shut at once. To the reporter it comes from the desk, whoever wrote it.

        Raises Broken where a file is gone.
        """
        private = self.keys.talk if lane is Lane.TALK else self.keys.desk
        for each in documents:
            files.keep(self.report, each, lane=lane, private=private, at=self.at)
            self.enclosed.append(each)
        by = "handler" if lane is Lane.TALK else called(self.opened.holder)
        content = {
            "at": self.at.isoformat(), "by": by, "kind": kind, "words": words,
            "files": [str(each.id) for each in documents], **more,
        }  # fmt: skip
        body = vault.seal_among(
            private, json.dumps(content, ensure_ascii=False).encode(),
            about=("message", str(self.report.pk), str(lane)),
        )  # fmt: skip
        number: int = Message.objects.create(report=self.report, lane=lane, body=body).pk
        self.said.append(number)
        return number

    def act(self, verb: str, **details: Any) -> None:
        """The one act of this step. Raises Stale."""
        given = {key: value for key, value in details.items() if value not in ("", None)}
        if self.said:
            given["said"] = self.said
        try:
            chain.append(
                report=self.report.pk, desk_public=vault.public_of(self.keys.desk), series=self.keys.desk,
                number=self.acts.by_handlers, fact=Fact(verb, self.at, called(self.opened.holder), given),
            )  # fmt: skip
        except Taken:
            raise Stale from None


@contextmanager
def working(opened: Opened, report: UUID, *, seen: int) -> Iterator[Work]:
    """One step: the report is held, and stands as the handler saw it. Raises Unknown, Broken or Stale.

    Whoever was removed has no envelope any more, and nothing of their step is recorded.
    """
    at, enclosed = clock.now(), list[Enclosed]()
    try:
        with sealed(holder=opened.holder.pk):
            envelope = dossiers.envelope_for(opened, report, locked=True)
            keys = envelopes.disclosed(envelope, opened)
            with sealed(holder=opened.holder.pk, report=report):
                acts = chain.read({report: keys})[report]
                if acts.by_handlers != seen:
                    raise Stale
                standing = dossiers.stands(acts.facts, dossiers.people_in(envelope.report.channel_id))
                yield Work(opened, envelope.report, keys, acts, standing, at, enclosed=enclosed)
                notices.tell(report=report, but=opened.holder.pk)
    except BaseException:
        for each in enclosed:  # nothing was recorded
            files.give_back(each)
        raise


def take(
    *, opened: Opened, report: UUID, seen: int, verb: str, outcome: str = "", words: str = "",
    documents: Sequence[Enclosed] = (),
) -> None:  # fmt: skip
    """Any step that changes nothing but where the report stands. Raises NotAllowed, Stale, Unknown or Broken."""
    with working(opened, report, seen=seen) as work:
        step = work.allow(verb, outcome)
        speak(work, step, outcome, words, documents)
        work.act(verb, outcome=outcome)
        if verb == "acknowledge":
            terms.acknowledged(report=report, at=work.at)
        elif verb == "inform":
            terms.informed(report=report, at=work.at)


def speak(work: Work, step: Step, outcome: str, words: str, documents: Sequence[Enclosed] = ()) -> None:
    """What is written stays at the desk unless it speaks to the reporter; where the reporter is told, they hear so.

    Files go where the words go.
    """
    speaks = outcome in step.speaks
    if words and not speaks:
        work.say(Lane.DESK, step.verb, words, documents)
    told = step.told.get(outcome)
    if told is None:
        return
    kind = outcome if step.verb == "message" else "step"
    stage = step.leads_to(work.standing.stage, outcome)
    said = "\n\n".join(filter(None, [told, words if speaks else ""]))
    work.say(Lane.TALK, kind, said, documents if speaks else (), verb=step.verb, stage=LABELS[stage])


def declare(*, opened: Opened, report: UUID, seen: int, outcome: str, words: str = "") -> None:
    """Whether this handler is involved. Who is, leaves at once: their envelope goes, and deputies get one.

    Raises NotAllowed where nobody would be left to handle it.
    """
    if outcome == "free":
        take(opened=opened, report=report, seen=seen, verb="check_conflict", outcome=outcome, words=words)
        return
    with working(opened, report, seen=seen) as work:
        step = work.allow("check_conflict", outcome)
        speak(work, step, outcome, words)
        called_in = _call_in(work)
        work.act("check_conflict", outcome=outcome, called_in=[called(each) for each in called_in])
        Proposal.objects.filter(report=report, asked_by=opened.holder, approved_by=None).delete()
        Envelope.objects.get(report=report, holder=opened.holder).delete()


def _call_in(work: Work) -> list[Keyholder]:
    """Every deputy who may know of it gets an envelope."""
    held = set(Envelope.objects.filter(report=work.report).values_list("holder_id", flat=True))
    out = kept_out(work)
    ready = Keyholder.objects.filter(channel=work.report.channel_id, ended_at=None, admitted_at__isnull=False)
    deputies = [
        each
        for each in ready.filter(kind=Keyholder.Kind.DEPUTY)
        if each.pk not in held and dossiers.person_of(each) not in out
    ]
    staying = ready.filter(pk__in=held).exclude(kind=Keyholder.Kind.ESCROW)
    if not deputies and not staying.exclude(pk=work.opened.holder.pk).exists():
        why = "Er is niemand anders om deze melding te behandelen. Laat eerst een plaatsvervanger toelaten."
        raise NotAllowed(Refused(why, CONFLICT))
    for each in deputies:
        envelopes.share(work.keys, report=work.report.pk, to=each)
    return deputies


def kept_out(work: Work) -> frozenset[str]:
    """Whom the reporter left out, and who declared to be involved."""
    people = dossiers.people_in(work.report.channel_id)
    left_out = [f"holder/{key}" for key in work.acts.facts[0].details.get("without", ())]
    return work.standing.involved | {people[each] for each in left_out if each in people}


def talked(
    *, opened: Opened, report: UUID, seen: int, outcome: str, words: str, recorded: bool, consented: bool,
    documents: Sequence[Enclosed] = (),
) -> None:  # fmt: skip
    """A talk: recorded only with consent, and what the reporter said is theirs to read, correct and sign (Wbk 2b)."""
    with working(opened, report, seen=seen) as work:
        work.allow("interview", outcome)
        if recorded and not consented:
            raise NotAllowed(Refused("Een opname mag alleen met instemming van wie er spreekt.", "Wbk art. 2b"))
        if outcome == "reporter":
            transcript = secrets.token_hex(4)
            work.say(Lane.TALK, "transcript", words, documents, transcript=transcript, recorded=recorded)
            work.act("interview", outcome=outcome, transcript=transcript, recorded=recorded or None)
        else:
            work.say(Lane.DESK, "interview", words, documents, recorded=recorded)
            work.act("interview", outcome=outcome, recorded=recorded or None)


def refer(*, opened: Opened, report: UUID, seen: int, outcome: str, channel: str, words: str) -> None:
    """To an external channel. With who the reporter is only where they agree (Wbk 1a)."""
    with working(opened, report, seen=seen) as work:
        step = work.allow("refer", outcome)
        speak(work, step, outcome, "\n\n".join(filter(None, [channel, words])))
        work.act("refer", outcome=outcome, channel=channel)


def register(*, opened: Opened, told: Told) -> Submitted:
    """What somebody came to tell (Wbk 2.2.c): a report like any other, whose transcript waits for their signature.

    Raises Closed.
    """
    sent = intake.submit(channel=opened.holder.channel, told=told)
    with working(opened, sent.report, seen=0) as work:
        transcript = secrets.token_hex(4)
        work.say(Lane.TALK, "transcript", told.in_words, transcript=transcript)
        work.act("interview", outcome="reporter", transcript=transcript)
    return sent


def colleagues(*, opened: Opened) -> list[Keyholder]:
    """Who else handles reports in this channel, or stands in."""
    with sealed(holder=opened.holder.pk):
        found = intake.holders(opened.holder.channel)
    return [each for each in found if each.kind != Keyholder.Kind.ESCROW and each.pk != opened.holder.pk]


def noticed(*, opened: Opened) -> None:
    """Who looked at the list has seen what there was to tell."""
    with sealed(holder=opened.holder.pk):
        Notice.objects.filter(holder=opened.holder, seen_at=None).update(seen_at=terms.to_the_hour(clock.now()))
