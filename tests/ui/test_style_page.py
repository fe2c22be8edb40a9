"""Components without inline style or script, terms and votes in words, and the look a visitor chose."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import RequestFactory

from ui.look import COOKIE, look, switch
from ui.style_page import style_page
from ui.templatetags.ui import term, vote_segments

COTTON = settings.BASE_DIR / "templates" / "cotton"


def shown() -> str:
    return style_page(RequestFactory().get("/stijl/")).content.decode()


def test_every_component_is_used_and_every_used_component_is_there() -> None:
    components = {path.stem.replace("_", "-") for path in COTTON.glob("*.html")}
    used = {name for path in COTTON.parent.rglob("*.html") for name in re.findall(r"<c-([\w-]+)", path.read_text())} - {
        "vars",
        "slot",
    }
    assert used == components


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    icons = set(Path(settings.BASE_DIR, "ui/icons.txt").read_text().split())
    named = {
        name for path in COTTON.parent.rglob("*.html") for name in re.findall(r'\bicon="([\w-]+)"', path.read_text())
    }
    assert named - icons == set()


def test_no_component_needs_inline_style_or_script() -> None:
    assert not re.search(r"\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", shown())


def test_a_chosen_look_is_sent_with_the_page_and_goes_round() -> None:
    factory = RequestFactory()
    for before, after in [("", "dark"), ("dark", "light"), ("light", ""), ("forged\"'>", "dark")]:
        factory.cookies[COOKIE] = before
        response = switch(factory.post("/weergave/"))
        assert response.cookies[COOKIE].value == after
        assert look(factory.get("/"))["colour_scheme"] == (before if before in ("dark", "light") else "")


def test_switching_the_look_never_sends_a_visitor_elsewhere() -> None:
    request = RequestFactory().post("/weergave/", headers={"referer": "https://elders.example/vang"})
    assert switch(request).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("due", "text", "kind"),
    [
        (date(2026, 11, 18), "3 dagen te laat", "danger"),
        (date(2026, 11, 20), "1 dag te laat", "danger"),
        (date(2026, 11, 21), "Vandaag", "warning"),
        (date(2026, 11, 22), "Morgen", "warning"),
        (date(2026, 11, 26), "Over 5 dagen", "neutral"),
        (date(2026, 12, 5), "Over 14 dagen", "plain"),
    ],
)
def test_a_term_says_how_far_off_it_is(due: date, text: str, kind: str) -> None:
    seen = term(due, date(2026, 11, 21))
    assert (seen.text, seen.kind) == (text, kind)


def test_a_term_with_a_time_tells_it() -> None:
    assert term(datetime(2026, 11, 26, 17, 0), date(2026, 11, 21)).written == "do 26 nov, 17.00 uur"
    assert term(datetime(2026, 11, 26, 23, 59), date(2026, 11, 21)).written == "do 26 nov", "the end of the day"


def test_a_bar_of_votes_says_in_words_what_it_shows() -> None:
    assert vote_segments(in_favour=4, with_remark=1, open=2)["spoken"] == (
        "5 van 7 stemmen uitgebracht: 4 voor, 1 voor met kanttekening, 0 tegen, 0 onthouding"
    )
    assert vote_segments()["spoken"].startswith("0 van 0")
