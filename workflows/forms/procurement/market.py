"""The papers, and the market until it closes, in the order of the flow."""

from datetime import datetime, time, timedelta
from typing import Any

from cases.rules import procurement_law as law
from cases.services.procurement import Told
from escalation.rules.calendar import written
from escalation.rules.terms import AMSTERDAM
from ui.fields import MomentField
from workflows.forms.hats import line, words
from workflows.forms.step import StepForm
from workflows.tasks.procurement.market import first_closing, last_answer

NOON = time(12)


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
    field_order = ["hat", "ground", "outcome", "reference", "published_at", "closing_at"]

    def prepare(self) -> None:
        now = self.work.now
        self.initial.setdefault("published_at", now)
        try:
            first = first_closing(self.work.content, now)
        except law.NoLaw:
            return
        self.fields["closing_at"].help_text = first.reason
        self.initial.setdefault("closing_at", datetime.combine(first.day, NOON, AMSTERDAM))

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        releases = self.code == "released"
        self.require("reference", "Vul in waar de aankondiging te vinden is.", when=releases)
        for name in ("published_at", "closing_at"):
            self.require(name, "Vul een datum en een tijd in.", when=releases)
        self.require("motivation", "Motiveer waarom u niet vrijgeeft.", when=not releases)
        return values

    def values(self) -> dict[str, Any]:
        if self.code != "released":
            return {}
        return {"told": Told(**self.taken_along("reference", "published_at", "closing_at"))}


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
        self.fields[
            "note"
        ].help_text = (
            f"Uiterlijk {written(last_answer(closing))} bekend bij alle gegadigden (Aw 2.54). Noem geen vragenstellers."
        )
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
