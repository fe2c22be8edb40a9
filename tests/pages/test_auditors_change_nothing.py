"""Whatever an auditor sends to whatever address, filled in as well as it can be: no case changes by it."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse

from audit.models import Act
from audit.selectors import changes
from tests.client import Client
from tests.database import after
from tests.pages.test_matrix import rows
from tests.pages.world import LN, World, worlds

pytestmark = [pytest.mark.django_db, after(worlds)]

# What an auditor does leaves these in a case, and changes nothing else in it.
IN_CASES = {"record_finding", "close_finding", "return_finding", "take_emergency", "review_emergency", "end_emergency"}
THEIRS = {
    "cases_auditfinding", "cases_improvement", "cases_improvementnote", "cases_sample", "cases_sampleitem",
    "roles_emergencyaccess", "audit_text",
}  # fmt: skip
OWN = {"cases_improvement", "roles_absence", "roles_substitution"} | THEIRS  # and when they are away themselves


def filled(form: Any, die: random.Random, left_out: float) -> dict[str, Any]:
    """Something that each field takes, as far as that can be told from it."""
    return {form.add_prefix(name): _value(field, form.get_initial_for_field(field, name), die, left_out)
            for name, field in form.fields.items()}  # fmt: skip


def _value(field: forms.Field, initial: Any, die: random.Random, left_out: float) -> Any:
    if field.widget.is_hidden or (not field.required and die.random() < left_out):
        return initial or ""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        flat = [key for key, label in choices if not isinstance(label, (list, tuple)) and key not in ("", None)]
        nested = [key for _, label in choices if isinstance(label, (list, tuple)) for key, _ in label]
        chosen = die.choice([*flat, *nested] or [""])
        return [chosen] if isinstance(field, forms.MultipleChoiceField) else chosen
    if initial not in (None, ""):
        return initial
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.DateTimeField):
        return "2027-03-01 10:00"
    if isinstance(field, forms.DateField):
        return "2027-03-01"
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return str(max(1, getattr(field, "min_value", None) or 1))
    return "Dat is nodig omdat het niet kan wachten."


def forms_in(context: Any) -> Iterator[Any]:
    """Each once, of every layer of what a page was made with."""
    layers = [layer for each in context or [] for layer in (each.dicts if hasattr(each, "dicts") else [each])]
    found = {id(value): value for layer in layers for value in layer.values() if isinstance(value, forms.BaseForm)}
    yield from found.values()


@pytest.mark.long
def test_no_case_changes_by_what_an_auditor_sends(played: dict[str, World], thorough: bool) -> None:
    world, die = played[LN], random.Random(2026)
    client = Client(raise_request_exception=False)
    user = User.objects.select_related("person").get(username="victor")
    client.force_login(user)
    sent, acted, hat = 0, set(), str(user.person.appointments.get().pk)
    for row in [row for row in rows(world) if row.post != 405]:
        path = reverse(row.of, args=row.args)
        for left_out in (0.5, 0.8, 1.0) if thorough else (1.0,):  # of what need not be filled in
            with transaction.atomic():
                page = client.get(path)
                data = {"hat": hat} | {
                    k: v for form in forms_in(page.context) for k, v in filled(form, die, left_out).items()
                }
                before = Act.objects.latest("pk").pk
                status = client.post(path, data | {"hat": hat}).status_code
                sent += 1
                assert status < 500, (row.of, status)
                for act in Act.objects.filter(pk__gt=before):
                    acted.add(act.verb)
                    touched = {change.table for change in changes(act)} - {""}
                    assert touched <= OWN, (row.of, act.verb, touched)
                    if act.chain.startswith(("case/", "meeting/")):
                        assert act.verb in IN_CASES, (row.of, act.verb)
                transaction.set_rollback(True)
    assert sent > 50
    assert acted >= {"record_finding", "review_emergency", "draw_sample"}, acted  # what is theirs did go through
