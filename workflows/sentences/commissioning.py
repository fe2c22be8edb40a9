"""Of a commission, its changes and an escalation: by step and outcome, in the order of the flows."""

from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    ("submit", ""): Sentence("Opdracht ingediend", "send", "brand"),
    ("municipal_alignment", "answered"): Sentence("{organisation} beantwoordde de afstemming", "list-check"),
    ("alignment_question", "adapt"): Sentence(
        "Opdracht aangepast en opnieuw voorgelegd aan de gemeenten", "rotate", "warning"
    ),
    ("alignment_question", "without"): Sentence("Verder zonder {left}", "users", "warning"),
    ("alignment_question", "withdraw"): Sentence("Opdracht ingetrokken na de afstemming", "ban", "bad"),
    ("intake", "complete"): Sentence("Intake compleet", "circle-check", "good"),
    ("intake", "questions"): Sentence("Intake: terug naar de indiener met vragen", "message-question", "warning"),
    ("intake", "negative"): Sentence("Intake: negatief advies", "thumb-down", "bad"),
    ("supplement", "supplemented"): Sentence("Vragen van de intake beantwoord", "message-2"),
    ("reconsider", "persist"): Sentence("Doorgezet met het negatieve advies erbij", "arrow-right", "warning"),
    ("reconsider", "withdraw"): Sentence("Opdracht ingetrokken na het negatieve advies", "ban", "bad"),
    ("approach", "proposed"): Sentence("Hoe-voorstel ingediend", "bulb", "brand"),
    ("acceptance", "accept"): Sentence("Opdracht aanvaard", "award", "good"),
    ("submit_amendment", ""): Sentence("Wijziging voorgesteld", "send", "brand"),
    ("amendment_alignment", "answered"): Sentence("{organisation} beantwoordde de wijziging", "list-check"),
    ("amendment_question", "persist"): Sentence("Wijziging doorgezet met de bezwaren erbij", "arrow-right", "warning"),
    ("amendment_question", "withdraw"): Sentence("Wijziging ingetrokken na de afstemming", "ban", "bad"),
    ("assessment", "positive"): Sentence("De MGR adviseert positief over de wijziging", "thumb-up", "good"),
    ("assessment", "negative"): Sentence("De MGR adviseert negatief over de wijziging", "thumb-down", "bad"),
    ("amend_local_decision", "agree"): Sentence("De gemeente stemt in met de wijziging", "signature", "good"),
    ("amend_local_decision", "refuse"): Sentence("De gemeente stemt niet in met de wijziging", "circle-x", "bad"),
    ("amend_acceptance", "accept"): Sentence("Wijziging aanvaard en doorgevoerd", "award", "good"),
    ("amend_acceptance", "decline"): Sentence("Wijziging geweigerd", "circle-x", "bad"),
    ("acceptance", "decline"): Sentence("Opdracht geweigerd; terug naar wie besloot", "arrow-back-up", "bad"),
    ("local_decision", "grant"): Sentence("De gemeente verleent de opdracht", "signature", "good"),
    ("local_decision", "refuse"): Sentence("De gemeente verleent de opdracht niet", "circle-x", "bad"),
    ("partner_consent", "consented"): Sentence("Alle partnerregio’s stemmen in", "signature", "good"),
    ("partner_consent", "back_to_approach"): Sentence(
        "Partnerregio’s: terug naar het hoe-voorstel", "arrow-back-up", "warning"
    ),
    ("partner_consent", "refused"): Sentence("Een partnerregio stemt niet in", "circle-x", "bad"),
    ("college_consent", "consent"): Sentence("Het college van {organisation} stemt in", "signature", "good"),
    ("college_consent", "refuse"): Sentence("Het college van {organisation} stemt niet in", "circle-x", "bad"),
    ("consent_question", "without"): Sentence("Verder zonder {left}", "users", "warning"),
    ("consent_question", "back_to_approach"): Sentence(
        "Na de colleges: terug naar het hoe-voorstel", "arrow-back-up", "warning"
    ),
    ("consent_question", "ask_again"): Sentence("Colleges opnieuw gevraagd", "rotate", "warning"),
    ("consent_question", "withdraw"): Sentence("Opdracht ingetrokken na de colleges", "ban", "bad"),
    ("submit_escalation", ""): Sentence("Geëscaleerd", "flag", "warning"),
    ("spokesperson_line", "given"): Sentence("Woordvoeringslijn vastgelegd", "message-2"),
    ("operational", "resolve"): Sentence("{label}: oplossing voorgesteld", "bulb", "brand"),
    ("operational", "rise"): Sentence("{label}: naar het volgende niveau", "arrow-right", "warning"),
    ("operational_consent", "agree"): Sentence("{label}: hiermee is het opgelost", "circle-check", "good"),
    ("operational_consent", "rise"): Sentence(
        "{label}: niet opgelost, naar het volgende niveau", "arrow-right", "warning"
    ),
    ("tactical", "resolve"): Sentence("{label}: oplossing voorgesteld", "bulb", "brand"),
    ("tactical", "lower"): Sentence("{label}: terug naar het niveau eronder", "arrow-back-up"),
    ("tactical", "rise"): Sentence("{label}: naar het volgende niveau", "arrow-right", "warning"),
    ("tactical_consent", "agree"): Sentence("{label}: hiermee is het opgelost", "circle-check", "good"),
    ("tactical_consent", "rise"): Sentence(
        "{label}: niet opgelost, naar het volgende niveau", "arrow-right", "warning"
    ),
    ("strategic_alone", "resolve"): Sentence("{label}: opgelost", "circle-check", "good"),
    ("strategic_alone", "lower"): Sentence("{label}: terug naar het niveau eronder", "arrow-back-up"),
    ("strategic_alone", "rise"): Sentence("{label}: naar het volgende niveau", "arrow-right", "warning"),
    ("measure", "recorded"): Sentence("Maatregel vastgelegd", "circle-check", "good"),
    ("referral", "refer"): Sentence("Verwezen naar gedeputeerde staten (Wgr art. 28)", "arrow-right", "warning"),
    ("referral", "close"): Sentence("Gesloten zonder oplossing", "circle-x", "bad"),
}

DEADLINES: dict[tuple[str, str], Sentence] = {
    ("municipal_alignment", "unanswered"): Sentence("{organisation} antwoordde niet in tijd", "clock", "warning"),
    ("amendment_alignment", "unanswered"): Sentence("{organisation} antwoordde niet in tijd", "clock", "warning"),
    ("college_consent", "unanswered"): Sentence(
        "Het college van {organisation} besloot niet in tijd", "clock", "warning"
    ),
    ("spokesperson_line", "unanswered"): Sentence("Geen woordvoeringslijn in tijd", "clock", "warning"),
    **{
        (step, "rise"): Sentence("{label}: geen uitkomst in tijd, naar het volgende niveau", "clock", "warning")
        for step in (
            "operational",
            "operational_consent",
            "tactical",
            "tactical_consent",
            "strategic",
            "strategic_alone",
            "board",
        )
    },
    ("pho_deferred", "due"): Sentence("De aanhouding is voorbij: nieuwe ronde", "calendar-due", "brand"),
}
