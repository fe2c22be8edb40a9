"""`manage.py link_account`: who somebody is at their own organisation, where no e-mail address says so."""

from argparse import ArgumentParser
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from audit.services import acting


class Command(BaseCommand):
    help = "Koppelt een account aan een persoon bij een organisatie uit OIDC_PROVIDERS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", metavar="gebruikersnaam")
        parser.add_argument("organisation", metavar="organisatie", help="het id in OIDC_PROVIDERS")
        parser.add_argument("value", metavar="waarde", help="wat de organisatie in haar claim over deze persoon zegt")

    def handle(self, *, username: str, organisation: str, value: str, **options: Any) -> None:
        if organisation not in {known.id for known in settings.OIDC_PROVIDERS}:
            raise CommandError(f"OIDC_PROVIDERS noemt geen {organisation}.")
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Er is geen account {username}.")
        if SocialAccount.objects.filter(provider=organisation, uid=value).exists():
            raise CommandError(f"Deze waarde is bij {organisation} al gekoppeld.")
        with acting(chain="system", verb="link_account") as act:
            act.details = {"organisation": organisation, "user": user.pk}
            SocialAccount.objects.create(user=user, provider=organisation, uid=value)
        if options["verbosity"]:
            self.stdout.write(f"{username} kan nu inloggen via {organisation}.")
