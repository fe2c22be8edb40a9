"""Melden: everything that who reports sees and does, at one address (ADR 49).

There is no account, no session and no cookie, and no other address: a browser's history, or a line that some server on
the way keeps, tells only that somebody looked. Every step is the answer to a form; what it needs is in that form.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from cases.rules.sealing import Broken
from escalation.whistleblowing import files, seats
from escalation.whistleblowing.files import Enclosed
from escalation.whistleblowing.forms import reporter as forms
from escalation.whistleblowing.forms import uploads
from escalation.whistleblowing.models import Channel, Keyholder
from escalation.whistleblowing.pages import conversation, rates
from escalation.whistleblowing.pages.guard import for_reporters
from escalation.whistleblowing.pages.rates import SENT, WRONG
from escalation.whistleblowing.rules import vault
from escalation.whistleblowing.rules.authorities import AUTHORITIES
from escalation.whistleblowing.sealed import sealed
from escalation.whistleblowing.services import drafts, intake, returning
from escalation.whistleblowing.services.drafts import Draft
from escalation.whistleblowing.services.intake import Told
from escalation.whistleblowing.services.returning import Over, Visitor

OK, GONE, TOO_MUCH, UNFIT, TOO_OFTEN, SHUT = 200, 410, 413, 422, 429, 503
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)  # no script at all

GONE_FILES = "Een bestand wachtte te lang en is verwijderd. Kies het opnieuw."
OVER = "U was een half uur weg of sloot het gesprek. Vul uw code opnieuw in."
UNSENT = "Er is niets verstuurd: bij een van de formulieren hieronder ontbreekt iets."
UNKNOWN = "Met deze code vinden wij niets. Kijk na wat u overschreef."
OFTEN = "Te vaak geprobeerd vanaf uw netwerk. Wacht tien minuten."
NOBODY = (
    "Zo blijft er niemand over die uw melding mag behandelen. Laat ten minste één naam vrij, of meld bij een van de "
    "externe meldkanalen."
)


@dataclass(slots=True)
class Asked:
    """What was sent. `carried`: its files are in a draft now, or with a report."""

    request: HttpRequest
    kept: list[Enclosed]
    problem: str = ""
    carried: bool = field(default=False)

    def given(self, name: str) -> str:
        return str(self.request.POST.get(name, ""))


@for_reporters
def reporter(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _start()
    sealing, problem = uploads.read(request)
    asked = Asked(request, sealing.kept, problem)
    try:
        return ANSWERS.get(asked.given("doe") if not problem else "", _lost)(asked)
    finally:
        if not asked.carried:
            for each in asked.kept:
                files.forget(each)


def _start(asked: Asked | None = None, status: int = OK, **context: Any) -> HttpResponse:
    there = {"channels": intake.channels(), "back": forms.ReceiptForm(), "external": AUTHORITIES}
    return _page("start", {**there, **context}, status)


def _lost(asked: Asked) -> HttpResponse:
    """Something arrived that is no form of ours, or not the whole of it."""
    return _start(status=TOO_MUCH if asked.problem else UNFIT, problem=asked.problem)


# Reporting


def _begin(asked: Asked) -> HttpResponse:
    channel = _channel(asked.given("kanaal"))
    if channel is None:
        return _start(status=UNFIT, problem="Kies waar u wilt melden.")
    return _form(channel, Draft.of(channel.code))


def _look(asked: Asked) -> HttpResponse:
    """The preview; or the form again, with what was wrong. Files that came in wait under seal."""
    draft, channel = _draft(asked)
    if draft is None or channel is None:
        return _lost(asked)
    form = forms.ReportForm(asked.request.POST, asked.request.FILES, handlers=_handlers(channel))
    dropped = set(asked.request.POST.getlist("drop"))
    documents = [*(each for each in draft.documents if str(each.id) not in dropped), *asked.kept]
    for each in draft.documents:
        if str(each.id) in dropped:
            files.forget(each)
    asked.carried = True
    valid = form.is_valid()
    if valid and len(documents) > files.MOST_FILES:
        form.add_error(
            "documents", f"Stuur ten hoogste {files.MOST_FILES} bestanden mee. Kruis hieronder aan wat weg mag."
        )
    if valid and not _readers(channel, form.cleaned_data["without"]):
        form.add_error("without", NOBODY)
    values = {name: value for name, value in form.cleaned_data.items() if name != "documents"}
    draft = draft.but(values=values, documents=documents, ready=not form.errors)
    return _form(channel, draft, form, UNFIT) if form.errors else _preview(channel, draft)


def _change(asked: Asked) -> HttpResponse:
    draft, channel = _draft(asked)
    return _form(channel, draft) if draft and channel else _lost(asked)


def _send(asked: Asked) -> HttpResponse:
    draft, channel = _draft(asked)
    if draft is None or channel is None or not draft.ready:
        return _lost(asked)
    if rates.too_often(asked.request, SENT):
        return _preview(channel, draft, TOO_OFTEN, problem=OFTEN)
    rates.count(asked.request, SENT)
    told = _told(draft)
    context = {"receipt": vault.shown(draft.receipt), "channel": channel, "identity": draft.values["identity"]}
    try:
        intake.submit(channel=channel, told=told, receipt=draft.receipt)
    except intake.AlreadySent:
        return _page("receipt", context | {"before": True})
    except intake.Closed:
        return _preview(channel, draft, SHUT, problem=NOBODY)
    except Broken:
        return _preview(channel, Draft.read(draft.signed()), GONE, problem=GONE_FILES)
    return _page("receipt", context)


def _form(channel: Channel, draft: Draft, form: forms.ReportForm | None = None, status: int = OK) -> HttpResponse:
    form = form or forms.ReportForm(initial=dict(draft.values), handlers=_handlers(channel))
    context = {
        "channel": channel, "form": form, "draft": draft.signed(), "kept": forms.KeptForm(kept=draft.documents),
        "documents": draft.documents,
    }  # fmt: skip
    return _page("form", context, status)


def _preview(channel: Channel, draft: Draft, status: int = OK, problem: str = "") -> HttpResponse:
    names = dict(_handlers(channel))
    told = _told(draft)
    context = {
        "channel": channel, "draft": draft.signed(), "told": told, "documents": draft.documents, "problem": problem,
        "identity": str(dict(forms.IDENTITIES)[told.identity]),
        "without": [names[pk] for pk in told.without if pk in names],
    }  # fmt: skip
    return _page("preview", context, status)


def _told(draft: Draft) -> Told:
    given = dict(draft.values)
    without = [int(pk) for pk in given.pop("without")]
    return Told(**given, without=without, documents=draft.documents)


def _draft(asked: Asked) -> tuple[Draft | None, Channel | None]:
    try:
        draft = Draft.read(asked.given("concept"))
    except drafts.Unreadable:
        return None, None
    return draft, _channel(draft.channel)


def _channel(code: str) -> Channel | None:
    return next((each for each in intake.channels() if each.code == code), None)


def _handlers(channel: Channel) -> list[tuple[int, str]]:
    """Whom a report of this channel could go to, by name: who they are is no secret (Wbk 2.2.d)."""
    with sealed():
        found = [each for each in intake.holders(channel) if each.kind != Keyholder.Kind.ESCROW]
    names = seats.names_of([each.person_id for each in found])
    return [(each.pk, names.get(each.person_id, "onbekend")) for each in found]


def _readers(channel: Channel, without: Iterable[str]) -> bool:
    with sealed():
        return len(intake.fit(intake.holders(channel), [int(pk) for pk in without])) >= intake.FEWEST


# Coming back


def _return(asked: Asked) -> HttpResponse:
    form = forms.ReceiptForm(asked.request.POST)
    status = UNFIT
    if rates.too_often(asked.request, WRONG):
        form.add_error(None, OFTEN)
        status = TOO_OFTEN
    elif form.is_valid():
        if token := returning.knock(form.cleaned_data["receipt"]):
            return _talk(token, returning.visitor(token))
        rates.count(asked.request, WRONG)
        form.add_error("receipt", UNKNOWN)
    return _page("return", {"form": form}, status)


def _talk(token: str, visitor: Visitor, status: int = OK, **context: Any) -> HttpResponse:
    return _page("talk", {"token": token, **conversation.shown(returning.read(visitor)), **context}, status)


def _visited(answer: Callable[[Asked, str, Visitor], HttpResponseBase]) -> Callable[[Asked], HttpResponseBase]:
    """Only for who came with a receipt, within the half hour."""

    def answered(asked: Asked) -> HttpResponseBase:
        token = asked.given("bewijs")
        try:
            return answer(asked, token, returning.visitor(token))
        except Over:
            return _page("return", {"form": forms.ReceiptForm(), "problem": OVER}, GONE)

    return answered


@_visited
def _read(asked: Asked, token: str, visitor: Visitor) -> HttpResponse:
    return _talk(token, visitor)


@_visited
def _write(asked: Asked, token: str, visitor: Visitor) -> HttpResponse:
    """One of the forms beside the talk."""
    act = conversation.FORMS[asked.given("doe")]
    form = act.form(asked.request.POST, asked.request.FILES, auto_id=act.ids)
    if not form.is_valid():
        form.not_taken()
        return _talk(token, visitor, UNFIT, problem=UNSENT, **{act.name: form})
    try:
        act.does(visitor, form.cleaned_data, asked.given("verslag"))
    except Broken:
        form.add_error(None, act.gone)
        return _talk(token, visitor, GONE, problem=act.gone, **{act.name: form})
    asked.carried = True
    return _talk(token, visitor, done=act.done)


@_visited
def _download(asked: Asked, token: str, visitor: Visitor) -> HttpResponseBase:
    try:
        enclosed = returning.enclosed(visitor, UUID(asked.given("bestand")))
    except (Broken, ValueError):
        return _talk(token, visitor, GONE, problem="Dit bestand is er niet.")
    response = StreamingHttpResponse(files.content_of(enclosed), content_type="application/octet-stream")
    response.headers["Content-Length"] = str(enclosed.size)
    response.headers["Content-Disposition"] = conversation.attachment(enclosed.name)
    return response


def _leave(asked: Asked) -> HttpResponse:
    returning.leave(asked.given("bewijs"))
    response = _page("left", {})
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


ANSWERS: dict[str, Callable[[Asked], HttpResponseBase]] = {
    "": _lost, "nieuw": _begin, "bekijk": _look, "wijzig": _change, "verstuur": _send, "terug": _return, "lees": _read,
    "bestand": _download, "sluiten": _leave, **dict.fromkeys(conversation.FORMS, _write),
}  # fmt: skip


def _page(name: str, context: dict[str, Any], status: int = OK) -> HttpResponse:
    """Without the request: no menu, no name, no message and no token of anybody who happens to be signed in."""
    around = {"theme": settings.THEME, "whole": uploads.WHOLE}
    words = render_to_string(f"whistleblowing/reporter/{name}.html", around | context)
    return HttpResponse(words, status=status, headers={"Content-Security-Policy": POLICY})
