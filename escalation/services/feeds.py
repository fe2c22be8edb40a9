"""The keys of calendar feeds: made, renewed, ended, and asked for. A key is shown once and never kept."""

import hashlib
import hmac
import secrets

from audit import clock
from escalation.models import BodyFeed, PersonalFeed
from roles.authorize import Authority
from roles.models import Body, Person
from roles.services.acting import act

KEY_BYTES = 32


def digest_of(key: str) -> str:
    """A key is long and random, so a plain hash of it gives nothing away."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def renew_personal(*, person: Person) -> str:
    """A new key; an earlier one opens nothing any more."""
    key = secrets.token_urlsafe(KEY_BYTES)
    PersonalFeed.objects.update_or_create(
        person=person, defaults={"digest": digest_of(key), "created_at": clock.now()}
    )  # fmt: skip
    return key


def end_personal(*, person: Person) -> None:
    PersonalFeed.objects.filter(person=person).delete()


def renew_of_body(*, body: Body, by: Authority) -> str:
    """A new key for all members; an earlier one opens nothing any more."""
    key = secrets.token_urlsafe(KEY_BYTES)
    with act(chain=body.scheme.chain, verb="renew_body_feed", by=by) as running:
        running.details["body"] = f"body/{body.pk}"
        _revoke(body)
        BodyFeed.objects.create(body=body, digest=digest_of(key), created_at=clock.now())
    return key


def end_of_body(*, body: Body, by: Authority) -> None:
    with act(chain=body.scheme.chain, verb="end_body_feed", by=by) as running:
        running.details["body"] = f"body/{body.pk}"
        _revoke(body)


def found(key: str) -> PersonalFeed | BodyFeed | None:
    """What a key opens now. By its digest: how long the answer takes says nothing of keys that are near it."""
    digest = digest_of(key)
    own = PersonalFeed.objects.select_related("person__user").filter(digest=digest).first()
    of_body = BodyFeed.objects.select_related("body__scheme").filter(digest=digest, revoked_at=None).first()
    feed = own or of_body
    return feed if feed is not None and hmac.compare_digest(feed.digest, digest) else None


def _revoke(body: Body) -> None:
    """Whoever else renews it waits here."""
    Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    for feed in BodyFeed.objects.filter(body=body, revoked_at=None):
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
