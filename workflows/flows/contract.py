"""Contractuitvoering: a contract runs until its end comes in sight, and then somebody decides (domain §5.4).

When that is (expiry signals) is data of the regeling; who decides is a matter of mandate. Talks, changes, questions and
requalifications are small cases of their own under this one.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.conditions import contract as when
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Collective, Finish, Gate, Step, Wait

OPTIONS = "de verlengingen die het contract toelaat"
SIGNALS = "de signalen die de regeling heeft"


class ContractFlow(flow.Flow):
    code = "contract"
    version = 1
    process_title = "Contractuitvoering"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {"registered": "Registratie", "running": "Looptijd", "expiry": "Expiratie", "ending": "Afloop"}

    register_contract = Begin(label="Contract registreren", lane="MGR", phase="registered", duty="record").To(
        this.term_runs
    )
    term_runs = Wait(
        label="Contract loopt", lane="MGR", phase="running", until=when.next_expiry_signal, at_deadline="signal"
    ).On("signal", "Expiratiesignaal", this.contract_is_over)
    contract_is_over = Gate("Looptijd voorbij?", when.contract_is_over).No(this.extension_in_mandate).Yes(this.ended)
    extension_in_mandate = (
        Gate("Verlenging binnen mandaat?", when.extension_in_mandate)
        .Yes(this.expiry_decision)
        .No(this.expiry_by_board)
    )  # fmt: skip
    expiry_decision = (
        Step(
            label="Besluit over het vervolg", lane="MGR", phase="expiry", duty="decide", power="extend_contract",
            term=Term(30),
        )
        .On("extend", "Verlengen", this.term_runs, back=True, bounded_by=OPTIONS)
        .On("buy_again", "Opnieuw inkopen", this.ending)
        .On("end", "Beëindigen", this.ending)
        .On("later", "Bij het volgende signaal", this.term_runs, back=True, bounded_by=SIGNALS)
    )  # fmt: skip
    expiry_by_board = (
        Collective(
            label="Besluit over het vervolg door de eigenaar", lane="Eigenaar", phase="expiry", duty="record",
            vote_duty="decide", term=Term(40), otherwise="end",
        )
        .On("extend", "Verlengen", this.term_runs, back=True, bounded_by=OPTIONS)
        .On("buy_again", "Opnieuw inkopen", this.ending)
        .On("end", "Beëindigen", this.ending)
        .On("later", "Bij het volgende signaal", this.term_runs, back=True, bounded_by=SIGNALS)
    )  # fmt: skip
    ending = Wait(
        label="Contract loopt af", lane="MGR", phase="ending", until=when.contract_is_past, at_deadline="over"
    ).On("over", "Afgelopen", this.ended)

    ended = Finish("Geëindigd", state="ended", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR")
