"""Meetings of the story: convened, held with an agenda, their decision list confirmed; or still to come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cases.models import Case, Meeting, Presence
from cases.services.ballots import Ballotpaper
from config.demo import players as p
from roles import selectors as roles
from roles.models import Appointment, Body
from workflows import meetings
from workflows.meetings import Treatment
from workflows.models import CaseTask

Data = dict[str, Any]


class Sitting:
    """One meeting as the story has it (fixtures/demo-*.toml): what is on the agenda, by title, and what came of it."""

    meeting: Meeting

    def __init__(self, scheme: str, data: Data) -> None:
        self.scheme, self.data = scheme, data

    def events(self, held_at: datetime) -> list[tuple[datetime, Callable[[], None]]]:
        """Those that happened, each with its moment; a meeting to come is only convened."""
        convened = held_at - timedelta(days=self.data.get("called_before", 9), hours=1)
        found: list[tuple[datetime, Callable[[], None]]] = [(convened, lambda: self.convene(held_at))]
        if self.data["days_ago"] > 0:
            found.append((held_at + timedelta(hours=2), self.record))
        if self.data.get("confirmed", True) and self.data["days_ago"] > 2:
            found.append((held_at + timedelta(days=1, hours=1), self.confirm))
        return found

    def convene(self, held_at: datetime) -> None:
        body = Body.objects.get(scheme__code=self.scheme, code=self.data["body"])
        secretary = Appointment.objects.select_related("person").get(
            position__body=body, kind=Appointment.Kind.SECRETARY
        )
        self.by = p.who(secretary)
        self.meeting = meetings.convene(**self.by, body_id=body.pk, starts_at=held_at, place=self.data["place"])
        tasks = [self._task(title).pk for title in self.data["agenda"]]
        meetings.put_on_agenda(**self.by, meeting_id=self.meeting.pk, task_ids=tasks)
        for point in self.data.get("points", {}):
            meetings.put_point(**self.by, meeting_id=self.meeting.pk, title=point)

    def record(self) -> None:
        self.meeting.refresh_from_db()
        there = roles.members(self.meeting.body)
        presence = {member.pk: Presence.State.PRESENT for member in there}
        votes = {member.person.user.username: member.pk for member in there if member.person.user}
        items = self.meeting.items.select_related("title", "case__title")
        failed = meetings.record(
            **self.by, meeting_id=self.meeting.pk, revision=self.meeting.revision, presence=presence,
            treatments=[self._treatment(item, votes) for item in items],
        )  # fmt: skip
        assert not failed, failed

    def confirm(self) -> None:
        self.meeting.refresh_from_db()
        chair = meetings.presider(self.meeting)
        assert chair is not None
        failed = meetings.confirm_list(**p.who(chair), meeting_id=self.meeting.pk, revision=self.meeting.revision)
        assert not failed, failed

    def _task(self, title: str) -> CaseTask:
        case = Case.objects.get(scheme__code=self.scheme, kind=Case.Kind.COMMISSION, title__content=title)
        waiting = CaseTask.objects.filter(case=case, finished=None, part="", position__body__code=self.data["body"])
        task: CaseTask = waiting.latest("pk")
        return task

    def _treatment(self, item: Any, votes: dict[str, int]) -> Treatment:
        if item.case is None:
            return Treatment(item_id=item.pk, words=self.data["points"][str(item.title)])
        said = self.data["agenda"].get(str(item.case.title), {"proposal": ""})
        papers = {
            votes[name]: Ballotpaper(choice=choice, motivation=words)
            for name, (choice, words) in said.get("votes", {}).items()
        }
        return Treatment(
            item_id=item.pk, proposal=said["proposal"], form="votes" if papers else "hammered", papers=papers,
            explanation=said.get("explanation", ""),
        )  # fmt: skip
