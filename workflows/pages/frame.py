"""What surrounds every page (menu, who looks, today), and the gate that pages of one case stand behind."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from audit.clock import TODAY
from cases.models import Case
from roles import selectors as roles
from roles.models import Body, Person, Scheme
from roles.models.bodies import Capacity
from workflows.pages import menu
from workflows.pages.tombstone import Destroyed
from workflows.selectors import inbox
from workflows.selectors.sight import confidential_in, lasting, visible

DECIDING = {Body.Kind.BOARD, Body.Kind.CLIENT, Body.Kind.OFFICIALS}


class Visitor:
    """Who looks at a page. Each thing is asked once a request, and only by pages that need it."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.looks_at: Scheme | None = None  # of the case that the page is about

    @cached_property
    def hats(self) -> list[roles.Hat]:
        """Today's."""
        return roles.hats(self.user.pk, TODAY)

    @cached_property
    def scopes(self) -> list[roles.Scope]:
        return roles.scopes(self.user.pk)

    def hats_in(self, case: Case) -> list[roles.Hat]:
        """The hats that they may wear in this case: who stands in for a part, only in that part."""
        flow, domain = case.process.flow_class.code, case.domain
        return [hat for hat in self.hats if hat.whole or hat.covers(flow=flow, domain=domain, chains=case.chains)]

    def scopes_in(self, case: Case) -> list[roles.Scope]:
        """What they may see where it concerns this case, with what a substitution for it lends."""
        lent = [hat.substitution_id for hat in self.hats_in(case) if hat.substitution_id and not hat.whole]
        return roles.scopes(self.user.pk, within=lent) if lent else self.scopes

    @cached_property
    def tally(self) -> inbox.Tally:
        return inbox.tally(self.user.pk, self.hats, self.scopes)

    @property
    def now(self) -> datetime:
        """By the database's clock."""
        return self.tally.now

    @property
    def today(self) -> date:
        """In the Netherlands."""
        return timezone.localdate(self.now)

    @cached_property
    def name(self) -> str:
        own = next((hat.appointment.person for hat in self.hats if hat.substitution is None), None)
        person = own or Person.objects.select_related("name").filter(user=self.user).first()
        return str(person or self.user.get_username())

    @property
    def schemes(self) -> list[Scheme]:
        """Of the hats, in a fixed order."""
        return sorted({hat.position.body.scheme for hat in self.hats}, key=lambda scheme: scheme.pk)

    @property
    def theme(self) -> str:
        """Of the case they look at, or of the one regeling they belong to; with several, the product's own."""
        schemes = [self.looks_at] if self.looks_at else self.schemes
        return schemes[0].theme if len(schemes) == 1 else ""

    @property
    def meets(self) -> bool:
        """Sees meetings: of a body in which they sit, or of every body of a regeling whose cases they see."""
        sits = any(hat.position.body.kind in DECIDING for hat in self.hats)
        return sits or any(scope.on == "scheme" for scope in self.scopes)

    @cached_property
    def kept(self) -> dict[int, set[str]]:
        """What their hats keep of the register of each regeling (`roles.services.keeping.STEPS`), by its id."""
        return self.tally.steps

    def keeping(self, *steps: str) -> set[int]:
        """The ids of the regelingen in which they may do one of these."""
        return {scheme for scheme, kept in self.kept.items() if kept & {*steps}}

    @property
    def supervised(self) -> set[int]:
        """The regelingen of which they see what happened in the cases, not only how much."""
        return self.keeping("see_audit")

    @property
    def audited(self) -> set[int]:
        """The regelingen of which they see the audit pages, some of them with totals only."""
        return self.keeping("see_audit", "see_audit_totals")

    @property
    def supervises(self) -> bool:
        """An auditor: what they read leaves a record."""
        return any(hat.position.role.capacity == Capacity.SUPERVISOR for hat in self.hats)

    @property
    def only_supervises(self) -> bool:
        """Has no hat to do anything with in a case."""
        return bool(self.hats) and all(hat.position.role.capacity == Capacity.SUPERVISOR for hat in self.hats)

    @property
    def municipalities(self) -> set[int]:
        """The organisations for which a hat of this visitor acts."""
        return {
            hat.position.body.organisation_id
            for hat in self.hats
            if hat.position.body.kind == Body.Kind.MUNICIPALITY and hat.position.body.organisation_id
        }


