"""Founding a regeling and letting organisations take part."""

from datetime import date

from django.db import connection

from audit import clock, texts
from roles.authorize import Authority
from roles.models import Module, Organisation, Participation, Scheme, SegregationDecision
from roles.rules.verdict import Granted, Refused, Verdict
from roles.services.acting import act, require
from roles.services.keeping import lock


def found_scheme(*, code: str, name: str, theme: str = "", by: Authority | None = None) -> Scheme:
    """Its chain begins with its founding, so its number is taken before it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('roles_scheme', 'id'))")
        [number] = cursor.fetchone()
    with act(chain=f"scheme/{number}", verb="found_scheme", by=by):
        return Scheme.objects.create(pk=number, code=code, name=name, theme=theme)


SEGREGATION = "Rolscheiding, besluit van het algemeen bestuur"


def set_segregation_date(
    *,
    scheme: Scheme,
    segregated_from: date | None,
    decision: str,
    decided_on: date | None = None,
    by: Authority | None = None,
) -> SegregationDecision:
    """The AB decides from when nobody may be client and owner at once; who already is both, stays and is listed.

    Another date, or none any more, is another decision.
    """
    decided_on = decided_on or clock.today()
    with act(chain=scheme.chain, verb="set_segregation_date", by=by) as running:
        last = lock(scheme).segregation_decisions.last()
        require(_may_decide(segregated_from, decision, decided_on, last))
        running.motivation = decision
        running.details["segregated_from"] = segregated_from.isoformat() if segregated_from else None
        running.details["decided_on"] = decided_on.isoformat()
        made = SegregationDecision.objects.create(
            scheme=scheme,
            decided_on=decided_on,
            reference=texts.write(scheme.chain, decision),
            segregated_from=segregated_from,
        )
        scheme.segregated_from = segregated_from
        scheme.save(update_fields=["segregated_from"])
    return made


def _may_decide(
    segregated_from: date | None, decision: str, decided_on: date, last: SegregationDecision | None
) -> Verdict:
    if not decision.strip():
        return Refused("Vul het kenmerk van het besluit in, zodat het is terug te vinden.", SEGREGATION)
    if decided_on > clock.today():
        return Refused("Het besluit ligt in de toekomst. Leg het vast als het AB heeft besloten.", SEGREGATION)
    if last is not None and decided_on < last.decided_on:
        return Refused(
            f"Op {last.decided_on:%d-%m-%Y} besloot het AB hier al over. Alleen een nieuwer besluit wijzigt de datum.",
            SEGREGATION,
        )
    if segregated_from == (last.segregated_from if last else None):
        return Refused("Deze datum geldt al. Er is niets te wijzigen.", SEGREGATION)
    return Granted()


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
