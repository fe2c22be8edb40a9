"""Opdrachtverstrekking, second version: for every scale, and for any regeling (design/1-domain §5.1).

Labels are neutral here; what a regeling calls a step comes from its bindings. A regeling that lacks a step which has a
`skip` passes it by. Names of the flow and its steps stand in rows and in evidence: they are promises.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import conditions as when
from workflows import members as who
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Each, EachStep, Finish, Gate, Meet, Step, Wait


class CommissioningFlow2(flow.Flow):
    code = "commissioning"
    version = 2
    process_title = "Opdrachtverstrekking"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    # From version 1, which did not split here: the step of the owner, when there is nobody else to ask.
    admits = {"db_decision": who.asks_no_college}
    phases = {
        "request": "Opdracht",
        "alignment": "Afstemming",
        "intake": "Intake",
        "approach": "Hoe-voorstel",
        "advice": "Ambtelijke validatie",
        "decision": "Bestuurlijk besluit",
        "owner": "Eigenaar en colleges",
        "acceptance": "Aanvaarding",
    }

    submit = Begin(
        label="Opdracht indienen", lane="Gemeente", phase="request", duty="prepare"
    ).To(this.each_participant)  # fmt: skip

    each_participant = Each(who.participants).Do(this.municipal_alignment)
    municipal_alignment = (
        EachStep(
            label="Gemeentelijke afstemming", lane="Gemeente", phase="alignment", duty="align",
            by=By.ORGANISATION, term=Term(10), at_deadline="unanswered",
        )
        .On("answered", "Beantwoord", this.all_answered)
        .On("unanswered", "Geen antwoord in tijd", this.all_answered)
    )  # fmt: skip
    all_answered = Meet().Then(this.alignment_agreed)
    alignment_agreed = (
        Gate("Alle gemeenten akkoord?", when.everybody_agrees).Yes(this.intake).No(this.alignment_question)
    )
    alignment_question = (
        Step(
            label="Reageren op afstemming", lane="Gemeente", phase="alignment", duty="prepare",
            by=By.SUBMITTER, term=Term(10),
        )
        .On("adapt", "Opdracht aangepast", this.each_participant, back=True)
        .On("without", "Verder zonder die gemeente", this.intake)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip

    intake = (
        Step(label="Intake", lane="MGR", phase="intake", duty="assess", term=Term(10))
        .On("complete", "Compleet", this.approach)
        .On("questions", "Terug met vragen", this.supplement, back=True)
        .On("negative", "Negatief advies", this.reconsider)
    )
    supplement = Step(
        label="Aanvullen", lane="Gemeente", phase="intake", duty="prepare", by=By.SUBMITTER, term=Term(10)
    ).On("supplemented", "Aangevuld", this.intake)  # fmt: skip
    reconsider = (
        Step(
            label="Heroverwegen", lane="Gemeente", phase="intake", duty="prepare", by=By.SUBMITTER, term=Term(10)
        )
        .On("persist", "Doorzetten met het advies erbij", this.approach)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip

    approach = Step(
        label="Hoe-voorstel opstellen", lane="MGR", phase="approach", duty="propose", term=Term(20)
    ).On("proposed", "Voorgesteld", this.adopt_approach)  # fmt: skip
    adopt_approach = (
        Collective(
            label="Vaststelling hoe", lane="Eigenaar", phase="approach", duty="record", vote_duty="decide",
            term=Term(20), otherwise="refuse", skip="adopt",
        )
        .On("adopt", "Vaststellen", this.scale_is_local)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("refuse", "Niet vaststellen", this.rejected)
    )  # fmt: skip

    scale_is_local = (
        Gate("Lokale opdracht?", when.scale_is_local).No(this.scale_is_supraregional).Yes(this.local_decision)
    )
    local_decision = (
        Step(
            label="Besluit van de gemeente", lane="College", phase="decision", duty="decide", by=By.HOME, term=Term(30)
        )
        .On("grant", "Verlenen", this.each_college)
        .On("refuse", "Niet verlenen", this.rejected)
    )

    scale_is_supraregional = (
        Gate("Bovenregionaal?", when.scale_is_supraregional).No(this.rmt_validation).Yes(this.partner_consent)
    )
    partner_consent = (
        Step(label="Instemming partnerregio’s", lane="MGR", phase="advice", duty="consult", term=Term(30))
        .On("consented", "Alle regio’s stemmen in", this.rmt_validation)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("refused", "Een regio stemt niet in", this.rejected)
    )

    rmt_validation = (
        Collective(
            label="Ambtelijke validatie", lane="Ambtelijk overleg", phase="advice", duty="record",
            vote_duty="advise", term=Term(15), otherwise="negative", skip="positive",
        )
        .On("positive", "Positief advies", this.pho_decision)
        .On("back_to_intake", "Terug naar intake", this.intake, back=True)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("negative", "Negatief advies", this.pho_decision)
    )  # fmt: skip

    pho_decision = (
        Collective(
            label="Bestuurlijk besluit", lane="Bestuurlijk overleg", phase="decision", duty="record",
            vote_duty="decide", term=Term(20), otherwise="reject",
        )
        .On("grant", "Verlenen", this.each_college)
        .On("defer", "Aanhouden", this.pho_deferred, back=True)
        .On("reject", "Afwijzen", this.rejected)
    )  # fmt: skip
    pho_deferred = Wait(
        label="Aangehouden", lane="Bestuurlijk overleg", phase="decision", until=when.deferral_ends,
        at_deadline="due",
    ).On("due", "Nieuwe ronde", this.pho_decision)  # fmt: skip

    # What is asked of the colleges, and beside it the owner: who goes back or refuses does so behind the join.
    each_college = Each(who.colleges).Do(this.college_consent).Beside(this.within_plan, until=this.consented)
    college_consent = (
        EachStep(
            label="Besluit college", lane="College", phase="owner", duty="consent", by=By.ORGANISATION, term=Term(30),
            at_deadline="unanswered",
        )
        .On("consent", "Stemt in", this.consented)
        .On("refuse", "Stemt niet in", this.consented)
        .On("unanswered", "Geen besluit in tijd", this.consented)
    )  # fmt: skip
    within_plan = (
        Gate("Binnen begroting, capaciteit en mandaat?", when.within_plan).Yes(this.consented).No(this.db_decision)
    )
    db_decision = (
        Collective(
            label="Besluit eigenaar", lane="Eigenaar", phase="owner", duty="record", vote_duty="decide", term=Term(20),
            otherwise="refuse",
        )
        .On("agree", "Akkoord", this.consented)
        .On("needs_budget", "Begrotingswijziging nodig", this.ab_decision)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.consented, back=True)
        .On("refuse", "Niet akkoord", this.consented)
    )  # fmt: skip
    ab_decision = (
        Collective(
            label="Begrotingswijziging", lane="Eigenaar", phase="owner", duty="record", vote_duty="decide",
            term=Term(60), otherwise="refuse",
        )
        .On("agree", "Vaststellen", this.consented)
        .On("refuse", "Niet vaststellen", this.consented)
    )  # fmt: skip
    consented = Meet().Then(this.owner_refuses)

    owner_refuses = Gate("Weigert de eigenaar?", when.owner_refuses).No(this.owner_sends_back).Yes(this.rejected)
    owner_sends_back = (
        Gate("Stuurt de eigenaar terug?", when.owner_sends_back).No(this.colleges_consent).Yes(this.approach, back=True)
    )
    colleges_consent = (
        Gate("Stemmen alle gevraagde colleges in?", when.colleges_consent)
        .Yes(this.acceptance)
        .No(this.consent_question)
    )
    consent_question = (
        Step(
            label="Reageren op colleges", lane="Gemeente", phase="owner", duty="prepare", by=By.SUBMITTER,
            term=Term(10),
        )
        .On("without", "Verder zonder die gemeenten", this.acceptance)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip

    acceptance = (
        Step(
            label="Aanvaarding", lane="MGR", phase="acceptance", duty="accept", power="accept_commission", term=Term(5)
        )
        .On("accept", "Aanvaarden", this.granted)
        .On("decline", "Weigeren", this.declined_locally, back=True)
    )  # fmt: skip
    declined_locally = (
        Gate("Was de opdracht lokaal?", when.scale_is_local).No(this.pho_decision).Yes(this.local_decision)
    )

    granted = Finish("Verstrekt", state="granted", lane="MGR")
    rejected = Finish("Afgewezen", state="rejected", lane="Bestuurlijk overleg")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Gemeente")
