"""What a handler fills in: one form for each step, made of what the flow says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms

from escalation.rules.terms import months_from
from escalation.whistleblowing.forms.reporter import Quiet, ReportForm, SealedFiles, words
from escalation.whistleblowing.rules.authorities import AUTHORITIES
from escalation.whistleblowing.rules.flow import STEPS, Step
from escalation.whistleblowing.services.ending import USUAL_MONTHS
from escalation.whistleblowing.services.intake import Told
from ui.fields import CardField, DateField

# Which of them takes a report depends on what it is about.
EXTERNAL = tuple(name for name, _, _ in AUTHORITIES)
DESK_ONLY = "Blijft bij de behandelaars: de melder leest dit niet."
TO_REPORTER = "De melder leest dit."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is written with a step. Without a label nothing is."""

    label: str = ""
    required: bool = True
    help_text: str = ""
    files: bool = False  # they go where the words go


ASKED: Mapping[str, Asked] = {
    "check_conflict": Asked(
        "Toelichting", required=False,
        help_text="Hoeft niet. Bent u betrokken, dan verdwijnt de melding meteen uit uw lijst en komt een "
        "plaatsvervanger erbij, die dit leest.",
    ),
    "acknowledge": Asked("Wat u eraan toevoegt", required=False, help_text="De melder leest het onder de bevestiging."),
    "admit": Asked("Beoordeling", help_text=f"Waarom dit een vermoeden van een misstand is. {DESK_ONLY}"),
    "refuse_admission": Asked(
        "Beoordeling", help_text=f"Waarom niet. {DESK_ONLY} In de volgende stap zegt u de melder waarom."
    ),
    "investigate": Asked("Wat is onderzocht en gebleken", help_text=DESK_ONLY, files=True),
    "interview": Asked(
        "Verslag", help_text="De melder leest het verslag van een gesprek met de melder, verbetert het en ondertekent.",
        files=True,
    ),
    "inform": Asked("Bericht aan de melder", help_text=f"{TO_REPORTER} Zeg wat u beoordeelde en wat u ermee doet."),
    "measure": Asked("Maatregel", help_text=f"Wat, door wie en wanneer. {DESK_ONLY}"),
    "aftercare": Asked("Wat is nagegaan", help_text=f"Is de melder benadeeld, en wat is daaraan gedaan? {DESK_ONLY}"),
    "close": Asked("Conclusie", help_text=DESK_ONLY),
    "keep_longer": Asked("Reden", help_text="Waarvoor de melding nog nodig is."),
    "propose_destruction": Asked("Reden", help_text="Waarom de melding niet meer nodig is."),
    "destroy": Asked(),
    "message": Asked("Bericht", help_text=TO_REPORTER, files=True),
    "note": Asked("Aantekening", help_text=DESK_ONLY, files=True),
    "refer": Asked("Wat u erbij zegt", required=False, help_text=TO_REPORTER),
    "request_identity": Asked("Reden", help_text="Wie goedkeurt, leest dit. De melder hoort het als u heeft gekeken."),
    "approve_identity": Asked("Toelichting", required=False, help_text=DESK_ONLY),
    "decline_identity": Asked("Reden", help_text="Wie het vroeg, leest dit."),
    "see_identity": Asked(),
    "disclose_by_law": Asked(
        "Grondslag en redenen",
        help_text="Welke wettelijke plicht, aan wie, en waarom. De melder leest dit, behalve zonder kennisgeving.",
    ),
}  # fmt: skip


class StepForm(Quiet):
    """`outcomes`: what can come of this step now, by who takes it."""

    def __init__(
        self, data: Any = None, files: Any = None, *, step: Step, outcomes: Mapping[str, str], today: date
    ) -> None:
        super().__init__(data, files)
        self.step = step
        if outcomes:
            self.fields["outcome"] = CardField(
                label="Uitkomst", choices=list(outcomes.items()), initial=_usual(step, outcomes),
                error_messages={"required": "Kies een uitkomst.", "invalid_choice": "Kies uit wat er nu kan."},
            )  # fmt: skip
        if step.verb == "refer":
            self.fields["channel"] = forms.ChoiceField(
                label="Extern meldkanaal", choices=[("", "Kies"), *((name, name) for name in EXTERNAL)],
                error_messages={"required": "Kies een meldkanaal.", "invalid_choice": "Kies uit de lijst."},
            )  # fmt: skip
        if step.verb in ("close", "keep_longer"):
            usual = months_from(today, USUAL_MONTHS)
            self.fields["keep_until"] = DateField(
                label="Bewaren tot", initial=usual, earliest=today + timedelta(days=1),
                help_text="Niet langer dan nodig is (Wbk art. 2a). Daarna vernietigen twee personen de melding.",
            )  # fmt: skip
        asked = ASKED[step.verb]
        if asked.label:
            self.fields["words"] = words(asked.label, required=asked.required, help_text=asked.help_text, rows=6)
            self.fields["words"].error_messages["required"] = "Vul dit in."
        if step.verb == "interview":
            self.fields["recorded"] = forms.BooleanField(label="Het gesprek is opgenomen", required=False)
            self.fields["consented"] = forms.BooleanField(
                label="Wie er sprak, stemde vooraf in met de opname", required=False
            )
        if asked.files:
            self.fields["documents"] = SealedFiles()

    @property
    def given(self) -> dict[str, Any]:
        """What the service of this step asks."""
        return {"outcome": "", "words": "", "documents": (), **self.cleaned_data}


class OralForm(ReportForm):
    """What somebody came to tell (Wbk 2.2.c), typed by who heard it, with what they brought."""

    def told(self, *, by: str) -> Told:
        given = dict(self.cleaned_data)
        without = [int(each) for each in given.pop("without")]
        return Told(**given, without=without, by=by)


def form_for(
    verb: str, data: Any = None, files: Any = None, *, outcomes: Mapping[str, str], today: date
) -> StepForm:  # fmt: skip
    return StepForm(data, files, step=STEPS[verb], outcomes=outcomes, today=today)


def _usual(step: Step, outcomes: Mapping[str, str]) -> str | None:
    """What decides nothing may be chosen beforehand."""
    return next(iter(outcomes)) if len(outcomes) == 1 or step.verb in ("message", "note") else None
