"""Procesversies: how many cases run on which version, what another would mean, doing it, how it went, taking it back.

For whom the regeling binds to it (functioneel beheer). She sees numbers and names of steps, and no content of cases.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from roles.models import Scheme
from workflows import version_runs
from workflows.bpmn.picture import picture, steps_as_text
from workflows.flows import ALL, versions_of
from workflows.forms.versions import VersionForm
from workflows.models import VersionRun
from workflows.names import name_in
from workflows.pages import doing
from workflows.pages.frame import current_user, visitor
from workflows.pages.keeping import Kept, crumbs, kept_or_404, tabs
from workflows.pages.listing import Filters, choice, page_number
from workflows.selectors import versions as selectors
from workflows.selectors.inbox import MANY
from workflows.version_plans import Planner, agreed, running, target_of
from workflows.versions import STEP, Order

LAST_RUNS = 10
PAGE = 50


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every version of every flow, with the number of running cases; and the last runs."""
    kept = kept_or_404(request, STEP)
    counted = selectors.in_use(kept.scheme)
    codes = list(dict.fromkeys(flow_class.code for flow_class in ALL))
    return render(request, "register/versions.html", {
        "scheme": kept.scheme, "crumbs": crumbs("Procesversies", request), "tabs": tabs(_schemes(request), kept.scheme),
        "flows": [_flow(code, counted, kept.scheme) for code in codes],
        "runs": [_run(each) for each in selectors.runs(kept.scheme, LAST_RUNS)],
    })  # fmt: skip


def _schemes(request: HttpRequest) -> list[Scheme]:
    me = visitor(request)
    return [scheme for scheme in me.schemes if scheme.pk in me.keeping(STEP)]


def _flow(code: str, counted: dict[Any, int], scheme: Scheme) -> dict[str, Any]:
    known = versions_of(code)
    elsewhere = {each: sum(counted.get(other, 0) for other in known if other is not each) for each in known}
    return {
        "title": known[-1].process_title,
        "versions": [
            {
                "number": each.version, "newest": each is known[-1], "running": counted.get(each, 0),
                "elsewhere": elsewhere[each],
                "url": f"{reverse('version', args=[code, each.version])}?regeling={scheme.code}",
            }
            for each in reversed(known)
        ],
    }  # fmt: skip


