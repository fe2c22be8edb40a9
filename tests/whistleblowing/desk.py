"""What the people of the meldpunt do, played through services: Silke and Tariq handle, Hanna stands in, Otto keeps."""

from collections.abc import Sequence
from uuid import UUID

from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.services import dossiers, handling, intake, keys
from escalation.whistleblowing.services.dossiers import Dossier
from escalation.whistleblowing.services.intake import Submitted, Told
from escalation.whistleblowing.services.keys import Opened
from tests.whistleblowing import keyholders

WORD = "kwartelei"  # planted: to be found by whom it is for, and by nobody else
NAME = "Roos Wijnants"


class Desk:
    """The channel of Limburg-Noord, with everybody's key in hand."""

    def __init__(self) -> None:
        everybody = keyholders.Channel()
        self.channel = keyholders.seat("silke").channel
        self.silke, self.tariq, self.hanna = map(keyholders.vault_of, ("silke", "tariq", "hanna"))
        self.otto = keys.open_once(holder=everybody.otto, passphrase=everybody.paper)

    def report(
        self,
        *,
        identity: str = intake.CONFIDENTIAL,
        without: tuple[Opened, ...] = (),
        documents: Sequence[Enclosed] = (),
    ) -> Submitted:
        name = "" if identity == intake.ANONYMOUS else NAME
        told = Told(
            identity=identity, name=name, contact="", what=f"Buiten de procedure om gegund: {WORD}.",
            without=[each.holder.pk for each in without], documents=documents,
        )  # fmt: skip
        return intake.submit(channel=self.channel, told=told)


def seen(opened: Opened, report: UUID) -> int:
    return dossiers.dossier(opened, report).acts.by_handlers


def step(opened: Opened, report: UUID, verb: str, outcome: str = "", words: str = "") -> Dossier:
    """As it stands after it."""
    handling.take(opened=opened, report=report, seen=seen(opened, report), verb=verb, outcome=outcome, words=words)
    return dossiers.dossier(opened, report)


def declare(opened: Opened, report: UUID, outcome: str = "free") -> None:
    handling.declare(opened=opened, report=report, seen=seen(opened, report), outcome=outcome)


TO_CLOSING = (
    ("acknowledge", "", "Wij bellen u."), ("admit", "", "Een misstand."), ("investigate", "concluded", "Bevestigd."),
    ("inform", "measures", "Het klopt."), ("measure", "last", "Gunning ingetrokken."), ("aftercare", "done", "Goed."),
)  # fmt: skip


def brought_to(desk: Desk, verb: str, *, identity: str = intake.CONFIDENTIAL) -> UUID:
    """A report with everything done before this step, by Silke; Tariq declared himself too."""
    report = desk.report(identity=identity).report
    declare(desk.silke, report)
    declare(desk.tariq, report)
    for each, outcome, words in TO_CLOSING:
        if each == verb:
            break
        step(desk.silke, report, each, outcome, words)
    return report