def current_user(request: HttpRequest) -> User:
    """Who is signed in; the middleware lets nobody else come this far."""
    assert isinstance(request.user, User)
    return request.user


def visitor(request: HttpRequest) -> Visitor:
    """The same one all through a request."""
    user = current_user(request)
    known: Visitor | None = getattr(request, "_visitor", None)
    if known is None or known.user.pk != user.pk:
        known = Visitor(user)
        request._visitor = known  # type: ignore[attr-defined]
    return known


def visible_case_or_404(request: HttpRequest, case_id: int, *, destroyed_too: bool = False) -> Case:
    """A case that this visitor may see, with what it is about. Of any other they do not learn that it exists.

    By noodtoegang one reads: whoever sends something in, has to see the case without it. Of one that was destroyed
    there is one page left (`workflows.pages.tombstone`), and the chain of its acts.

    Two queries: one that joins what every kind may be about takes the database longer to plan than both take to run.
    """
    scopes = visitor(request).scopes
    seen = visible(scopes if request.method in ("GET", "HEAD") else lasting(scopes)).filter(pk=case_id)
    kinds = seen.values_list("kind", "subject__kind").first()
    if kinds is None:
        raise Http404
    kind, on_top = kinds
    about = ["subject__title", f"subject__{on_top}"] if on_top else []
    case = Case.objects.select_related(
        "title", "scheme", "organisation", "process", kind, *about, "submitted_by__person__name"
    ).get(pk=case_id)  # fmt: skip
    visitor(request).looks_at = case.scheme
    if case.destroyed_at is not None and not destroyed_too:
        raise Destroyed(case)
    return case


def sees_confidential(request: HttpRequest, case: Case) -> bool:
    """May this visitor read what is confidential in a case that they see? One query more, or two for a substitute."""
    return confidential_in(visitor(request).scopes_in(case), case)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing for who is not signed in, or not wholly: config/signing_in holds them up."""
    if not isinstance(getattr(request, "user", None), User) or getattr(request, "held_up", False):
        return {}
    seen_by = visitor(request)
    return {
        "menu": _menu(request, seen_by),
        "who": {
            "name": seen_by.name,
            "hats": [described(hat) for hat in seen_by.hats],
            "links": _links(seen_by),
            "logout_url": reverse("account_logout"),
        },
        "scheme_label": ", ".join(scheme.name for scheme in seen_by.schemes),
        "theme": seen_by.theme or settings.THEME,
        "today": seen_by.today,
        "bell": {"url": reverse("messages"), "count": up_to(seen_by.tally.unread, inbox.BELL)},
        "search_url": reverse("search"),
    }


def described(hat: roles.Hat) -> dict[str, str]:
    """For <c-hat>; of an accountmanager of gemeente Venlo we do not add that it is for gemeente Venlo."""
    behalf_of = "" if hat.label.endswith(hat.behalf_of) else hat.behalf_of
    return {"role": hat.label, "capacity": hat.position.role.capacity, "behalf_of": behalf_of}


def up_to(count: int, most: int = 0) -> int | str:
    """A count as it is shown: nothing is counted further than `most`, or else than `inbox.MANY`."""
    most = most or inbox.MANY
    return count if count < most else f"{most - 1}+"


def _menu(request: HttpRequest, seen_by: Visitor) -> Sequence[dict[str, Any]]:
    return [
        {
            "label": entry.label,
            "url": reverse(entry.page),
            "current": entry.is_current(request.path),
            "count": up_to(seen_by.tally.open) if entry.page == "my-tasks" else None,
        }
        for entry in menu.entries(seen_by)
    ]


def _links(seen_by: Visitor) -> list[dict[str, str]]:
    links = [{"label": "Afwezig", "url": reverse("away")}] if seen_by.hats else []
    links += [
        {"label": "Uw account", "url": reverse("mfa_index")},
        {"label": "E-mailvoorkeuren", "url": reverse("mail-preferences")},
    ]
    if seen_by.keeping("hold_seal_key", "keep_escrow_key"):
        links.append({"label": "Sleutels", "url": reverse("seal-keys")})
    if settings.DEMO_LOGIN:
        links.append({"label": "Verder als iemand anders", "url": reverse("demo_people")})
    return links
