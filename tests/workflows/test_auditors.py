"""What an auditor reads and for how long, noodtoegang, samples and findings, on cases that were played once."""

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest

from audit import clock
from audit.models import AccessRecord, Act
from audit.verify import verify
from cases.models import AuditFinding, Case, CaseAccess, Document, Improvement, Sample
from cases.rules import sampling
from cases.services.improvements import Action
from config.demo.players import hat, who
from escalation.models import Deadline, Message, Notice
from escalation.services.messages import expand
from roles import selectors as roles
from roles import services
from roles.authorize import NotAllowed
from roles.models import Appointment, EmergencyAccess, Scheme
from tests.client import Client
from tests.database import after
from tests.pages.world import World, worlds
from tests.races import at_once
from tests.roles.conftest import person, position, user
from tests.workflows import play
from workflows import auditing, clockwork, emergencies, improving
from workflows import services as moves
from workflows.pages.acts import outcome_of
from workflows.selectors.samples import Narrowed
from workflows.selectors.sight import visible

pytestmark = [pytest.mark.django_db, after(worlds)]

WHY = "De accountant vraagt dit vandaag, en de behandelaar is er niet."


@pytest.fixture
def world(played: dict[str, World]) -> World:
    return played["limburg-noord"]


def seen(name: str) -> set[int]:
    return set(visible(roles.scopes(user(name).pk)).values_list("pk", flat=True))


def page(name: str, path: str) -> int:
    client = Client()
    client.force_login(user(name))
    response = client.get(path)
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response.status_code


def case_of(document: Document) -> Case:
    assert document.case is not None
    return document.case


def engaged(**period: Any) -> Appointment:
    """Mallory, who was nobody, audits one period."""
    return services.appoint(
        person=person("mallory"), position=position("auditors/auditor"), valid_from=clock.today(), **period
    )


def taken(case: Case, by: str = "helene", **changes: Any) -> EmergencyAccess:
    asked: dict[str, Any] = {"number": case.number, "reason": WHY, "hours": 4, "scheme": case.scheme}
    return emergencies.take(**who(hat(by)), **(asked | changes))


def over(emergency: EmergencyAccess) -> AbstractContextManager[None]:
    return clock.moved_to(emergency.until + timedelta(minutes=1))


def reviewed(emergency: EmergencyAccess, by: str = "victor", body: str = "", **changes: Any) -> None:
    asked: dict[str, Any] = {"judgement": "justified", "note": "Het kon niet wachten."}
    emergencies.review(**who(hat(by, body)), emergency_id=emergency.pk, **(asked | changes))


def drawn(**changes: Any) -> Sample:
    asked: dict[str, Any] = {
        "scheme": Scheme.objects.get(code="limburg-noord"), "of": "cases", "way": "random", "purpose": "Jaarcontrole",
        "size": 3, "narrowed": Narrowed(), "seed": "2026",
    }  # fmt: skip
    return auditing.draw(**who(hat("victor")), **(asked | changes))


def found(case: Case, **changes: Any) -> AuditFinding:
    asked: dict[str, Any] = {
        "norm": "Besluit rolzuiverheid art. 4", "words": "De motivering ontbreekt.", "weight": "shortcoming",
        "action": Action(what="Motiveer alsnog.", owner=position("mgr/manager").pk, due_on=play.in_days(30)),
    }  # fmt: skip
    return auditing.record(**who(hat("victor")), case_id=case.pk, **(asked | changes))


# One period.


def test_an_engagement_opens_the_cases_that_ran_in_its_period_and_no_others(world: World) -> None:
    today = clock.today()
    appointment = engaged(reads_from=today - timedelta(days=30), reads_until=today)
    here = Case.objects.filter(scheme=world.voting.scheme, confidential=False)
    assert seen("mallory") == set(here.values_list("pk", flat=True))
    services.end_appointment(appointment=appointment, last_day=today, reason="Klaar")
    before = engaged_again(reads_until=today - timedelta(days=400))
    assert seen("mallory") == set(here.values_list("pk", flat=True))  # by the first, which holds today
    assert not CaseAccess.objects.filter(scope=f"appointment/{before.pk}").exists()


