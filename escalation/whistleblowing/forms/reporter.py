"""What who reports fills in. Only what happened has to be said."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from cases.rules.files import safe_name
from escalation.whistleblowing import files
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.forms.uploads import Received
from escalation.whistleblowing.rules import vault
from ui.fields import CardField, Option

MOST_WORDS = 20_000
AGAIN = "Kies de bestanden opnieuw: zij zijn niet bewaard."
NAMED, CONFIDENTIAL, ANONYMOUS = "named", "confidential", "anonymous"
IDENTITIES = [
    (ANONYMOUS, Option("Anoniem", "Niemand weet wie u bent, ook wij niet. U praat met ons verder met een code.")),
    (
        CONFIDENTIAL,
        Option(
            "Vertrouwelijk",
            "Wij bewaren uw naam achter een apart slot. Alleen twee behandelaars samen openen dat. U ziet het als dat "
            "gebeurt.",
        ),
    ),
    (
        NAMED,
        Option("Op naam", "De behandelaars weten wie u bent. Anderen horen het alleen als u dat goedvindt."),
    ),
]


def words(
    label: str, *, required: bool = False, rows: int = 5, help_text: str = "", missing: str = "Vul dit in."
) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=MOST_WORDS, help_text=help_text,
        error_messages={"required": missing}, widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
    )  # fmt: skip


def line(label: str, *, required: bool = False, help_text: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=300, help_text=help_text, widget=widget)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class SealedFiles(forms.FileField):
    """Files that are under seal already; each that could not be kept is named."""

    widget = ManyFiles

    def __init__(self) -> None:
        super().__init__(
            label="Bestanden", required=False,
            help_text=f"Alle soorten, ten hoogste {files.MOST_FILES} tegelijk en {files.MOST_EACH // files.MEGABYTE} "
            "MB per stuk. Kies ze in één keer. Uit foto’s en pdf’s halen wij weg wie ze maakte, waarmee en waar. Moet "
            "een bestand precies blijven zoals het is, stuur het dan als zip.",
        )  # fmt: skip

    def clean(self, data: Any, initial: Any = None) -> list[Enclosed]:
        received = [each for each in data if isinstance(each, Received)] if isinstance(data, list | tuple) else []
        if problems := [f"“{safe_name(each.name or '')}”: {each.problem}" for each in received if each.problem]:
            raise forms.ValidationError(problems)
        return [each.enclosed for each in received if each.enclosed]

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"multiple": True}


class Quiet(forms.Form):
    """A browser is asked to remember nothing of it."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """PostgreSQL and JSON take no null byte in words; nobody types one."""
        values = super().clean() or self.cleaned_data
        return {name: value.replace("\x00", "") if isinstance(value, str) else value for name, value in values.items()}

    def not_taken(self, why: str = "") -> None:
        """The page comes back, and nothing was recorded; a browser does not choose files again by itself."""
        if why:
            self.add_error(None, why)
        if "documents" in self.fields and "documents" in self.files:
            self.add_error("documents", AGAIN)


class ReportForm(Quiet):
    """A report. `handlers`: who would read it, by the number of their key and their name."""

    identity = CardField(
        label="Hoe wilt u melden?", choices=IDENTITIES,
        error_messages={"required": "Kies hoe u wilt melden.", "invalid_choice": "Kies hoe u wilt melden."},
    )  # fmt: skip
    name = line("Uw naam", help_text="Alleen als u vertrouwelijk of op naam meldt. Laat dit leeg als u anoniem meldt.")
    contact = line("Hoe kunnen wij u bereiken?", help_text="Bijvoorbeeld een telefoonnummer. Dit hoeft niet.")
    what = words(
        "Wat is er gebeurd?", required=True, rows=10,
        help_text="Vertel het in uw eigen woorden. Meldt u anoniem, schrijf dan niets waaraan men u herkent.",
        missing="Vertel wat er is gebeurd.",
    )  # fmt: skip
    when = words(
        "Wanneer en waar gebeurde het?", rows=3, help_text="Een schatting is goed. Is het nog gaande, zeg dat dan."
    )
    who = words("Wie zijn erbij betrokken?", rows=3, help_text="Namen, functies of afdelingen, voor zover u die weet.")
    known = words(
        "Hoe weet u dit?", rows=3,
        help_text="Zag u het zelf, hoorde u het, of staat het op papier? Weet iemand anders het ook?",
    )  # fmt: skip
    documents = SealedFiles()

    def __init__(self, *args: Any, handlers: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["without"] = forms.MultipleChoiceField(
            label="Wie mag uw melding niet zien?", required=False, choices=[(str(pk), name) for pk, name in handlers],
            widget=forms.CheckboxSelectMultiple,
            help_text="Kruis aan wie erbij betrokken is, of wie u niet vertrouwt. Die persoon krijgt uw melding niet "
            "en merkt er niets van. Een plaatsvervanger neemt het over.",
            error_messages={"invalid_choice": "Kies uit de namen hieronder."},
        )  # fmt: skip
        self.order_fields(["identity", "name", "contact", "what", "when", "who", "known", "without", "documents"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        identity, told = values.get("identity"), values.get("name") or values.get("contact")
        if identity == ANONYMOUS and told:
            self.add_error("name", "U koos voor anoniem. Haal uw naam en gegevens weg, of kies een andere manier.")
        if identity in (CONFIDENTIAL, NAMED) and not values.get("name") and "name" not in self.errors:
            self.add_error("name", "Vul uw naam in, of kies voor anoniem.")
        return values


class KeptForm(forms.Form):
    """The files that came in before and wait; some of them may be left out after all."""

    def __init__(self, *args: Any, kept: Iterable[Enclosed], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(each.id), Option(each.name, each.said)) for each in kept]
        if choices:
            self.fields["drop"] = forms.MultipleChoiceField(
                label="Al toegevoegd. Kruis aan wat niet mee moet", required=False, choices=choices,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip


class ReceiptForm(Quiet):
    receipt = forms.CharField(
        label="Uw code", max_length=vault.LONGEST_TYPED, help_text="Zestien cijfers. Spaties maken niet uit.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": "Vul de code in die u kreeg toen u meldde."},
    )  # fmt: skip

    def clean_receipt(self) -> str:
        receipt = vault.read_receipt(self.cleaned_data["receipt"])
        if receipt is None:
            raise forms.ValidationError("Een code heeft zestien cijfers. Kijk na wat u overschreef.")
        return receipt


class ReplyForm(Quiet):
    words = words("Uw bericht", rows=6)
    documents = SealedFiles()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not values.get("words") and not values.get("documents"):
            self.add_error("words", "Schrijf een bericht of voeg een bestand toe.")
        return values


class NameForm(Quiet):
    """Telling later who one is."""

    identity = CardField(
        label="Wie mag uw naam weten?", choices=IDENTITIES[1:],
        error_messages={"required": "Kies wie uw naam mag weten.", "invalid_choice": "Kies wie uw naam mag weten."},
    )  # fmt: skip
    name = line("Uw naam", required=True)
    contact = line("Hoe kunnen wij u bereiken?", help_text="Dit hoeft niet.")


class ConsentForm(Quiet):
    words = words(
        "Aan wie, en waarvoor?", required=True, rows=3,
        help_text="Bijvoorbeeld: aan de onderzoeker, om mij te kunnen horen.",
    )  # fmt: skip


class WithdrawForm(Quiet):
    sure = forms.BooleanField(
        label="Ik trek mijn toestemming in",
        error_messages={"required": "Bevestig dat u uw toestemming intrekt."},
    )  # fmt: skip


class TranscriptForm(Quiet):
    """Reading what was written of a talk: right, or with what has to be put right (Wbk 2b)."""

    verdict = CardField(
        label="Klopt het verslag?",
        choices=[
            ("right", Option("Het klopt", "U tekent het verslag.")),
            ("wrong", Option("Het moet anders", "Schrijf op wat er moet veranderen. U krijgt het daarna opnieuw.")),
        ],
        error_messages={"required": "Kies of het verslag klopt.", "invalid_choice": "Kies of het verslag klopt."},
    )  # fmt: skip
    words = words("Wat moet er anders?", rows=4)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("verdict") == "wrong" and not values.get("words"):
            self.add_error("words", "Schrijf op wat er moet veranderen.")
        return values
