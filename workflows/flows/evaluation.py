"""Evaluatie: what a commission brought, measured against the criteria that it was granted with (design/1-domain §5.3).

It begins when something can be measured, asks the municipalities beside the figures, lets those concerned read the
concept, and ends when a body adopts it. Its improvements live on in the register of actions.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import members as who
from workflows.conditions import evaluation as when
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, By, Collective, Each, EachStep, Finish, Gate, Meet, Step, Wait


class EvaluationFlow(flow.Flow):
    code = "evaluation"
    version = 1
    process_title = "Evaluatie"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "waiting": "Wachten op de meting",
        "figures": "Cijfers en vragenlijst",
        "concept": "Concept",
        "hearing": "Hoor en wederhoor",
        "adoption": "Vaststelling",
    }

    start_evaluation = Begin(label="Evaluatie beginnen", lane="MGR", phase="waiting", duty="start").To(this.measurable)

    measurable = Gate("Kan er al worden gemeten?", when.measurable).Yes(this.each_respondent).No(this.measuring)
    measuring = Wait(
        label="Wachten op de eerste meetdatum", lane="MGR", phase="waiting", until=when.measuring_begins,
        at_deadline="due",
    ).On("due", "Er kan worden gemeten", this.each_respondent)  # fmt: skip

    each_respondent = Each(who.respondents).Do(this.questionnaire).Beside(this.figures, until=this.gathered)
    questionnaire = (
        EachStep(
            label="Vragenlijst", lane="Gemeente", phase="figures", duty="answer_survey", by=By.ORGANISATION,
            term=Term(15), at_deadline="unanswered",
        )
        .On("answered", "Beantwoord", this.gathered)
        .On("unanswered", "Geen antwoord in tijd", this.gathered)
    )  # fmt: skip
    figures = Step(
        label="Cijfers verzamelen", lane="MGR", phase="figures", duty="measure", term=Term(20)
    ).On("measured", "Gemeten", this.gathered)  # fmt: skip
    gathered = Meet().Then(this.concept)

    concept = (
        Step(label="Concept opstellen", lane="MGR", phase="concept", duty="conclude", term=Term(15))
        .On("concluded", "Concept gereed", this.hearing)
        .On("back_to_figures", "Terug naar de cijfers", this.each_respondent, back=True)
    )
    hearing = (
        Step(label="Hoor en wederhoor", lane="Klankbord", phase="hearing", duty="hear", term=Term(15))
        .On("heard", "Gehoord", this.adoption)
        .On("back_to_concept", "Terug naar het concept", this.concept, back=True)
    )
    adoption = (
        Collective(
            label="Vaststelling evaluatie", lane="Ambtelijk overleg", phase="adoption", duty="record",
            vote_duty="decide", term=Term(20), otherwise="decline",
        )
        .On("adopt", "Vaststellen", this.evaluated)
        .On("back_to_concept", "Terug naar het concept", this.concept, back=True)
        .On("decline", "Niet vaststellen", this.declined)
    )  # fmt: skip

    evaluated = Finish("Geëvalueerd", state="evaluated", lane="Ambtelijk overleg")
    declined = Finish("Niet vastgesteld", state="rejected", lane="Ambtelijk overleg")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="MGR")
