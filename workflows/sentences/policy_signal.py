"""Of a policy signal: by step and outcome, in the order of the flow."""

from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    ("submit_signal", ""): Sentence("Beleidssignaal gemeld", "flag", "brand"),
    ("signal_advice", "advised"): Sentence("Advies gegeven", "bulb", "brand"),
    ("signal_advice", "no_advice"): Sentence("Geen advies nodig", "minus"),
    ("signal_follow_up", "commission"): Sentence("Opgepakt als opdracht {commission}", "send", "good"),
    ("signal_follow_up", "plan"): Sentence("Opgenomen in de inkoopplanning", "calendar", "good"),
    ("signal_follow_up", "ask"): Sentence("Teruggelegd voor advies", "arrow-back-up", "warning"),
    ("signal_follow_up", "leave"): Sentence("Gesloten zonder vervolg", "circle-x"),
}
