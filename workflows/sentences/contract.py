"""Of a contract and of what begins under it, in the order of the flows."""

from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    ("register_contract", ""): Sentence("Contract geregistreerd", "clipboard-text", "brand"),
    ("expiry_decision", "extend"): Sentence("Contract verlengd", "calendar-due", "good"),
    ("expiry_decision", "buy_again"): Sentence("Besloten: opnieuw inkopen", "rotate", "brand"),
    ("expiry_decision", "end"): Sentence("Besloten: het contract eindigt", "ban", "warning"),
    ("expiry_decision", "later"): Sentence("Nog niet besloten: bij het volgende signaal", "clock"),
    ("open_review", ""): Sentence("Contractgesprek geopend", "send", "brand"),
    ("review_preparation", "prepared"): Sentence("Gegevens voorbereid", "list-check"),
    ("review_preparation", "lapse"): Sentence("Gesprek vervallen", "ban", "warning"),
    ("review_talk", "held"): Sentence("Gesprek gevoerd", "message-2", "brand"),
    ("review_talk", "postpone"): Sentence("Gesprek uitgesteld: opnieuw voorbereiden", "arrow-back-up", "warning"),
    ("review_minutes", "written"): Sentence("Verslag geschreven", "file-text"),
    ("review_confirmation", "confirm"): Sentence("Verslag bevestigd", "signature", "good"),
    ("review_confirmation", "back_to_minutes"): Sentence("Terug naar het verslag", "arrow-back-up", "warning"),
    ("propose_addendum", ""): Sentence("Addendum voorgesteld", "send", "brand"),
    ("addendum_check", "approved"): Sentence("Juridische toets: toegestaan", "circle-check", "good"),
    ("addendum_check", "back_to_draft"): Sentence("Terug naar de opsteller", "arrow-back-up", "warning"),
    ("addendum_check", "refuse"): Sentence("Juridische toets: niet toegestaan", "circle-x", "bad"),
    ("addendum_redraft", "redrafted"): Sentence("Addendum aangepast", "rotate"),
    ("addendum_redraft", "withdraw"): Sentence("Addendum ingetrokken na de juridische toets", "ban", "bad"),
    ("addendum_decision", "agree"): Sentence("Besloten: addendum akkoord", "signature", "good"),
    ("addendum_decision", "refuse"): Sentence("Besloten: addendum afgewezen", "circle-x", "bad"),
    ("addendum_signing", "signed"): Sentence("Addendum getekend en doorgevoerd", "award", "good"),
    ("addendum_signing", "not_signed"): Sentence("De aanbieder tekent het addendum niet", "circle-x", "bad"),
    ("request_requalification", ""): Sentence("Herbeoordeling aangevraagd", "send", "brand"),
    ("requalification_assessment", "assessed"): Sentence("Aanbieder herbeoordeeld", "scale"),
    ("requalification_decision", "continue"): Sentence("Besloten: het contract gaat door", "circle-check", "good"),
    ("requalification_decision", "measures"): Sentence("Besloten: door met maatregelen", "list-check", "warning"),
    ("requalification_decision", "terminate"): Sentence("Besloten: het contract wordt beëindigd", "ban", "bad"),
    ("requalification_decision", "back_to_assessment"): Sentence("Terug naar de beoordeling", "arrow-back-up"),
    ("measures_check", "met"): Sentence("Maatregelen uitgevoerd", "circle-check", "good"),
    ("measures_check", "not_met"): Sentence("Maatregelen niet of deels uitgevoerd", "circle-x", "bad"),
    ("ask_enquiry", ""): Sentence("Vraag gesteld", "message-question", "brand"),
    ("enquiry_answer", "answered"): Sentence("Vraag beantwoord", "message-2"),
    ("enquiry_acceptance", "accept"): Sentence("De vrager is geholpen", "circle-check", "good"),
    ("enquiry_acceptance", "reopen"): Sentence("De vrager is nog niet geholpen: heropend", "arrow-back-up", "warning"),
}  # fmt: skip

DEADLINES: dict[tuple[str, str], Sentence] = {
    ("term_runs", "signal"): Sentence("Het einde van het contract komt in zicht", "calendar-due", "brand"),
    ("ending", "over"): Sentence("De looptijd is voorbij", "calendar-due"),
    ("measures_run", "due"): Sentence("De termijn van de maatregelen is voorbij", "calendar-due", "brand"),
    ("enquiry_acceptance", "silent"): Sentence("Geen reactie in tijd: de vraag is afgesloten", "clock"),
}

VERBS: dict[str, Sentence] = {
    "measure": Sentence("{kpi} gemeten over {period}", "scale"),
    "add_product": Sentence("Product {product} toegevoegd", "clipboard-text"),
    "place_in_tier": Sentence("Gespreksniveau bepaald: {tier}", "list-check"),
    "plan_review": Sentence("Contractgesprek {review} geopend volgens de cyclus", "calendar-due", "brand"),
    "apply_addendum": Sentence("Contract gewijzigd door {addendum}", "rotate", "brand"),
    "terminate": Sentence("Contract beëindigd na herbeoordeling {requalification}", "ban", "bad"),
}
WORDS = ("kpi", "period", "product", "tier", "review", "addendum", "requalification")  # of an act

MATTERS = {
    "contract": "Contract", "contract_review": "Contractgesprek", "addendum": "Addendum",
    "requalification": "Herbeoordeling", "enquiry": "Contractvraag",
}  # fmt: skip
