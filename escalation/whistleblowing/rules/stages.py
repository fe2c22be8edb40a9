"""Where a report stands, told from its sealed acts alone, and what may be done with it now and by whom (domain §5.6).

No row says so: who reads the acts of a report knows, and nobody else. Articles are of the Wbk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from escalation.rules.calendar import written
from escalation.rules.terms import Dates
from escalation.whistleblowing.rules import terms
from escalation.whistleblowing.rules.facts import REPORTER, Fact
from escalation.whistleblowing.rules.flow import (
    LABELS,
    ORDER,
    RUNNING,
    STEPS,
    Stage,
    Step,
)
from roles.rules.verdict import Granted, Refused

ANONYMOUS, NAMED = "anonymous", "named"


class Turn(StrEnum):
    """Whom a report waits for."""

    DESK = "desk"
    SECOND = "second"
    REPORTER = "reporter"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asked to see who the reporter is. An approval is for one look."""

    by: str
    approved_by: str = ""
    seen: bool = False

    @property
    def waits(self) -> bool:
        return not self.approved_by


@dataclass(frozen=True, slots=True)
class Standing:
    received_at: datetime
    stage: Stage = Stage.CONFLICT
    count: int = 0  # of acts: who sends a form in says how many they had seen
    fresh: int = 0  # what the reporter did since the desk last acted
    identity: str = ANONYMOUS
    free: frozenset[str] = frozenset()  # who declared that they are not involved
    involved: frozenset[str] = frozenset()
    acknowledged_at: datetime | None = None
    informed_at: datetime | None = None
    admitted: bool | None = None
    consents: bool = False
    asked: bool = False  # a question to the reporter is open
    transcripts: frozenset[str] = frozenset()  # that the reporter neither signed nor corrected yet
    requests: Mapping[str, Request] = field(default_factory=dict)
    noticed: bool = False  # the reporter was told of a disclosure by law that is to come
    proposed_by: str = ""  # for destruction
    keep_until: date | None = None

    @property
    def acknowledge_by(self) -> Dates:
        return terms.acknowledge_by(self.received_at)

    @property
    def inform_by(self) -> Dates:
        """Unacknowledged, it runs from the last day on which that should have been."""
        if self.acknowledged_at is None:
            return terms.inform_at_the_latest(self.received_at)
        return terms.inform_by(self.acknowledged_at)

    @property
    def turn(self) -> Turn:
        if self.proposed_by or any(request.waits for request in self.requests.values()):
            return Turn.SECOND
        if self.asked or self.transcripts:
            return Turn.REPORTER
        return Turn.DESK if self.stage in RUNNING or self.fresh else Turn.NOBODY

    def may(self, verb: str, who: str, outcome: str = "", *, today: date) -> Granted | Refused:
        """May this handler take this step now? Asked for the form, and again under the lock for the step itself."""
        step = STEPS[verb]
        if who in self.involved:
            return Refused("U hebt verklaard dat u betrokken bent: u behandelt deze melding niet.", step.article)
        if self.stage not in step.during:
            return Refused(f"Dit kan niet in deze fase: {LABELS[self.stage].lower()}.", step.article)
        if who not in self.free and not step.personal:
            return Refused("Verklaar eerst of u betrokken bent bij deze melding.", STEPS["check_conflict"].article)
        if outcome and outcome not in step.outcomes_in(self.stage):
            return Refused("Deze uitkomst past niet bij de fase waarin de melding is.", step.article)
        reason = _ASKED[verb](self, who, outcome, today) if verb in _ASKED else ""
        return Refused(reason, step.article) if reason else Granted()

    def outcomes(self, verb: str, who: str, *, today: date) -> dict[str, str]:
        """What can come of a step now, by this handler."""
        possible = STEPS[verb].outcomes_in(self.stage)
        return {
            code: label
            for code, label in possible.items()
            if isinstance(self.may(verb, who, code, today=today), Granted)
        }

    def offers(self, who: str, *, today: date) -> list[Step]:
        """What this handler may do now; of what ends the stage, that first."""
        open_to = [step for step in STEPS.values() if isinstance(self.may(step.verb, who, today=today), Granted)]
        return sorted(open_to, key=lambda step: step.ends is not self.stage)

    def request_for(self, who: str) -> str:
        """The number of the request of this handler that was approved and not used yet."""
        return next(
            (n for n, each in self.requests.items() if each.by == who and each.approved_by and not each.seen), ""
        )

    def request_of_another(self, who: str) -> str:
        """The number of the request that waits for this handler as the second person."""
        return next((n for n, each in self.requests.items() if each.waits and each.by != who), "")

    @property
    def path(self) -> Iterator[tuple[str, str]]:
        """The stages in order with "done", "current", "skipped" or "next"."""
        yield "Ontvangst", "done"
        at = ORDER.index(self.stage)
        for number, stage in enumerate(ORDER):
            if stage is Stage.DESTROYED and self.stage is not stage:
                continue
            state = "done" if number < at else "current" if number == at else "next"
            passed_by = stage is Stage.INVESTIGATION and self.admitted is False
            yield LABELS[stage], "skipped" if passed_by else state


