"""Addendum: a running contract changes, within what the law on changes allows (domain §5.4; Aw 2012 art. 2.163a-g).

The contract itself changes when the addendum is signed, in an act of its own chain.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.conditions import contract as when
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Finish, Gate, Step


class AddendumFlow(flow.Flow):
    code = "addendum"
    version = 1
    process_title = "Addendum"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {"draft": "Voorstel", "check": "Juridische toets", "decision": "Besluit", "signing": "Aftekening"}

    propose_addendum = Begin(label="Addendum voorstellen", lane="MGR", phase="draft", duty="draft").To(
        this.addendum_check
    )
    addendum_check = (
        Step(label="Juridische toets", lane="MGR", phase="check", duty="legal_check", term=Term(10))
        .On("approved", "Toegestaan", this.change_in_mandate)
        .On("back_to_draft", "Terug naar de opsteller", this.addendum_redraft, back=True)
        .On("refuse", "Niet toegestaan", this.refused)
    )
    addendum_redraft = (
        Step(
            label="Addendum aanpassen", lane="MGR", phase="draft", duty="draft", by=By.SUBMITTER, term=Term(10)
        )
        .On("redrafted", "Aangepast", this.addendum_check)
        .On("withdraw", "Intrekken", this.withdrawn)
    )  # fmt: skip
    change_in_mandate = (
        Gate("Wijziging binnen mandaat?", when.change_in_mandate).Yes(this.addendum_decision).No(this.addendum_by_board)
    )
    addendum_decision = (
        Step(
            label="Besluit over het addendum", lane="MGR", phase="decision", duty="decide", power="amend_contract",
            term=Term(10),
        )
        .On("agree", "Instemmen", this.addendum_signing)
        .On("refuse", "Afwijzen", this.refused)
    )  # fmt: skip
    addendum_by_board = (
        Collective(
            label="Besluit over het addendum door de eigenaar", lane="Eigenaar", phase="decision", duty="record",
            vote_duty="decide", term=Term(20), otherwise="refuse",
        )
        .On("agree", "Instemmen", this.addendum_signing)
        .On("refuse", "Afwijzen", this.refused)
    )  # fmt: skip
    addendum_signing = (
        Step(label="Addendum tekenen", lane="MGR", phase="signing", duty="sign", term=Term(10))
        .On("signed", "Getekend door beide partijen", this.applied)
        .On("not_signed", "De aanbieder tekent niet", this.refused)
    )

    applied = Finish("Doorgevoerd", state="applied", lane="MGR")
    refused = Finish("Niet doorgevoerd", state="rejected", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR")
