"""The papers, and the market until it closes, in the order of the flow."""

from datetime import datetime, time, timedelta
from typing import Any

from cases.models import Instrument, TenderDesk
from cases.rules import procurement_law as law
from cases.selectors import tenders
from cases.services.procurement import Told
from escalation.rules.calendar import on_or_after, written
from escalation.rules.terms import AMSTERDAM
from ui.fields import CardField, MomentField, Option
from workflows.forms.hats import line, words
from workflows.forms.step import StepForm
from workflows.tasks.procurement.market import first_closing, last_answer

NOON = time(12)
HINTS = {
    TenderDesk.Mode.OUTSIDE: "U legt na de opening het proces-verbaal vast, met de inschrijvingen.",
    TenderDesk.Mode.SEALED: "Zij blijven dicht tot twee openers ze na de sluiting samen openen.",
}


class PapersForm(StepForm):
    """The papers go along as documents."""

    submit = "Stukken voorleggen"
    motivation = words("Toelichting voor de jurist", required=False, help_text="Voeg de stukken hieronder toe.")


class LegalCheckForm(StepForm):
    """By another than who wrote them."""

    submit = "Toets vastleggen"

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("motivation", "Schrijf op wat er in de stukken anders moet.", when=self.code == "back_to_papers")
        return values


class ReleaseForm(StepForm):
    """To the market, for as long as the law wants at least."""

    submit = "Besluit vastleggen"
    reference = line(
        "Kenmerk van de aankondiging", required=False, limit=60, help_text="Bijvoorbeeld het nummer op TenderNed."
    )
    published_at = MomentField(label="Aangekondigd op", required=False)
    closing_at = MomentField(label="Sluiting", required=False)
    mode = CardField(label="Waar komen inschrijvingen binnen?", initial=TenderDesk.Mode.OUTSIDE)
    platform = line("Welk platform?", required=False, limit=120, help_text="Alleen bij een extern platform.")
    field_order = ["hat", "ground", "outcome", "reference", "published_at", "closing_at", "mode", "platform"]

    def prepare(self) -> None:
        now = self.work.now
        self._ask_where()
        self.initial.setdefault("published_at", now)
        try:
            first = first_closing(self.work.content, now)
        except law.NoLaw:
            return
        self.fields["closing_at"].help_text = first.reason
        self.initial.setdefault("closing_at", datetime.combine(on_or_after(first.day), NOON, AMSTERDAM))

    def _ask_where(self) -> None:
        """Under seal only with enough openers; to an open house nobody tenders."""
        if self.work.content.instrument == Instrument.OPEN_HOUSE:
            del self.fields["mode"], self.fields["platform"]
            return
        ready, mode = tenders.readiness(self.work.content), self.fields["mode"]
        assert isinstance(mode, CardField)
        why = "" if ready.suffices else ready.reason
        mode.choices = [
            (TenderDesk.Mode.OUTSIDE, Option(TenderDesk.Mode.OUTSIDE.label, HINTS[TenderDesk.Mode.OUTSIDE])),
            (TenderDesk.Mode.SEALED, Option(TenderDesk.Mode.SEALED.label, HINTS[TenderDesk.Mode.SEALED], refused=why)),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        releases = self.code == "released"
        outside = releases and values.get("mode") == TenderDesk.Mode.OUTSIDE
        self.require("platform", "Vul in op welk platform.", when=outside)
        self.require("reference", "Vul in waar de aankondiging te vinden is.", when=releases)
        for name in ("published_at", "closing_at"):
            self.require(name, "Vul een datum en een tijd in.", when=releases)
        self.require("motivation", "Motiveer waarom u niet vrijgeeft.", when=not releases)
        return values

    def values(self) -> dict[str, Any]:
        if self.code != "released":
            return {}
        where = self.taken_along("mode", "platform") if "mode" in self.fields else {}
        return {"told": Told(**self.taken_along("reference", "published_at", "closing_at"))} | where


class ClarificationForm(StepForm):
    """Answers in time for everybody, or more time."""

    submit = "Publiceren"
    note = words("Wat is er gevraagd en geantwoord, of gewijzigd?", rows=6, help_text="Noem geen vragenstellers.")
    reference = line("Kenmerk", required=False, limit=60)
    closing_at = MomentField(
        label="Nieuwe sluiting", required=False, help_text="Alleen bij een wezenlijke wijziging: later dan nu."
    )
    motivation = None  # type: ignore[assignment]  # the note says it

    def prepare(self) -> None:
        closing = self.work.content.closing_at
        until = written(last_answer(closing))
        self.fields[
            "note"
        ].help_text = f"Uiterlijk {until} bekend bij alle gegadigden (Aw 2.54). Noem geen vragenstellers."
        self.initial.setdefault("closing_at", closing + timedelta(days=14))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.require("closing_at", "Kies een latere sluiting.", when=self.code == "changed")
        return values

    def values(self) -> dict[str, Any]:
        closing = self.cleaned_data["closing_at"] if self.code == "changed" else self.work.content.closing_at
        told = Told(
            **self.taken_along("reference", "note"), published_at=self.work.now, closing_at=closing
        )  # fmt: skip
        return {"told": told}


class NoTendersForm(StepForm):
    """Another round with other papers, or the end: either way it is said why."""

    motivation = words("Motivering", help_text="Waarom bood niemand geldig aan, en wat betekent dat?")


STEPS: dict[str, type[StepForm]] = {
    "papers": PapersForm,
    "legal_check": LegalCheckForm,
    "release": ReleaseForm,
    "clarification": ClarificationForm,
    "no_tenders": NoTendersForm,
}
