"""Documents that come in through a form, checked before anything is kept."""

from typing import Any

from django import forms

from cases.models import Classification
from cases.rules import files
from cases.services.documents import Paper
from ui.fields import CardField, DocumentField, FileKind, Option
from ui.rows import RowFormSet
from workflows.forms.hats import line

CLASSIFICATION_HINTS = {
    Classification.PUBLIC: "Mag iedereen weten; voor wie de zaak mag zien.",
    Classification.INTERNAL: "Voor wie de zaak mag zien.",
    Classification.CONFIDENTIAL: "Alleen voor wie het vertrouwelijke mag zien. Elke inzage wordt vastgelegd.",
    Classification.SECRET: "Alleen voor wie in deze zaak een rol heeft, en toezichthouders. Ook de titel is verborgen.",
}


class PaperField(DocumentField):
    """A file that may become a document; its name is made safe."""

    def __init__(self, **options: Any) -> None:
        kinds = [FileKind(kind.extension, kind.beginnings) for kind in files.KINDS.values()]
        super().__init__(kinds=kinds, megabytes=files.MEGABYTES, **{"label": "Bestand"} | options)
        self.widget.attrs["accept"] += ",.jpeg"

    def to_python(self, data: Any) -> Any:
        if data is not None:
            name = files.safe_name(data.name or "")
            data.name = name[: -len("jpeg")] + "jpg" if name.lower().endswith(".jpeg") else name
        file = super().to_python(data)
        if file is not None and (problem := files.problem_with(file.file, _kind(file))):
            raise forms.ValidationError(f"“{file.name}”: {problem}", code="content")
        return file


def _kind(file: Any) -> files.Kind:
    return files.KINDS[files.extension_of(file.name or "")]


class PaperForm(forms.Form):
    """One document, with who may read it."""

    file = PaperField()
    title = line("Titel", required=False, help_text="Leeg: de naam van het bestand.")
    classification = forms.ChoiceField(
        label="Openbaarheid", choices=Classification.choices, initial=Classification.INTERNAL
    )

    def paper(self) -> Paper:
        """As services want it."""
        file = self.cleaned_data["file"]
        return Paper(
            title=self.cleaned_data.get("title") or file.name.rpartition(".")[0],
            classification=self.cleaned_data.get("classification", Classification.INTERNAL),
            filename=file.name,
            media_type=_kind(file).media_type,
            content=file,
        )


class DocumentForm(PaperForm):
    """A document by itself: there is room to say what each classification means."""

    classification = CardField(
        label="Openbaarheid",
        choices=[(value, Option(value.label, CLASSIFICATION_HINTS[value])) for value in Classification],
        initial=Classification.INTERNAL,
    )


class VersionForm(PaperForm):
    """The next version of a document that has a title and a classification already."""

    title = None  # type: ignore[assignment]  # Django's way to leave a field of the parent out
    classification = None  # type: ignore[assignment]


class Papers(RowFormSet):
    row_label = "Document"
    add_label = "Nog een document"
    label = "Documenten"

    def papers(self) -> list[Paper]:
        return [row.paper() for row in self.forms if row.cleaned_data.get("file")]


_PaperSet: Any = forms.formset_factory(PaperForm, formset=Papers, extra=1, max_num=10, validate_max=True)


def paper_set(data: Any, uploaded: Any) -> Papers:
    """Rows for documents; an empty row is no document."""
    rows: Papers = _PaperSet(data, uploaded, prefix="papers")
    return rows
