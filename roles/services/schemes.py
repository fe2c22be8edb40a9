"""Founding a regeling and letting organisations take part."""

from datetime import date

from django.db import connection

from roles.authorize import Authority
from roles.models import Module, Organisation, Participation, Scheme
from roles.services.acting import act


def found_scheme(*, code: str, name: str, by: Authority | None = None) -> Scheme:
    """Its chain begins with its founding, so its number is taken before it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('roles_scheme', 'id'))")
        [number] = cursor.fetchone()
    with act(chain=f"scheme/{number}", verb="found_scheme", by=by):
        return Scheme.objects.create(pk=number, code=code, name=name)


def set_segregation_date(
    *, scheme: Scheme, segregated_from: date | None, decision: str, by: Authority | None = None
) -> None:
    """The AB decides from when nobody may be client and owner at once; who already is both, stays and is listed."""
    with act(chain=scheme.chain, verb="set_segregation_date", by=by) as running:
        running.motivation = decision
        running.details["segregated_from"] = segregated_from.isoformat() if segregated_from else None
        scheme.segregated_from = segregated_from
        scheme.save(update_fields=["segregated_from"])


def add_organisation(*, scheme: Scheme, code: str, name: str, kind: str, by: Authority | None = None) -> Organisation:
    with act(chain=scheme.chain, verb="add_organisation", by=by):
        return Organisation.objects.create(scheme=scheme, code=code, name=name, kind=kind)


def add_module(*, scheme: Scheme, code: str, name: str, by: Authority | None = None) -> Module:
    with act(chain=scheme.chain, verb="add_module", by=by):
        return Module.objects.create(scheme=scheme, code=code, name=name)


def take_part(
    *,
    module: Module,
    organisation: Organisation,
    valid_from: date,
    valid_until: date | None = None,
    by: Authority | None = None,
) -> Participation:
    with act(chain=module.scheme.chain, verb="take_part", by=by):
        return Participation.objects.create(
            module=module, organisation=organisation, valid_from=valid_from, valid_until=valid_until
        )
