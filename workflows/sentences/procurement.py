"""Of a procurement: by step and outcome, in the order of the flow."""

from workflows.sentences.sentence import Sentence

STEPS: dict[tuple[str, str], Sentence] = {
    ("start_procurement", ""): Sentence("Inkoop gestart", "send", "brand"),
    ("team", "composed"): Sentence("Projectteam vastgelegd", "users"),
    ("knowledge", "gathered"): Sentence("Kennis opgehaald", "bulb"),
    ("market_exploration", "known"): Sentence("Markt verkend", "search"),
    ("legal_advice", "advised"): Sentence("Juridisch advies gegeven", "scale"),
    ("strategy", "proposed"): Sentence("Inkoopstrategie voorgelegd", "bulb", "brand"),
    ("strategy_local", "adopt"): Sentence("De gemeente stelt de inkoopstrategie vast", "signature", "good"),
    ("strategy_local", "back_to_strategy"): Sentence("Inkoopstrategie teruggelegd", "arrow-back-up", "warning"),
    ("strategy_local", "stop"): Sentence("De gemeente stopt de inkoop", "circle-x", "bad"),
    ("papers", "drafted"): Sentence("Inkoopstukken opgesteld", "file-text"),
    ("legal_check", "approved"): Sentence("Juridische toets: akkoord", "circle-check", "good"),
    ("legal_check", "back_to_papers"): Sentence("Juridische toets: terug naar de stukken", "arrow-back-up", "warning"),
    ("release", "released"): Sentence("Vrijgegeven en aangekondigd", "send", "brand"),
    ("release", "back_to_papers"): Sentence("Niet vrijgegeven: terug naar de stukken", "arrow-back-up", "warning"),
    ("release", "stop"): Sentence("Niet vrijgegeven: de inkoop stopt", "circle-x", "bad"),
    ("clarification", "answered"): Sentence("Nota van inlichtingen gepubliceerd", "message-2"),
    ("clarification", "changed"): Sentence("Wezenlijk gewijzigd; de sluiting is later", "calendar-due", "warning"),
    ("opening", "opened"): Sentence("Inschrijvingen geopend", "lock"),
    ("no_tenders", "new_round"): Sentence("Geen geldige inschrijving: nieuwe ronde", "rotate", "warning"),
    ("no_tenders", "stop"): Sentence("Geen geldige inschrijving: de inkoop stopt", "circle-x", "bad"),
    ("eligibility", "checked"): Sentence("Uitsluiting en geschiktheid getoetst", "list-check"),
    ("assessment", "assessed"): Sentence("Een beoordelaar rondde de beoordeling af", "circle-check"),
    ("assessment", "recused"): Sentence("Een beoordelaar heeft een belang en beoordeelt niet mee", "user", "warning"),
    ("consensus", "agreed"): Sentence("Consensus vastgesteld", "users", "good"),
    ("consensus", "more_assessors"): Sentence("Consensus: anderen beoordelen ook", "rotate", "warning"),
    ("award_advice", "advised"): Sentence("Gunningsadvies gegeven", "thumb-up"),
    ("award_advice", "reassess"): Sentence("Gunningsadvies: opnieuw beoordelen", "rotate", "warning"),
    ("award_decision", "award"): Sentence("Gegund", "award", "good"),
    ("award_decision", "back_to_advice"): Sentence("Niet gegund: terug naar het advies", "arrow-back-up", "warning"),
    ("award_decision", "withdraw"): Sentence("De procedure is ingetrokken", "ban", "bad"),
    ("award_notice", "sent"): Sentence("Gunningsbeslissing meegedeeld", "send"),
    ("standstill", "challenged"): Sentence("Kort geding of bezwaar tegen de gunning", "flag", "warning"),
    ("challenge", "proceed"): Sentence("Na kort geding of bezwaar: de gunning gaat door", "circle-check", "good"),
    ("challenge", "reassess"): Sentence("Na kort geding of bezwaar: opnieuw beoordelen", "rotate", "warning"),
    ("challenge", "next_in_rank"): Sentence("Na kort geding of bezwaar: de volgende in rang", "arrow-right", "warning"),
    ("challenge", "stop"): Sentence("Na kort geding of bezwaar: de inkoop stopt", "circle-x", "bad"),
    ("contract_drafting", "drafted"): Sentence("Contract opgesteld", "file-text"),
    ("contract_signing", "signed"): Sentence("Contract ondertekend", "signature", "good"),
    ("contract_signing", "back_to_drafting"): Sentence(
        "Niet ondertekend: contract teruggelegd", "arrow-back-up", "warning"
    ),
    ("contract_validation", "valid"): Sentence("Contract gevalideerd", "circle-check", "good"),
    ("contract_validation", "back_to_drafting"): Sentence(
        "Validatie: terug naar het contract", "arrow-back-up", "warning"
    ),
    ("award_publication", "published"): Sentence("Gegunde opdracht aangekondigd", "send"),
    ("registration", "registered"): Sentence("Contracten geregistreerd en teruggekoppeld", "award", "good"),
}

VERBS: dict[str, Sentence] = {
    "register_application": Sentence("Een aanbieder meldde zich aan", "inbox"),
    "admit_provider": Sentence("Een aanbieder is toegelaten", "circle-check", "good"),
    "refuse_provider": Sentence("Een aanbieder is niet toegelaten", "circle-x", "warning"),
    "begin_opening": Sentence("{label}: de eerste opener nam zijn laag van het zegel", "lock", "brand"),
    "declare_no_conflict": Sentence("Belangenverklaring: geen belang bij de inschrijvers", "circle-check"),
    "declare_conflict": Sentence("Belangenverklaring: belang gemeld, verschoond", "user", "warning"),
}

DEADLINES: dict[tuple[str, str], Sentence] = {
    ("admission", "closed"): Sentence("De open house is gesloten voor aanmelding", "calendar-due", "brand"),
    ("closing", "closed"): Sentence("De inschrijving is gesloten", "calendar-due", "brand"),
    ("standstill", "passed"): Sentence("De opschortende termijn is verstreken", "calendar-due", "good"),
}
