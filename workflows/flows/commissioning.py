"""Opdrachtverstrekking: from what municipalities want to an accepted opdracht (design/1-domain §5.1).

Names of the flow and its steps stand in rows and in evidence: they are promises.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import conditions as when
from workflows import members as who
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Each, EachStep, Finish, Gate, Meet, Step, Wait


class CommissioningFlow(flow.Flow):
    code = "commissioning"
    version = 1
    process_title = "Opdrachtverstrekking"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "request": "Opdracht",
        "alignment": "Afstemming",
        "intake": "Intake",
        "approach": "Hoe-voorstel",
        "advice": "RMT-advies",
        "decision": "PHO-besluit",
        "owner": "DB-besluit",
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
    ).On("proposed", "Voorgesteld", this.rmt_validation)  # fmt: skip

    rmt_validation = (
        Collective(
            label="RMT-validatie", lane="RMT", phase="advice", duty="record", vote_duty="advise", term=Term(15),
            otherwise="negative",
        )
        .On("positive", "Positief advies", this.pho_decision)
        .On("back_to_intake", "Terug naar intake", this.intake, back=True)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("negative", "Negatief advies", this.pho_decision)
    )  # fmt: skip

    pho_decision = (
        Collective(
            label="PHO-besluit", lane="PHO", phase="decision", duty="record", vote_duty="decide", term=Term(20),
            otherwise="reject",
        )
        .On("grant", "Verlenen", this.within_plan)
        .On("defer", "Aanhouden", this.pho_deferred, back=True)
        .On("reject", "Afwijzen", this.rejected)
    )  # fmt: skip
    pho_deferred = Wait(
        label="Aangehouden", lane="PHO", phase="decision", until=when.deferral_ends, at_deadline="due"
    ).On("due", "Nieuwe ronde", this.pho_decision)

    within_plan = (
        Gate("Binnen begroting, capaciteit en mandaat?", when.within_plan).Yes(this.acceptance).No(this.db_decision)
    )
    db_decision = (
        Collective(
            label="DB-besluit", lane="DB", phase="owner", duty="record", vote_duty="decide", term=Term(20),
            otherwise="refuse",
        )
        .On("agree", "Akkoord", this.acceptance)
        .On("back_to_approach", "Terug naar hoe-voorstel", this.approach, back=True)
        .On("refuse", "Niet akkoord", this.rejected)
    )  # fmt: skip

    acceptance = (
        Step(
            label="Aanvaarding", lane="MGR", phase="acceptance", duty="accept", power="accept_commission", term=Term(5)
        )
        .On("accept", "Aanvaarden", this.granted)
        .On("decline", "Weigeren", this.pho_decision, back=True)
    )  # fmt: skip

    granted = Finish("Verstrekt", state="granted", lane="MGR")
    rejected = Finish("Afgewezen", state="rejected", lane="PHO")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Gemeente")
