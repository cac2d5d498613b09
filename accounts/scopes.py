"""What a token may be used for: a scope narrows its owner's rights and never adds to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    READ = "read", _("Read mentions, escalations and channels")
    MENTIONS_WRITE = "mentions:write", _("Hand in mentions")
    TRIAGE_WRITE = "triage:write", _("Decide and reply")
    ESCALATIONS_WRITE = "escalations:write", _("Acknowledge, resolve and cancel escalations")


def every_scope() -> list[str]:
    return list(Scope.values)
