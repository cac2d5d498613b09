"""A post from its first word to its last: written, taken back, called off, settled by a person, sent again."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from accounts.models import User
from monitoring.channels.registry import KINDS
from monitoring.models import Channel, Mention, OutboundAttempt, OutboundPost, SigningSecret
from monitoring.outbound.news import tell
from monitoring.outbound.tempo import UNDO, after
from monitoring.visible import Channels
from plumbing.nudge import nudge

State = OutboundPost.State
POSTING = [kind for kind, spec in KINDS.items() if spec.open_publisher]


def posting_channels() -> Channels:
    """Channels through which we can speak, paused or not."""
    signed = Exists(SigningSecret.objects.to_send().filter(channel=OuterRef("pk")))
    return Channel.objects.filter(signed, kind__in=POSTING).exclude(address="")


def write_post(mention: Mention, *, text: str, language: str, by: User) -> OutboundPost:
    """A reply to the mention that goes out after the undo time; where the channel cannot post, one to post by hand.

    In the caller's transaction.
    """
    goes_out = posting_channels().filter(pk=mention.channel_id).exists()
    post = OutboundPost.objects.create(
        channel_id=mention.channel_id,
        in_reply_to=mention,
        text=text,
        language=language,
        state=State.WAITING if goes_out else State.BY_HAND,
        next_attempt_at=after(UNDO) if goes_out else None,
        author=by,
    )
    post.refresh_from_db(fields=["next_attempt_at"])
    tell(post.pk)
    return post


@transaction.atomic
def take_back(post_id: int) -> bool:
    """The undo: it will not be sent. False once it is being sent, and for whatever has ended."""
    return _move(post_id, Q(state=State.WAITING), state=State.WITHDRAWN)


def call_off(mention_ids: Iterable[int], because: str) -> None:
    """Replies to these mentions are no longer wanted; `because` is a msgid. In the caller's transaction.

    What is being sent at this moment cannot be held; what waits, or may be sent again, will not be.
    """
    standing = OutboundPost.objects.filter(
        in_reply_to__in=list(mention_ids),
        unwanted_because="",
        state__in=(*OutboundPost.OPEN_STATES, *OutboundPost.FOR_A_PERSON),
    )
    if standing.update(unwanted_because=because):
        nudge("outbound.due")


@transaction.atomic
def settle(post_id: int, *, is_there: bool, by: User) -> bool:
    """A person looked: it stands where it belongs, or it does not and is sent again. False if somebody settled it."""
    unknown = Q(state=State.UNKNOWN)
    if is_there:
        moved = _move(post_id, unknown, state=State.SENT, posted_at=Now(), posted_by=by, problem="", problem_detail="")
    else:
        moved = _again(post_id, unknown)
    if moved:
        last = OutboundAttempt.objects.filter(post=post_id).order_by("-id").values("pk")[:1]
        OutboundAttempt.objects.filter(pk__in=last).update(settled_at=Now(), settled_by=by, was_there=is_there)
    return moved


@transaction.atomic
def send_again(post_id: int) -> bool:
    """What was refused is tried once more, at once."""
    return _again(post_id, Q(state=State.FAILED))


@transaction.atomic
def post_by_hand(post_id: int) -> bool:
    """The channel will not do it: a person takes what failed over."""
    return _move(post_id, Q(state=State.FAILED), state=State.BY_HAND, problem="", problem_detail="")


def _again(post_id: int, where: Q) -> bool:
    moved = _move(post_id, where, state=State.WAITING, next_attempt_at=Now())
    if moved:
        nudge("outbound.due")
    return moved


def _move(post_id: int, where: Q, **changes: object) -> bool:
    rows = OutboundPost.objects.filter(where, pk=post_id)
    if not rows.update(lease_token=None, lease_until=None, **changes):
        return False
    tell(post_id)
    return True
