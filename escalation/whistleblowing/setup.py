"""The channel of a regeling, from its data: [whistleblowing] in its file. Regelingen that name one code share it."""

from typing import Any

from escalation.whistleblowing.models import Channel, ChannelScheme
from escalation.whistleblowing.sealed import sealed


def adopt_channel(*, scheme_id: int, data: dict[str, Any]) -> Channel:
    """What is there already is left as it is."""
    with sealed():
        given = {key: value for key, value in data.items() if key != "channel"}
        channel, _ = Channel.objects.get_or_create(code=data["channel"], defaults=given)
        ChannelScheme.objects.get_or_create(scheme_id=scheme_id, defaults={"channel": channel})
    return channel