def fold(facts: Iterable[Fact]) -> Standing:
    """Raises ValueError where nothing was received: these are not the acts of a report."""
    standing: Standing | None = None
    for fact in facts:
        if standing is None:
            if fact.verb != "receive":
                raise ValueError("A report begins with its receipt")
            standing = Standing(received_at=fact.at, identity=fact.details.get("identity", ANONYMOUS))
        standing = replace(_followed(standing, fact), count=standing.count + 1)
    if standing is None:
        raise ValueError("No report is without acts")
    return standing


def _followed(standing: Standing, fact: Fact) -> Standing:
    outcome = fact.details.get("outcome", "")
    changes = _CHANGED[fact.verb](standing, fact) if fact.verb in _CHANGED else {}
    step = STEPS.get(fact.verb)
    stage = step.leads_to(standing.stage, outcome) if step and fact.by != REPORTER else standing.stage
    fresh = standing.fresh + 1 if fact.by == REPORTER else 0 if step else standing.fresh
    return replace(standing, stage=stage, fresh=fresh, **changes)


Changes = dict[str, Any]


def _declared(standing: Standing, fact: Fact) -> Changes:
    if fact.details.get("outcome") == "free":
        return {"free": standing.free | {fact.by}}
    return {
        "free": standing.free - {fact.by},
        "involved": standing.involved | {fact.by},
        "requests": {number: each for number, each in standing.requests.items() if each.by != fact.by or each.seen},
        "proposed_by": "" if standing.proposed_by == fact.by else standing.proposed_by,
    }


def _said(standing: Standing, fact: Fact) -> Changes:
    """The reporter wrote: what was asked has its answer, a transcript perhaps its signature."""
    if fact.by != REPORTER:
        return {"asked": standing.asked or fact.details.get("outcome") == "question"}
    read = {str(fact.details.get(answer, "")) for answer in ("signed", "corrects")}
    identity = fact.details.get("identity", standing.identity)
    return {"asked": False, "transcripts": standing.transcripts - read, "identity": identity}


def _talked(standing: Standing, fact: Fact) -> Changes:
    transcript = fact.details.get("transcript")
    return {"transcripts": standing.transcripts | {str(transcript)}} if transcript else {}


def _requested(standing: Standing, fact: Fact) -> Changes:
    return {"requests": {**standing.requests, str(fact.details["request"]): Request(by=fact.by)}}


def _turned_down(standing: Standing, fact: Fact) -> Changes:
    """Who asked may ask again, with a better reason."""
    number = str(fact.details["request"])
    return {"requests": {other: each for other, each in standing.requests.items() if other != number}}


def _on_request(**changes: Any) -> Callable[[Standing, Fact], Changes]:
    def changed(standing: Standing, fact: Fact) -> Changes:
        number = str(fact.details["request"])
        given = {name: value(fact) if callable(value) else value for name, value in changes.items()}
        return {"requests": {**standing.requests, number: replace(standing.requests[number], **given)}}

    return changed


