"""Wijziging, second version: the colleges decide too where the commission asked them (design/1-domain §5.1.10, §3).

Care budgets stay with the municipalities: whose share rises, or lasts longer, is asked again as the commission did. The
same deciders as of the commission: `done_as` names the step of its flow whose role does a step here. Whoever did it
there is found in the bindings of that case, so that a regeling needs no data of its own for this.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import conditions as when
from workflows import members as who
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Each, EachStep, Finish, Gate, Meet, Step, Wait


class AmendmentFlow2(flow.Flow):
    code = "amendment"
    version = 2
    process_title = "Wijziging van een opdracht"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    # From version 1, which did not split here: the step of the owner, when there is nobody else to ask.
    admits = {"db_decision": who.asks_no_college_of_amendment}
    phases = {
        "amend_request": "Wijziging",
        "alignment": "Afstemming",
        "assessment": "Beoordeling",
        "decision": "Bestuurlijk besluit",
        "amend_owner": "Eigenaar en colleges",
        "acceptance": "Aanvaarding",
    }
    done_as = {
        "amendment_alignment": "municipal_alignment",
        "assessment": "intake",
        "amend_local_decision": "local_decision",
        "amend_acceptance": "acceptance",
    }

    submit_amendment = Begin(
        label="Wijziging voorstellen", lane="Gemeente of MGR", phase="amend_request", duty="prepare"
    ).To(this.each_affected)

    each_affected = Each(who.affected).Do(this.amendment_alignment)
    amendment_alignment = (
        EachStep(
            label="Afstemming van de wijziging", lane="Gemeente", phase="alignment", duty="align",
            by=By.ORGANISATION, term=Term(10), at_deadline="unanswered",
        )
        .On("answered", "Beantwoord", this.all_affected_answered)
        .On("unanswered", "Geen antwoord in tijd", this.all_affected_answered)
    )  # fmt: skip
    all_affected_answered = Meet().Then(this.amendment_agreed)
    amendment_agreed = (
        Gate("Alle betrokken gemeenten akkoord?", when.amendment_agreed)
        .Yes(this.assessment)
        .No(this.amendment_question)
    )  # fmt: skip
    amendment_question = (
        Step(
            label="Reageren op de gemeenten", lane="Gemeente of MGR", phase="alignment", duty="prepare",
            by=By.SUBMITTER, term=Term(10),
        )
        .On("persist", "Doorzetten", this.assessment)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip

    assessment = (
        Step(label="Beoordeling door de MGR", lane="MGR", phase="assessment", duty="assess", term=Term(10))
        .On("positive", "Positief advies", this.decided_locally)
        .On("negative", "Negatief advies", this.decided_locally)
    )

    decided_locally = (
        Gate("Lokale opdracht?", when.decided_locally).Yes(this.amend_local_decision).No(this.pho_decision)
    )
    amend_local_decision = (
        Step(label="Besluit van de gemeente", lane="College", phase="decision", duty="decide", term=Term(30))
        .On("agree", "Instemmen", this.each_college)
        .On("refuse", "Niet instemmen", this.rejected)
    )
    pho_decision = (
        Collective(
            label="Bestuurlijk besluit", lane="Bestuurlijk opdrachtgever", phase="decision", duty="record",
            vote_duty="decide", term=Term(20), otherwise="reject",
        )
        .On("grant", "Instemmen", this.each_college)
        .On("defer", "Aanhouden", this.pho_deferred, back=True)
        .On("reject", "Afwijzen", this.rejected)
    )  # fmt: skip
    pho_deferred = Wait(
        label="Aangehouden", lane="Bestuurlijk opdrachtgever", phase="decision", until=when.amendment_deferral_ends,
        at_deadline="due",
    ).On("due", "Nieuwe ronde", this.pho_decision)  # fmt: skip

    # What is asked of the colleges, and beside it the owner: who refuses does so behind the join.
    each_college = Each(who.amendment_colleges).Do(this.college_consent).Beside(this.within_plan, until=this.consented)
    college_consent = (
        EachStep(
            label="Besluit college", lane="College", phase="amend_owner", duty="consent", by=By.ORGANISATION,
            term=Term(30), at_deadline="unanswered",
        )
        .On("consent", "Stemt in", this.consented)
        .On("refuse", "Stemt niet in", this.consented)
        .On("unanswered", "Geen besluit in tijd", this.consented)
    )  # fmt: skip

    within_plan = (
        Gate("Binnen begroting, capaciteit en mandaat?", when.amendment_within_plan)
        .Yes(this.consented)
        .No(this.db_decision)
    )
    db_decision = (
        Collective(
            label="Besluit eigenaar", lane="Eigenaar", phase="amend_owner", duty="record", vote_duty="decide",
            term=Term(20), otherwise="refuse",
        )
        .On("agree", "Akkoord", this.consented)
        .On("refuse", "Niet akkoord", this.consented)
    )  # fmt: skip
    consented = Meet().Then(this.owner_refuses)

    owner_refuses = Gate("Weigert de eigenaar?", when.owner_refuses).No(this.colleges_consent).Yes(this.rejected)
    colleges_consent = (
        Gate("Stemmen alle gevraagde colleges in?", when.colleges_consent_to_amendment)
        .Yes(this.amend_acceptance)
        .No(this.consent_question)
    )
    consent_question = (
        Step(
            label="Reageren op colleges", lane="Gemeente of MGR", phase="amend_owner", duty="prepare",
            by=By.SUBMITTER, term=Term(10),
        )
        .On("ask_again", "De colleges opnieuw vragen", this.each_college, back=True)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip

    amend_acceptance = (
        Step(
            label="Aanvaarding van de wijziging", lane="MGR", phase="acceptance", duty="accept",
            power="accept_commission", term=Term(5),
        )
        .On("accept", "Aanvaarden", this.applied)
        .On("decline", "Weigeren", this.rejected)
    )  # fmt: skip

    applied = Finish("Doorgevoerd", state="applied", lane="MGR")
    rejected = Finish("Afgewezen", state="rejected", lane="Bestuurlijk opdrachtgever")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Gemeente of MGR")
