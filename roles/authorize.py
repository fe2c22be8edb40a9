"""The one choke point: may this person do this, now, wearing this hat? Every page, job and command asks here.

`read` gets everything from the database in one call, `judge` is plain logic over it. The workflow engine calls both
under the lock of the case.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from django.db import connection

from roles.rules import segregation, standing_in
from roles.rules.money import euros
from roles.rules.segregation import Earlier, Kind, Pair
from roles.rules.verdict import Granted, GroundNeeded, Refused, Verdict

__all__ = ["Authority", "Facts", "Kind", "NotAllowed", "Wanted", "authorize", "judge", "read", "read_all"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to do. Chains: the case and then its parent, over which earlier acts count.

    A power asks for a mandate; without one the step is the position's own. What is done in no case (keeping the
    register) asks for no sight of cases, and who takes back a recusal is not kept out by it. Before anybody chose a
    domain it is not known, and keeps nobody out.
    """

    verb: str
    duty: str
    kind: Kind
    scheme_id: int
    flow: str
    chains: tuple[str, ...] = ()
    position_id: int | None = None
    seat_id: int | None = None
    power: str = ""
    amount: Decimal | None = None
    domain: str = ""
    scale: str = ""
    ground: str = ""
    in_cases: bool = True
    lifts_recusal: bool = False
    domain_known: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """The row of `roles_facts`: the hat, what its wearer did before, and what covers it.

    Unless `valid` holds, nothing else in it may be relied on, or even be there.
    """

    user_id: int
    person_id: int
    person_name: str
    valid: bool
    appointment_id: int
    position_id: int
    body_id: int
    body_code: str
    body_label: str
    role_code: str
    role_label: str
    capacity: str
    kind: str
    weight: int
    behalf_of: str
    segregated_from: date | None
    earlier: tuple[Earlier, ...]
    pairs: tuple[Pair, ...]
    recused: bool
    dispensed: tuple[str, ...]
    mandate_id: int | None
    mandate_version: int | None
    mandate_label: str
    mandate_max: Decimal | None
    has_grant: bool
    today: date
    scope: str
    limited_to: str
    substitution_id: int | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any], substitution_id: int | None) -> "Facts":
        """From the columns by name. Django hands JSON over as text on a bare cursor."""
        return cls(
            **{
                **row,
                "substitution_id": substitution_id,
                "earlier": tuple(Earlier(*pair) for pair in json.loads(row["earlier"])),
                "pairs": tuple(Pair(*triple) for triple in json.loads(row["pairs"])),
                "dispensed": tuple(json.loads(row["dispensed"])),
            }
        )


@dataclass(frozen=True, slots=True)
class Authority:
    """Proof that `judge` agreed: who acts, wearing which hat, on which mandate. An act is written from it."""

    person_id: int
    user_id: int
    appointment_id: int
    position_id: int
    capacity: str
    role_label: str
    behalf_of: str
    mandate: str
    mandate_id: int | None
    flags: tuple[str, ...]
    today: date
    substitution_id: int | None = None

    @property
    def stood_in_by_id(self) -> int | None:
        """Who it is, where that is not the holder of the appointment."""
        return self.person_id if self.substitution_id else None

    @property
    def actor(self) -> str:
        return f"person/{self.person_id}"

    @property
    def appointment(self) -> str:
        return f"appointment/{self.appointment_id}"


class NotAllowed(Exception):
    """A rule refused. The message is the sentence that the user reads; `article` is what it rests on."""

    def __init__(self, refusal: Refused | GroundNeeded) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.reason = refusal.reason
        self.article = refusal.article

    @property
    def needs_ground(self) -> bool:
        """Writing down why would be enough."""
        return isinstance(self.refusal, GroundNeeded)


def authorize(*, user_id: int, appointment_id: int, wanted: Wanted, substitution_id: int | None = None) -> Authority:
    """Read the facts in one call and judge them; raises `NotAllowed` with the reason."""
    facts = read(user_id=user_id, appointment_id=appointment_id, wanted=wanted, substitution_id=substitution_id)
    return judge(wanted, facts)


def judge(wanted: Wanted, facts: Facts) -> Authority:
    """The whole of the rules, without a database: raises `NotAllowed`, or says in which hat and on what ground."""
    flags: list[str] = []
    rules = (
        _seat(wanted, facts),
        _supervision(wanted, facts),
        _extent(wanted, facts),
        *_segregation(wanted, facts),
        _mandate(wanted, facts),
    )
    for verdict in rules:
        if not isinstance(verdict, Granted):
            raise NotAllowed(verdict)
        flags += verdict.flags
    return Authority(
        person_id=facts.person_id,
        user_id=facts.user_id,
        appointment_id=facts.appointment_id,
        position_id=facts.position_id,
        capacity=facts.capacity,
        role_label=facts.role_label,
        behalf_of=facts.behalf_of,
        mandate=facts.mandate_label if wanted.power else "",
        mandate_id=facts.mandate_id if wanted.power else None,
        flags=tuple(flags),
        today=facts.today,
        substitution_id=facts.substitution_id,
    )