def engaged_again(**period: Any) -> Appointment:
    tomorrow = clock.today() + timedelta(days=1)
    return services.appoint(
        person=person("mallory"), position=position("auditors/auditor"), valid_from=tomorrow, **period
    )


def test_a_case_that_begins_later_is_in_no_earlier_period_and_one_that_runs_on_is(world: World) -> None:
    yesterday = clock.today() - timedelta(days=1)
    ended = engaged(reads_until=yesterday)
    fresh = play.submitted()
    assert fresh.pk not in seen("mallory")
    assert not CaseAccess.objects.filter(scope=f"appointment/{ended.pk}", case=fresh).exists()
    under_way = services.appoint(
        person=person("stefan"), position=position("auditors/auditor"), valid_from=clock.today(),
        reads_from=clock.today(),
    )  # fmt: skip
    assert CaseAccess.objects.filter(scope=f"appointment/{under_way.pk}", case=fresh).exists()
    assert verify().findings == []


def test_only_who_supervises_reads_a_period() -> None:
    with pytest.raises(NotAllowed, match="toezicht"):
        services.appoint(
            person=person("mallory"), position=position("mgr/director"), valid_from=clock.today(),
            reads_from=clock.today(),
        )  # fmt: skip


def test_who_reads_a_period_is_in_no_group_that_sees_all(world: World) -> None:
    engaged(reads_until=clock.today() - timedelta(days=400))
    services.sync_memberships()
    assert not user("mallory").groups.exists()
    assert not user("mallory").has_perm("roles.view_cases", world.voting.scheme)
    assert page("mallory", f"/opdrachten/{world.voting.pk}/") == 404


# Nothing sealed, and everything on record.


def test_a_secret_is_not_for_an_auditor(world: World) -> None:
    for level, status in (("confidential", 200), ("secret", 404)):
        document = world.documents[level]
        path = f"/opdrachten/{document.case_id}/stukken/{document.pk}/1/"
        assert page("victor", path) == status, level
        assert page("helene", path) == 200, level
    assert page("victor", f"/opdrachten/{world.sealed.pk}/") == 404


@pytest.mark.long
def test_each_page_that_an_auditor_reads_leaves_one_record_and_of_others_none(world: World) -> None:
    case, document = world.voting, world.documents["internal"]
    for name, expected in (("victor", True), ("helene", False)):
        before = AccessRecord.objects.count()
        for path in ("", "geschiedenis/", "stukken/", f"stukken/{document.pk}/1/", "procesplaat.bpmn"):
            assert page(name, f"/opdrachten/{case.pk}/{path}") == 200
        assert page(name, "/escalaties/") == 200
        assert page(name, "/opdrachten/987654321/") == 404
        assert AccessRecord.objects.count() - before == (6 if expected else 0), name
    subjects = AccessRecord.objects.filter(chain=case.chain, actor=person("victor").actor).order_by("pk")
    assert list(subjects.values_list("subject", flat=True)) == [
        "page/case", "page/case-history", "page/case-documents", f"document/{document.pk}/1", "page/bpmn",
    ]  # fmt: skip


# Noodtoegang.


def test_noodtoegang_opens_a_confidential_case_at_once_and_tells_of_it(world: World) -> None:
    case = world.sealed
    assert page("helene", f"/opdrachten/{case.pk}/") == 404
    emergency = taken(case)
    assert page("helene", f"/opdrachten/{case.pk}/") == 200
    looks = AccessRecord.objects.filter(chain=case.chain, actor=person("helene").actor)
    assert list(looks.values_list("subject", flat=True)) == ["page/case"]
    assert set(Notice.objects.filter(case=case, by=person("helene")).values_list("template", flat=True)) == {
        "emergency_taken", "emergency_review",
    }  # fmt: skip
    expand()
    told = set(
        Message.objects.filter(notice__template="emergency_review").values_list("person__user__username", flat=True)
    )
    assert told == {"bram", "victor"}
    assert Message.objects.filter(notice__template="emergency_taken", person__user__username="carla").exists()
    act = Act.objects.filter(chain=case.chain, verb="take_emergency").latest("seq")
    assert act.data["emergency"] == emergency.pk
    assert verify().findings == []


