"""Wijziging: a granted commission changes, or a municipality joins or leaves (design/1-domain §5.1.10).

The same deciders as of the commission: `done_as` names the step of its flow whose role does a step here. Whoever did it
there is found in the bindings of that case, so that a regeling needs no data of its own for this.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import conditions as when
from workflows import members as who
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Each, EachStep, Finish, Gate, Meet, Step


class AmendmentFlow(flow.Flow):
    code = "amendment"
    version = 1
    process_title = "Wijziging van een opdracht"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "amend_request": "Wijziging",
        "alignment": "Afstemming",
        "assessment": "Beoordeling",
        "decision": "Bestuurlijk besluit",
        "amend_owner": "Besluit eigenaar",
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
        .On("agree", "Instemmen", this.within_plan)
        .On("refuse", "Niet instemmen", this.rejected)
    )
    pho_decision = (
        Collective(
            label="Bestuurlijk besluit", lane="Bestuurlijk opdrachtgever", phase="decision", duty="record",
            vote_duty="decide", term=Term(20), otherwise="reject",
        )
        .On("grant", "Instemmen", this.within_plan)
        .On("reject", "Afwijzen", this.rejected)
    )  # fmt: skip

    within_plan = (
        Gate("Binnen begroting, capaciteit en mandaat?", when.amendment_within_plan)
        .Yes(this.amend_acceptance)
        .No(this.db_decision)
    )
    db_decision = (
        Collective(
            label="Besluit eigenaar", lane="Eigenaar", phase="amend_owner", duty="record", vote_duty="decide",
            term=Term(20), otherwise="refuse",
        )
        .On("agree", "Akkoord", this.amend_acceptance)
        .On("refuse", "Niet akkoord", this.rejected)
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
