"""Somebody at a page: signs in, sees a form as it is shown, fills in what differs, and sends it."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse

from cases.models import Case
from tests.client import Client
from tests.workflows.play import open_task
from workflows.models import CaseTask

Values = Mapping[str, Any]


def at(username: str) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def url(case: Case, step: str, *, part: str = "", user: str = "") -> str:
    """The page of the open task of a step; of one member where it has several."""
    waiting = CaseTask.objects.filter(case=case, finished=None, part=part, seat__person__user__username=user)
    found = waiting.get() if user else open_task(case, step, part=part)
    return reverse("task", args=[case.pk, found.pk])


def of_municipality(case: Case, name: str) -> str:
    """The page on which one municipality answers."""
    return reverse("task", args=[case.pk, CaseTask.objects.get(case=case, finished=None, organisation__code=name).pk])


def shown(client: Client, where: str) -> dict[str, list[str]]:
    """The fields of the form on a page, with what stands in them."""
    response = client.get(where)
    assert response.status_code == 200, response.status_code
    form = _Form()
    form.feed(response.content.decode())
    return form.fields


def send(client: Client, where: str, changes: Values, *, without: tuple[str, ...] = ()) -> Any:
    """Fill in what differs and send it, files too."""
    fields: dict[str, Any] = {name: values for name, values in shown(client, where).items() if name not in without}
    return client.post(where, {**fields, **changes})


def said(response: Any) -> str:
    """The words on a page, without its markup."""
    words = _Words()
    words.feed(response.content.decode())
    return " ".join(" ".join(words.found).split())


class _Form(HTMLParser):
    """What a browser would send of the main form, before anybody types."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._inside = False
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._inside = "form" in (given.get("class") or "").split()
        elif not self._inside:
            return
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self.fields.setdefault(name, []).append(value or "on")
        elif tag == "input" and given.get("type") != "file" and name != "csrfmiddlewaretoken":
            self.fields[name] = [value]
        elif tag == "textarea":
            self._area, self.fields[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in given or self._select not in self.fields):
            self.fields[self._select] = [value]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] = [(self.fields[self._area][0] + data).removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._inside = False


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)
