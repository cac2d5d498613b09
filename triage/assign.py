"""Says who looks after a mention."""

from django.db import transaction

from accounts.models import User
from triage.conflict import lock
from triage.models import Triage
from triage.queue import touch


@transaction.atomic
def assign(mention_id: int, *, to: User | None, rev: int) -> Triage:
    """Gives the mention to a person, or to nobody; whoever had it sees that it moved.

    Raises Triage.DoesNotExist, and Conflict when `rev` is not the current one.
    """
    triage, _now = lock(mention_id, rev)
    triage.assignee = to
    touch(triage, "assignee")
    return triage
