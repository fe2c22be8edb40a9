"""What is exported of a case: plain data, without models, so that a format can only write what a reader may have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who, and wearing which hat; words are those of the day of the act. Without `person` it was the system."""

    actor: str
    person: int | None
    name: str
    appointment: str
    role: str
    capacity: str
    behalf_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One act. `flow`, `version` and `step` are those that it was done on; empty where it is about no step."""

    seq: int
    at: datetime
    by: Hand
    verb: str
    what: str
    duty: str
    flow: str
    version: int | None
    step: str
    label: str
    task: int | None
    outcome: str
    outcome_label: str
    mandate: str
    ground: str
    motivation: str
    flags: tuple[str, ...]
    documents: tuple[str, ...]  # SHA-256, of what the reader may read
    due_at: datetime | None
    in_time: bool | None  # None: no term, or not over yet
    corrected_by: int | None
    correlation: str
    hash: str
    moved: Mapping[str, Any] = field(default_factory=dict)  # what of its details says what it moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A step that was taken or waits, or somebody's share in one (`host`). `kind`: viewflow's, as "HUMAN" or "JOIN"."""

    id: int
    kind: str
    step: str
    label: str
    lane: str
    part: str
    host: int | None
    role: str
    organisation: str
    status: str
    outcome: str
    outcome_label: str
    created: datetime
    finished: datetime | None
    target: date | None
    due_at: datetime | None
    in_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The bytes of a document at one moment; `stored` is where they lie in the store."""

    number: int
    filename: str
    sha256: str
    size: int
    media_type: str
    added_by: str
    added_at: datetime
    stored: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that the reader may read, its first version first. `traced`: reading it leaves a record."""

    id: int
    title: str
    classification: str
    classification_label: str
    step: str
    traced: bool
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What a member voted, or why they did not: `choice` is empty then."""

    name: str
    behalf_of: str
    weight: int
    present: bool
    recused: bool
    choice: str
    choice_label: str
    motivation: str
    flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One ballot. Of a secret vote there are counts only (Gemeentewet art. 31)."""

    id: int
    step: str
    label: str
    task: int
    body: str
    rule: str
    round: int
    way: str
    form: str
    state: str
    state_label: str
    proposal: str
    proposal_label: str
    carried: bool | None
    tally: Mapping[str, Any]
    meeting_date: date | None
    opened_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str
    minority: str
    explanation: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """Who won, as the announcement of the award names it. `registration`: in the trade register, where it is known."""

    code: str
    name: str
    registration: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyingLot:
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """By what tenders are compared, in the words of the notice."""

    name: str
    by_price: bool
    weight: int
    bounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What was told to the market, and when."""

    id: int
    kind: str
    reference: str
    at: datetime
    closing_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """An award that was announced, by lot."""

    id: str
    lot: BuyingLot
    firm: Firm
    value: Decimal
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An addendum that took effect."""

    number: str
    label: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A contract that came of it. `won`: by which award."""

    number: str
    won: str
    state: str
    starts_on: date
    ends_on: date
    signed_on: date | None
    value: Decimal
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procured:
    """Of a procurement only what is public at this moment: before a notice nothing but that there is one, before the
    award was announced nobody who tendered, and never who did not win (Aw 2012 art. 2.57, 2.134 and 2.138).
    """

    buyer_code: str
    buyer: str
    instrument: str
    procedure: str
    procedure_label: str
    cpv: str
    published_at: datetime | None
    closing_at: datetime | None
    reference: str
    estimate: Decimal | None
    lots: tuple[BuyingLot, ...]
    criteria: tuple[Criterion, ...]
    announced: tuple[Announced, ...]
    awarded_on: date | None
    award_reference: str
    tenderers: int | None
    won: tuple[Won, ...]
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A case as one reader may have it. `withheld`: so many documents are not theirs to read, and are not in it."""

    case_id: int
    chain: str
    number: str
    title: str
    scheme: str
    scheme_code: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    running: bool
    phase: str
    domain: str
    domain_label: str
    organisation: str
    submitted_by: str
    parent_id: int | None
    subject_id: int | None
    confidential: bool
    opened_at: datetime
    closed_at: datetime | None
    flow: str
    version: int
    process_title: str
    labels: Mapping[str, str]  # step -> what the regeling calls it, where that is something else
    acts: tuple[Done, ...]
    tasks: tuple[Task, ...]
    documents: tuple[Document, ...]
    decisions: tuple[Decision, ...]
    withheld: int
    procured: Procured | None

    @property
    def head(self) -> Done:
        """The last act: its hash is the fingerprint of the chain up to there."""
        return self.acts[-1]
