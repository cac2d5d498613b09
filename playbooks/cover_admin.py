"""Cover hours in the administration: a week of labelled times, holidays by place, own days, and what they mean."""

import subprocess
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.recent_admin import AsksAgain
from accounts.time_zones import zone_named
from accounts.unit_admin import CentralOnly
from playbooks.admin_parts import Style
from playbooks.models import CoverDay, CoverHours
from playbooks.next_days import next_days
from playbooks.public_holidays import UnknownPlaceError, learn
from playbooks.week_field import WeekField

OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]


def country_choices() -> list[tuple[str, str]]:
    """The countries of the world by their name in the reader's language."""
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    return [("", "–"), *sorted(((c, n) for c, n in names.items() if len(c) == 2), key=lambda one: one[1])]


class CoverHoursForm(forms.ModelForm):
    week = WeekField(label=capfirst(_("week")), initial=OFFICE, help_text=_("An end before its beginning is next day."))
    time_zone = forms.ChoiceField(
        label=capfirst(_("time zone")), choices=time_zones.choices, initial=settings.TIME_ZONE
    )
    country = forms.ChoiceField(
        label=capfirst(_("country of the public holidays")), choices=country_choices, required=False
    )
    subdivision = forms.CharField(
        label=capfirst(_("state or region")),
        required=False,
        max_length=8,
        help_text=_("Its short name, for example BE for Berlin; empty: the holidays of the whole country."),
    )

    class Meta:
        model = CoverHours
        fields = ["unit", "time_zone", "week", "country", "subdivision"]

    def clean_subdivision(self) -> str:
        return str(self.cleaned_data["subdivision"]).upper()

    def clean(self) -> dict[str, Any]:
        """Public holidays are looked up now and kept: nothing that computes a deadline needs the library."""
        values = super().clean() or {}
        if not self.errors and {"country", "subdivision"} & {*self.changed_data}:
            self.instance.country, self.instance.subdivision = values["country"], values["subdivision"]
            try:
                learn(self.instance, timezone.localdate())
            except UnknownPlaceError as error:
                self.add_error("subdivision" if values["subdivision"] else "country", str(error))
            except subprocess.SubprocessError:
                self.add_error("country", _("The public holidays could not be looked up; try again."))
        if not values.get("unit") and "unit" not in self.errors:
            self._refuse_second_default()
        return values

    def _refuse_second_default(self) -> None:
        if CoverHours.objects.filter(unit=None).exclude(pk=self.instance.pk).exists():
            self.add_error("unit", _("There is a row for all other units already."))


class CoverDayInline(admin.StackedInline):
    model = CoverDay
    fields = [("date", "name"), ("opens", "closes")]
    extra = 0


class CoverHoursAdmin(Style, AsksAgain, CentralOnly):
    form = CoverHoursForm
    list_display = ["__str__", "time_zone", "country", "subdivision", "holidays_until"]
    list_select_related = ["unit"]
    fields = ["unit", "time_zone", "week", "country", "subdivision", "next_days"]
    readonly_fields = ["next_days"]
    inlines = [CoverDayInline]

    def get_fields(self, request: HttpRequest, obj: CoverHours | None = None) -> Any:
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name != "next_days"]

    @admin.display(description=_("The next 14 days"))
    def next_days(self, row: CoverHours) -> SafeString:
        today = timezone.now().astimezone(zone_named(row.time_zone)).date()
        return render_to_string("playbooks/_next_days.html", {"days": next_days(row, today)})
