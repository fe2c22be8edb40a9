"""Termijnen: how long there is for each step of each process in a regeling, by law or by agreement, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from escalation.models import TermRule
from escalation.rules.terms import Basis, Term
from escalation.selectors import first_of, history_of, rules_of
from roles.models import Scheme, StepBinding
from workflows.flows import ALL, current
from workflows.forms.terms import CountForm
from workflows.nodes import CONFIRMING, Collective, Step, Wait
from workflows.pages.acts import told
from workflows.pages.frame import visitor
from workflows.pages.roles import Status, chosen, period_status, tabs

CONFIRM = ".confirm"


@dataclass(frozen=True, slots=True)
class Timed:
    """A step of a process that has a term, as a regeling calls it."""

    flow: Any
    step: str
    label: str
    default: Term


@dataclass(frozen=True, slots=True)
class Line:
    """A step with the rule that holds, and the one that will; none: what the process itself says."""

    timed: Timed
    rule: TermRule | None
    next: TermRule | None

    @property
    def term(self) -> Term:
        return self.rule.term if self.rule else self.timed.default

    @property
    def legal(self) -> bool:
        return self.term.basis is Basis.LEGAL


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    me = visitor(request)
    scheme = chosen(request, me)
    if scheme is None:
        return render(request, "roles/none.html", {"title": "Termijnen", "me": me})
    rules = list(rules_of(scheme.pk))
    flows: dict[str, list[Line]] = {}
    for timed in timed_steps(scheme):
        flows.setdefault(timed.flow.process_title, []).append(line_of(timed, rules, me.today))
    return render(request, "terms/overview.html", {
        "scheme": scheme, "tabs": tabs(me, scheme), "flows": flows.items(), "crumbs": crumbs(scheme),
    })  # fmt: skip


@require_safe
def step(request: HttpRequest, flow: str, step: str) -> HttpResponse:
    """One term: what it rests on, what it would be today, and what it was."""
    me = visitor(request)
    scheme = chosen(request, me)
    if scheme is None:
        raise Http404
    timed = timed_or_404(scheme, flow, step)
    history = history_of(scheme.pk, flow, step)
    line = line_of(timed, in_order(rule for rule, _ in history), me.today)
    made = {each.act.pk: each for each in told([act for _, act in history])}
    return render(request, "terms/step.html", {
        "scheme": scheme, "line": line, "facts": facts(line.term), "now": line.term.dates(me.now),
        "crumbs": crumbs(scheme, (timed.label, request.get_full_path())),
        "may_keep": scheme.pk in me.keeping("keep_terms"),
        "versions": [
            {
                "rule": rule, "term": rule.term, "told": made[act.pk], "holds": rule == line.rule,
                "status": status_of(rule, line, me.today),
            }
            for rule, act in history
        ],
    })  # fmt: skip


@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """Wanneer loopt een termijn af? For anybody who signed in; nothing is kept."""
    me = visitor(request)
    asked = "aantal" in request.GET
    first = {"vanaf": me.today, "aantal": 10, "eenheid": "working_days", "soort": "agreed", "telt": "vooruit"}
    form = CountForm(request.GET if asked else None, initial=first)
    found = asked and form.is_valid()
    return render(request, "terms/count.html", {
        "form": form, "found": form.dates if found else None, "term": form.term if found else None,
        "crumbs": crumbs(None, ("Berekenen", request.path)),
    })  # fmt: skip


def timed_steps(scheme: Scheme) -> Iterator[Timed]:
    """The timed steps of the newest version of each process, in its order, that this regeling has. One query."""
    bound = {(each.flow, each.step): each.label for each in StepBinding.objects.filter(scheme=scheme)}
    for code in dict.fromkeys(flow.code for flow in ALL):
        flow = current(code)
        for node in vars(flow).values():
            if not isinstance(node, Step) or isinstance(node, Wait) or (node.skip and (code, node.name) not in bound):
                continue
            label = bound.get((code, node.name)) or node.label
            yield Timed(flow, node.name, label, node.term)
            if isinstance(node, Collective):
                yield Timed(flow, node.name + CONFIRM, f"{label}: bevestigen", CONFIRMING)


def timed_or_404(scheme: Scheme, flow: str, step: str) -> Timed:
    for timed in timed_steps(scheme):
        if (timed.flow.code, timed.step) == (flow, step):
            return timed
    raise Http404


def line_of(timed: Timed, rules: list[TermRule], today: date) -> Line:
    """`rules` as `rules_of` orders them."""
    own = [rule for rule in rules if (rule.flow, rule.step) == (timed.flow.code, timed.step)]
    holding = [rule for rule in own if rule.holds_on(today)]
    ahead = sorted((rule for rule in own if rule.valid_from > today), key=lambda rule: rule.valid_from)
    return Line(timed, first_of(holding) if holding else None, ahead[0] if ahead else None)


def in_order(rules: Iterator[TermRule]) -> list[TermRule]:
    """Those of all regelingen first, and the latest last."""
    return sorted(rules, key=lambda rule: (rule.scheme_id is not None, rule.valid_from, rule.pk))


def status_of(rule: TermRule, line: Line, today: date) -> Status:
    """Of two that hold, the regeling's own is the one that counts."""
    if rule.holds_on(today) and rule != line.rule:
        return Status("Hier niet", "plain", "switch-horizontal")
    return period_status(rule.valid_from, rule.valid_until, today)


def facts(term: Term) -> list[tuple[str, str]]:
    """A term in words."""
    by_itself = "volgens de Algemene termijnenwet" if term.basis is Basis.LEGAL else "nee: afgesproken"
    shifts = {True: "ja, volgens de regel zelf", False: "nee, volgens de regel zelf", None: by_itself}[term.shifts]
    return [
        ("Termijn", term.words),
        ("Telt vanaf", term.trigger or "het ontstaan van de taak"),
        ("Soort", str(TermRule.Basis(term.basis).label)),
        ("Grondslag", term.article or "het proces zelf"),
        ("Schuift door", shifts),
        ("Bij verstrijken", str(TermRule.Breach(term.on_breach).label)),
        ("Te verlengen", "ja" if term.extendable else "nee"),
    ]


def crumbs(scheme: Scheme | None, *below: tuple[str, str]) -> list[dict[str, str]]:
    """To a page beneath Termijnen, by its label and address."""
    query = f"?regeling={scheme.code}" if scheme else ""
    pages = [("Rollen", reverse("roles") + query), ("Termijnen", reverse("terms") + query), *below]
    return [{"label": label, "url": url} for label, url in pages]