class PlanFilters(Filters):
    """Which of the groups are shown."""

    def __init__(self, data: Any, *, steps: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["stap"] = choice("Stap", "Alle stappen", steps)
        self.fields["kan"] = choice("Uitkomst", "Alles", [("ja", "Kan mee"), ("nee", "Kan niet mee")])


@dataclass(slots=True)
class Group:
    """Cases that stand in the same steps and to which the same happens."""

    version: int
    steps: tuple[str, ...]
    labels: tuple[str, ...]
    words: tuple[str, ...]
    possible: bool
    count: int = 0


@dataclass(slots=True)
class Trial:
    """What going over would mean, counted."""

    groups: dict[Any, Group] = field(default_factory=dict)
    here: dict[Any, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    there: Counter[str] = field(default_factory=Counter)
    labels: dict[Any, dict[str, str]] = field(default_factory=dict)
    total: int = 0  # running on another version
    looked_at: int = 0

    @property
    def more(self) -> bool:
        return self.total > self.looked_at

    def count(self, possible: bool) -> int:
        return sum(group.count for group in self.groups.values() if group.possible is possible)


def trial(target: Any, scheme: Scheme) -> Trial:
    """The first thousand cases, planned. A fixed number of queries, and one or two for each kind of binding."""
    there = running(target, scheme)
    cases = list(there.order_by("case").values_list("case", flat=True)[:MANY])
    found, planner = Trial(total=there.count(), looked_at=len(cases)), Planner(target)
    words_of: dict[Any, list[dict[str, str]]] = defaultdict(list)
    for standing, plan in planner.plans(cases):
        process = standing.process
        here = process.flow_class
        words_of[here].append(process.labels)
        nodes = [task.flow_task for task in standing.tasks if not task.part and hasattr(task.flow_task, "phase")]
        steps = tuple(sorted({node.name for node in nodes}))
        words = tuple(each.words for each in (plan.remarks if plan.possible else plan.obstacles))
        labels = tuple(sorted({process.label_of(node) for node in nodes}))
        group = found.groups.setdefault(
            (here.version, steps, words), Group(here.version, steps, labels, words, plan.possible)
        )
        group.count += 1
        found.here[here].update(steps)
        if plan.possible:
            found.there.update(name_in(target, name) for name in steps)
    found.labels = {here: agreed(words) for here, words in words_of.items()} | {target: planner.labels}
    return found


@require_http_methods(["GET", "POST"])
def version(request: HttpRequest, flow: str, number: int) -> HttpResponse:
    """What would happen to each running case, and doing it."""
    kept = kept_or_404(request, STEP)
    target = _target_or_404(flow, number)
    form = VersionForm(request.POST if request.method == "POST" else None, offers=kept.offers)
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            begun: list[VersionRun] = []
            order = _order(request, form)
            status = doing.attempt(
                form, lambda: begun.append(version_runs.start(scheme=kept.scheme, target=target, order=order))
            )
            if begun:
                messages.success(request, "De overzetting is begonnen. Vernieuw deze pagina om te zien hoe ver zij is.")
                return redirect("version-run", begun[0].pk)
    found = trial(target, kept.scheme)
    steps = sorted({(name, label) for group in found.groups.values() for name, label in _named(group)})
    filters = PlanFilters(request.GET, steps=steps)
    title = f"{target.process_title}, versie {target.version}"
    return doing.again(request, "register/version.html", {
        "scheme": kept.scheme, "target": target, "title": title, "form": form, "filters": filters, "trial": found,
        "can": found.count(True), "cannot": found.count(False), "groups": _shown(found, filters),
        "pictures": _pictures(found, target), "crumbs": crumbs(title, request, ("Procesversies", "versions")),
    }, status)  # fmt: skip


def _named(group: Group) -> list[tuple[str, str]]:
    return list(zip(group.steps, group.labels, strict=False))


def _shown(found: Trial, filters: PlanFilters) -> list[Group]:
    """What stays first, and then by number."""
    asked = filters.asked
    groups = [
        group
        for group in found.groups.values()
        if asked.get("stap", "") in ("", *group.steps) and asked.get("kan", "ja" if group.possible else "nee")
        == ("ja" if group.possible else "nee")
    ]  # fmt: skip
    return sorted(groups, key=lambda group: (group.possible, -group.count, group.steps))


def _pictures(found: Trial, target: Any) -> list[dict[str, Any]]:
    """Each version that cases are on, and the target: with how many cases stand where, or would."""
    sides = [*((here, counted) for here, counted in found.here.items()), (target, found.there)]
    made = []
    for flow_class, counted in sides:
        notes = {name: f"{number} {'zaak' if number == 1 else 'zaken'}" for name, number in counted.items()}
        asked: tuple[Any, ...] = (flow_class, {}, set(counted), notes, found.labels[flow_class])
        goal = flow_class is target
        made.append({
            "title": f"Versie {flow_class.version}{': waar zij komen te staan' if goal else ': waar zaken nu staan'}",
            "id": f"versie-{flow_class.version}", "svg": picture(*asked), "steps": steps_as_text(*asked),
        })  # fmt: skip
    return made


@require_http_methods(["GET", "POST"])
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """How far it is, which cases stayed and why; and taking it back."""
    found, kept = _run_or_404(request, run_id)
    form = VersionForm(request.POST if request.method == "POST" else None, offers=kept.offers)
    status = doing.OK
    if form.is_bound:
        status = doing.UNFIT
        if form.is_valid():
            begun: list[VersionRun] = []
            order = _order(request, form)
            status = doing.attempt(form, lambda: begun.append(version_runs.start_undo(undoes=found, order=order)))
            if begun:
                messages.success(
                    request, "Het terugdraaien is begonnen. Vernieuw deze pagina om te zien hoe ver het is."
                )
                return redirect("version-run", begun[0].pk)
    [progress] = selectors.progress(VersionRun.objects.filter(pk=found.pk))
    stayed = selectors.stayed(found)
    page = Paginator(stayed, PAGE).get_page(page_number(request))
    title = "Terugdraaien" if found.undoes_id else "Overzetting"
    return doing.again(request, "register/version_run.html", {
        "scheme": kept.scheme, "run": _run(progress), "form": form, "page": page, "title": title,
        "stayed": [(each.case.number, [reason["words"] for reason in each.reasons]) for each in page],
        "may_undo": progress.landed and not found.undoes_id and found.finished_at,
        "crumbs": crumbs(title, request, ("Procesversies", "versions")),
    }, status)  # fmt: skip


def _run(progress: selectors.Progress) -> dict[str, Any]:
    run = progress.run
    title = versions_of(run.flow)[-1].process_title
    words = f"{title}: terug van versie {run.target}" if run.undoes_id else f"{title}: naar versie {run.target}"
    return {
        "words": words, "url": reverse("version-run", args=[run.pk]), "progress": progress,
        "by": str(run.ordered_by.person) if run.ordered_by else "Het systeem (opdrachtregel)",
        "started_at": run.started_at, "finished_at": run.finished_at, "total": run.total,
        "over": progress.undone if run.undoes_id else progress.landed + progress.undone,
        "undoes": reverse("version-run", args=[run.undoes_id]) if run.undoes_id else "",
    }  # fmt: skip


def _run_or_404(request: HttpRequest, run_id: int) -> tuple[VersionRun, Kept]:
    found = VersionRun.objects.filter(pk=run_id).select_related("scheme").first()
    if found is None:
        raise Http404
    return found, kept_or_404(request, STEP, found.scheme)


def _target_or_404(flow: str, number: int) -> Any:
    try:
        return target_of(flow, number)
    except LookupError:
        raise Http404 from None


def _order(request: HttpRequest, form: VersionForm) -> Order:
    return Order(user_id=current_user(request).pk, **form.who)
