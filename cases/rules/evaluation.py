"""What an evaluation and its actions have to say; plain Python."""

from collections.abc import Collection
from datetime import date, timedelta

from roles.rules.verdict import Granted, Refused, Verdict

PROCESS = "Procesbeschrijving evaluatie"
FARTHEST_YEARS_AHEAD = 5
FINAL = ("done", "dropped")


def complete_readings(*, criteria: Collection[int], measured: Collection[int]) -> Verdict:
    """Of each criterion, and of no other."""
    if set(criteria) != set(measured):
        return Refused("Leg van ieder evaluatiekader vast wat het werd, ook als het niet te meten was.", PROCESS)
    return Granted()


def states_value(said: bool) -> Verdict:
    """Added value is stated against each criterion: in money, quality or process, or all three."""
    if not said:
        return Refused("Schrijf bij ieder evaluatiekader op welke meerwaarde er was, of dat er geen was.", PROCESS)
    return Granted()


def may_promise(*, due_on: date, today: date) -> Verdict:
    """An action is of the coming years."""
    if due_on < today or due_on.year > today.year + FARTHEST_YEARS_AHEAD:
        return Refused(
            f"Kies voor ieder verbeterpunt een dag of kwartaal dat nog komt, binnen {FARTHEST_YEARS_AHEAD} jaar.",
            PROCESS,
        )
    return Granted()


def may_progress(*, status: str, then: str, words: str) -> Verdict:
    """What the action owner may make of an action."""
    if status == "proposed":
        return Refused("Dit verbeterpunt is nog niet vastgesteld.", PROCESS)
    if then not in ("open", "busy", *FINAL):
        return Refused("Kies hoe het verbeterpunt ervoor staat.", PROCESS)
    if then == "dropped" and not words.strip():
        return Refused("Schrijf op waarom dit verbeterpunt vervalt.", PROCESS)
    if status in FINAL and then not in FINAL and not words.strip():
        return Refused("Schrijf op waarom dit verbeterpunt weer open gaat.", PROCESS)
    if status == then and not words.strip():
        return Refused("Schrijf op wat er is gebeurd, of kies een andere stand.", PROCESS)
    return Granted()


def last_day_of_quarter(year: int, quarter: int) -> date:
    """The third quarter of 2027, say, is in time up to and including its last day."""
    month = 3 * quarter
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


STARTABLE = {("commission", "granted"), ("procurement", "contracted"), ("contract", "ended")}


def may_start(*, kind: str, state: str, running: str) -> Verdict:
    """By hand: of what is done, and one at a time. `running`: the number of one that runs."""
    if (kind, state) not in STARTABLE:
        return Refused(
            "Evalueer wat is afgerond: een verstrekte opdracht, een gecontracteerde inkoop of een geëindigd contract.",
            PROCESS,
        )
    if running:
        return Refused(f"Evaluatie {running} loopt nog. Wacht tot zij is vastgesteld, of laat haar intrekken.", PROCESS)
    return Granted()
