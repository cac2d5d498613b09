"""Finds the conversation of each mention: the one its channel names, else the one of the post it answers."""

from collections.abc import Iterable, Mapping

from django.db import connection

from monitoring.channels.protocol import IncomingMention
from monitoring.models import Conversation, Mention


def store_conversations(channel_id: int, items: Iterable[IncomingMention]) -> dict[str, int]:
    """External id of a mention → id of its conversation; posts that answer nothing and are not answered have none.

    A conversation without a name is called by the post at its root, which joins it even when it arrives last.
    """
    posts = {item.external_id: item for item in items}
    if not posts:
        return {}
    roots = {external_id: _root(external_id, posts) for external_id in posts}
    outside = {root for root in roots.values() if root and root not in posts}
    joined = _conversations_of(channel_id, outside)
    wanted = {root for root in roots.values() if root and root not in joined}
    ids = _make_known(channel_id, wanted, posts)
    return {
        external_id: conversation
        for external_id, root in roots.items()
        if (conversation := joined.get(root) or ids.get(root) or ids.get(external_id))
    }


def _root(external_id: str, posts: Mapping[str, IncomingMention]) -> str:
    """The name of the conversation, or the first post of the chain of replies as far as this batch knows it."""
    seen: set[str] = set()
    at = external_id
    while at in posts and at not in seen:
        seen.add(at)
        if posts[at].conversation:
            return posts[at].conversation
        if not posts[at].in_reply_to:
            break
        at = posts[at].in_reply_to
    return at if at != external_id else ""


def _conversations_of(channel_id: int, external_ids: set[str]) -> dict[str, int]:
    """Post → conversation of stored posts that belong to one."""
    if not external_ids:
        return {}
    stored = Mention.objects.filter(
        channel_id=channel_id, external_id__in=external_ids, conversation__isnull=False
    ).values_list("external_id", "conversation_id")
    return {external_id: conversation for external_id, conversation in stored if conversation}


def _make_known(channel_id: int, wanted: set[str], posts: Mapping[str, IncomingMention]) -> dict[str, int]:
    names = wanted | posts.keys()
    known = dict(
        Conversation.objects.filter(channel_id=channel_id, external_id__in=names).values_list("external_id", "id")
    )
    missing = sorted(wanted - known.keys())
    if missing:
        made = Conversation.objects.bulk_create(
            [Conversation(channel_id=channel_id, external_id=name) for name in missing]
        )
        _adopt_roots([conversation.pk for conversation in made])
        known |= {conversation.external_id: conversation.pk for conversation in made}
    return known


def _adopt_roots(conversations: list[int]) -> None:
    """Posts that stood alone until somebody answered them join the conversation that is called by them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE monitoring_mention AS mention SET conversation_id = conversation.id
            FROM monitoring_conversation AS conversation
            WHERE conversation.id = ANY(%s) AND mention.channel_id = conversation.channel_id
              AND mention.external_id = conversation.external_id AND mention.conversation_id IS NULL
            """,
            [conversations],
        )
