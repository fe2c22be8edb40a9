"""Escalatie: what could not be solved where it arose, level by level until somebody does (design/1-domain §5.5).

Who handles a level, and for which category, is data of the regeling; what it lacks is skipped. Nobody is left waiting:
without an outcome in time a level gives way to the next.
"""

from viewflow import this
from viewflow.workflow import flow

from escalation.rules.terms import Term
from workflows import conditions as when
from workflows import members as who
from workflows.lock import CASE_LOCK
from workflows.models import CaseProcess, CaseTask
from workflows.nodes import Begin, Collective, Each, EachStep, Finish, Gate, Meet, Step


class EscalationFlow(flow.Flow):
    code = "escalation"
    version = 1
    process_title = "Escalatie"
    process_class = CaseProcess
    task_class = CaseTask
    lock_impl = CASE_LOCK
    phases = {
        "reported": "Melding",
        "operational": "Operationeel",
        "tactical": "Tactisch",
        "strategic": "Strategisch",
        "board": "Algemeen bestuur",
        "settled": "Afsluiting",
    }

    submit_escalation = Begin(label="Escaleren", lane="Betrokkene", phase="reported", duty="report").To(
        this.each_spokesperson
    )

    # What is said to the outside world is prepared beside the first level, where a provider is concerned.
    each_spokesperson = Each(who.spokespersons).Do(this.spokesperson_line).Beside(this.operational, until=this.begun)
    spokesperson_line = (
        EachStep(
            label="Woordvoeringslijn", lane="MGR", phase="operational", duty="advise", term=Term(2),
            at_deadline="unanswered",
        )
        .On("given", "Lijn vastgelegd", this.begun)
        .On("unanswered", "Geen lijn in tijd", this.begun)
    )  # fmt: skip
    operational = (
        Step(
            label="Niveau 1: operationeel", lane="Accountmanagers", phase="operational", duty="handle", term=Term(5),
            at_deadline="rise", skip="rise",
        )
        .On("resolve", "Opgelost", this.operational_consent)
        .On("rise", "Naar volgend niveau", this.begun)
    )  # fmt: skip
    operational_consent = (
        Step(
            label="Instemming gemeente", lane="Accountmanagers", phase="operational", duty="agree", term=Term(3),
            at_deadline="rise", skip="agree",
        )
        .On("agree", "Hiermee opgelost", this.begun)
        .On("rise", "Naar volgend niveau", this.begun)
    )  # fmt: skip
    begun = Meet().Then(this.solved_operationally)
    solved_operationally = (
        Gate("Operationeel opgelost?", when.solved_operationally).Yes(this.resolved).No(this.tactical)
    )

    tactical = (
        Step(
            label="Niveau 2: tactisch", lane="Manager en ambtelijk overleg", phase="tactical", duty="handle",
            term=Term(10), at_deadline="rise", skip="rise",
        )
        .On("resolve", "Opgelost", this.tactical_consent)
        .On("lower", "De-escaleren", this.each_spokesperson, back=True)
        .On("rise", "Naar volgend niveau", this.strategic_by_body)
    )  # fmt: skip
    tactical_consent = (
        Step(
            label="Instemming ambtelijk overleg", lane="Manager en ambtelijk overleg", phase="tactical", duty="agree",
            term=Term(5), at_deadline="rise", skip="agree",
        )
        .On("agree", "Hiermee opgelost", this.resolved)
        .On("rise", "Naar volgend niveau", this.strategic_by_body)
    )  # fmt: skip

    strategic_by_body = (
        Gate("Besluit hier een gremium?", when.strategic_by_body).Yes(this.strategic).No(this.strategic_alone)
    )
    strategic = (
        Collective(
            label="Niveau 3: strategisch", lane="Bestuurlijk overleg of DB", phase="strategic", duty="record",
            vote_duty="decide", term=Term(20), otherwise="rise", at_deadline="rise", skip="rise",
        )
        .On("resolve", "Opgelost", this.measure)
        .On("lower", "De-escaleren", this.tactical, back=True)
        .On("rise", "Naar volgend niveau", this.board)
    )  # fmt: skip
    strategic_alone = (
        Step(
            label="Niveau 3: strategisch, door één rol", lane="Bestuurlijk overleg of DB", phase="strategic",
            duty="handle", term=Term(15), at_deadline="rise", skip="rise",
        )
        .On("resolve", "Opgelost", this.resolved)
        .On("lower", "De-escaleren", this.tactical, back=True)
        .On("rise", "Naar volgend niveau", this.board)
    )  # fmt: skip

    board = (
        Collective(
            label="Niveau 4: algemeen bestuur", lane="Eigenaar", phase="board", duty="record", vote_duty="decide",
            term=Term(40), otherwise="rise", at_deadline="rise", skip="rise",
        )
        .On("resolve", "Opgelost", this.measure)
        .On("lower", "De-escaleren", this.strategic_by_body, back=True)
        .On("rise", "Naar volgend niveau", this.referral)
    )  # fmt: skip

    measure = Step(
        label="Maatregel vastleggen", lane="MGR", phase="settled", duty="carry_out", term=Term(5)
    ).On("recorded", "Vastgelegd", this.resolved)  # fmt: skip
    referral = (
        Step(label="Niveau 5: afsluiting", lane="Eigenaar", phase="settled", duty="close", term=Term(10))
        .On("refer", "Naar gedeputeerde staten verwezen", this.referred)
        .On("close", "Gesloten zonder oplossing", this.unresolved)
    )

    resolved = Finish("Opgelost", state="resolved", lane="MGR")
    referred = Finish("Verwezen naar gedeputeerde staten", state="referred", lane="Eigenaar")
    unresolved = Finish("Gesloten zonder oplossing", state="unresolved", lane="Eigenaar")
    withdrawn = Finish("Ingetrokken", state="withdrawn", lane="Betrokkene")
