from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def demo_login_stays_in_the_demo(**_: Any) -> list[CheckMessage]:
    if settings.DEBUG or not settings.DEMO_LOGIN:
        return []
    hint = "Haal DEMO_LOGIN weg. In de demo (manage.py demo) staan DEBUG en DEMO_LOGIN vanzelf aan."
    return [
        Error("DEMO_LOGIN laat iedereen als een ander inloggen en mag alleen met DEBUG.", hint=hint, id="config.E002")
    ]
