"""What a ballot amounts to: its rows as the rules want them, counted by the body's own rule or by the law."""

from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from cases import selectors
from cases.models import Ballot, Vote
from roles.models import Appointment, DecisionRule
from roles.rules import council, decision
from roles.rules.verdict import Granted, Refused, Verdict

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def outcome_of(ballot: Ballot) -> decision.Outcome:
    """What the votes amount to now."""
    members, votes = members_of(ballot), votes_of(ballot)
    if ballot.rule.by_law:
        return council.tally(members, votes, sitting_of(ballot), secret_of(ballot))
    return decision.tally(
        members, votes, rule_of(ballot.rule), written=ballot.way == Ballot.Way.WRITTEN,
        round_number=2 if any(each.same_proposal and each.result in decision.TIED for each in earlier(ballot)) else 1,
    )  # fmt: skip


def in_order(ballot: Ballot) -> Verdict:
    """Whether it can have gone like this: by law, or by a tie that waits for a later meeting."""
    if ballot.rule.by_law:
        return council.may_record(members_of(ballot), votes_of(ballot), sitting_of(ballot), secret_of(ballot))
    tied = [each.on for each in earlier(ballot) if each.result is decision.Result.NEXT_MEETING]
    if tied and (ballot.meeting_date is None or ballot.meeting_date <= max(tied)):
        return Refused(
            f"De stemmen staakten op {max(tied):%d-%m-%Y}. Het voorstel komt terug in een latere vergadering.",
            ballot.rule.basis,
        )
    return Granted()


def silence_is_in_favour(ballot: Ballot) -> bool:
    """Whether a member who was there without a vote of their own counts as in favour."""
    if ballot.rule.by_law:
        hammered = ballot.form == Ballot.Form.HAMMERED
        return hammered and council.opens(members_of(ballot), sitting_of(ballot))
    return ballot.form != Ballot.Form.SECRET


def members_of(ballot: Ballot) -> list[decision.Member]:
    return [
        decision.Member(seat.pk, seat.weight, seat.appointment.kind == Appointment.Kind.CHAIR, seat.recused)
        for seat in ballot.seats.select_related("appointment")
    ]


def votes_of(ballot: Ballot) -> list[decision.Vote]:
    """Without what was voted by who is recused since."""
    cast = Vote.objects.filter(ballot=ballot, seat__recused=False)
    return [decision.Vote(vote.seat_id, decision.Choice(vote.choice), vote.flagged) for vote in cast]


def sitting_of(ballot: Ballot) -> council.Sitting:
    """The meeting, as the law looks at it."""
    assert ballot.meeting_date is not None
    return council.Sitting(
        on=ballot.meeting_date, form=decision.Form(ballot.form), size=ballot.rule.seats,
        present=frozenset(ballot.seats.filter(present=True).values_list("pk", flat=True)),
        second_call=ballot.second_call, earlier=earlier(ballot),
    )  # fmt: skip


def secret_of(ballot: Ballot) -> council.Secret | None:
    kept = ballot.secret_counts
    if kept is None:
        return None
    lot = decision.Choice(kept["lot"]) if kept["lot"] else None
    return council.Secret(in_favour=kept["for"], against=kept["against"], blank=kept["blank"], lot=lot)


def earlier(ballot: Ballot) -> list[council.Earlier]:
    """The ballots before this one in the same step that were counted, in order.

    A meeting that was convened anew comes after the one that could not be opened, whether or not a ballot says so.
    """
    first = ballot.meeting.second_call_of if ballot.meeting else None
    unopened = []
    if first is not None and first.quorate is False:
        on = first.starts_at.astimezone(AMSTERDAM).date()
        unopened.append(council.Earlier(on=on, result=decision.Result.NOT_OPENED))
    before = Ballot.objects.filter(task=ballot.task, number__lt=ballot.number).exclude(tally={}).order_by("number")
    return unopened + [
        council.Earlier(
            on=_held_on(each), result=decision.Result(each.tally["result"]),
            same_proposal=each.proposal == ballot.proposal, secret=each.form == Ballot.Form.SECRET,
        )
        for each in before
    ]  # fmt: skip


def _held_on(ballot: Ballot) -> date:
    return ballot.meeting_date or (ballot.closes_at or ballot.opened_at).astimezone(AMSTERDAM).date()


def rule_of(row: DecisionRule) -> decision.Rule:
    return decision.Rule(
        quorum=Fraction(row.quorum_numerator, row.quorum_denominator),
        quorum_exceeds=row.quorum_exceeds,
        majority=decision.Majority(row.majority),
        abstentions_count=row.abstentions_count,
        tie=decision.Tie(row.tie),
    )


def frozen(outcome: decision.Outcome, ballot: Ballot) -> dict[str, Any]:
    """The result as it stays, with the article or the version of the rule that it was counted by."""
    counts, rule = outcome.counts, ballot.rule
    return {
        "result": outcome.result,
        "explanation": outcome.explanation,
        "rule": f"{rule.body.code} v{rule.version}",
        "article": outcome.article or rule.basis,
        "form": ballot.form,
        "members": counts.members,
        "present": counts.present,
        "voted": counts.voted,
        "for": counts.in_favour,
        "for_with_remark": counts.with_remark,
        "against": counts.against,
        "abstain": counts.abstained,
        "blank": counts.blank,
        "without_flagged": outcome.without_flagged.explanation if outcome.without_flagged else "",
        "hinges_on_flagged": outcome.hinges_on_flagged,
        "uncomparable": _uncomparable(ballot),
    }


def _uncomparable(ballot: Ballot) -> int:
    """How many who wore another hat before took part in a secret vote: what they voted cannot be left out."""
    if ballot.form != Ballot.Form.SECRET:
        return 0
    there = ballot.seats.filter(present=True, recused=False)
    return there.filter(appointment__person__in=selectors.people_of_the_other_side(ballot)).count()
