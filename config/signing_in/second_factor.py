"""Whether this session has shown a second factor, and by what.

allauth logs in the session by which methods somebody signed in; that log is the only truth here. Enrolling counts: who
just typed a code of the new device has shown it.
"""

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

SECOND_FACTORS = {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}


def has_one(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists())


def is_the_last(authenticator: Authenticator) -> bool:
    others = Authenticator.objects.filter(user=authenticator.user, type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
    return not others.exists()


def is_shown(request: HttpRequest) -> bool:
    """In the demo, clicking on a person is enough; a session made that way is worth nothing elsewhere."""
    enough = {"mfa", "demo"} if settings.DEMO_LOGIN else {"mfa"}
    return any(record["method"] in enough for record in get_authentication_records(request, request.user))


def show(request: HttpRequest, user: User, *, by: str) -> None:
    record_authentication(request, user, "mfa", type=by)
