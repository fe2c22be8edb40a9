"""Beleidssignaal: a change of policy is seen early, advised on, and taken up or closed (design/1-domain §5.9).

What becomes of it begins elsewhere: a commission is submitted with this case as its origin, or something is planned.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Finish, Step


class PolicySignalFlow(flow.Flow):
    code = "policy_signal"
    version = 1
    process_title = "Beleidssignaal"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "signalled": "Signaal",
        "signal_advised": "Advies",
        "signal_followed": "Vervolg",
    }

    submit_signal = Begin(
        label="Beleidssignaal melden", lane="Gemeente of MGR", phase="signalled", duty="report"
    ).To(this.signal_advice)  # fmt: skip

    # Asked or unasked: where nobody asked, the MGR may leave it.
    signal_advice = (
        Step(label="Advies over het signaal", lane="MGR", phase="signal_advised", duty="advise", term=Term(15))
        .On("advised", "Advies gegeven", this.signal_follow_up)
        .On("no_advice", "Geen advies nodig", this.signal_follow_up)
    )
    signal_follow_up = (
        Step(label="Vervolg bepalen", lane="Ambtelijk overleg", phase="signal_followed", duty="decide", term=Term(20))
        .On("commission", "Oppakken als opdracht", this.taken_up)
        .On("plan", "Opnemen in de inkoopplanning", this.taken_up)
        .On("ask", "Terug voor advies", this.signal_advice, back=True)
        .On("leave", "Sluiten zonder vervolg", this.left)
    )

    taken_up = Finish("Opgepakt", state="taken_up", lane="Ambtelijk overleg")
    left = Finish("Gesloten zonder vervolg", state="completed", lane="Ambtelijk overleg")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Gemeente of MGR")
