"""Herbeoordeling: does a provider still meet what its contract asks of it (domain §5.4)?"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.conditions import contract as when
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Finish, Step, Wait


class RequalificationFlow(flow.Flow):
    code = "requalification"
    version = 1
    process_title = "Herbeoordeling"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {"request": "Aanvraag", "assessment": "Beoordeling", "decision": "Besluit", "measures": "Maatregelen"}

    request_requalification = Begin(
        label="Herbeoordeling aanvragen", lane="MGR of gemeente", phase="request", duty="report"
    ).To(this.requalification_assessment)
    requalification_assessment = Step(
        label="Aanbieder herbeoordelen", lane="MGR", phase="assessment", duty="assess", term=Term(20)
    ).On("assessed", "Beoordeeld", this.requalification_decision)  # fmt: skip
    requalification_decision = (
        Step(label="Besluit na herbeoordeling", lane="MGR", phase="decision", duty="decide", term=Term(10))
        .On("continue", "Contract voortzetten", this.qualified)
        .On("measures", "Voortzetten met maatregelen", this.measures_run)
        .On("terminate", "Contract beëindigen", this.terminated)
        .On("back_to_assessment", "Terug naar de beoordeling", this.requalification_assessment, back=True)
    )
    measures_run = Wait(
        label="Maatregelen lopen", lane="Aanbieder", phase="measures", until=when.measures_are_due, at_deadline="due"
    ).On("due", "Termijn voorbij", this.measures_check)
    measures_check = (
        Step(label="Maatregelen nagaan", lane="MGR", phase="measures", duty="assess", term=Term(10))
        .On("met", "Maatregelen uitgevoerd", this.qualified)
        .On("not_met", "Niet of deels uitgevoerd", this.requalification_decision, back=True)
    )

    qualified = Finish("Contract voortgezet", state="completed", lane="MGR")
    terminated = Finish("Contract beëindigd", state="applied", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR of gemeente")
