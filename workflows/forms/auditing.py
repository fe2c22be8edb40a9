"""What an auditor fills in, and who takes or judges a noodtoegang."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cases.models import AuditFinding, Case, Sample, SampleItem
from cases.rules import sampling
from cases.services.improvements import Action
from roles.models import EmergencyAccess
from roles.rules import emergency
from ui.fields import CardField, DateField, Option
from workflows.forms.actions import ActionForm
from workflows.forms.actions_agreed import owner_choices, owner_of
from workflows.forms.hats import line, words
from workflows.selectors.improvements import Owner
from workflows.selectors.samples import Narrowed

ALL = "Alle"
_words = words  # a field of that name hides it


class TakeForm(ActionForm):
    """One case, by its number, for some hours."""

    number = line("Nummer van de zaak", limit=20, help_text="Zoals OPD-2026-0147.")
    reason = words(
        "Waarom kan dit niet wachten?", limit=2000,
        help_text="Wie deelneemt aan de zaak, en wie dit nakijkt, leest uw reden.",
    )  # fmt: skip
    hours = forms.IntegerField(
        label="Hoeveel uur?", min_value=1, max_value=emergency.MOST_HOURS, initial=4,
        help_text=f"Niet langer dan nodig, ten hoogste {emergency.MOST_HOURS}.",
    )  # fmt: skip


class EndForm(ActionForm):
    """Before its time: with which hat is all that is asked."""


class ReviewForm(ActionForm):
    """Afterwards, by somebody else."""

    judgement = CardField(
        label="Was dit terecht?",
        choices=[
            (EmergencyAccess.Judgement.JUSTIFIED, Option("Terecht", "Het kon echt niet wachten.")),
            (EmergencyAccess.Judgement.UNJUSTIFIED, Option("Niet terecht", "Het blijft vastgelegd. Zeg wat er volgt.")),
        ],
    )  # fmt: skip
    note = words("Waarop berust uw oordeel?", limit=2000)


class DrawForm(ActionForm):
    """What out of what, how, and how many."""

    purpose = words("Doel van de steekproef", rows=2, limit=1000)
    of = CardField(
        label="Waaruit?", initial=Sample.Of.CASES,
        choices=[
            (Sample.Of.CASES, Option("Zaken", "Iedere zaak één keer.")),
            (Sample.Of.ACTS, Option("Handelingen", "Wat er in zaken is gedaan, elk apart.")),
        ],
    )  # fmt: skip
    way = CardField(
        label="Hoe?", initial=Sample.Way.RANDOM,
        choices=[
            (Sample.Way.RANDOM, Option("Aselect", "Met een zaadje: ieder kan haar opnieuw trekken.")),
            (Sample.Way.RISK, Option("Op risico", "Wat het meest opvalt eerst, met bij ieder waarom.")),
        ],
    )  # fmt: skip
    size = forms.IntegerField(label="Omvang", min_value=1, max_value=sampling.MOST, initial=25)
    kind = forms.ChoiceField(label="Soort zaak", required=False, choices=[("", ALL), *Case.Kind.choices])
    state = forms.ChoiceField(label="Stand", required=False, choices=[("", ALL), *Case.State.choices])
    since = DateField(label="Vanaf", required=False, help_text="Van een zaak: ingediend; van een handeling: gedaan.")
    until = DateField(label="Tot en met", required=False)
    verb = forms.ChoiceField(label="Soort handeling", required=False, help_text="Alleen bij handelingen.")
    seed = line(
        "Zaadje", limit=64, required=False, help_text="Leeg: wij maken er een. Alleen bij een aselecte steekproef."
    )

    def __init__(self, *args: Any, verbs: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        verb = self.fields["verb"]
        assert isinstance(verb, forms.ChoiceField)
        verb.choices = [("", ALL), *verbs]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        acts = given["of"] == Sample.Of.ACTS
        return {
            "of": given["of"], "way": given["way"], "purpose": given["purpose"], "size": given["size"],
            "seed": given["seed"] if given["way"] == Sample.Way.RANDOM else "",
            "narrowed": Narrowed(
                kind=given["kind"], state=given["state"], since=given["since"], until=given["until"],
                verb=given["verb"] if acts else "",
            ),
        }  # fmt: skip


class JudgeForm(ActionForm):
    """What the auditor thinks of one that was drawn."""

    judgement = CardField(
        label="Oordeel",
        choices=[
            (SampleItem.Judgement.FINE, Option("In orde")),
            (SampleItem.Judgement.FINDING, Option("Bevinding", "Leg daarna ook de bevinding vast, met een actie.")),
        ],
    )  # fmt: skip
    note = words("Aantekening", rows=3, required=False, limit=2000)
    expected = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)


class FindingForm(ActionForm):
    """What was found, against which norm, and what is asked of whom."""

    number = forms.IntegerField(
        label="Over handeling nr.", min_value=1, max_value=2**31, required=False,
        help_text="Het nummer in de geschiedenis. Leeg: over de hele zaak.",
    )  # fmt: skip
    norm = words("Norm", rows=2, limit=1000, help_text="Welke regel, met artikel als dat er is.")
    words = _words("Bevinding", limit=4000, help_text="Wat u zag. Noem geen personen die u niet hoeft te noemen.")
    weight = CardField(label="Zwaarte", choices=AuditFinding.Weight.choices)
    what = _words("Wat vraagt u?", rows=3, limit=1000, help_text="De actie, zoals zij in het register komt.")
    owner = forms.ChoiceField(label="Aan wie?", help_text="Een rol, of iemand die haar nu vervult.")
    due_on = DateField(label="Uiterlijk op")

    def __init__(self, *args: Any, known: Sequence[Owner], item: int | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        owner, self.item = self.fields["owner"], item
        assert isinstance(owner, forms.ChoiceField)
        owner.choices = owner_choices(known)

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        position, named = owner_of(given["owner"])
        return {
            "number": given["number"], "norm": given["norm"], "words": given["words"], "weight": given["weight"],
            "item_id": self.item,
            "action": Action(what=given["what"], owner=position, named=named, due_on=given["due_on"]),
        }  # fmt: skip


class ConcludeForm(ActionForm):
    """The answer does, or it does not."""

    does = CardField(
        label="Het antwoord",
        choices=[
            ("close", Option("Volstaat", "De bevinding is afgesloten.")),
            ("give_back", Option("Volstaat niet", "De actie gaat weer open; de actiehouder hoort het.")),
        ],
    )  # fmt: skip
    said = words("Waarom?", limit=2000)
