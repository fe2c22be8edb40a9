"""A reporter's browser: without cookies, filling in what stands in the pages."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from tests.client import Client

ADDRESS = "/melden/"
EMPTY = {"identity": "anonymous", "name": "", "contact": "", "what": "", "when": "", "who": "", "known": ""}


class Reporter:
    """Each answer is kept as `page`; hidden fields of it go along with the next form."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or Client()
        self.answer: HttpResponseBase = HttpResponse()

    @property
    def page(self) -> str:
        assert isinstance(self.answer, HttpResponse)
        return self.answer.content.decode()

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}"\s+value="([^"]*)"', self.page)
        return unescape(found.group(1)) if found else ""

    def look(self) -> "Reporter":
        self.answer = self.client.get(ADDRESS)
        return self

    def does(self, act: str, /, **given: Any) -> "Reporter":
        """Sends a form, with the draft or the proof of the page that it is on."""
        carried = {name: self.hidden(name) for name in ("concept", "bewijs") if self.hidden(name)}
        self.answer = self.client.post(ADDRESS, {"doe": act, "compleet": "1", **carried, **given})
        return self

    def begins(self, channel: str = "limburg-noord") -> "Reporter":
        return self.does("nieuw", kanaal=channel)

    def previews(self, **given: Any) -> "Reporter":
        return self.does("bekijk", **{**EMPTY, **given})

    def sends(self, **given: Any) -> str:
        """From nothing to a receipt."""
        self.begins().previews(**given).does("verstuur")
        return self.receipt

    @property
    def receipt(self) -> str:
        found = re.search(r"(\d{4} \d{4} \d{4} \d{4})", self.page)
        assert found, self.page
        return found.group(1)

    def returns(self, receipt: str) -> "Reporter":
        return self.does("terug", receipt=receipt)

    def downloads(self, number: int = 0) -> bytes:
        found = re.findall(r'name="bestand"\s+value="([^"]*)"', self.page)[number]
        given = {"doe": "bestand", "bewijs": self.hidden("bewijs"), "bestand": found, "compleet": "1"}
        answer = self.client.post(ADDRESS, given)
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
