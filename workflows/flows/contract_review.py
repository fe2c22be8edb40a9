"""Contractgesprek: figures, a talk, its minutes, and what was agreed on (domain §5.4).

The clock opens one where the tier of the contract says so; anybody whom the regeling binds to it, in between.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Finish, Step


class ContractReviewFlow(flow.Flow):
    code = "contract_review"
    version = 1
    process_title = "Contractgesprek"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {"planned": "Gepland", "preparation": "Voorbereiding", "talk": "Gesprek", "minutes": "Verslag"}

    open_review = Begin(label="Contractgesprek openen", lane="MGR", phase="planned", duty="prepare").To(
        this.review_preparation
    )
    review_preparation = (
        Step(label="Gegevens voorbereiden", lane="MGR", phase="preparation", duty="prepare", term=Term(15))
        .On("prepared", "Voorbereid", this.review_talk)
        .On("lapse", "Gesprek vervalt", this.lapsed)
    )
    review_talk = (
        Step(label="Gesprek voeren", lane="MGR", phase="talk", duty="hold", term=Term(20))
        .On("held", "Gesprek gevoerd", this.review_minutes)
        .On("postpone", "Opnieuw voorbereiden", this.review_preparation, back=True)
    )
    review_minutes = Step(
        label="Verslag en acties", lane="MGR", phase="minutes", duty="record", term=Term(10)
    ).On("written", "Verslag geschreven", this.review_confirmation)  # fmt: skip
    review_confirmation = (
        Step(label="Verslag bevestigen", lane="MGR", phase="minutes", duty="confirm", term=Term(5))
        .On("confirm", "Bevestigd", this.reviewed)
        .On("back_to_minutes", "Terug naar het verslag", this.review_minutes, back=True)
    )

    reviewed = Finish("Afgerond", state="completed", lane="MGR")
    lapsed = Finish("Vervallen", state="stopped", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR")
