"""How a body decides that may not choose its own rule: the law on the algemeen bestuur.

Wgr 22 declares Gemeentewet 19, 20 and 28-33 applicable to it. Chosen where a body's besluitregel says `by_law`,
whatever the body is called. Nothing here is a setting; each outcome names the article that it rests on.

Several votes for one member (Wgr 13, where the regeling says so). The law counts members where it speaks of being
present and of taking part (20, 29), and votes where it speaks of the majority (30). So weights count for the majority
and for nothing else: one heavy member cannot be a quorum, and members who stay away cannot be outweighed.

Abstaining. Only at a roll call must everybody present vote for or against (32.2). In any other open vote a member may
keep out of it; they then took no part (29) and cast no vote (30), so a tie is never one of a complete meeting (32.6).

Votes on persons (31). Ballot papers are unsigned, so nothing here ever knows what one member voted. How many members
took part is the least number whose votes make up the papers that were handed in: exact where everybody present handed
theirs in or where votes are equal, and otherwise never more than there were.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from roles.rules.decision import Choice, Counts, Form, Member, Outcome, Result, Vote, counts_of, summary
from roles.rules.verdict import Granted, Refused, Verdict

OPENING = "Gemeentewet art. 20 lid 1 (Wgr art. 22)"
SECOND_CALL = "Gemeentewet art. 20 lid 2 en 3 (Wgr art. 22)"
RECUSAL = "Gemeentewet art. 28 (Wgr art. 22)"
VALIDITY = "Gemeentewet art. 29 lid 1 (Wgr art. 22)"
MAJORITY = "Gemeentewet art. 30 lid 1 (Wgr art. 22)"
PERSONS = "Gemeentewet art. 31 lid 1 (Wgr art. 22)"
REVOTE = "Gemeentewet art. 31 lid 2 (Wgr art. 22)"
LOT = "Gemeentewet art. 31 lid 3 (Wgr art. 22)"
ROLL_CALL = "Gemeentewet art. 32 lid 2 (Wgr art. 22)"
NO_VOTE_ASKED = "Gemeentewet art. 32 lid 3 (Wgr art. 22)"
POSTPONED = "Gemeentewet art. 32 lid 4 (Wgr art. 22)"
NOT_ADOPTED = "Gemeentewet art. 32 lid 5 (Wgr art. 22)"
IN_MEETING = "Wgr art. 22; Gemeentewet art. 20 en 32"

TOOK_SIDES = (Choice.FOR, Choice.FOR_WITH_REMARK, Choice.AGAINST)


@dataclass(frozen=True, slots=True)
class Secret:
    """What was in the box: valid papers for and against, and the rest, which are no votes (30.2). Lot: art. 31.3."""

    in_favour: int
    against: int
    blank: int = 0
    lot: Choice | None = None

    @property
    def papers(self) -> int:
        return self.in_favour + self.against + self.blank

    @property
    def tied(self) -> bool:
        return self.in_favour == self.against


@dataclass(frozen=True, slots=True)
class Earlier:
    """A vote that was held before in the same step, and what came of it."""

    on: date
    result: Result
    same_proposal: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """One proposal in one meeting. `present` are seats, recused ones too; `size` is of how many the board consists."""

    on: date
    form: Form
    present: frozenset[int]
    size: int
    second_call: bool = False
    earlier: Sequence[Earlier] = ()

    @property
    def reconvened(self) -> bool:
        """The proposal comes back because the votes were equal in an earlier meeting (32.4)."""
        return self._before(Result.NEXT_MEETING)

    @property
    def voted_invalidly_before(self) -> bool:
        """In an earlier meeting too few took part in the vote on it (29.2.a)."""
        return self._before(Result.INVALID)

    @property
    def is_revote(self) -> bool:
        """The votes on these persons were equal earlier in this meeting (31.2)."""
        return any(
            each.same_proposal and each.secret and each.result is Result.SECOND_ROUND and each.on == self.on
            for each in self.earlier
        )

    def _before(self, result: Result) -> bool:
        return any(each.same_proposal and each.result is result and each.on < self.on for each in self.earlier)


def to_open(sitting_members: int) -> int:
    """How many must be there: more than half of who sits, whether or not they may vote (20.1)."""
    return sitting_members // 2 + 1


def to_be_valid(may_vote: int) -> int:
    """How many must take part: more than half of who sits and need not keep out of it (29.1)."""
    return may_vote // 2 + 1


def to_carry(votes_cast: int) -> int:
    """The volstrekte meerderheid of the votes that were cast (30.1)."""
    return votes_cast // 2 + 1


def opens(members: Collection[Member], sitting: Sitting) -> bool:
    """Whether the meeting could be opened (20.1); one that was convened anew always can (20.3)."""
    return sitting.second_call or len(sitting.present) >= to_open(len(members))


def may_record(
    members: Collection[Member], votes: Collection[Vote], sitting: Sitting, secret: Secret | None = None
) -> Verdict:
    """Whether a meeting can have gone like this. What it came to is for `tally`."""
    verdict = _in_order(sitting)
    if not isinstance(verdict, Granted):
        return verdict
    if not opens(members, sitting):
        unvoted = not votes and secret is None
        return Granted() if unvoted else Refused("In een vergadering die niet opende is niet gestemd.", OPENING)
    if sitting.form is Form.SECRET:
        return _papers(members, votes, sitting, secret)
    return _by_name(members, votes, sitting)


def tally(
    members: Collection[Member], votes: Collection[Vote], sitting: Sitting, secret: Secret | None = None
) -> Outcome:
    """Count what `may_record` let through."""
    voting = {member.seat: member for member in members if not member.recused}
    counts = _secret_counts(members, sitting, secret) if secret else counts_of(voting, votes)
    counts = replace(counts, present=len(sitting.present))
    if not opens(members, sitting):
        return Outcome(Result.NOT_OPENED, counts, _not_opened(len(members), counts.present), OPENING)
    if not sitting.present & voting.keys():
        return Outcome(Result.INVALID, counts, "Geen van de aanwezigen mag over dit voorstel stemmen.", RECUSAL)
    if sitting.form is Form.HAMMERED:
        words = f"Niemand vroeg stemming: aangenomen met {counts.present} leden aanwezig."
        outcome = Outcome(Result.CARRIED, counts, words, NO_VOTE_ASKED)
    else:
        took_part = counts.voted if secret else sum(vote.choice in TOOK_SIDES for vote in votes)
        kept_out = sum(member.recused for member in members)
        complete = took_part == max(sitting.size, len(members)) - kept_out  # 32.6
        outcome = _decide(counts, took_part, sitting, secret, complete=complete)
    if secret or not outcome.quorate or not any(vote.flagged for vote in votes):
        return outcome
    return replace(outcome, without_flagged=_without_flagged(voting, votes, sitting))


def _decide(counts: Counts, took_part: int, sitting: Sitting, secret: Secret | None, *, complete: bool) -> Outcome:
    exempt = sitting.second_call or sitting.voted_invalidly_before  # 29.2
    if not counts.consenting + counts.against or (not exempt and took_part < to_be_valid(counts.members)):
        return Outcome(Result.INVALID, counts, _not_valid(counts.members, took_part), VALIDITY)
    if counts.consenting != counts.against:
        carried = counts.consenting > counts.against
        words = "Volstrekte meerderheid: aangenomen." if carried else "Geen volstrekte meerderheid: verworpen."
        result = Result.CARRIED if carried else Result.REJECTED
        return Outcome(result, counts, f"{summary(counts)} {words}", MAJORITY)
    return _tie_on_persons(counts, sitting, secret) if secret else _tie(counts, sitting, complete=complete)


def _tie(counts: Counts, sitting: Sitting, *, complete: bool) -> Outcome:
    """No casting vote for the chair: to the next meeting, unless this was one already or everybody has voted."""
    if sitting.reconvened:
        words = "De stemmen staken opnieuw, in de volgende vergadering: niet aangenomen."
        return Outcome(Result.REJECTED, counts, f"{summary(counts)} {words}", NOT_ADOPTED)
    if complete:
        words = "De stemmen staken in een voltallige vergadering: niet aangenomen."
        return Outcome(Result.REJECTED, counts, f"{summary(counts)} {words}", NOT_ADOPTED)
    words = "De stemmen staken: uitgesteld tot een volgende vergadering."
    return Outcome(Result.NEXT_MEETING, counts, f"{summary(counts)} {words}", POSTPONED)


def _tie_on_persons(counts: Counts, sitting: Sitting, secret: Secret) -> Outcome:
    if not sitting.is_revote:
        words = "De stemmen staken: in dezelfde vergadering volgt een herstemming."
        return Outcome(Result.SECOND_ROUND, counts, f"{summary(counts)} {words}", REVOTE)
    carried = secret.lot is Choice.FOR
    words = f"De stemmen staken opnieuw; het lot besliste: {'aangenomen' if carried else 'niet aangenomen'}."
    return Outcome(Result.CARRIED if carried else Result.REJECTED, counts, f"{summary(counts)} {words}", LOT)


def _without_flagged(voting: dict[int, Member], votes: Collection[Vote], sitting: Sitting) -> Outcome:
    """The quorum was there, by lawful members. Only what the flagged ones voted is left out."""
    counts = replace(counts_of(voting, [vote for vote in votes if not vote.flagged]), present=len(sitting.present))
    if counts.consenting == counts.against:
        return _tie(counts, sitting, complete=False)
    carried = counts.consenting > counts.against
    words = "Volstrekte meerderheid." if carried else "Geen volstrekte meerderheid."
    return Outcome(Result.CARRIED if carried else Result.REJECTED, counts, f"{summary(counts)} {words}", MAJORITY)


def _in_order(sitting: Sitting) -> Verdict:
    """What an earlier vote in this step asks of this one."""
    tied = [each.on for each in sitting.earlier if each.result is Result.NEXT_MEETING]
    if tied and sitting.on <= max(tied):
        return Refused(
            f"De stemmen staakten op {max(tied):%d-%m-%Y}. Het besluit is uitgesteld tot een volgende vergadering; "
            "vul de datum daarvan in.",
            POSTPONED,
        )
    last = sitting.earlier[-1] if sitting.earlier else None
    revote = last is not None and last.secret and last.result is Result.SECOND_ROUND and last.on == sitting.on
    if revote and not (sitting.form is Form.SECRET and last and last.same_proposal):
        return Refused("De stemmen staakten: leg nu de geheime herstemming over hetzelfde voorstel vast.", REVOTE)
    unopened = [each.on for each in sitting.earlier if each.result is Result.NOT_OPENED]
    if sitting.second_call and not (unopened and sitting.on > max(unopened)):
        return Refused(
            "Opnieuw bijeengeroepen kan alleen na een vergadering die door te weinig aanwezigen niet kon worden "
            "geopend, en ten minste 24 uur daarna. Leg die vergadering eerst vast.",
            SECOND_CALL,
        )
    return Granted()


def _by_name(members: Collection[Member], votes: Collection[Vote], sitting: Sitting) -> Verdict:
    """The votes of a hamerstuk, of an open vote and of a roll call."""
    choices = {vote.seat: vote.choice for vote in votes}
    if any(member.recused and member.seat in choices for member in members) or not choices.keys() <= sitting.present:
        return Refused("Wie zich verschoonde of afwezig was, stemt niet.", RECUSAL)
    owed = {member.seat for member in members if not member.recused and member.seat in sitting.present}
    if sitting.form is Form.ROLL_CALL:
        if any(choices.get(seat) not in (Choice.FOR, Choice.AGAINST) for seat in owed):
            return Refused(
                "Bij hoofdelijke oproeping stemt ieder aanwezig lid voor of tegen: onthouden, zwijgen of een "
                "kanttekening kan niet. Een stemverklaring hoort in de toelichting.",
                ROLL_CALL,
            )
    elif sitting.form is Form.VOTES and owed - choices.keys():
        return Refused("Geef van ieder aanwezig lid de stem, of dat het zich onthield.", MAJORITY)
    elif sitting.form is Form.HAMMERED and set(choices.values()) - {Choice.FOR}:
        return Refused("Bij een hamerstuk vroeg niemand stemming. Legde iemand een stem af, kies dan stem per lid.",
                       NO_VOTE_ASKED)  # fmt: skip
    return Granted()


def _papers(members: Collection[Member], votes: Collection[Vote], sitting: Sitting, secret: Secret | None) -> Verdict:
    """What was in the box agrees with who was there, and names nobody."""
    if votes or secret is None:
        return Refused("Bij een geheime stemming worden alleen aantallen vastgelegd, nooit wie wat stemde.", PERSONS)
    there = [member.weight for member in members if not member.recused and member.seat in sitting.present]
    if min(secret.in_favour, secret.against, secret.blank) < 0 or secret.papers > sum(there):
        return Refused(
            f"Er kunnen hoogstens {sum(there)} briefjes zijn ingeleverd: zoveel stemmen hebben de aanwezige leden die "
            "mogen stemmen.",
            PERSONS,
        )
    if secret.tied and sitting.is_revote:
        if secret.lot not in (Choice.FOR, Choice.AGAINST):
            return Refused("De stemmen staakten opnieuw: vul in wat het lot besliste.", LOT)
    elif secret.lot is not None:
        return Refused("Het lot beslist alleen als de stemmen ook bij de herstemming staken.", LOT)
    return Granted()


def _secret_counts(members: Collection[Member], sitting: Sitting, secret: Secret) -> Counts:
    weights = sorted(
        (member.weight for member in members if not member.recused and member.seat in sitting.present), reverse=True
    )
    took_part, left = 0, secret.papers
    while left > 0 and took_part < len(weights):
        left -= weights[took_part]
        took_part += 1
    return Counts(
        members=sum(not member.recused for member in members), voted=took_part, in_favour=secret.in_favour,
        with_remark=0, against=secret.against, abstained=0, blank=secret.blank,
    )  # fmt: skip


def _not_opened(sitting_members: int, present: int) -> str:
    return (
        f"De vergadering kon niet worden geopend: {present} van {sitting_members} zittende leden waren aanwezig, nodig "
        f"zijn er {to_open(sitting_members)}."
    )


def _not_valid(may_vote: int, took_part: int) -> str:
    return (
        f"De stemming is niet geldig: {took_part} van de {may_vote} leden die mogen stemmen namen deel, nodig zijn er "
        f"{to_be_valid(may_vote)}."
    )
