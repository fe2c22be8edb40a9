"""How a report under seal is handled, as data: what follows on what, and what may be done beside it (domain §5.6).

Read from top to bottom. Each step says during which stages it may be taken, which stage it ends, and what the reporter
hears of it. Who may take it, and what must have gone before, is asked of the standing (`standing.py`). Articles are of
the Wet bescherming klokkenluiders (Wbk).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Stage(StrEnum):
    """What a report waits for."""

    CONFLICT = "conflict"
    ACKNOWLEDGEMENT = "acknowledgement"
    ADMISSION = "admission"
    INVESTIGATION = "investigation"
    INFORMATION = "information"
    MEASURES = "measures"
    AFTERCARE = "aftercare"
    CLOSING = "closing"
    KEEPING = "keeping"
    DESTROYED = "destroyed"


LABELS: Mapping[Stage, str] = {
    Stage.CONFLICT: "Belangenconflict",
    Stage.ACKNOWLEDGEMENT: "Ontvangstbevestiging",
    Stage.ADMISSION: "Ontvankelijkheid",
    Stage.INVESTIGATION: "Onderzoek",
    Stage.INFORMATION: "Informatie aan de melder",
    Stage.MEASURES: "Maatregelen",
    Stage.AFTERCARE: "Nazorg",
    Stage.CLOSING: "Afsluiting",
    Stage.KEEPING: "Bewaren en vernietigen",
    Stage.DESTROYED: "Vernietigd",
}
ORDER = tuple(LABELS)


def between(first: Stage, last: Stage) -> frozenset[Stage]:
    return frozenset(ORDER[ORDER.index(first) : ORDER.index(last) + 1])


THERE = between(Stage.CONFLICT, Stage.KEEPING)
RUNNING = between(Stage.CONFLICT, Stage.CLOSING)
ACKNOWLEDGED = between(Stage.ADMISSION, Stage.KEEPING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`leads`: which outcome ends the stage `ends`, and what it then waits for; other outcomes leave it where it is.

    `told`: what the reporter reads of it, by outcome; nothing: it stays at the desk. `speaks`: with these outcomes
    what is written goes to the reporter too.
    """

    verb: str
    label: str
    during: frozenset[Stage]
    ends: Stage | None = None
    leads: Mapping[str, Stage] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    article: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    speaks: frozenset[str] = frozenset()
    personal: bool = False  # each handler for themselves, whatever the stage; also who has not declared anything yet

    def leads_to(self, stage: Stage, outcome: str) -> Stage:
        return self.leads.get(outcome, stage) if stage is self.ends else stage

    def outcomes_in(self, stage: Stage) -> dict[str, str]:
        """What can come of it now: an outcome that ends a stage waits until the report is there."""
        anything = self.personal or stage is self.ends
        return {code: label for code, label in self.outcomes.items() if anything or code not in self.leads}


