"""Found a regeling from data alone (see `fixtures/`), through the same services that everybody uses."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from roles import services
from roles.models import Body, DecisionRule, Mandate, Organisation, Position, Role, Scheme

Data = Mapping[str, Any]

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

# What the words in the data let a position see, and of what.
SEES = {
    "everything": ("scheme", ["view_cases", "view_confidential"]),
    "cases": ("scheme", ["view_cases"]),
    "own": ("organisation", ["view_cases", "view_confidential"]),
    "nothing": ("scheme", []),
}


def read(name: str) -> Data:
    """The data of a regeling by the name of its file."""
    return tomllib.loads((FIXTURES / f"{name}.toml").read_text(), parse_float=Decimal)


def set_up_fixture(name: str, *, password: str | None = None) -> Scheme:
    return set_up(read(name), password=password)


@transaction.atomic
def set_up(data: Data, *, password: str | None = None) -> Scheme:
    """Everything or nothing; a regeling that is there already is left as it is.

    Without a password nobody can sign in with one. The demo gives everybody the same.
    """
    found = Scheme.objects.filter(code=data["scheme"]["code"]).first()
    if found is not None:
        return found
    scheme = services.found_scheme(**data["scheme"])
    organisations = {row["code"]: services.add_organisation(scheme=scheme, **row) for row in data["organisations"]}
    _modules(data, scheme, organisations)
    roles = _roles(data)
    bodies, positions = _bodies(data, scheme, organisations, roles)
    _people(data, scheme, organisations, positions, make_password(password))
    _rules(data, scheme, bodies, roles)
    _mandates(data, scheme, positions)
    services.sync_memberships()
    return scheme


def _modules(data: Data, scheme: Scheme, organisations: Mapping[str, Organisation]) -> None:
    for row in data["modules"]:
        module = services.add_module(scheme=scheme, code=row["code"], name=row["name"])
        for code in row["participants"]:
            services.take_part(module=module, organisation=organisations[code], valid_from=row["from"])
        for code, since in row.get("later", {}).items():
            services.take_part(module=module, organisation=organisations[code], valid_from=since)


def _roles(data: Data) -> dict[str, Role]:
    """A second regeling finds the roles of the first."""
    there = {role.code: role for role in Role.objects.all()}
    return {row["code"]: there.get(row["code"]) or services.add_role(**row) for row in data["roles"]}


def _bodies(
    data: Data, scheme: Scheme, organisations: Mapping[str, Organisation], roles: Mapping[str, Role]
) -> tuple[dict[str, Body], dict[str, Position]]:
    bodies, positions = {}, {}
    for row in data["bodies"]:
        organisation = organisations.get(row.get("organisation", ""))
        body = services.add_body(
            scheme=scheme,
            code=row["code"],
            name=row["name"],
            label=row["label"],
            kind=row["kind"],
            organisation=organisation,
        )
        bodies[row["code"]] = body
        for role, sees in row["positions"].items():
            on, permissions = SEES[sees]
            positions[f"{row['code']}/{role}"] = services.add_position(
                body=body, role=roles[role], sees=permissions, of=scheme if on == "scheme" else organisation
            )
    return bodies, positions


def _people(
    data: Data,
    scheme: Scheme,
    organisations: Mapping[str, Organisation],
    positions: Mapping[str, Position],
    password: str,
) -> None:
    for row in data["people"]:
        user = User.objects.create(username=row["username"], password=password)
        person = services.register_person(scheme=scheme, name=row["name"], user=user)
        for seat in row["appointments"]:
            services.appoint(
                person=person,
                position=positions[f"{seat['body']}/{seat['role']}"],
                kind=seat.get("kind", "member"),
                organisation=organisations.get(seat.get("organisation", "")),
                valid_from=seat["from"],
                valid_until=seat.get("until"),
                weight=seat.get("weight", 1),
                reads_from=seat.get("reads_from"),
                reads_until=seat.get("reads_until"),
            )


def _rules(data: Data, scheme: Scheme, bodies: Mapping[str, Body], roles: Mapping[str, Role]) -> None:
    for row in data["decision_rules"]:
        services.adopt_decision_rule(
            body=bodies[row["body"]],
            valid_from=row["from"],
            by_law=row.get("by_law", False),
            quorum=Fraction(row["quorum"]),
            quorum_exceeds=row.get("quorum_exceeds", False),
            majority=row["majority"],
            abstentions_count=row["abstentions_count"],
            tie=row["tie"],
            written_allowed=row["written_days"] > 0,
            written_days=row["written_days"],
            urgent_days=row.get("urgent_days", 42),
            seats=row.get("seats", 0),
            stand_in=row.get("stand_in", DecisionRule.StandIn.ORGANISATION),
            basis=row["basis"],
        )
    for row in data["duty_pairs"]:
        services.separate_duties(scheme=scheme, **row)
    for row in data["bindings"]:
        services.bind_step(
            scheme=scheme,
            flow=row["flow"],
            step=row["step"],
            role=roles[row["role"]],
            body=bodies[row["body"]] if "body" in row else None,
            domain=row.get("domain", ""),
            label=row.get("label", ""),
            note=row.get("note", ""),
        )


def _mandates(data: Data, scheme: Scheme, positions: Mapping[str, Position]) -> None:
    granted: dict[str, Mandate] = {}
    for row in data["mandates"]:
        mandate = services.grant_mandate(
            scheme=scheme,
            number=row["number"],
            power=row["power"],
            label=row["label"],
            granting=positions[row["granting"]],
            receiving=positions[row["receiving"]],
            legal_basis=row["legal_basis"],
            valid_from=row["from"],
            valid_until=row.get("until"),
            max_amount=_money(row.get("max_amount")),
            domain=row.get("domain", ""),
            scale=row.get("scale", ""),
            sub_mandate_allowed=row.get("sub_mandate_allowed", False),
            parent=granted.get(row.get("parent", "")),
        )
        for change in row.get("changes", []):
            changes = {key: value for key, value in change.items() if key != "from"}
            if "max_amount" in changes:
                changes["max_amount"] = _money(changes["max_amount"])
            mandate = services.change_mandate(mandate=mandate, valid_from=change["from"], **changes)
        granted[row["number"]] = mandate


def _money(amount: int | Decimal | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
