"""When a unit is at work: its week, public holidays, and its own exceptions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit
from accounts.time_zones import validate_time_zone


class CoverHours(models.Model):
    """One unit's hours; the row without a unit is for all that have none of their own. No row: around the clock."""

    unit = models.OneToOneField(
        Unit,
        models.CASCADE,
        verbose_name=_("unit"),
        related_name="cover_hours",
        null=True,
        blank=True,
        help_text=_("Empty: for every unit without hours of its own, and for channels without a unit."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    week = models.JSONField(
        _("week"), default=list, help_text="Monday to Sunday, each [[opens, closes]] as 08:00; past midnight allowed."
    )
    country = models.CharField(_("country of the public holidays"), max_length=2, blank=True)
    subdivision = models.CharField(_("state or region"), max_length=8, blank=True)
    public_holidays = models.JSONField(
        default=dict, editable=False, help_text="{date: {en, de}}, as the library of holidays said when it was saved"
    )
    holidays_until = models.DateField(null=True, editable=False, help_text="The last day for which holidays are known.")

    class Meta:
        ordering = [models.F("unit__name").asc(nulls_first=True)]
        verbose_name = _("cover hours")
        verbose_name_plural = _("cover hours")
        constraints = [
            models.UniqueConstraint(models.Value(1), condition=models.Q(unit=None), name="one_default_cover_hours")
        ]

    def __str__(self) -> str:
        return str(self.unit or _("All other units"))


class CoverDay(models.Model):
    """One day that differs from the week, whatever public holidays say: other hours, or closed without any."""

    cover = models.ForeignKey(CoverHours, models.CASCADE, related_name="days")
    date = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=100, blank=True)
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)

    class Meta:
        ordering = ["date"]
        verbose_name = _("own day")
        verbose_name_plural = _("own days: other hours, or closed where no hours stand")
        constraints = [
            models.UniqueConstraint(fields=["cover", "date"], name="cover_day_once"),
            models.CheckConstraint(
                condition=models.Q(opens=None, closes=None) | models.Q(opens__isnull=False, closes__isnull=False),
                name="cover_day_opens_and_closes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()

    def clean(self) -> None:
        if (self.opens is None) != (self.closes is None):
            raise ValidationError(_("A day opens and closes, or it is closed: both times or none."))