def _seat(wanted: Wanted, facts: Facts) -> Verdict:
    """The hat is the user's today, and it is the one that this step asks for."""
    if not facts.valid:
        return Refused(
            "Deze benoeming is niet (meer) van u of geldt vandaag niet. Kies een andere rol of vraag de secretaris.",
            "Benoemingenregister",
        )
    if wanted.in_cases and not facts.has_grant:
        return Refused(
            f"Uw functie ({facts.role_label}) geeft geen toegang tot zaken van deze regeling.", "Rechten per functie"
        )
    if wanted.seat_id is not None and wanted.seat_id != facts.appointment_id:
        return Refused("Een lid stemt alleen voor zichzelf. Kies de benoeming waarvoor deze stem is.", "Besluitregel")
    if wanted.position_id is not None and wanted.position_id != facts.position_id:
        return Refused(
            f"Deze stap hoort niet bij uw functie ({facts.role_label}). Kies een rol die bij de stap past.",
            "Stapkoppeling van de regeling",
        )
    return Granted()


def _supervision(wanted: Wanted, facts: Facts) -> Verdict:
    """Whoever judges cases does nothing in them."""
    if not wanted.in_cases:
        return Granted()
    return segregation.supervision(capacity=facts.capacity)


def _extent(wanted: Wanted, facts: Facts) -> Verdict:
    """Who stands in for a part of an appointment does only that."""
    return standing_in.within(
        standing_in.Extent(facts.scope, facts.limited_to),
        flow=wanted.flow, domain=wanted.domain, chains=wanted.chains, known=wanted.domain_known,
    )  # fmt: skip


def _segregation(wanted: Wanted, facts: Facts) -> tuple[Verdict, ...]:
    return (
        segregation.recusal(recused=facts.recused and not wanted.lifts_recusal),
        segregation.pairs(
            kind=wanted.kind,
            duty=wanted.duty,
            earlier=facts.earlier,
            named=facts.pairs,
            dispensed=facts.dispensed,
        ),
        segregation.hats(
            kind=wanted.kind,
            capacity=facts.capacity,
            earlier=facts.earlier,
            segregated_from=facts.segregated_from,
            today=facts.today,
            ground=wanted.ground,
        ),
    )


def _mandate(wanted: Wanted, facts: Facts) -> Verdict:
    if not wanted.power or facts.mandate_id is not None:
        return Granted()
    amount = "" if wanted.amount is None else f" van {euros(wanted.amount)}"
    return Refused(
        f"Geen mandaat van uw functie ({facts.role_label}) dekt deze beslissing{amount}. "
        "Leg haar voor aan het orgaan dat de bevoegdheid heeft.",
        "Awb art. 10:1 en de mandaatregeling",
    )


ONE = "SELECT * FROM roles_facts(%(user)s, %(appointment)s, %(substitution)s, {asked})"

MANY = """
    SELECT facts.*
      FROM unnest(%(appointments)s::bigint[], %(substitutions)s::bigint[]) WITH ORDINALITY AS hat(a, s, place),
           roles_facts(%(user)s, hat.a, hat.s, {asked}) AS facts
     ORDER BY place
"""

ASKED = "%(scheme)s, %(flow)s, %(chains)s, %(power)s, %(amount)s, %(domain)s, %(scale)s"


def read(*, user_id: int, appointment_id: int, wanted: Wanted, substitution_id: int | None = None) -> Facts:
    """The facts about one hat, in one call, by a prepared statement: each step asks this."""
    hat = {"user": user_id, "appointment": appointment_id, "substitution": substitution_id}
    connection.ensure_connection()
    with connection.wrap_database_errors:
        cursor = psycopg.Cursor(connection.connection).execute(
            ONE.format(asked=ASKED), _asked(wanted) | hat, prepare=True
        )
        [facts] = _facts(cursor, [substitution_id])
    return facts


def read_all(*, user_id: int, hats: Sequence[tuple[int, int | None]], wanted: Wanted) -> list[Facts]:
    """The facts about each of these hats (appointment, substitution), in their order, in one call."""
    appointments, substitutions = [hat[0] for hat in hats], [hat[1] for hat in hats]
    given = {"user": user_id, "appointments": appointments, "substitutions": substitutions}
    with connection.cursor() as cursor:
        cursor.execute(MANY.format(asked=ASKED), _asked(wanted) | given)
        return _facts(cursor, substitutions)


def _asked(wanted: Wanted) -> dict[str, Any]:
    return {
        "scheme": wanted.scheme_id,
        "flow": wanted.flow,
        "chains": list(wanted.chains),
        "power": wanted.power,
        "amount": wanted.amount,
        "domain": wanted.domain,
        "scale": wanted.scale,
    }


def _facts(cursor: Any, substitutions: Sequence[int | None]) -> list[Facts]:
    columns = [column.name for column in cursor.description or ()]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return [Facts.from_row(row, each) for row, each in zip(rows, substitutions, strict=True)]
