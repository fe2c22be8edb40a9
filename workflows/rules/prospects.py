"""What a vote will ask for, before it is held: how many have to come, how many votes make a majority."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from roles.rules import council
from roles.rules.decision import Majority, Rule, Tie, heads_needed, votes_needed


@dataclass(frozen=True, slots=True)
class Prospect:
    """In words that a secretary reads aloud. `obstacles` are (what, article): with those there will be no decision."""

    to_come: str
    to_carry: str
    tie: str
    article: str
    obstacles: Sequence[tuple[str, str]] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """A member as the vote will find them. Flagged: acted in the opposite capacity before. Away: and nobody comes."""

    weight: int = 1
    recused: bool = False
    flagged: bool = False
    away: bool = False


def by_rule(members: Collection[Seat], rule: Rule, *, basis: str, written: bool) -> Prospect:
    """By a body's own besluitregel."""
    voting = [member for member in members if not member.recused]
    coming = [member for member in voting if not member.away]
    votes, needed = sum(member.weight for member in voting), heads_needed(rule, len(voting))
    if written and rule.majority is Majority.NO_OBJECTION:
        to_come = "In een schriftelijke ronde geldt zwijgen als instemming; in een vergadering: " + _heads(
            needed, voting
        )
    else:
        to_come = _heads(needed, voting)
    obstacles = []
    if not voting:
        obstacles.append((_nobody(members), basis))
    elif needed > len(voting):
        obstacles.append(
            (f"Het quorum is niet te halen: nodig is {needed}, er mogen {len(voting)} leden stemmen.", basis)
        )
    elif needed > len(coming) and not (written and rule.majority is Majority.NO_OBJECTION):
        obstacles.append((_too_few(needed, coming, voting), basis))
    warnings = _warnings(members, voting, votes_needed(rule, votes))
    return Prospect(to_come, _majority(rule, votes), TIES[rule.tie], basis, obstacles, warnings)


def by_law(members: Collection[Seat]) -> Prospect:
    """By Gemeentewet 20 and 28-32, in a meeting."""
    voting = [member for member in members if not member.recused]
    votes = sum(member.weight for member in voting)
    to_come = (
        f"{council.to_open(len(members))} van de {len(members)} zittende leden om te openen; aan een stemming nemen er "
        f"{council.to_be_valid(len(voting))} van de {len(voting)} deel die mogen stemmen"
    )
    to_carry = f"{council.to_carry(votes)} van {votes} stemmen als iedereen stemt: de volstrekte meerderheid"
    tie = (
        "naar een volgende vergadering; staken de stemmen dan weer, of was de vergadering voltallig, dan is het niet "
        "aangenomen. Over personen volgt een herstemming en dan het lot"
    )
    obstacles = [] if voting else [(_nobody(members), council.RECUSAL)]
    coming = [member for member in members if not member.away]
    able = [member for member in voting if not member.away]
    if council.to_open(len(members)) > len(coming):
        obstacles.append((_too_few(council.to_open(len(members)), coming, members), council.IN_MEETING))
    elif voting and council.to_be_valid(len(voting)) > len(able):
        obstacles.append((_too_few(council.to_be_valid(len(voting)), able, voting), council.IN_MEETING))
    warnings = _warnings(members, voting, council.to_carry(votes))
    return Prospect(to_come, to_carry, tie, council.IN_MEETING, obstacles, warnings)


def _warnings(members: Collection[Seat], voting: Sequence[Seat], needed: int) -> list[str]:
    """Too few are left to speak for the body; or a decision will hang on votes that are marked."""
    found = []
    if voting and 2 * len(voting) <= len(members):
        found.append(
            f"Hoogstens de helft van het gremium beslist: {len(voting)} van {len(members)} leden mogen stemmen."
        )
    marked = [seat for seat in voting if seat.flagged]
    if marked and sum(seat.weight for seat in voting) - sum(seat.weight for seat in marked) < needed:
        found.append("Zonder de leden die hier eerder een andere hoed droegen is er geen meerderheid.")
    return found


def _heads(needed: int, voting: Sequence[Seat]) -> str:
    return f"{needed} van de {len(voting)} leden die mogen stemmen"


def _too_few(needed: int, coming: Collection[Seat], of: Collection[Seat]) -> str:
    away = len(of) - len(coming)
    return (
        f"Het quorum wordt niet gehaald: nodig zijn {needed} van de {len(of)} leden, en {away} van hen "
        f"{'is' if away == 1 else 'zijn'} afwezig zonder waarnemer."
    )


def _nobody(members: Collection[Seat]) -> str:
    return "Alle leden zijn verschoond: niemand mag stemmen." if members else "Dit gremium heeft nu geen leden."


def _majority(rule: Rule, votes: int) -> str:
    if rule.majority is Majority.NO_OBJECTION:
        return "niemand stemt tegen"
    abstaining = "wie zich onthoudt telt als tegen" if rule.abstentions_count else "wie zich onthoudt telt niet mee"
    return f"{votes_needed(rule, votes)} van {votes} stemmen als iedereen kiest ({KINDS[rule.majority]}); {abstaining}"


KINDS = {
    Majority.SIMPLE: "gewone meerderheid",
    Majority.TWO_THIRDS: "twee derde",
    Majority.UNANIMOUS: "unaniem",
}
TIES = {
    Tie.CHAIR: "de voorzitter beslist",
    Tie.SECOND_ROUND: "er volgt een tweede ronde",
    Tie.NEXT_MEETING: "het komt terug in een volgende vergadering",
    Tie.REJECTED: "het voorstel is verworpen",
}
