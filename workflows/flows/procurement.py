"""Inkoopproces: from a granted commission to contracts (design/1-domain §5.2; LN 5d, CG 4).

Which instrument and procedure is chosen in the strategy; what the law then asks is data
(`cases.rules.procurement_law`). Who does a step, and which body decides, is data of the regeling.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import members as who
from workflows.conditions import procurement as when
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Dated, Each, EachStep, Finish, Fork, Gate, Meet, Step, Wait


class ProcurementFlow(flow.Flow):
    code = "procurement"
    version = 1
    process_title = "Inkoopproces"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "start": "Start",
        "explore": "Verkenning",
        "strategy": "Strategie",
        "papers": "Inkoopstukken",
        "market": "Op de markt",
        "assessment": "Beoordeling",
        "award": "Gunning",
        "contract": "Contract",
    }

    start_procurement = Begin(label="Inkoop starten", lane="MGR", phase="start", duty="prepare").To(this.team)
    team = Step(
        label="Projectteam en rollen", lane="MGR", phase="start", duty="prepare", by=By.SUBMITTER, term=Term(10)
    ).On("composed", "Vastgelegd", this.explore)

    explore = Fork().Into(this.knowledge, this.market_exploration, this.legal_advice, until=this.explored)
    knowledge = Step(
        label="Kennis ophalen", lane="MGR", phase="explore", duty="prepare", term=Term(20)
    ).On("gathered", "Opgehaald", this.explored)  # fmt: skip
    market_exploration = Step(
        label="Marktverkenning", lane="MGR", phase="explore", duty="prepare", term=Term(30)
    ).On("known", "Verkend", this.explored)  # fmt: skip
    legal_advice = Step(
        label="Juridisch advies", lane="Jurist", phase="explore", duty="advise", term=Term(20)
    ).On("advised", "Geadviseerd", this.explored)  # fmt: skip
    explored = Meet().Then(this.strategy)

    strategy = Step(
        label="Inkoopstrategie opstellen", lane="MGR", phase="strategy", duty="propose", term=Term(20)
    ).On("proposed", "Voorgelegd", this.strategy_is_local)  # fmt: skip
    strategy_is_local = Gate("Lokale inkoop?", when.strategy_is_local).No(this.strategy_advice).Yes(this.strategy_local)
    strategy_local = (
        Step(
            label="Vaststelling strategie door de gemeente", lane="College", phase="strategy", duty="decide",
            by=By.HOME, term=Term(30),
        )
        .On("adopt", "Vaststellen", this.tendered)
        .On("back_to_strategy", "Terug naar de strategie", this.strategy, back=True)
        .On("stop", "Stoppen", this.stopped)
    )  # fmt: skip
    strategy_advice = (
        Collective(
            label="Ambtelijk advies over de strategie", lane="Ambtelijk opdrachtgever", phase="strategy", duty="record",
            vote_duty="advise", term=Term(15), otherwise="negative", skip="positive",
        )
        .On("positive", "Positief", this.strategy_decision)
        .On("back_to_strategy", "Terug naar de strategie", this.strategy, back=True)
        .On("negative", "Negatief", this.strategy_decision)
    )  # fmt: skip
    strategy_decision = (
        Collective(
            label="Vaststelling strategie", lane="Bestuur", phase="strategy", duty="record", vote_duty="decide",
            term=Term(20), otherwise="stop",
        )
        .On("adopt", "Vaststellen", this.tendered)
        .On("back_to_strategy", "Terug naar de strategie", this.strategy, back=True)
        .On("stop", "Stoppen", this.stopped)
    )  # fmt: skip
    tendered = Gate("Gaat het naar de markt?", when.tendered).Yes(this.papers).No(this.award_advice)

    papers = Step(
        label="Inkoopstukken opstellen", lane="MGR", phase="papers", duty="draft", term=Term(30)
    ).On("drafted", "Opgesteld", this.legal_check)  # fmt: skip
    legal_check = (
        Step(label="Juridische toets", lane="Jurist", phase="papers", duty="legal_check", term=Term(10))
        .On("approved", "Akkoord", this.release)
        .On("back_to_papers", "Terug naar de stukken", this.papers, back=True)
    )
    release = (
        Step(
            label="Vrijgave en aankondiging", lane="Directie", phase="papers", duty="release", power="publish_notice",
            term=Term(5),
        )
        .On("released", "Vrijgeven en aankondigen", this.is_open_house)
        .On("back_to_papers", "Terug naar de stukken", this.papers, back=True)
        .On("stop", "Stoppen", this.stopped)
    )  # fmt: skip

    is_open_house = Gate("Open house?", when.is_open_house).No(this.clarification).Yes(this.admission)
    admission = Dated(
        label="Toelating", lane="MGR", phase="market", duty="admit", until=when.closing_at, at_deadline="closed"
    ).On("closed", "Gesloten", this.any_admitted)  # fmt: skip
    any_admitted = Gate("Iemand toegelaten?", when.any_admitted).Yes(this.award_publication).No(this.stopped)
    clarification = (
        Step(label="Nota van inlichtingen", lane="MGR", phase="market", duty="answer", term=Term(15))
        .On("answered", "Vragen beantwoord", this.closing)
        .On("changed", "Wezenlijk gewijzigd, met een latere sluiting", this.clarification, back=True)
    )  # fmt: skip
    closing = Wait(
        label="Sluiting", lane="MGR", phase="market", until=when.closing_at, at_deadline="closed"
    ).On("closed", "Gesloten", this.opening)  # fmt: skip

    opening = Step(
        label="Opening", lane="MGR", phase="assessment", duty="open", term=Term(2)
    ).On("opened", "Geopend", this.tenders_came)  # fmt: skip
    tenders_came = Gate("Inschrijvingen ontvangen?", when.tenders_came).Yes(this.eligibility).No(this.no_tenders)
    no_tenders = (
        Step(label="Geen geldige inschrijving", lane="MGR", phase="assessment", duty="prepare", term=Term(10))
        .On("new_round", "Nieuwe ronde", this.papers, back=True)
        .On("stop", "Stoppen", this.stopped)
    )
    eligibility = Step(
        label="Uitsluiting en geschiktheid", lane="MGR", phase="assessment", duty="assess", term=Term(10)
    ).On("checked", "Getoetst", this.valid_tenders)  # fmt: skip
    valid_tenders = Gate("Geldige inschrijvingen?", when.valid_tenders).Yes(this.each_assessor).No(this.no_tenders)
    each_assessor = Each(who.assessors).Do(this.assessment)
    assessment = (
        EachStep(
            label="Beoordeling", lane="Beoordelaars", phase="assessment", duty="assess", by=By.SEAT, term=Term(15)
        )
        .On("assessed", "Beoordeeld", this.assessed)
        .On("recused", "Verschoond", this.assessed)
    )  # fmt: skip
    assessed = Meet().Then(this.consensus)
    consensus = (
        Step(label="Consensus", lane="MGR", phase="assessment", duty="assess", term=Term(10))
        .On("agreed", "Vastgesteld", this.award_advice)
        .On("more_assessors", "Laat anderen beoordelen", this.each_assessor, back=True)
    )

    award_advice = (
        Step(label="Gunningsadvies", lane="MGR", phase="award", duty="advise", term=Term(10))
        .On("advised", "Geadviseerd", this.award_in_mandate)
        .On("reassess", "Opnieuw beoordelen", this.each_assessor, back=True)
    )
    award_in_mandate = (
        Gate("Gunning binnen mandaat?", when.award_in_mandate).Yes(this.award_decision).No(this.award_by_board)
    )
    award_decision = (
        Step(label="Gunningsbesluit", lane="Directie", phase="award", duty="award", power="award", term=Term(10))
        .On("award", "Gunnen", this.award_notice)
        .On("back_to_advice", "Terug naar het advies", this.award_advice, back=True)
        .On("withdraw", "Procedure intrekken", this.stopped)
    )
    award_by_board = (
        Collective(
            label="Gunningsbesluit van het bestuur", lane="Eigenaar", phase="award", duty="record", vote_duty="award",
            term=Term(20), otherwise="withdraw",
        )
        .On("award", "Gunnen", this.award_notice)
        .On("back_to_advice", "Terug naar het advies", this.award_advice, back=True)
        .On("withdraw", "Procedure intrekken", this.stopped)
    )  # fmt: skip
    award_notice = Step(
        label="Mededeling gunningsbeslissing", lane="MGR", phase="award", duty="notify", term=Term(5)
    ).On("sent", "Verzonden", this.standstill_holds)  # fmt: skip
    standstill_holds = (
        Gate("Opschortende termijn?", when.standstill_holds).Yes(this.standstill).No(this.contract_drafting)
    )
    standstill = (
        Dated(
            label="Opschortende termijn", lane="MGR", phase="award", duty="notify", until=when.standstill_ends,
            at_deadline="passed",
        )
        .On("passed", "Verstreken", this.contract_drafting)
        .On("challenged", "Kort geding of bezwaar", this.challenge)
    )  # fmt: skip
    challenge = (
        Step(label="Kort geding of bezwaar", lane="Jurist", phase="award", duty="handle", term=Term(60))
        .On("proceed", "Doorgaan met de gunning", this.contract_drafting)
        .On("reassess", "Opnieuw beoordelen", this.each_assessor, back=True)
        .On("next_in_rank", "De volgende in rang", this.award_advice, back=True)
        .On("stop", "Stoppen", this.stopped)
    )  # fmt: skip

    contract_drafting = Step(
        label="Contract opstellen", lane="MGR", phase="contract", duty="draft_contract", term=Term(15)
    ).On("drafted", "Opgesteld", this.contract_signing)  # fmt: skip
    contract_signing = (
        Step(
            label="Aftekening", lane="Directie", phase="contract", duty="sign", power="sign_contract", term=Term(10)
        )
        .On("signed", "Ondertekend", this.contract_validation)
        .On("back_to_drafting", "Terug naar het contract", this.contract_drafting, back=True)
    )  # fmt: skip
    contract_validation = (
        Step(label="Validatie", lane="Contractbeheer", phase="contract", duty="validate", term=Term(5))
        .On("valid", "Klopt", this.award_publication)
        .On("back_to_drafting", "Terug naar het contract", this.contract_drafting, back=True)
    )
    award_publication = Step(
        label="Aankondiging gegunde opdracht", lane="MGR", phase="contract", duty="publish", term=Term(20)
    ).On("published", "Aangekondigd", this.registration)  # fmt: skip
    registration = Step(
        label="Contractregistratie en terugkoppeling", lane="Contractbeheer", phase="contract", duty="register",
        term=Term(10),
    ).On("registered", "Geregistreerd", this.contracted)  # fmt: skip

    contracted = Finish("Gecontracteerd", state="contracted", lane="Contractbeheer")
    stopped = Finish("Gestopt", state="stopped", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR")
