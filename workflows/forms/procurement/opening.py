"""Opening the tenders: with keys, or from the proces-verbaal of an outside platform."""

from typing import Any

from django import forms

from cases.models import Procurement, TenderDesk
from cases.selectors import tenders as found
from ui.fields import CardField, Option
from workflows.forms.hats import words
from workflows.forms.papers import PaperField
from workflows.forms.procurement.typed import TypedTenders, of_lots, paper_of
from workflows.forms.step import StepForm


class OpeningForm(StepForm):
    """Two openers after one another, each with a key; or the proces-verbaal of an outside platform."""

    motivation = words("Bijzonderheden bij de opening", required=False)
    takes_papers = False

    def prepare(self) -> None:
        procurement = self.work.content
        self.desk = found.desk_of(procurement)
        self.outside = self.desk is None or self.desk.mode == TenderDesk.Mode.OUTSIDE
        self.shut = 0 if self.outside or self.desk is None else found.shut(self.desk)
        self.rows: Any = None
        if self.outside:
            self._ask_report(procurement)
        elif self.shut:
            self._ask_key()
        self.template_name = "tasks/forms/opening.html"
        self.submit = "Uw laag wegnemen" if self.act else "Opening vastleggen"
        if self.act:
            del self.fields["motivation"]  # what there is to say is said when it ends

    @property
    def act(self) -> str:
        """The first of two opens nothing: another service than the one that ends the step."""
        return "begin_opening" if self.shut and self.desk is not None and self.desk.first_id is None else ""

    @property
    def parts(self) -> list[Any]:
        return [self.rows] if self.rows is not None else []

    @property
    def parts_count(self) -> bool:
        return True

    def _ask_report(self, procurement: Procurement) -> None:
        self.fields["report"] = PaperField(label="Proces-verbaal van opening")
        data, files = (self.data, self.files) if self.is_bound else (None, None)
        self.rows = TypedTenders(data, files, form_kwargs={"lots": of_lots(procurement)}, prefix="tenders")

    def _ask_key(self) -> None:
        assert self.desk is not None
        escrow = self.desk.openers.filter(key__kind="escrow").exclude(key=self.desk.first_id).exists()
        self.fields["key"] = CardField(label="Met welke sleutel?", initial="own", choices=[
            ("own", Option("Mijn eigen sleutel")),
            ("escrow", Option("De noodsleutel", "De wachtzin ligt op papier in de kluis.", refused="" if escrow else
                              "Bij de vrijgave is geen noodsleutel vastgelegd, of hij is al gebruikt.")),
        ])  # fmt: skip
        self.fields["passphrase"] = forms.CharField(
            label="Wachtzin", max_length=300, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            help_text="Van de sleutel, niet uw inlogwachtwoord. Wij bewaren haar niet.",
        )  # fmt: skip

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        if self.rows is not None:
            return {"report": paper_of(given["report"], "Proces-verbaal van opening"), "typed": self.rows.typed()}
        if not self.shut:
            return {}
        return {"passphrase": given["passphrase"], "escrow": given["key"] == "escrow"}


STEPS: dict[str, type[StepForm]] = {"opening": OpeningForm}
