"""Named situations and everything that was prepared for them, each kind of thing as rows of its own."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from playbooks.models.agreed import EscalationPolicy, Level, in_readers_language
from playbooks.placeholders import refuse_unknown

SHORT_LENGTH = 300  # signs: what every network takes, a link included


class ResponsibilityClass(models.TextChoices):
    """How much of it people will lay at our door: the three clusters of situational crisis communication theory.

    Coombs, W. T. (2007): Protecting organization reputations during a crisis. Corporate Reputation Review 10(3).
    """

    VICTIM = "victim", _("Victim: we are hit too")
    ACCIDENTAL = "accidental", _("Accidental: unintended, beyond our control")
    PREVENTABLE = "preventable", _("Preventable: we could have known better")


class Strategy(models.TextChoices):
    """The response strategies of the same theory; instructing and adjusting information come before all of them."""

    INSTRUCT = "instruct", _("Instruct: tell people how to stay safe")
    ADJUST = "adjust", _("Adjust: compassion, and what happens now")
    DENIAL = "denial", _("Deny: there is no such crisis, with proof")
    ATTACK = "attack", _("Confront the accuser with facts")
    SCAPEGOAT = "scapegoat", _("Name somebody else who is responsible")
    EXCUSE = "excuse", _("Excuse: no intent, no control")
    JUSTIFICATION = "justification", _("Justify: put the harm into proportion")
    COMPENSATION = "compensation", _("Compensate those who were hit")
    APOLOGY = "apology", _("Apologise and take responsibility")
    REMINDER = "reminder", _("Remind of what we did well before")
    INGRATIATION = "ingratiation", _("Thank and praise those who help")
    VICTIMAGE = "victimage", _("Say that we are hit too")


class Scenario(models.Model):
    """A situation with a name. Admins edit it; an escalation that runs keeps what it was started with."""

    slug = models.SlugField(_("short name"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name_en = models.CharField(_("name, English"), max_length=120)
    name_de = models.CharField(_("name, German"), max_length=120)
    when_en = models.TextField(_("when it applies, English"))
    when_de = models.TextField(_("when it applies, German"))
    level = models.CharField(_("severity"), max_length=2, choices=Level)
    policy = models.ForeignKey(
        EscalationPolicy,
        models.PROTECT,
        verbose_name=_("escalation policy"),
        related_name="scenarios",
        null=True,
        blank=True,
        help_text=_("Empty: the policy of its severity."),
    )
    responsibility = models.CharField(
        _("responsibility (SCCT)"),
        max_length=16,
        choices=ResponsibilityClass,
        help_text=_("How much of it people will lay at our door, after Coombs (2007)."),
    )

    class Meta:
        ordering = ["position", "slug"]
        verbose_name = _("scenario")
        verbose_name_plural = _("scenarios")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_readers_language(self.name_en, self.name_de)

    @property
    def when(self) -> str:
        return in_readers_language(self.when_en, self.when_de)


class ScenarioRow(models.Model):
    """One line of a scenario, in both languages."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="%(class)s_rows")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text_en = models.TextField(_("English"))
    text_de = models.TextField(_("German"))

    class Meta:
        abstract = True
        ordering = ["scenario", "position", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return in_readers_language(self.text_en, self.text_de)


class Sign(ScenarioRow):
    """By what it is recognised."""

    class Meta(ScenarioRow.Meta):
        verbose_name = _("sign by which to recognise it")
        verbose_name_plural = _("signs by which to recognise it")


class DoNot(ScenarioRow):
    """What makes it worse."""

    class Meta(ScenarioRow.Meta):
        verbose_name = _("what not to do")
        verbose_name_plural = _("what not to do")


class Outlet(ScenarioRow):
    """An own outlet to use, and for what."""

    class Meta(ScenarioRow.Meta):
        verbose_name = _("own outlet to use")
        verbose_name_plural = _("own outlets to use")


class ScenarioRole(ScenarioRow):
    """Who is in it, and for what."""

    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("role"), related_name="+")

    class Meta(ScenarioRow.Meta):
        verbose_name = _("role with its part")
        verbose_name_plural = _("roles with their parts")
        constraints = [models.UniqueConstraint(fields=["scenario", "role"], name="role_once_per_scenario")]


class ScenarioStrategy(ScenarioRow):
    """A fitting response strategy, and how it is meant here."""

    strategy = models.CharField(_("strategy"), max_length=16, choices=Strategy)

    class Meta(ScenarioRow.Meta):
        verbose_name = _("fitting response strategy")
        verbose_name_plural = _("fitting response strategies")
        constraints = [models.UniqueConstraint(fields=["scenario", "strategy"], name="strategy_once_per_scenario")]


class ScenarioTask(ScenarioRow):
    """One link of the chain: who does it, by when after the start, and when it is done."""

    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("who"), related_name="+")
    within = models.DurationField(_("by when after the start"), default=timedelta(0))
    done_en = models.TextField(_("done when, English"))
    done_de = models.TextField(_("done when, German"))

    class Meta(ScenarioRow.Meta):
        verbose_name = _("task")
        verbose_name_plural = _("tasks in their order")

    @property
    def done(self) -> str:
        return in_readers_language(self.done_en, self.done_de)


class StatementTemplate(models.Model):
    """A prepared statement of a scenario: for one moment and one length, in both languages."""

    class Moment(models.TextChoices):
        HOLDING = "holding", _("Holding statement")
        UPDATE = "update", _("Update")
        CLOSING = "closing", _("Closing")

    class Fits(models.TextChoices):
        SHORT = "short", _("Posts and replies, at most 300 characters")
        LONG = "long", _("Website, newsroom and press")

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="statements")
    moment = models.CharField(_("moment"), max_length=16, choices=Moment)
    fits = models.CharField(_("for"), max_length=16, choices=Fits)
    text_en = models.TextField(_("English"), validators=[refuse_unknown])
    text_de = models.TextField(_("German"), validators=[refuse_unknown])

    class Meta:
        ordering = ["scenario", "id"]
        verbose_name = _("statement template")
        verbose_name_plural = _("statement templates")
        constraints = [
            models.UniqueConstraint(fields=["scenario", "moment", "fits"], name="statement_once_per_moment_and_length")
        ]

    def __str__(self) -> str:
        return f"{self.get_moment_display()} ({self.fits})"

    @property
    def text(self) -> str:
        return in_readers_language(self.text_en, self.text_de)

    def clean(self) -> None:
        """A short one stays short in both languages."""
        if self.fits == self.Fits.SHORT:
            too_long = {
                field: ValidationError(_("At most %(most)d characters here; these are %(count)d."), params={
                    "most": SHORT_LENGTH, "count": len(getattr(self, field)),
                })
                for field in ("text_en", "text_de")
                if len(getattr(self, field)) > SHORT_LENGTH
            }  # fmt: skip
            if too_long:
                raise ValidationError(too_long)
