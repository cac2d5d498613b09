"""Finds the conversation of each mention: the one its channel names, else the one of the post it answers."""

from collections.abc import Iterable, Mapping

from django.db import connection

from monitoring.batch_rows import find
from monitoring.channels.protocol import IncomingMention
from monitoring.models import Conversation, Mention

TABLE = Conversation._meta.db_table


def store_conversations(channel_id: int, items: Iterable[IncomingMention]) -> dict[str, int]:
    """External id of a mention → id of its conversation; posts that answer nothing and are not answered have none.

    A conversation without a name is called by the post at its root, which joins it even when it arrives last.
    """
    posts = {item.external_id: item for item in items}
    if not posts:
        return {}
    roots = {external_id: _root(external_id, posts) for external_id in posts}
    wanted = {root for root in roots.values() if root}
    stored = find(Mention._meta.db_table, ("external_id", "id", "conversation_id"), channel_id, wanted)
    joined = {name: conversation for name, _pk, conversation in stored if conversation and name not in posts}
    known = _conversations(channel_id, wanted - joined.keys() | posts.keys())
    made = _make(channel_id, sorted(wanted - joined.keys() - known.keys()))
    _adopt({pk: made[name] for name, pk, conversation in stored if name in made and not conversation})
    ids = known | made
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


def _conversations(channel_id: int, names: set[str]) -> dict[str, int]:
    return dict(find(TABLE, ("external_id", "id"), channel_id, names))


def _make(channel_id: int, names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    statement = f"INSERT INTO {TABLE} (channel_id, external_id) SELECT %s, unnest(%s::text[]) RETURNING external_id, id"
    with connection.cursor() as cursor:
        cursor.execute(statement, [channel_id, names])
        return dict(cursor.fetchall())


def _adopt(roots: Mapping[int, int]) -> None:
    """Mentions (to conversations) that stood alone until somebody answered them."""
    if not roots:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE monitoring_mention AS mention SET conversation_id = new.conversation_id
            FROM unnest(%s::bigint[], %s::bigint[]) AS new (id, conversation_id) WHERE mention.id = new.id
            """,
            [list(roots), list(roots.values())],
        )
