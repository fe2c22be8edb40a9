"""Contractvraag: what a provider or a municipality asks about a contract, and an answer in time (domain §5.4).

CG: providers are heard at any time; so a question is a case with a term, and not a mail that somebody may forget.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Finish, Step

ONCE = "heropenen kan één keer"


class EnquiryFlow(flow.Flow):
    code = "enquiry"
    version = 1
    process_title = "Contractvraag"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {"question": "Vraag", "answer": "Antwoord", "acceptance": "Reactie"}

    ask_enquiry = Begin(label="Vraag stellen", lane="Vrager", phase="question", duty="report").To(this.enquiry_answer)
    enquiry_answer = Step(label="Vraag beantwoorden", lane="MGR", phase="answer", duty="handle", term=Term(5)).On(
        "answered", "Beantwoord", this.enquiry_acceptance
    )
    enquiry_acceptance = (
        Step(
            label="Reageren op het antwoord", lane="Vrager", phase="acceptance", duty="agree", by=By.SUBMITTER,
            term=Term(10), at_deadline="silent",
        )
        .On("accept", "Hiermee geholpen", this.answered)
        .On("reopen", "Nog niet geholpen", this.enquiry_answer, back=True, bounded_by=ONCE)
        .On("silent", "Geen reactie in tijd", this.answered)
    )  # fmt: skip

    answered = Finish("Beantwoord", state="completed", lane="MGR")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Vrager")
