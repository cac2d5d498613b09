"""Whether a channel speaks at all: a person pauses it, or the other side has closed for good."""

from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from monitoring.models import Channel
from plumbing.live import publish
from plumbing.nudge import nudge


@transaction.atomic
def pause_publishing(channel_id: int, *, by: User) -> bool:
    """From the moment this commits nothing new is sent on the channel; False if it was paused before."""
    return _pause(channel_id, publishing_paused_by=by)


def close_publishing(channel_id: int, because: str) -> bool:
    """The other side takes nothing any more; `because` is a msgid. In the caller's transaction."""
    return _pause(channel_id, publishing_paused_because=because)


@transaction.atomic
def resume_publishing(channel_id: int) -> bool:
    """What waits goes out, if it is still wanted; False if the channel was not paused."""
    paused = Channel.objects.filter(pk=channel_id, publishing_paused_at__isnull=False)
    changed = paused.update(publishing_paused_at=None, publishing_paused_by=None, publishing_paused_because="")
    if changed:
        nudge("outbound.due")
        publish("channel", channel_id, 0, of=channel_id)
    return changed == 1


def _pause(channel_id: int, **why: object) -> bool:
    running = Channel.objects.filter(pk=channel_id, publishing_paused_at=None)
    changed = running.update(publishing_paused_at=Now(), **why)
    if changed:
        publish("channel", channel_id, 0, of=channel_id)
    return changed == 1
