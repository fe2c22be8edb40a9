"""Who has to hear of a notice: who holds the position or the seat by now, and whoever stands in for them there."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from cases.models import Case
from cases.models.case import with_top
from escalation.models import Notice
from roles import selectors as roles
from roles.models import Position, Recusal
from roles.selectors import Attendant

# What is read with a notice: of which case or meeting it is, and what limits a substitution.
ABOUT = (*with_top("case__"), "meeting__body")

FLOWS = {
    Case.Kind.COMMISSION: "commissioning",
    Case.Kind.SIGNAL: "policy_signal",
}  # of the other kinds the process is called as they are

Addressee = tuple[int | None, int | None, int | None]  # position, seat, person


def audience(notices: Collection[Notice], today: date) -> dict[int, set[int]]:
    """The people of each notice, less who did it themselves. At most five queries, however many notices."""
    broad = [notice for notice in notices if not any(_addressee(notice))]
    with_part = _with_part({notice.case_id for notice in broad if notice.case_id})
    of_body = _positions({notice.meeting.body_id for notice in broad if notice.meeting})
    named: dict[int, set[Addressee]] = {}
    for notice in notices:
        if any(_addressee(notice)):
            named[notice.pk] = {_addressee(notice)}
        elif notice.case_id:
            named[notice.pk] = with_part[notice.case_id]
        elif notice.meeting:
            named[notice.pk] = {(position, None, None) for position in of_body[notice.meeting.body_id]}
    everybody = set().union(*named.values())
    holding = roles.attending({position for position, _, _ in everybody if position}, today)
    seated = roles.attending_seats({seat for _, seat, _ in everybody if seat}, today)
    found, away = {}, _kept_from(notices)
    for notice in notices:
        people: set[int] = set()
        for position, seat, person in named[notice.pk]:
            people |= {person} if person else set()
            people |= _concerned(notice, seated[seat] if seat else holding[position] if position else [])
        found[notice.pk] = people - {notice.by_id or 0} - away.get(notice.case_id or 0, set())
    return found


def _kept_from(notices: Collection[Notice]) -> dict[int, set[int]]:
    """Whom confidential cases are about: they hear nothing of them, whatever they hold. One query, if there are any."""
    secret = {notice.case.chain: notice.case.pk for notice in notices if notice.case and notice.case.confidential}
    found: dict[int, set[int]] = defaultdict(set)
    if secret:
        imposed = Recusal.objects.filter(chain__in=secret, imposed=True, withdrawn_at=None)
        for chain, person in imposed.values_list("chain", "person"):
            found[secret[chain]].add(person)
    return found


def _concerned(notice: Notice, attendants: Iterable[Attendant]) -> set[int]:
    """Who stands in for one case, domain or process alone hears of nothing else."""
    if notice.case is None:
        return {each.person_id for each in attendants}
    case = notice.case
    flow, domain = FLOWS.get(Case.Kind(case.kind), case.kind), case.domain
    return {
        each.person_id for each in attendants if each.covers(flow=flow, domain=domain, chains=case.chains)
    }  # fmt: skip


def _addressee(notice: Notice) -> Addressee:
    return notice.position_id, notice.seat_id, notice.person_id


def _with_part(case_ids: Collection[int]) -> dict[int, set[Addressee]]:
    """Who was told of something in these cases before, and who submitted them."""
    found: dict[int, set[Addressee]] = defaultdict(set)
    if case_ids:
        told = Notice.objects.filter(case__in=case_ids).values_list("case", "position", "seat", "person").distinct()
        for case, *addressee in told:
            found[case].add((addressee[0], addressee[1], addressee[2]))
        submitted = Case.objects.filter(pk__in=case_ids).values_list(
            "pk", "confidential", "submitted_by__position", "submitted_by__person"
        )
        for case, confidential, position, person in submitted:
            found[case].add((None, None, person) if confidential else (position, None, None))
    return found


def _positions(body_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if body_ids:
        for position, body in Position.objects.filter(body__in=body_ids).values_list("pk", "body"):
            found[body].append(position)
    return found
