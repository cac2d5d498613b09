"""What we agreed beforehand: trees and their versions, the severity matrix, urgency classes, texts and policies."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from monitoring.models import Channel
from playbooks.placeholders import refuse_unknown


def in_readers_language(english: str, german: str) -> str:
    return german if (get_language() or "").startswith("de") else english


class Level(models.TextChoices):
    """Severity, one scale. The words stand here and nowhere else."""

    L0 = "L0", _("None")
    L1 = "L1", _("Low")
    L2 = "L2", _("Elevated")
    L3 = "L3", _("High")
    L4 = "L4", _("Critical")


class Disposition(models.TextChoices):
    """What can be done about a mention."""

    RESPOND = "respond", _("Respond")
    IGNORE = "ignore", _("Ignore")
    ESCALATE = "escalate", _("Escalate")


class Playbook(models.Model):
    """A decision tree under a name; what it says stands in its versions."""

    slug = models.SlugField(_("short name"), unique=True)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_de = models.CharField(_("title, German"), max_length=200)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("playbook")
        verbose_name_plural = _("playbooks")

    def __str__(self) -> str:
        return in_readers_language(self.title_en, self.title_de)


class FrozenVersionError(ValueError):
    """Somebody tried to change or delete a version that people already rely on."""


class PlaybookVersion(models.Model):
    """One wording of a playbook. Once published it never changes; the database refuses it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    playbook = models.ForeignKey(Playbook, models.PROTECT, verbose_name=_("playbook"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT)
    content = models.TextField(
        _("content"), help_text="The tree as JSON, as playbooks.tree_schema reads it; text, because order matters."
    )
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    change_note = models.TextField(_("what changed and why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("written by"),
        related_name="+",
        null=True,
        blank=True,
        help_text="Who changed the content last; empty for the content of a fresh console.",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("publishing asked for by"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    asked_at = models.DateTimeField(_("publishing asked for"), null=True, editable=False)
    asked_sha256 = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of exactly the content that may be published."
    )
    asked_against = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        help_text="What was in force when publishing was asked for: the differences that people looked at.",
    )
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("published by"),
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        ordering = ["playbook", "-number"]
        verbose_name = _("playbook version")
        verbose_name_plural = _("playbook versions")
        permissions = [("publish_playbookversion", _("Can publish what somebody else wrote"))]
        constraints = [
            models.UniqueConstraint(fields=["playbook", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["playbook"], condition=models.Q(state="published"), name="one_published_version"
            ),
            models.CheckConstraint(
                condition=models.Q(author=None) | ~models.Q(author=models.F("published_by")),
                name="publisher_is_not_the_author",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by=None) | ~models.Q(asked_by=models.F("published_by")),
                name="publisher_did_not_ask",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(author=None)
                | models.Q(published_by__isnull=False, asked_by__isnull=False, asked_sha256=models.F("sha256")),
                name="written_by_one_published_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.playbook} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_if_frozen()
        return super().delete(*args, **kwargs)

    @property
    def is_asked_for(self) -> bool:
        """Whether somebody asked for exactly this wording to be published."""
        return self.state == self.State.DRAFT and self.asked_sha256 == self.sha256

    def refuse_if_frozen(self) -> None:
        """A trigger refuses what comes here by another way."""
        stored = PlaybookVersion.objects.filter(pk=self.pk).exclude(state=self.State.DRAFT)
        if self.pk and stored.exists():
            raise FrozenVersionError(_("A published version never changes; make a new one."))


class StartTree(models.Model):
    """Where the walk begins for a channel; the row without a channel is the default."""

    channel = models.OneToOneField(
        Channel, models.CASCADE, verbose_name=_("channel"), related_name="start_tree", null=True, blank=True
    )
    playbook = models.ForeignKey(Playbook, models.PROTECT, verbose_name=_("playbook"), related_name="starts")

    class Meta:
        verbose_name = _("start tree")
        verbose_name_plural = _("start trees")
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(channel=None), name="one_default_start_tree")
        ]

    def __str__(self) -> str:
        return f"{self.channel or '*'} → {self.playbook}"


class Urgency(models.Model):
    """Time to the first public reply, or to a person taking over."""

    slug = models.SlugField(_("short name"), unique=True)
    within = models.DurationField(_("within"))
    around_the_clock = models.BooleanField(_("around the clock"), help_text=_("Otherwise during cover hours only."))

    class Meta:
        ordering = ["within"]
        verbose_name = _("urgency")
        verbose_name_plural = _("urgencies")

    def __str__(self) -> str:
        return self.slug


class SeverityLevel(models.Model):
    """One row of the severity matrix: the rules that propose the level, and what the level demands."""

    level = models.CharField(_("level"), max_length=2, choices=Level, unique=True)
    rules = models.JSONField(
        _("rules"), default=list, help_text="In the grammar of the hints; any firing rule proposes it."
    )
    acknowledge_within = models.DurationField(_("acknowledge within"), null=True, blank=True)
    acknowledgement_lasts = models.DurationField(_("an acknowledgement lasts"), null=True, blank=True)
    unacknowledged_to = models.JSONField(_("unacknowledged goes to"), default=list, help_text="[{role, who}]")
    default_who = models.JSONField(_("called at once"), default=list, help_text="[role], without an escalate leaf")
    approve = models.JSONField(_("approved by"), default=list, help_text="[{role, after?}]")
    demands = models.JSONField(_("further demands"), default=dict, help_text="holding, update_every, pause, first_word")

    class Meta:
        ordering = ["level"]
        verbose_name = _("severity level")
        verbose_name_plural = _("severity levels")

    def __str__(self) -> str:
        return f"{self.level} {self.get_level_display()}"


class ResponseTemplate(models.Model):
    """A text to start a reply from, with placeholders; a short one for channels on which little fits."""

    slug = models.SlugField(_("short name"), unique=True)
    name_en = models.CharField(_("name, English"), max_length=120, blank=True)
    name_de = models.CharField(_("name, German"), max_length=120, blank=True)
    text_en = models.TextField(_("text, English"), validators=[refuse_unknown])
    text_de = models.TextField(_("text, German"), validators=[refuse_unknown])
    short_en = models.CharField(
        _("short text, English"), max_length=300, blank=True, validators=[refuse_unknown],
        help_text=_("For channels on which little fits."),
    )  # fmt: skip
    short_de = models.CharField(_("short text, German"), max_length=300, blank=True, validators=[refuse_unknown])

    class Meta:
        ordering = ["slug"]
        verbose_name = _("response template")
        verbose_name_plural = _("response templates")

    def __str__(self) -> str:
        return in_readers_language(self.name_en, self.name_de) or self.slug

    def in_language(self, language: str, *, short: bool = False) -> str:
        """The text in the language of the mention it answers; English unless that is German. The short one if it is
        asked for and there is one."""
        german = language.startswith("de")
        long = self.text_de if german else self.text_en
        return ((self.short_de if german else self.short_en) or long) if short else long


class EscalationPolicy(models.Model):
    """Who is called when, for one severity level. An escalation keeps a frozen copy of it."""

    slug = models.SlugField(_("short name"), unique=True)
    name_en = models.CharField(_("name, English"), max_length=200)
    name_de = models.CharField(_("name, German"), max_length=200)
    level = models.CharField(_("level"), max_length=2, choices=Level, unique=True)
    rounds = models.PositiveSmallIntegerField(_("rounds"), default=3)
    round_delay = models.DurationField(_("next round after"))
    acknowledgement_lasts = models.DurationField(_("an acknowledgement lasts"), null=True, blank=True)

    class Meta:
        ordering = ["level"]
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")

    def __str__(self) -> str:
        return in_readers_language(self.name_en, self.name_de)


class PolicyStep(models.Model):
    """One step: after `delay` since the step before, call `targets`."""

    class Rule(models.TextChoices):
        ANYONE = "anyone", _("Anyone may acknowledge")

    policy = models.ForeignKey(EscalationPolicy, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("position"))
    delay = models.DurationField(_("after"))
    targets = models.JSONField(
        _("targets"),
        default=list,
        help_text="[{role, who}]; empty: playbooks.current.first_targets.",
    )
    urgency = models.ForeignKey(Urgency, models.PROTECT, verbose_name=_("urgency"), related_name="+")
    rule = models.CharField(_("rule"), max_length=16, choices=Rule, default=Rule.ANYONE)

    class Meta:
        ordering = ["policy", "position"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [models.UniqueConstraint(fields=["policy", "position"], name="one_step_per_position")]

    def __str__(self) -> str:
        return f"{self.policy} {self.position}"
