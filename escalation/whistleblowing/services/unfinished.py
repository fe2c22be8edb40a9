"""Acts about keys of which nothing came (ADR 47).

The public act and the row of a key are committed on two connections, which cannot be done at once. The act goes first,
so that no key ever changes unheard of. Where a process died between the two the key is as it was, whoever did it does
it again, and the clock says of the act that it came to nothing. Of a passphrase the row does not tell: there the act
stays.
"""

from collections.abc import Iterator
from datetime import timedelta

from audit import clock
from audit.models import Act
from audit.selectors import rectifications
from audit.services import acting
from cases.rules import sealing
from escalation.whistleblowing.models import Channel, ChannelScheme, Keyholder
from escalation.whistleblowing.sealed import sealed
from roles.models import Scheme

SINCE = timedelta(days=7)
# By each verb, what the row of the key has from then on.
DONE = {"enrol_report_key": "enrolled_at", "admit_report_key": "admitted_at", "end_report_key": "ended_at"}


def rectify() -> int:
    """How many. Of a channel in which somebody is at it now, a later tick."""
    found = 0
    with sealed(clock=True):
        acts = Act.objects.filter(verb__in=DONE, at__gt=clock.now() - SINCE)
        if not acts.exists():
            return 0
        for channel in Channel.objects.select_for_update(skip_locked=True).order_by("pk"):
            schemes = ChannelScheme.objects.filter(channel=channel).values_list("scheme_id", flat=True)
            for scheme in Scheme.objects.filter(pk__in=list(schemes)):
                for act in _unfinished(channel, scheme.chain, list(acts.filter(chain=scheme.chain).order_by("seq"))):
                    with acting(chain=scheme.chain, verb="rectify") as done:
                        done.details |= {"rectifies": act.seq, "fingerprint": act.data["fingerprint"]}
                    found += 1
    return found


def _unfinished(channel: Channel, chain: str, acts: list[Act]) -> Iterator[Act]:
    keys = {sealing.fingerprint(bytes(key.public_key)): key for key in Keyholder.objects.filter(channel=channel)}
    idle = [act for act in acts if getattr(keys.get(act.data["fingerprint"]), DONE[act.verb], None) is None]
    known = rectifications(chain) if idle else {}
    yield from (act for act in idle if act.seq not in known)
