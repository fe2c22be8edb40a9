"""Fields that say more than Django's: choices that explain themselves, money, dates, documents with their limits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any, cast

from django import forms

CAPACITY_LABELS = {
    "owner": "eigenaar",
    "client": "opdrachtgever",
    "contractor": "opdrachtnemer",
    "adviser": "adviseur",
    "supervisor": "toezichthouder",
}


@dataclass(frozen=True, slots=True)
class Option:
    """The label of a choice, with what helps to choose it. A refused one is shown, but cannot be chosen."""

    label: str
    hint: str = ""
    warning: str = ""
    refused: str = ""
    capacity: str = ""

    def __str__(self) -> str:
        return self.label


def hat_option(role: str, capacity: str, behalf_of: str = "", *, needs_ground: str = "", refused: str = "") -> Option:
    """'Als DB-lid', with capacity and municipality under it. `needs_ground` and `refused` are reasons, in Dutch."""
    hint = " · ".join(filter(None, [CAPACITY_LABELS[capacity], behalf_of]))
    return Option(f"Als {role}", hint, warning=needs_ground, refused=refused, capacity=capacity)


class CardField(forms.ChoiceField):
    """Radio cards. Choices are (value, Option) or (value, text)."""

    widget = forms.RadioSelect

    def validate(self, value: Any) -> None:
        super().validate(value)
        for key, label in cast(Iterable[tuple[Any, Any]], self.choices):
            if str(key) == value and isinstance(label, Option) and label.refused:
                raise forms.ValidationError(label.refused, code="refused")


class HatField(CardField):
    """In which of their hats a person acts: chosen per act, and by nobody but that person."""

    def __init__(self, *, label: str = "In welke hoedanigheid handelt u?", **options: Any) -> None:
        options.setdefault("error_messages", {}).setdefault("required", "Kies in welke hoedanigheid u handelt.")
        super().__init__(label=label, **options)


class PassphraseField(forms.CharField):
    """Words that open a key: never shown again, kept by no browser."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 300)
        super().__init__(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **options)


class GroundField(forms.CharField):
    """Why one acts in spite of an earlier hat; shown once a hat that needs it is chosen."""

    def __init__(self, *, label: str = "Motivering bij uw dubbele hoedanigheid", **options: Any) -> None:
        options.setdefault("help_text", "U handelde in deze zaak eerder in een andere hoedanigheid.")
        options.setdefault("max_length", 2000)
        widget = forms.Textarea(attrs={"rows": 3, "data-only-with-ground": ""})
        super().__init__(label=label, required=False, widget=widget, **options)


def in_dutch(amount: Decimal | int, *, cents: bool = False) -> str:
    """1.250.000, and cents only where there are any, or always."""
    text = f"{amount:,.0f}" if amount == int(amount) and not cents else f"{amount:,.2f}"
    return text.translate(str.maketrans(",.", ".,"))


class MoneyInput(forms.TextInput):
    template_name = "forms/money.html"

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, int | Decimal):
            return in_dutch(value)
        return None if value is None else str(value)


class MoneyField(forms.DecimalField):
    """Euros as the Dutch write them: 1.250.000 or 1250000,50."""

    widget = MoneyInput
    default_error_messages = {
        "invalid": "Vul een bedrag in, bijvoorbeeld 1.250.000 of 950,50.",
        "min_value": "Vul een bedrag in van 0 euro of meer.",
    }

    def __init__(self, *, min_value: int = 0, max_value: int = 9_999_999_999, **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, max_digits=14, decimal_places=2, **options)
        if min_value:
            self.error_messages["min_value"] = f"Vul een bedrag in van ten minste {in_dutch(min_value)} euro."
        self.error_messages.setdefault("max_value", f"Vul een bedrag in van ten hoogste {in_dutch(max_value)} euro.")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        if isinstance(value, str):
            value = re.sub(r"[€\s]|,-$", "", value)
            if not re.fullmatch(r"(-?\d{1,3}(\.\d{3})+|-?\d+)(,\d{1,2})?|-?\d+\.\d{1,2}|", value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            if not re.fullmatch(r"-?\d+\.\d{1,2}", value):
                value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}


class DateField(forms.DateField):
    """A date within living planning: a year of 202 or 20226 is a slip of the finger."""

    default_error_messages = {"invalid": "Vul een bestaande datum in, bijvoorbeeld 31-12-2026."}

    def __init__(self, *, earliest: date = date(2000, 1, 1), latest: date = date(2099, 12, 31), **options: Any) -> None:
        self.earliest, self.latest = earliest, latest
        widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "min": earliest.isoformat(), "max": latest.isoformat()}
        )
        options.setdefault("widget", widget)
        super().__init__(**options)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not self.earliest <= value <= self.latest:
            raise forms.ValidationError(
                f"Vul een datum in van {self.earliest:%d-%m-%Y} tot en met {self.latest:%d-%m-%Y}.", code="out_of_range"
            )


class MomentField(forms.DateTimeField):
    """A date with a time, in the time zone of the installation."""

    default_error_messages = {"invalid": "Vul een datum en een tijd in, bijvoorbeeld 31-12-2026 17:00."}

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
        options.setdefault("widget", widget)
        super().__init__(**options)


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file may be called, and how its bytes begin: a name alone proves nothing."""

    extension: str
    beginnings: tuple[bytes, ...]


PDF = FileKind("pdf", (b"%PDF-",))
DOCX = FileKind("docx", (b"PK\x03\x04",))
XLSX = FileKind("xlsx", (b"PK\x03\x04",))
ODT = FileKind("odt", (b"PK\x03\x04",))
PNG = FileKind("png", (b"\x89PNG\r\n\x1a\n",))
JPG = FileKind("jpg", (b"\xff\xd8\xff",))


class DocumentField(forms.FileField):
    """A file whose limits are told before they are broken."""

    default_error_messages = {
        "required": "Kies een bestand.",
        "empty": "Dit bestand is leeg.",
        "max_length": "De bestandsnaam is te lang: ten hoogste %(max)d tekens.",
    }

    def __init__(
        self, *, kinds: Sequence[FileKind] = (PDF, DOCX, XLSX, ODT), megabytes: int = 20, **options: Any
    ) -> None:
        self.kinds, self.megabytes = kinds, megabytes
        accepted = ",".join(f".{kind.extension}" for kind in kinds)
        limits = f"{self._names().capitalize()}, ten hoogste {megabytes} MB."
        options["help_text"] = " ".join(filter(None, [options.get("help_text", ""), limits]))
        options.setdefault("max_length", 200)
        options.setdefault("widget", forms.FileInput(attrs={"accept": accepted}))
        super().__init__(**options)

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        name, extension = file.name or "", PurePath(file.name or "").suffix.lower().removeprefix(".")
        kind = next((kind for kind in self.kinds if kind.extension == extension), None)
        if kind is None:
            raise forms.ValidationError(f"“{name}” kan niet: kies {self._names()}.", code="kind")
        if file.size and file.size > self.megabytes * 1024 * 1024:
            size = f"{file.size / 1024 / 1024:.1f}".replace(".", ",")
            raise forms.ValidationError(f"“{name}” is {size} MB; ten hoogste {self.megabytes} MB kan.", code="size")
        beginning = file.read(16)
        file.seek(0)
        if not beginning.startswith(kind.beginnings):
            raise forms.ValidationError(f"“{name}” heet wel {extension}, maar is het niet.", code="content")
        return file

    def _names(self) -> str:
        *others, last = [kind.extension for kind in self.kinds]
        return f"{', '.join(others)} of {last}" if others else last