def test_by_noodtoegang_one_reads_and_does_nothing(world: World) -> None:
    taken(world.sealed)
    client = Client()
    client.force_login(user("helene"))
    assert client.get(f"/opdrachten/{world.sealed.pk}/opmerking/").status_code == 200
    assert client.post(f"/opdrachten/{world.sealed.pk}/opmerking/", {"words": "Ik was hier."}).status_code == 404


def test_it_ends_by_itself(world: World) -> None:
    emergency = taken(world.sealed)
    with over(emergency):
        assert page("helene", f"/opdrachten/{world.sealed.pk}/") == 404
        assert not any(scope.on == "emergency" for scope in roles.scopes(user("helene").pk))


def test_who_took_it_ends_it_and_it_is_judged_all_the_same(world: World) -> None:
    with clock.moved_to(clock.now() - timedelta(hours=2)):
        emergency = taken(world.sealed)
    was_until, before = emergency.until, Deadline.objects.get(emergency=emergency)
    emergencies.end(**who(hat("helene")), emergency_id=emergency.pk)
    assert page("helene", f"/opdrachten/{world.sealed.pk}/") == 404
    assert not any(scope.on == "emergency" for scope in roles.scopes(user("helene").pk))
    emergency.refresh_from_db()
    deadline = Deadline.objects.get(emergency=emergency)
    assert emergency.opened_at < emergency.until < was_until
    assert (deadline.state, deadline.starts_at) == ("armed", emergency.until)
    assert deadline.due_at <= before.due_at
    assert emergencies.would_end(emergency) == was_until
    assert Act.objects.get(chain=world.sealed.chain, verb="end_emergency").data["emergency"] == emergency.pk
    told = Notice.objects.filter(case=world.sealed, template="emergency_review").order_by("id")
    reviewers = emergencies.reviewers(world.sealed.scheme)  # when it was taken, and when it ended
    assert list(told.values_list("position_id", flat=True)) == [*reviewers, *reviewers]
    with pytest.raises(NotAllowed, match="al geëindigd"):
        emergencies.end(**who(hat("helene")), emergency_id=emergency.pk)
    reviewed(emergency)
    assert verify().findings == []


def test_nobody_ends_that_of_another(world: World) -> None:
    emergency = taken(world.sealed)
    with pytest.raises(NotAllowed, match="van een ander"):
        emergencies.end(**who(hat("victor")), emergency_id=emergency.pk)
    with pytest.raises(NotAllowed, match="niet bij uw functie"):
        emergencies.end(**who(hat("roy")), emergency_id=emergency.pk)
    assert page("victor", f"/audit/noodtoegang/{emergency.pk}/beeindigen/") == 404


@pytest.mark.long
def test_its_page_ends_it_and_says_until_when_it_was_taken(world: World) -> None:
    with clock.moved_to(clock.now() - timedelta(hours=1)):
        emergency = taken(world.sealed)
    client, address = Client(), f"/audit/noodtoegang/{emergency.pk}/"
    client.force_login(user("helene"))
    assert "Nu beëindigen" in client.get(address).text
    assert "Nu beëindigen" in client.get(f"/opdrachten/{world.sealed.pk}/").text
    told = client.post(f"{address}beeindigen/", {"hat": hat("helene").pk}, follow=True).text
    assert "is geëindigd" in told
    assert "eerder beëindigd, genomen tot" in told
    assert "Nu beëindigen" not in told
    again = {"hat": hat("helene").pk, "number": world.sealed.number, "reason": WHY, "hours": "30"}
    told = client.post("/audit/noodtoegang/nieuw/", again, follow=True).text
    assert f"U hebt 30 uur noodtoegang tot {world.sealed.number}." in told


