"""Tells open consoles that a post has changed, and its author when they are needed."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import bell
from monitoring.models import OutboundPost
from plumbing.live import publish

State = OutboundPost.State


def tell(post_id: int) -> None:
    """Inside the transaction that changed the post. A post that waits for a person rings its author's bell."""
    post = OutboundPost.objects.select_related("author", "channel").get(pk=post_id)
    publish("outbound", post.pk, post.attempts_made, of=post.channel_id)
    if post.needs_a_person:
        _ring(post, bell.Group.NEEDS_YOU)
    elif post.state == State.DROPPED:
        _ring(post, bell.Group.INFORMATION)
    else:
        bell.settle(post.author_id, _key(post))


def _ring(post: OutboundPost, group: str) -> None:
    with translation.override(post.author.language):
        if post.state == State.UNKNOWN:
            title = _("Did your reply on %(channel)s arrive? Nobody knows.") % {"channel": post.channel}
        else:
            title = _("Your reply on %(channel)s was not sent.") % {"channel": post.channel}
    url = reverse("monitoring:outbound") + f"#post-{post.pk}"
    bell.ring(post.author_id, group=group, key=_key(post), title=title, url=url)


def _key(post: OutboundPost) -> str:
    """One line per attempt: what was settled and went wrong again rings anew."""
    return f"outbound:{post.pk}:{post.attempts_made}"
