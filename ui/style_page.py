"""The living style page: every component with example data, so that nobody has to guess. Served only when DEBUG."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ui.fields import (
    CardField,
    DateField,
    DocumentField,
    GroundField,
    HatField,
    MomentField,
    MoneyField,
    Option,
    hat_option,
)
from ui.rows import RowFormSet, without_errors

THEMES = {file.stem for file in (Path(__file__).parent / "themes").glob("*.css")}
HATS = [
    {"role": "DB-lid", "capacity": "owner", "behalf_of": "gemeente Elzendam"},
    {"role": "AB-lid", "capacity": "owner", "behalf_of": "gemeente Elzendam"},
    {"role": "PHO-lid", "capacity": "client", "behalf_of": "gemeente Elzendam"},
]
PEOPLE = [
    ("Petronella van Dijk", "Accountmanager", "client", "gemeente Waterveen"),
    ("Quinten Peters", "Accountmanager MGR", "contractor", ""),
    ("Rosa Willems", "Jurist", "adviser", ""),
    ("Simon Hendriks", "Auditor", "supervisor", ""),
]
DONE, CURRENT, NEXT = "done", "current", "next"


class ExampleForm(forms.Form):
    hat = HatField(
        choices=[
            ("11", hat_option("PHO-lid", "client", "gemeente Elzendam")),
            (
                "12",
                hat_option("DB-lid", "owner", "gemeente Elzendam", needs_ground="U adviseerde hier als opdrachtgever."),
            ),
            ("13", hat_option("AB-lid", "owner", "gemeente Elzendam", refused="Deze stap hoort niet bij het AB.")),
        ]
    )
    ground = GroundField()
    vote = CardField(
        label="Uw stem",
        choices=[
            ("in_favour", Option("Voor", "U stemt in met het voorstel.")),
            ("with_remark", Option("Voor met kanttekening", "U stemt in; uw kanttekening gaat mee in het besluit.")),
            ("against", Option("Tegen", "U stemt niet in. Een motivering is verplicht.")),
        ],
    )
    motivation = forms.CharField(
        label="Motivering",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Verplicht bij een kanttekening of een stem tegen. Noem geen persoonsgegevens.",
    )
    decided_on = DateField(label="Datum vergadering", help_text="De datum op de besluitenlijst.")
    closes_at = MomentField(label="Sluiting schriftelijke ronde", required=False)
    amount = MoneyField(label="Raming per jaar", max_value=100_000_000)
    years = forms.IntegerField(label="Aantal jaren", min_value=1, max_value=10)
    reference = forms.CharField(
        label="Zaaknummer gemeente",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Bijvoorbeeld VR-2026-01234.",
    )
    domain = forms.ChoiceField(
        label="Domein", choices=[("jeugd", "Jeugdwet"), ("wmo", "Wmo"), ("pw", "Participatiewet")]
    )
    municipalities = forms.MultipleChoiceField(
        label="Deelnemende gemeenten",
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("boskant", Option("Boskant")),
            ("waterveen", Option("Waterveen", "Trekker")),
            ("elzendam", Option("Elzendam")),
        ],
    )
    file = DocumentField(label="Besluitenlijst")
    read = forms.BooleanField(label="Ik heb de stukken gelezen", help_text="De stukken staan hiernaast.")


class CriterionForm(forms.Form):
    criterion = forms.CharField(label="Criterium", max_length=200)
    norm = forms.CharField(label="Norm", max_length=200)
    measured = forms.CharField(label="Hoe gemeten", max_length=200, required=False)


class Criteria(RowFormSet):
    row_label = "Kader"
    add_label = "Kader toevoegen"


CriteriaSet: Any = forms.formset_factory(
    CriterionForm, formset=Criteria, extra=0, min_num=1, max_num=10, validate_max=True, can_delete=True
)


class FilterForm(forms.Form):
    q = forms.CharField(label="Zoek in taken", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    hoedanigheid = forms.ChoiceField(
        label="Hoedanigheid", required=False, choices=[("", "Alle"), ("owner", "Eigenaar")]
    )
    domein = forms.ChoiceField(label="Domein", required=False, choices=[("", "Alle domeinen"), ("wmo", "Wmo")])


@login_not_required
def style_page(request: HttpRequest) -> HttpResponse:
    sent = request.method == "POST"
    form = ExampleForm(request.POST, request.FILES) if sent else ExampleForm(initial={"amount": 1_250_000, "hat": "11"})
    rows = CriteriaSet(request.POST if sent else None, prefix="criteria", initial=[{"criterion": "Wachttijd"}])
    if rows.growing:
        without_errors(form)
    theme = {"theme": request.GET["thema"]} if request.GET.get("thema") in THEMES else {}
    return render(request, "style_page.html", {"form": form, "rows": rows, **example_data(), **theme})


def example_data() -> dict[str, Any]:
    today = timezone.localdate()
    tasks = [
        {"name": name, "case": case, "step": step, "capacity": capacity, "due": today + timedelta(days)}
        for name, case, step, capacity, days in TASKS
    ]
    return {
        "menu": MENU,
        "who": {
            "name": "Anna Verbeek",
            "hats": HATS,
            "logout_url": "#",
            "links": [{"label": "Uw benoemingen", "url": "#"}],
        },
        "scheme_label": "Sociaal domein Waterland",
        "search_url": "#opdrachten",
        "footer": [{"label": "Toegankelijkheid", "url": "#"}, {"label": "Privacy", "url": "#"}],
        "today": today,
        "filters": FilterForm(),
        "tiles": TILES,
        "phases": PHASES,
        "tabs": TABS,
        "tasks": tasks,
        "page_of_tasks": Paginator(range(180), 10).get_page(7),
        "now": datetime.combine(date(2026, 11, 19), time(16, 42), tzinfo=timezone.get_current_timezone()),
        "picture": PICTURE,
        "hats": HATS,
        "people": PEOPLE,
        "steps": [{"label": label, "state": state} for label, _, state in PHASE_ROWS],
    }


MENU = [
    {"label": "Mijn taken", "url": "#", "current": True, "count": 9},
    {"label": "Opdrachten", "url": "#opdrachten"},
    {"label": "Wie is aan zet", "url": "#beurt"},
    {"label": "Rollen", "url": "#rollen"},
    {"label": "Mandaten", "url": "#mandaten"},
    {"label": "Audit", "url": "#audit"},
]
TILES = [
    {"label": "Te laat", "count": 2, "hint": "eerst doen", "url": "?snel=1", "kind": "danger"},
    {"label": "Vandaag en morgen", "count": 3, "hint": "21 en 22 november", "url": "?snel=2", "kind": "warning"},
    {"label": "Alle open taken", "count": 9, "hint": "waarvan 1 nieuw", "url": "?", "current": True},
    {"label": "Wacht op anderen", "count": 4, "hint": "u diende in", "url": "?snel=4"},
    {"label": "Afgerond", "count": 18, "hint": "deze maand", "url": "?snel=5"},
]
PHASE_ROWS = [
    ("Indienen", "12 okt", DONE),
    ("Afstemming", "26 okt", DONE),
    ("Intake", "2 nov", DONE),
    ("Hoe-voorstel", "9 nov", DONE),
    ("RMT-validatie", "16 nov", DONE),
    ("PHO-besluit", "tot 26 nov", CURRENT),
    ("DB-besluit", "zo nodig", NEXT),
    ("Aanvaarding", "december", ""),
]
PHASES = [{"label": label, "note": note, "state": state} for label, note, state in PHASE_ROWS]
TABS = [
    {"label": "Overzicht", "url": "#", "current": True},
    {"label": "Besluitvorming", "url": "#stemmen", "count": "5/7"},
    {"label": "Documenten", "url": "#documenten", "count": 12},
    {"label": "Geschiedenis", "url": "#geschiedenis", "count": 38},
]
TASKS = [
    ("Plan van aanpak opstellen", "Hulpmiddelen Wmo 2027-2031 · OPD-2026-0098", "Hoe-voorstel", "contractor", -3),
    ("Intake beoordelen", "Beschermd wonen, toegang en uitstroom · OPD-2026-0131", "Intake", "contractor", 0),
    ("Afstemmen namens Kerkeind", "Huishoudelijke hulp 2028 · OPD-2026-0152", "Afstemming", "client", 1),
    ("Stem uitbrengen", "Jeugd-GGZ 2027 · OPD-2026-0147", "PHO-besluit", "client", 5),
    ("Besluit vastleggen", "Crisisdienst jeugd · OPD-2026-0119", "DB-besluit", "owner", 12),
    ("Dossier inzien", "Leerlingenvervoer 2025-2029 · OPD-2025-0203", "Toezicht", "supervisor", 220),
]
PICTURE = """<svg class="process-picture" viewBox="0 0 900 170" width="900" height="170" role="img"
 aria-label="PHO-besluit is de huidige stap"><g class="lane"><rect x="1" y="1" width="898" height="168"/></g>
<g class="node is-done"><rect class="shape" x="40" y="55" width="150" height="60" rx="8"/>
<text class="label" x="115" y="90">RMT-validatie</text></g>
<g class="edge is-done"><path d="M190 85H270"/></g>
<g class="node is-current"><rect class="shape" x="270" y="55" width="150" height="60" rx="8"/>
<text class="label" x="345" y="90">PHO-besluit</text></g><g class="edge"><path d="M420 85H500"/></g>
<g class="node is-next"><rect class="shape" x="500" y="55" width="150" height="60" rx="8"/>
<text class="label" x="575" y="90">DB-besluit</text></g><g class="edge"><path d="M650 85H730"/></g>
<g class="node"><rect class="shape" x="730" y="55" width="130" height="60" rx="8"/>
<text class="label" x="795" y="90">Aanvaarding</text></g></svg>"""
