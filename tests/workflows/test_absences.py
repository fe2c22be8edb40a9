"""Being away and standing in, in cases and meetings: who is asked, who is named, and whose conduct it is."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit import clock
from audit.models import Act
from cases.models import Case, Presence
from config.demo.players import hat, open_task, who
from escalation.models import Notice
from roles import selectors, services
from roles.authorize import NotAllowed
from roles.models import Absence, Appointment, Person, Substitution
from roles.rules.standing_in import Extent
from roles.selectors.hats import acted_as
from tests.workflows import meet, play
from tests.workflows.visits import page, signed_in
from workflows import absences, ballots, endings
from workflows.absences import Holder
from workflows.flows import ALL
from workflows.meetings import quorum
from workflows.meetings.papers import data_of
from workflows.models import CaseTask
from workflows.selectors import inbox
from workflows.selectors import meetings as find
from workflows.services import reassign

pytestmark = pytest.mark.django_db


def person(name: str) -> Person:
    return Person.objects.get(user__username=name)


def lend(holder: str, by: str, *, body: str = "", extent: Extent | None = None) -> Substitution:
    return services.substitute(
        appointment=hat(holder, body), person=person(by), valid_from=clock.today(), valid_until=None, reason="Verlof",
        extent=extent or Extent(),
    )  # fmt: skip


def in_place(lent: Substitution) -> dict[str, Any]:
    """The hat of who stands in, as services want it."""
    return {
        "user_id": lent.substitute.user_id, "appointment_id": lent.appointment_id, "substitution_id": lent.pk,
    }  # fmt: skip


def away(name: str, days: int = 5) -> Absence:
    me = hat(name)
    return services.record_absence(
        person=me.person, scheme=me.position.body.scheme, valid_from=clock.today(), valid_until=play.in_days(days)
    )


def numbers(name: str) -> set[int]:
    user = person(name).user_id
    assert user is not None
    rows, _ = inbox.tasks(user, selectors.hats(user), selectors.scopes(user), inbox.Wish())
    assert inbox.tally(user, selectors.hats(user), selectors.scopes(user)).open == len(rows)
    return {row.case_id for row in rows}


@pytest.mark.long
def test_somebody_says_that_they_are_away_and_who_stands_in() -> None:
    femke, client, today = hat("femke"), signed_in("femke"), clock.today()
    shown = client.get(reverse("report-absence")).content.decode()
    assert "Wie neemt waar als inkoopadviseur" in shown
    assert "Olaf Brandsma" in shown
    assert "Els Houben" not in shown, "no colleague of hers"
    given = {
        "valid_from": today.isoformat(), "valid_until": play.in_days(9).isoformat(), "reason": "",
        f"seat-{femke.pk}": str(person("olaf").pk),
    }  # fmt: skip
    assert client.post(reverse("report-absence"), given).status_code == 302
    [lent] = Substitution.objects.filter(appointment=femke)
    assert (lent.substitute, lent.absence, lent.valid_until) == (person("olaf"), Absence.objects.get(), play.in_days(9))
    last, before = Act.objects.filter(chain=femke.position.body.scheme.chain).order_by("-seq")[:2]
    assert [(act.verb, act.actor, act.appointment) for act in (before, last)] == [
        ("record_absence", femke.person.actor, f"appointment/{femke.pk}"),
        ("substitute", femke.person.actor, f"appointment/{femke.pk}"),
    ]
    again = client.post(reverse("report-absence"), given | {f"seat-{femke.pk}": ""})
    assert again.status_code == 422
    assert "staat al een afwezigheid" in again.content.decode()
    assert "Olaf Brandsma" in page("femke", reverse("away"))
    assert "Femke Rutten" in page("olaf", reverse("away"))
    back = client.post(reverse("end-absence", args=[lent.absence_id]), {"last_day": today.isoformat()})
    assert back.status_code == 302
    lent.refresh_from_db()
    assert lent.valid_until == today


@pytest.mark.long
def test_a_holder_lets_a_colleague_stand_in_for_one_case() -> None:
    case, femke = play.brought_to("approach"), hat("femke")
    client, path = signed_in("femke"), reverse("lend-seat", args=[femke.pk])
    given = {
        "person": str(person("roy").pk), "valid_from": clock.today().isoformat(), "valid_until": "",
        "reason": "Drukte", "scope": "case", "case": "OPD-2020-9999",
    }  # fmt: skip
    assert "Er is geen zaak met dit nummer" in client.post(path, given).content.decode()
    assert client.post(path, given | {"case": case.number.lower()}).status_code == 302
    lent = Substitution.objects.get(appointment=femke)
    assert lent.extent == Extent("case", case.chain)
    for bad in ({"scope": "flow"}, {"scope": "onzin"}, {"person": "0"}, {"valid_from": "31-02-2026"}):
        assert client.post(path, given | bad).status_code == 422
    assert signed_in("roy").post(reverse("end-substitution", args=[lent.pk])).status_code == 404, "not his to end"


@pytest.mark.long
def test_who_stands_in_for_a_part_finds_and_sees_only_that_part() -> None:
    youth, support = play.brought_to("approach"), play.brought_to("approach", domain="support", care_form="huishouden")
    before = numbers("roy")
    for extent, found in [
        (Extent("case", youth.chain), {youth.pk}), (Extent("domain", "support"), {support.pk}),
        (Extent("flow", "commissioning"), {youth.pk, support.pk}), (Extent("flow", "amendment"), set()),
        (Extent(), {youth.pk, support.pk}),
    ]:  # fmt: skip
        lent = lend("femke", "roy", extent=extent)
        assert numbers("roy") - before == found
        services.end_substitution(substitution=lent, last_day=clock.today() - timedelta(days=1))
    lend("femke", "linda", extent=Extent("case", youth.chain))
    user = person("linda").user_id
    assert user is not None
    assert not any(scope.confidential for scope in selectors.scopes(user) if scope.on == "scheme")
    assert "Hoe-voorstel" in page("linda", "/")
    assert "Dit is niet uw taak" not in page("linda", url_of(youth))
    assert signed_in("linda").post(url_of(support), {"outcome": "proposed"}).status_code == 422


def url_of(case: Case) -> str:
    return reverse("task", args=[case.pk, open_task(case, "approach").pk])


def test_the_versions_of_a_flow_are_found_by_its_code() -> None:
    """`selectors.lent` looks for what one may do in one process by the names of modules."""
    for flow in ALL:
        module = flow.__module__.rpartition(".")[2]
        assert module in (flow.code, f"{flow.code}_{flow.version}")


@pytest.mark.long
def test_a_vote_in_another_place_is_ones_own_conduct_and_shows_both_names() -> None:
    case = play.brought_to("pho_decision")
    play.open_round(case, "pho_decision", "grant")
    lent = lend("noor", "els", body="pho")
    part = CaseTask.objects.get(case=case, part="vote", seat=lent.appointment)
    vote: dict[str, Any] = {"case_id": case.pk, "task_id": part.pk, "choice": "for"}
    ballots.cast_vote(**in_place(lent), **vote)
    assert person("els").pk in acted_as(["client"], [case.chain])
    assert person("noor").pk not in acted_as(["client"], [case.chain])
    both = f"{person('els')} namens {person('noor')}"
    for where in ("case", "case-history", "case-people"):
        assert both in page("anouk", reverse(where, args=[case.pk])), where
    assert both in page("victor", reverse("case-trail", args=[case.pk]))
    ballots.cast_vote(**who(lent.appointment), **vote)
    with pytest.raises(NotAllowed, match="zelf al gestemd"):
        ballots.cast_vote(**in_place(lent), **vote)
    assert both not in page("anouk", reverse("case", args=[case.pk])).partition("Geschiedenis")[0]


@pytest.mark.long
def test_in_a_meeting_it_is_who_sat_there_that_took_part() -> None:
    case = play.brought_to("pho_decision")
    lent = lend("noor", "els", body="pho")
    meeting = meet.convened(starts_at=clock.now())  # an hour ago it may have been yesterday
    [item] = meet.agenda_of(meeting, case)
    meet.record(meeting, [meet.voted(item, meeting, ["daan"])])
    meeting.refresh_from_db()
    there = Presence.objects.get(meeting=meeting, appointment=lent.appointment)
    assert (there.stood_in_by, there.who) == (person("els"), f"{person('els')} namens {person('noor')}")
    data = data_of(meeting, find.agenda(meeting, closed=True), left_out=0)
    assert there.who in [each["name"] for each in data["present"]]
    assert any(vote["member"].startswith(there.who) for vote in data["items"][0]["votes"])
    play.confirm(case, "pho_decision")
    assert person("els").pk in acted_as(["client"], [case.chain])
    assert person("noor").pk not in acted_as(["client"], [case.chain])


def test_who_declared_an_interest_takes_nobodys_place_in_a_meeting() -> None:
    case = play.brought_to("pho_decision")
    lend("noor", "els", body="pho")
    ballots.recuse(**who(hat("els")), case_id=case.pk, ground="Familie")
    with pytest.raises(NotAllowed, match="verschoond"):
        play.record(case, "pho_decision", "grant")


@pytest.mark.long
def test_what_somebody_took_up_goes_back_once_when_they_are_away_and_nobody_stands_in() -> None:
    case, femke = play.brought_to("approach"), hat("femke")
    task = open_task(case, "approach")
    reassign(**who(femke), case_id=case.pk, task_id=task.pk, to=femke.pk)
    lent = lend("femke", "roy")
    away("femke")
    assert endings.settle_all() == 0, "roy does it for her"
    services.end_substitution(substitution=lent, last_day=clock.today() - timedelta(days=1))
    assert endings.settle_all() == 1
    task.refresh_from_db()
    assert task.owner_id is None
    assert "omdat Femke Rutten afwezig is" in page("olaf", reverse("case-history", args=[case.pk]))
    assert Notice.objects.filter(task=task.pk, template="task_returned").count() == 1
    shown = page("gijs", "/wie-is-aan-zet/")
    assert "Femke Rutten</a> – afwezig tot en met" in shown
    reassign(**who(femke), case_id=case.pk, task_id=task.pk, to=femke.pk)
    assert endings.settle_all() == 0, "she took it up all the same"


@pytest.mark.long
def test_the_secretary_hears_once_that_too_few_members_will_come() -> None:
    meeting = meet.convened(starts_at=clock.now() + timedelta(days=3))
    told = Notice.objects.filter(meeting=meeting, template="quorum")
    assert quorum.watch() == 0
    names = ["noor", "daan", "fatima"]
    for name in names:
        away(name)
    assert quorum.watch() == 0, "four of seven is enough"
    last = away("joris")
    assert quorum.watch() == 1
    assert quorum.watch() == 0, "the same is not said twice"
    assert told.count() == 1
    shown = page("anouk", reverse("meeting", args=[meeting.pk]))
    assert "Er worden te weinig leden verwacht" in shown
    assert "4 van de 7 leden komen; 3 worden verwacht" in shown
    act = Act.objects.filter(chain=meeting.chain).latest("seq")
    assert (act.verb, act.actor, act.data["coming"], act.data["needed"]) == ("signal_quorum", "system", 3, 4)
    lend("noor", "els", body="pho")
    assert quorum.watch() == 1, "enough again"
    assert told.count() == 1
    assert "Er worden te weinig leden verwacht" not in page("anouk", reverse("meeting", args=[meeting.pk]))
    services.end_absence(absence=last, last_day=clock.today())
    assert quorum.watch() == 0


def test_who_keeps_the_register_records_that_somebody_is_away() -> None:
    linda, bea = hat("linda"), hat("bea")
    path = reverse("report-absence-for", args=[linda.person_id])
    given = {"valid_from": clock.today().isoformat(), "valid_until": "", "reason": "", "hat": str(bea.pk)}
    assert signed_in("bea").post(path, given).status_code == 302
    assert Act.objects.latest("pk").actor == bea.person.actor
    assert "Afwezigheid vastleggen" in page("bea", reverse("person", args=[linda.person_id]))
    assert "tot nader order" in page("gijs", reverse("person", args=[linda.person_id]))


def test_arranging_it_for_another_takes_the_register() -> None:
    femke, roy = hat("femke"), person("roy")
    assert roy.user_id is not None
    with pytest.raises(NotAllowed, match="niet \\(meer\\) van u"):
        absences.be_away(
            arranger=Holder(user_id=roy.user_id), seats={femke: roy}, valid_from=clock.today(), valid_until=None
        )
    assert not Absence.objects.exists()
    assert Appointment.objects.get(pk=femke.pk).valid_until is None
