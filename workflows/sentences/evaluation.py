"""Of an evaluation, in the order of the flow, and of the actions that come of one."""

from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    ("start_evaluation", ""): Sentence("Evaluatie begonnen", "send", "brand"),
    ("questionnaire", "answered"): Sentence("{organisation} beantwoordde de vragenlijst", "list-check"),
    ("figures", "measured"): Sentence("Cijfers vastgelegd", "scale", "brand"),
    ("concept", "concluded"): Sentence("Concept gereed, met meerwaarde en verbeterpunten", "bulb", "brand"),
    ("concept", "back_to_figures"): Sentence("Terug naar de cijfers", "arrow-back-up", "warning"),
    ("hearing", "heard"): Sentence("Hoor en wederhoor vastgelegd", "message-2"),
    ("hearing", "back_to_concept"): Sentence(
        "Na hoor en wederhoor: terug naar het concept", "arrow-back-up", "warning"
    ),
}

DEADLINES: dict[tuple[str, str], Sentence] = {
    ("questionnaire", "unanswered"): Sentence("{organisation} antwoordde niet in tijd", "clock", "warning"),
    ("measuring", "due"): Sentence("Er kan worden gemeten: cijfers en vragenlijst", "calendar-due", "brand"),
}

VERBS: dict[str, Sentence] = {
    "begin_early": Sentence("Eerder begonnen met meten", "calendar-due", "brand"),
    "annotate": Sentence("Toelichting bij een evaluatiekader", "message-2"),
    "hand_over_action": Sentence("Verbeterpunt {improvement} overgedragen", "user-share"),
}

PROGRESS: dict[str, Sentence] = {
    "open": Sentence("Verbeterpunt {improvement}: open", "list-check"),
    "busy": Sentence("Verbeterpunt {improvement}: in uitvoering", "list-check", "brand"),
    "done": Sentence("Verbeterpunt {improvement}: gereed", "circle-check", "good"),
    "dropped": Sentence("Verbeterpunt {improvement}: vervallen", "minus", "warning"),
}

ACTION_MISSED = Sentence("De termijn van verbeterpunt {improvement} is verstreken", "clock", "bad")
