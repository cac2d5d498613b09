"""What we answer to a mention. It goes out by its channel; where that cannot post, a person copies it."""

import re
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from monitoring import outbound
from monitoring.models import Mention, OutboundPost
from playbooks.models import Disposition, ResponseTemplate
from playbooks.placeholders import PLACEHOLDERS
from plumbing.live import publish
from triage.conflict import decision_in_force, lock
from triage.decide import record_decision
from triage.models import Decision, Reply, Triage
from triage.queue import touch
from triage.refusal import Lack, Refused

LONGEST = 50_000
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
State = OutboundPost.State


@transaction.atomic
def keep_reply(mention_id: int, *, text: str, by: User, rev: int, language: str = "", template: str = "") -> Reply:
    """A reply to the mention, in the language of the mention unless another is given.

    Raises Triage.DoesNotExist, Conflict when `rev` is not the current one, Refused when the text cannot go out.
    """
    triage, _now = lock(mention_id, rev)
    reply = _keep(triage.mention, text, by, language, template, decision_in_force(mention_id))
    touch(triage)
    return reply


@transaction.atomic
def respond(mention_id: int, *, text: str, by: User, template: str = "", **decision: Any) -> Decision:
    """Decides to respond and keeps the reply, both or neither; `decision` as `record_decision` takes it."""
    recorded = record_decision(mention_id, by=by, disposition=Disposition.RESPOND, **decision)
    _keep(recorded.mention, text, by, "", template, recorded)
    return recorded


def mark_posted(mention_id: int, post_id: int, *, by: User) -> bool:
    """A person says that the text now stands where it belongs; False if that was said before."""
    waiting = OutboundPost.objects.filter(pk=post_id, in_reply_to=mention_id, state=State.BY_HAND)
    changed = waiting.update(state=State.POSTED_BY_HAND, posted_at=Now(), posted_by=by)
    if changed:
        triage = Triage.objects.only("rev", "channel").get(pk=mention_id)
        publish("mention", mention_id, triage.rev, of=triage.channel_id)
    return changed == 1


def find_lacks(text: str, template: str) -> Iterator[Lack]:
    """Everything that keeps this text from going out."""
    if not text.strip():
        yield Lack("text", _("Write the reply first."))
    if len(text) > LONGEST:
        yield Lack("text", _("A reply has at most %d characters.") % LONGEST)
    unfilled = dict.fromkeys(PLACEHOLDER.findall(text))
    if unfilled:
        yield Lack("text", _("Fill in what the template leaves open: %s") % " ".join(map(in_words, unfilled)))
    if template and not ResponseTemplate.objects.filter(slug=template).exists():
        yield Lack("template", _("There is no such template."))


def in_words(slug: str) -> str:
    """`{team}: who of us takes care of it.`; what nobody knows is only named."""
    known = PLACEHOLDERS.get(slug)
    return f"{known.mark}: {known.description}" if known else f"{{{slug}}}."


def _keep(mention: Mention, text: str, by: User, language: str, template: str, decision: Decision | None) -> Reply:
    lacks = list(find_lacks(text, template))
    if lacks:
        raise Refused(lacks)
    language = language or mention.reading.language
    post = outbound.write_post(mention, text=text.strip(), language=language, by=by)
    return Reply.objects.create(mention=mention, decision=decision, post=post, template=template)