def _kept_until(standing: Standing, fact: Fact) -> Changes:
    return {"keep_until": date.fromisoformat(fact.details["keep_until"])}


_CHANGED: dict[str, Callable[[Standing, Fact], Changes]] = {
    "check_conflict": _declared,
    "acknowledge": lambda _, fact: {"acknowledged_at": fact.at},
    "admit": lambda *_: {"admitted": True},
    "refuse_admission": lambda *_: {"admitted": False},
    "inform": lambda standing, fact: {"informed_at": standing.informed_at or fact.at},
    "interview": _talked,
    "add": _said,
    "message": _said,
    "consent": lambda *_: {"consents": True},
    "withdraw_consent": lambda *_: {"consents": False},
    "request_identity": _requested,
    "approve_identity": _on_request(approved_by=lambda fact: fact.by),
    "decline_identity": _turned_down,
    "see_identity": _on_request(seen=True),
    "disclose_by_law": lambda _, fact: {"noticed": fact.details.get("outcome") == "notice"},
    "close": _kept_until,
    "keep_longer": lambda standing, fact: {**_kept_until(standing, fact), "proposed_by": ""},
    "propose_destruction": lambda _, fact: {"proposed_by": fact.by},
}

Question = Callable[[Standing, str, str, date], str]  # why not; nothing: it may be done


def _conflict(standing: Standing, who: str, outcome: str, today: date) -> str:
    again = who in standing.free and outcome == "free"
    return "U hebt al verklaard dat u niet betrokken bent." if again else ""


def _has_identity(standing: Standing, who: str, outcome: str, today: date) -> str:
    return "De melder bleef anoniem: er is geen identiteit bewaard." if standing.identity == ANONYMOUS else ""


def _asks(standing: Standing, who: str, outcome: str, today: date) -> str:
    if standing.identity == NAMED:
        return "De melder meldde op naam: de naam staat in het gesprek."
    own = any(each.by == who and not each.seen for each in standing.requests.values())
    return _has_identity(standing, who, outcome, today) or ("U hebt al een verzoek openstaan." if own else "")


def _approves(standing: Standing, who: str, outcome: str, today: date) -> str:
    return "" if standing.request_of_another(who) else "Er wacht geen verzoek van iemand anders."


def _looks(standing: Standing, who: str, outcome: str, today: date) -> str:
    return "" if standing.request_for(who) else "Een tweede persoon heeft nog geen verzoek van u goedgekeurd."


def _refers(standing: Standing, who: str, outcome: str, today: date) -> str:
    if outcome != "named":
        return ""
    without = "" if standing.consents else "De melder stemde niet in met het bekendmaken van de identiteit."
    return _has_identity(standing, who, outcome, today) or without


def _discloses(standing: Standing, who: str, outcome: str, today: date) -> str:
    untold = outcome == "disclosed" and not standing.noticed
    early = "Stel de melder eerst schriftelijk in kennis, met de redenen." if untold else ""
    return _has_identity(standing, who, outcome, today) or early


def _proposes(standing: Standing, who: str, outcome: str, today: date) -> str:
    if standing.proposed_by:
        return "De vernietiging is al voorgesteld."
    until = standing.keep_until
    return f"Deze melding wordt bewaard tot {written(until)}." if until and until > today else ""


def _destroys(standing: Standing, who: str, outcome: str, today: date) -> str:
    if not standing.proposed_by:
        return "Er is geen voorstel om deze melding te vernietigen."
    return "Een ander dan de voorsteller vernietigt de melding." if standing.proposed_by == who else ""


_ASKED: dict[str, Question] = {
    "check_conflict": _conflict,
    "request_identity": _asks,
    "approve_identity": _approves,
    "decline_identity": _approves,
    "see_identity": _looks,
    "refer": _refers,
    "disclose_by_law": _discloses,
    "propose_destruction": _proposes,
    "destroy": _destroys,
}