@pytest.mark.usefixtures("committed")
def test_of_two_who_end_it_at_once_one_is_told(world: World) -> None:
    emergency = taken(world.sealed)
    results = at_once(
        *[lambda: emergencies.end(**who(hat("helene")), emergency_id=emergency.pk)] * 2
    )  # fmt: skip
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotAllowed"]
    assert Act.objects.filter(chain=world.sealed.chain, verb="end_emergency").count() == 1


def test_it_ends_with_the_appointment_that_it_was_taken_in(world: World) -> None:
    taken(case_of(world.documents["secret"]), by="victor", hours=72)
    services.end_appointment(appointment=hat("victor"), last_day=clock.today(), reason="Opdracht teruggegeven")
    assert any(scope.on == "emergency" for scope in roles.scopes(user("victor").pk))
    with clock.moved_to(clock.now() + timedelta(days=1)):
        assert not any(scope.on == "emergency" for scope in roles.scopes(user("victor").pk))


def test_a_judge_reads_what_was_opened_by_its_title_unless_it_is_secret(world: World) -> None:
    open_to_all, secret = world.documents["internal"], world.documents["secret"]
    emergency = taken(case_of(secret), by="victor")
    for document in (open_to_all, secret):
        assert page("victor", f"/opdrachten/{document.case_id}/stukken/{document.pk}/1/") == 200
    client = Client()
    client.force_login(user("bram"))
    told = client.get(f"/audit/noodtoegang/{emergency.pk}/").text
    assert f"Stuk ‘{open_to_all.title}’, versie 1" in told
    assert f"Stuk {secret.pk}, versie 1" in told
    assert f"‘{secret.title}’" not in told


def test_it_opens_a_secret_document_to_an_auditor_in_that_case_alone(world: World) -> None:
    document = world.documents["secret"]
    path = f"/opdrachten/{document.case_id}/stukken/{document.pk}/1/"
    taken(case_of(document), by="victor")
    assert page("victor", path) == 200
    assert AccessRecord.objects.filter(subject=f"document/{document.pk}/1", actor=person("victor").actor).count() == 1
    secrets = Document.objects.filter(classification="secret").exclude(case=document.case_id)
    assert not secrets.exists() or page("victor", f"/opdrachten/{secrets[0].case_id}/stukken/{secrets[0].pk}/1/") == 404