FLOW: tuple[Step, ...] = (
    Step(
        verb="check_conflict", label="Belangenconflict nagaan", during=THERE, ends=Stage.CONFLICT,
        outcomes={"free": "Ik ben niet betrokken", "involved": "Ik ben betrokken, of kan die schijn wekken"},
        leads={"free": Stage.ACKNOWLEDGEMENT}, article="Wbk art. 2, tweede lid, onder e", personal=True,
    ),
    Step(
        verb="acknowledge", label="Ontvangst bevestigen", during=frozenset({Stage.ACKNOWLEDGEMENT}),
        ends=Stage.ACKNOWLEDGEMENT, leads={"": Stage.ADMISSION}, article="Wbk art. 2, tweede lid, onder h",
        told={"": "Wij hebben uw melding ontvangen en nemen haar in behandeling."}, speaks=frozenset({""}),
    ),
    Step(
        verb="admit", label="In onderzoek nemen", during=frozenset({Stage.ADMISSION}), ends=Stage.ADMISSION,
        leads={"": Stage.INVESTIGATION}, article="Wbk art. 2, tweede lid, onder e",
        told={"": "Uw melding is ontvankelijk: wij onderzoeken haar."},
    ),
    Step(
        verb="refuse_admission", label="Niet in onderzoek nemen", during=frozenset({Stage.ADMISSION}),
        ends=Stage.ADMISSION, leads={"": Stage.INFORMATION}, article="Wbk art. 1 en art. 2, tweede lid, onder b",
        told={"": "Wij nemen uw melding niet in onderzoek. U hoort van ons waarom."},
    ),
    Step(
        verb="investigate", label="Onderzoek vastleggen", during=frozenset({Stage.INVESTIGATION}),
        ends=Stage.INVESTIGATION, leads={"concluded": Stage.INFORMATION},
        outcomes={"ongoing": "Het onderzoek loopt door", "concluded": "Het onderzoek is afgerond"},
        article="Wbk art. 2, tweede lid, onder e",
        told={"concluded": "Het onderzoek is afgerond. U hoort van ons wat eruit kwam."},
    ),
    Step(
        verb="interview", label="Gesprek vastleggen", during=between(Stage.ADMISSION, Stage.CLOSING),
        outcomes={"reporter": "Met de melder", "other": "Met iemand anders"}, article="Wbk art. 2b",
    ),
    Step(
        verb="inform", label="Melder informeren", during=between(Stage.ADMISSION, Stage.KEEPING),
        ends=Stage.INFORMATION, leads={"measures": Stage.MEASURES, "none": Stage.AFTERCARE},
        outcomes={
            "interim": "Tussentijds: de behandeling loopt door",
            "measures": "De uitkomst: er volgen maatregelen",
            "none": "De uitkomst: er volgen geen maatregelen",
        },
        article="Wbk art. 2, tweede lid, onder i",
        told={
            "interim": "Hoe het met uw melding staat:",
            "measures": "De uitkomst: er volgen maatregelen.",
            "none": "De uitkomst: er volgen geen maatregelen.",
        },
        speaks=frozenset({"interim", "measures", "none"}),
    ),
    Step(
        verb="measure", label="Maatregel vastleggen", during=between(Stage.MEASURES, Stage.CLOSING),
        ends=Stage.MEASURES, leads={"last": Stage.AFTERCARE},
        outcomes={"more": "Er volgen nog maatregelen", "last": "Alle maatregelen zijn genomen"},
        article="Wbk art. 2, tweede lid, onder e",
    ),
    Step(
        verb="aftercare", label="Nazorg vastleggen", during=ACKNOWLEDGED, ends=Stage.AFTERCARE,
        leads={"done": Stage.CLOSING},
        outcomes={
            "again": "Later opnieuw nagaan",
            "harm": "Er zijn aanwijzingen van benadeling",
            "done": "Geen benadeling gebleken; nazorg afgerond",
        },
        article="Wbk art. 17e",
    ),
    Step(
        verb="close", label="Melding afsluiten", during=frozenset({Stage.CLOSING}), ends=Stage.CLOSING,
        leads={"": Stage.KEEPING}, article="Wbk art. 2a",
        told={"": "De behandeling van uw melding is afgesloten. Wordt u benadeeld, meld het dan hier."},
    ),
    Step(verb="keep_longer", label="Langer bewaren", during=frozenset({Stage.KEEPING}), article="Wbk art. 2a"),
    Step(
        verb="propose_destruction", label="Vernietiging voorstellen", during=frozenset({Stage.KEEPING}),
        article="Wbk art. 2a",
    ),
    Step(
        verb="destroy", label="Vernietigen", during=frozenset({Stage.KEEPING}), ends=Stage.KEEPING,
        leads={"": Stage.DESTROYED}, article="Wbk art. 2a",
    ),
)  # fmt: skip

# At any time, beside the stages.
BESIDE: tuple[Step, ...] = (
    Step(
        verb="message", label="Bericht aan de melder", during=THERE,
        outcomes={"message": "Een bericht", "question": "Een vraag: de melder is aan zet"},
        told={"message": "", "question": ""}, speaks=frozenset({"message", "question"}),
    ),
    Step(
        verb="note", label="Aantekening", during=THERE,
        outcomes={"note": "Voor het dossier", "adviser": "Een adviseur is geraadpleegd"},
        article="Wbk art. 2, tweede lid, onder g",
    ),
    Step(
        verb="refer", label="Verwijzen naar een extern meldkanaal", during=THERE, article="Wbk art. 2c",
        outcomes={
            "pointed": "De melder is erop gewezen",
            "passed": "Doorgezonden, zonder wie de melder is",
            "named": "Doorgezonden, met wie de melder is",
        },
        told={
            "pointed": "U kunt ook terecht bij een extern meldkanaal.",
            "passed": "Uw melding is doorgezonden naar een extern meldkanaal, zonder te zeggen wie u bent.",
            "named": "Uw melding is met uw instemming doorgezonden naar een extern meldkanaal, met wie u bent.",
        },
        speaks=frozenset({"pointed", "passed", "named"}),
    ),
    Step(verb="request_identity", label="Identiteit opvragen", during=THERE, article="Wbk art. 1a"),
    Step(verb="approve_identity", label="Inzage in identiteit goedkeuren", during=THERE, article="Wbk art. 1a"),
    Step(verb="decline_identity", label="Inzage afwijzen", during=THERE, article="Wbk art. 1a"),
    Step(
        verb="see_identity", label="Identiteit inzien", during=THERE, article="Wbk art. 1a",
        told={"": "Twee behandelaars hebben samen ingezien wie u bent."},
    ),
    Step(
        verb="disclose_by_law", label="Bekendmaken op grond van de wet", during=THERE,
        article="Wbk art. 1a, vierde lid",
        outcomes={
            "notice": "De melder vooraf in kennis stellen",
            "disclosed": "Bekendgemaakt, na de kennisgeving",
            "at_once": "Bekendgemaakt zonder kennisgeving: zij zou een onderzoek of procedure in gevaar brengen",
        },
        told={
            "notice": "De wet verplicht ons bekend te maken wie u bent. Wij zeggen het u vooraf.",
            "disclosed": "Wie u bent, is op grond van de wet bekendgemaakt.",
        },
        speaks=frozenset({"notice", "disclosed"}),
    ),
)  # fmt: skip

STEPS: Mapping[str, Step] = {step.verb: step for step in (*FLOW, *BESIDE)}
