"""A policy running for one subject, the calls it made, who took over, and everything that happened."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from monitoring.models import Channel, Mention
from monitoring.visible import visible_channel_ids
from playbooks.models import Level
from plumbing.templatetags.outside_text import plainly

PAGE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without look-alikes: people read page ids to each other


def short_page_id() -> str:
    return "".join(secrets.choice(PAGE_ALPHABET) for _ in range(8))


class State(models.TextChoices):
    """Where an escalation stands; crisis.escalate.moves.ALLOWED says what may follow what."""

    ACTIVE = "active", _("Active")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    RESOLVED = "resolved", _("Resolved")
    EXHAUSTED = "exhausted", _("Nobody answered")
    PAUSED = "paused", _("Paused")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (State.ACTIVE, State.ACKNOWLEDGED, State.EXHAUSTED, State.PAUSED)
TICKING_STATES = (State.ACTIVE, State.ACKNOWLEDGED, State.EXHAUSTED)  # step_due_at is a timer in these
CALLING_STATES = (State.ACTIVE, State.EXHAUSTED)  # in these people are still called


class EscalationQuerySet(models.QuerySet):
    def open(self) -> "EscalationQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def due(self) -> "EscalationQuerySet":
        """Those whose timer has run out by the database's clock, longest first."""
        return self.filter(state__in=TICKING_STATES, step_due_at__lte=Now()).order_by("step_due_at")

    def about(self, kind: str, subject_ids: Iterable[int]) -> "EscalationQuerySet":
        return self.filter(subject_kind=kind, subject_id__in=subject_ids)

    def visible_to(self, person: User) -> "EscalationQuerySet":
        """Those about a channel that this person sees, and those that called them. The pager's own are about none."""
        ids = visible_channel_ids(person)
        if ids is None:
            return self
        about = Escalation.channels.through.objects.filter(escalation=models.OuterRef("pk"), channel__in=ids)
        called = Page.objects.filter(escalation=models.OuterRef("pk"), person=person.pk)
        return self.filter(models.Exists(about) | models.Exists(called))


class OfEscalation(models.QuerySet):
    """Rows that belong to an escalation, by `path_to_escalation`."""

    path_to_escalation = "escalation"

    def visible_to(self, person: User) -> Any:
        if visible_channel_ids(person) is None:
            return self
        return self.filter(**{f"{self.path_to_escalation}__in": Escalation.objects.visible_to(person)})


class Escalation(models.Model):
    """One policy running for one subject. Its own row is its timer."""

    class Subject(models.TextChoices):
        STORY = "story", _("Story")
        ENGINE = "engine", _("The pager itself")
        TEST = "test", _("Test page")

    State = State

    subject_kind = models.CharField(max_length=16, choices=Subject)
    subject_id = models.BigIntegerField()
    mention = models.ForeignKey(Mention, models.PROTECT, related_name="escalations", null=True)
    channels = models.ManyToManyField(
        Channel, related_name="escalations", help_text="Of the mentions it is about: who sees one sees the escalation."
    )
    title = models.CharField(
        _("title"), max_length=200, help_text="Safe to show on a lock screen: no text from outside."
    )
    title_with = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="The names that the title holds as %(name)s; empty if it is whole.",
    )
    reason = models.TextField(_("reason"), blank=True)
    severity = models.CharField(_("severity"), max_length=2, choices=Level)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.ACTIVE)
    policy_slug = models.SlugField(
        help_text="What the policy is for; all levels of the severity matrix share one, so that a rise stays one row."
    )
    policy = models.JSONField(help_text="Frozen: crisis.escalation_clock.FrozenPolicy as JSON, durations in seconds.")
    step = models.PositiveSmallIntegerField(default=0, help_text="The last step that fired, from 1.")
    round = models.PositiveSmallIntegerField(default=1)
    generation = models.PositiveSmallIntegerField(
        default=1, help_text="Goes up when calling starts anew: a higher severity, or an acknowledgement ran out."
    )
    step_due_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Steps in a row that could not be fired.")
    is_drill = models.BooleanField(default=False)
    rev = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(null=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        permissions = [("acknowledge_escalation", "Can acknowledge an escalation")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "policy_slug"],
                condition=models.Q(state__in=OPEN_STATES),
                name="one_open_escalation_per_subject_and_policy",
            )
        ]
        indexes = [
            models.Index(
                fields=["step_due_at"],
                condition=models.Q(state__in=TICKING_STATES),
                name="escalation_due",
            ),
            models.Index(fields=["-id"], condition=models.Q(state__in=OPEN_STATES), name="escalation_open"),
            models.Index(
                fields=["-closed_at", "-id"], condition=models.Q(closed_at__isnull=False), name="escalation_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.headline

    @property
    def headline(self) -> str:
        """The title in the reader's language, unless a person worded it."""
        if self.title_with:
            return gettext(self.title) % {name: plainly(text) for name, text in self.title_with.items()}
        return self.title if self.subject_kind == self.Subject.STORY else gettext(self.title)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_calling(self) -> bool:
        return self.state in CALLING_STATES


class Page(models.Model):
    """One call for one person. Its short id stands in every message about it."""

    id = models.CharField(primary_key=True, max_length=12, default=short_page_id)
    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="pages")
    generation = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pages")
    why = models.JSONField(help_text="{role, who}: why this person")
    created_at = models.DateTimeField()
    link_digest = models.CharField(max_length=64, unique=True, null=True, help_text="SHA-256 of the link's token")
    link_expires_at = models.DateTimeField(null=True)

    objects = OfEscalation.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "generation", "round", "step", "person"],
                name="one_page_per_step_and_person",
            )
        ]

    def __str__(self) -> str:
        return self.pk


class Acknowledgement(models.Model):
    """ "I have it": who, when, from where, and until when it holds."""

    class Via(models.TextChoices):
        CONSOLE = "console", _("in the console")
        LINK = "link", _("by link")
        API = "api", _("by API")

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="acknowledgements")
    page = models.ForeignKey(Page, models.PROTECT, related_name="acknowledgements", null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    via = models.CharField(max_length=16, choices=Via)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = OfEscalation.as_manager()

    class Meta:
        ordering = ["at"]
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self) -> str:
        return f"{self.person} {self.at:%H:%M}"


class TimelineEntry(models.Model):
    """One thing that happened. Only ever added; holds ids, never text or names.

    Every move holds where it came from and where it went, so that the entries replay to the present state.
    """

    class Kind(models.TextChoices):
        OPENED = "opened"
        ATTACHED = "attached"
        ROSE = "rose"
        STEP_FIRED = "step_fired"
        NOBODY = "nobody"
        NO_CONTACT = "no_contact"
        ACKNOWLEDGED = "acknowledged"
        RAN_OUT = "ran_out"
        EXHAUSTED = "exhausted"
        REPEATED = "repeated"
        RESOLVED = "resolved"
        CANCELLED = "cancelled"
        STEP_FAILED = "step_failed"
        CONTACT_DISABLED = "contact_disabled"
        UNREACHABLE = "unreachable"
        UNSENT = "unsent"
        FAULT = "fault"

    escalation = models.ForeignKey(Escalation, models.PROTECT, related_name="timeline")
    at = models.DateTimeField()
    kind = models.CharField(max_length=32, choices=Kind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    data = models.JSONField(default=dict)

    objects = OfEscalation.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind}"
