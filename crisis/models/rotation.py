"""Who takes turns in a role, and who stands in for whom. Versions and overrides are added, never changed."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.time_zones import validate_time_zone

SHORTEST, LONGEST = timedelta(hours=1), timedelta(weeks=26)
DAYS_OF_A_WEEK = 7


def validate_period(period: timedelta) -> None:
    if not SHORTEST <= period <= LONGEST:
        raise ValidationError(_("A turn lasts between an hour and 26 weeks."))


class Rotation(models.Model):
    """People who take turns in a role. Of several in one role the first that is on duty is in charge."""

    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("role"), related_name="rotations")
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        ordering = ["role", "position"]
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        constraints = [models.UniqueConstraint(fields=["role", "position"], name="one_rotation_per_position")]

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


class RotationVersion(models.Model):
    """What a rotation says from a moment on; a version made later counts from its own moment on. Nobody in it ends
    the rotation. The times of day are those on the clocks of `time_zone`."""

    rotation = models.ForeignKey(Rotation, models.CASCADE, related_name="versions")
    effective_from = models.DateTimeField(_("from"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    handover_on = models.DateField(_("first handover on"))
    handover_at = models.TimeField(_("handover at"))
    period = models.DurationField(_("a turn lasts"), validators=[validate_period])
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("on duty on"), default=list, blank=True
    )  # Monday is 0; none: round the clock
    opens = models.TimeField(_("on duty from"), null=True, blank=True)
    closes = models.TimeField(_("on duty until"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("made by"), related_name="+", null=True
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        ordering = ["rotation", "id"]
        verbose_name = _("version of a rotation")
        verbose_name_plural = _("versions of rotations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens=None, closes=None) | models.Q(opens__isnull=False, closes__isnull=False),
                name="rotation_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rotation} ({self.effective_from:%Y-%m-%d})"


class RotationMember(models.Model):
    """One person's place in the order of a version."""

    version = models.ForeignKey(RotationVersion, models.CASCADE, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="one_member_per_position")]

    def __str__(self) -> str:
        return f"{self.position}: {self.person}"


class ShiftOverrideQuerySet(models.QuerySet):
    def in_force(self) -> "ShiftOverrideQuerySet":
        return self.filter(called_off_at=None, person__is_active=True)


class ShiftOverride(models.Model):
    """Somebody stands in for whoever would have a role's shift; of two at once the later one made counts."""

    role = models.ForeignKey(Role, models.PROTECT, verbose_name=_("role"), related_name="overrides")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("who stands in"), related_name="stands_in"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    called_off_at = models.DateTimeField(null=True, editable=False)
    called_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    objects = ShiftOverrideQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="override_ends_later"),
        ]
        indexes = [models.Index(fields=["ends_at"], condition=models.Q(called_off_at=None), name="override_in_force")]

    def __str__(self) -> str:
        return f"{self.role}: {self.person}"
