"""Bodies, roles, and the positions that both make together, with what each position may see."""

from collections.abc import Collection

from django.contrib.auth.models import Group

from roles.authorize import Authority
from roles.models import Body, Organisation, Position, Role, Scheme
from roles.services.acting import act
from roles.services.grants import grant


def add_body(
    *,
    scheme: Scheme,
    code: str,
    name: str,
    label: str,
    kind: str,
    organisation: Organisation | None = None,
    by: Authority | None = None,
) -> Body:
    with act(chain=scheme.chain, verb="add_body", by=by):
        return Body.objects.create(
            scheme=scheme, code=code, name=name, label=label, kind=kind, organisation=organisation
        )


def add_role(*, code: str, label: str, capacity: str, by: Authority | None = None) -> Role:
    """A role belongs to no regeling."""
    with act(chain="system", verb="add_role", by=by):
        return Role.objects.create(code=code, label=label, capacity=capacity)


def add_position(
    *,
    body: Body,
    role: Role,
    sees: Collection[str] = (),
    of: Scheme | Organisation | None = None,
    by: Authority | None = None,
) -> Position:
    """`sees` names the permissions (view_cases, view_confidential) on a regeling or on one organisation in it."""
    with act(chain=body.scheme.chain, verb="add_position", by=by):
        group = Group.objects.create(name=f"{body.scheme.code}/{body.code}/{role.code}")
        position = Position.objects.create(body=body, role=role, group=group)
        if of is not None:
            grant(position=position, permissions=sees, on=of)
        return position