@pytest.mark.parametrize(
    ("by", "changes", "reason"),
    [
        ("helene", {"number": "OPD-1999-0001"}, "geen zaak met dit nummer"),
        ("helene", {"reason": "spoed"}, "niet kan wachten"),
        ("helene", {"hours": 500}, "72 uur"),
        ("roy", {}, "Deze stap hoort niet bij uw functie"),
    ],
)
def test_it_is_refused_in_words(world: World, by: str, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        taken(world.sealed, by=by, **changes)


def test_where_nothing_is_closed_there_is_nothing_to_take(world: World) -> None:
    with pytest.raises(NotAllowed, match="niets gesloten"):
        taken(world.small)


def test_the_person_that_a_case_is_about_finds_none(world: World) -> None:
    about = hat("gijs")
    services.appoint(person=about.person, position=position("mgr/director"), valid_from=clock.today())
    director = Appointment.objects.get(person=about.person, position=position("mgr/director"))
    with pytest.raises(NotAllowed, match="geen zaak met dit nummer"):
        emergencies.take(
            **who(director), scheme=world.sealed.scheme, number=world.sealed.number, reason=WHY, hours=2
        )  # fmt: skip


def test_a_second_person_judges_it_afterwards_and_in_time(world: World) -> None:
    emergency = taken(world.sealed)
    deadline = Deadline.objects.get(emergency=emergency)
    with pytest.raises(NotAllowed, match="loopt nog"):
        reviewed(emergency)
    with over(emergency):
        with pytest.raises(NotAllowed, match="niet bij uw functie"):
            reviewed(emergency, by="helene")
        reviewed(emergency, judgement="unjustified")
        with pytest.raises(NotAllowed, match="al nagekeken"):
            reviewed(emergency, by="bram", body="ab")
    deadline.refresh_from_db()
    assert (deadline.state, deadline.ended_at is not None) == ("ended", True)
    assert Act.objects.get(chain=world.sealed.chain, verb="review_emergency").outcome == "unjustified"
    assert verify().findings == []


def test_an_auditor_does_not_judge_their_own(world: World) -> None:
    emergency = taken(case_of(world.documents["secret"]), by="victor")
    with over(emergency), pytest.raises(NotAllowed, match="zelf"):
        reviewed(emergency)


def test_one_that_nobody_judged_in_time_is_put_on_record(world: World) -> None:
    emergency = taken(world.sealed)
    deadline = Deadline.objects.get(emergency=emergency)
    play.make_due(deadline)
    assert clockwork.fire(deadline.pk)
    assert not clockwork.fire(deadline.pk)
    assert Act.objects.get(chain=world.sealed.chain, verb="deadline", outcome="review_missed")
    with over(emergency):
        reviewed(emergency)
    deadline.refresh_from_db()
    assert (deadline.state, deadline.ended_at is not None) == ("fired", True)


@pytest.mark.usefixtures("committed")
def test_of_two_who_judge_at_once_one_is_told(world: World) -> None:
    emergency = taken(world.sealed)
    with over(emergency):
        results = at_once(lambda: reviewed(emergency), lambda: reviewed(emergency, by="bram", body="ab"))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotAllowed"]
    assert Act.objects.filter(chain=world.sealed.chain, verb="review_emergency").count() == 1


# Nothing in cases.


def test_an_auditor_does_nothing_in_a_case(world: World) -> None:
    with pytest.raises(NotAllowed, match="handelt niet in een zaak"):
        moves.comment(**who(hat("victor")), case_id=world.small.pk, words="Let op.")


# Samples.


def test_a_sample_is_drawn_again_from_what_was_frozen(world: World) -> None:
    sample = drawn()
    there = sampling.unpack(bytes(sample.population))
    assert f"case/{world.voting.pk}" in there
    assert f"case/{world.sealed.pk}" not in there
    assert not any(each.removeprefix("case/") == str(world.sealed.pk) for each in there)
    assert (sample.counted, sample.digest) == (len(there), sampling.digest(there))
    fresh = play.submitted()
    assert auditing.drawn_again(Sample.objects.get(pk=sample.pk))
    again = drawn(seed="2026")
    assert f"case/{fresh.pk}" in sampling.unpack(bytes(again.population))
    act = Act.objects.filter(chain=sample.scheme.chain, verb="draw_sample").order_by("seq")[0]
    assert (act.data["seed"], act.data["digest"]) == ("2026", sample.digest)
    assert verify().findings == []


def test_acts_are_drawn_too_and_a_seed_is_made_where_none_is_given(world: World) -> None:
    sample = drawn(of="acts", seed="", size=20, narrowed=Narrowed(verb="complete"))
    assert len(sample.seed) == 32
    items = list(sample.items.all())
    assert len(items) == 20
    for item in items:
        assert item.number is not None
        assert Act.objects.get(chain=f"case/{item.case_id}", seq=item.number).verb == "complete"
    assert auditing.drawn_again(sample)


def test_all_acts_of_what_an_auditor_sees_are_drawn_from(world: World) -> None:
    chains = [f"case/{number}" for number in seen("victor") if number != world.sealed.pk]
    assert drawn(of="acts").counted == Act.objects.filter(chain__in=chains).count()


def test_by_risk_each_says_why(world: World) -> None:
    sample = drawn(way="risk", seed="", size=5)
    items = list(sample.items.all())
    assert items
    assert [item.score for item in items] == sorted((item.score for item in items), reverse=True)
    assert all(item.score == sampling.score(item.signs) > 0 for item in items)
    assert auditing.drawn_again(sample)


def test_of_two_who_judge_an_item_the_second_is_told(world: World) -> None:
    item = drawn().items.all()[0]
    auditing.judge(**who(hat("victor")), item_id=item.pk, judgement="fine")
    with pytest.raises(NotAllowed, match="voor"):
        auditing.judge(**who(hat("victor")), item_id=item.pk, judgement="finding", note="Toch niet.")
    auditing.judge(
        **who(hat("victor")), item_id=item.pk, judgement="finding", note="Toch niet.", expected="fine"
    )  # fmt: skip
    item.refresh_from_db()
    assert str(item.note) == "Toch niet."


# Findings.


@pytest.mark.long
def test_a_finding_is_an_action_in_the_register_until_the_auditor_closes_it(world: World) -> None:
    before, last = Case.objects.values("state", "phase").get(pk=world.voting.pk), Act.objects.latest("pk").pk
    finding = found(world.voting, number=1)
    improvement = Improvement.objects.get(finding=finding)
    assert (improvement.owner, improvement.status) == (position("mgr/manager"), "open")
    assert Deadline.objects.get(improvement=improvement).state == "armed"
    with pytest.raises(NotAllowed, match="nog niet geantwoord"):
        auditing.close(**who(hat("victor")), finding_id=finding.pk, conclusion="In orde.")
    say: dict[str, Any] = {"improvement_id": improvement.pk, "status": "done", "words": "De motivering is aangevuld."}
    improving.progress(**who(hat("roy")), **say)
    auditing.give_back(**who(hat("victor")), finding_id=finding.pk, words="Zonder datum telt zij niet.")
    improvement.refresh_from_db()
    assert improvement.status == "open"
    improving.progress(**who(hat("roy")), **say)
    auditing.close(**who(hat("victor")), finding_id=finding.pk, conclusion="In orde.")
    finding.refresh_from_db()
    assert (finding.state, str(finding.conclusion)) == ("closed", "In orde.")
    with pytest.raises(NotAllowed, match="al afgesloten"):
        auditing.close(**who(hat("victor")), finding_id=finding.pk, conclusion="Nogmaals.")
    assert Case.objects.values("state", "phase").get(pk=world.voting.pk) == before
    verbs = Act.objects.filter(chain=world.voting.chain, verb__endswith="_finding", pk__gt=last).order_by("seq")
    assert list(verbs.values_list("verb", flat=True)) == ["record_finding", "return_finding", "close_finding"]
    assert page("marleen", f"/opdrachten/{world.voting.pk}/geschiedenis/") == 200
    assert verify().findings == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"number": 98765}, "geen handeling met dit nummer"),
        ({"action": Action(what="x", owner=987654, due_on=date(2026, 12, 31))}, "rol van deze regeling"),
        ({"action": Action(what="x", owner=1, due_on=date(2020, 1, 1))}, "nog komt"),
    ],
)
def test_a_finding_is_refused_in_words(world: World, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotAllowed, match=reason):
        found(world.small, **changes)


def test_nobody_else_finds_anything(world: World) -> None:
    with pytest.raises(NotAllowed, match="niet bij uw functie"):
        auditing.record(
            **who(hat("roy")), case_id=world.small.pk, norm="n", words="w", weight="remark",
            action=Action(what="x", owner=position("mgr/manager").pk, due_on=play.in_days(3)),
        )  # fmt: skip


@pytest.mark.parametrize("said", ["shortcoming", "fine", "done", "busy", "action_missed"])
def test_what_an_act_says_of_a_judgement_is_in_words(said: str) -> None:
    assert outcome_of(None, said) != said
