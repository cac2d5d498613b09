"""Forms of the roster: a rotation's version, and somebody who stands in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.models import Role, User
from crisis.models import Rotation, RotationVersion, ShiftOverride
from crisis.models.rotation import LONGEST, SHORTEST
from crisis.roster.changes import RosterError, begin_rotation, change_rotation, stand_in
from crisis.roster.rights import may_change

UNITS = {"hours": _("hours"), "days": _("days"), "weeks": _("weeks")}
LENGTHS = {"weeks": timedelta(weeks=1), "days": timedelta(days=1), "hours": timedelta(hours=1)}
TO_THE_MINUTE = "%Y-%m-%dT%H:%M"


class Moment(forms.DateTimeInput):
    """By the clock of the reader's zone, to the minute."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=TO_THE_MINUTE)


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeOfDay(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class Dressed:
    """Gives the widgets the console's classes."""

    fields: dict[str, forms.Field]

    def dress(self) -> None:
        for field in self.fields.values():
            if isinstance(field.widget, forms.Select):
                field.widget.attrs["class"] = "select"
            elif not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs["class"] = "input"


class StandInForm(Dressed, forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"))
    starts_at = forms.DateTimeField(label=_("From"), widget=Moment)
    ends_at = forms.DateTimeField(label=_("Until"), widget=Moment)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, role: Role, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role, self.by = role, by
        people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people if may_change(by) else people.filter(pk=by.pk)
        field.initial = by.pk
        hour = timezone.localtime().replace(minute=0, second=0, microsecond=0)
        self.fields["starts_at"].initial = hour + timedelta(hours=1)
        self.fields["ends_at"].initial = hour + timedelta(hours=9)
        self.dress()

    def save(self, now: datetime) -> ShiftOverride | None:
        """None, with the reason at its field, where the roster stays as it is."""
        said = dict(self.cleaned_data)
        try:
            return stand_in(self.role, by=self.by, now=now, **said)
        except RosterError as error:
            self.add_error(error.field, str(error))
            return None


class RotationForm(Dressed, forms.ModelForm):
    """A version: the members by their places, how long a turn lasts, and when it changes hands."""

    lasts = forms.IntegerField(label=_("A turn lasts"), min_value=1, max_value=999, initial=1)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNITS.items(), initial="weeks")
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones.choices)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On duty on"),
        choices=WEEKDAYS.items(),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: round the clock. Then another rotation, or nobody, has the rest."),
    )

    class Meta:
        model = RotationVersion
        fields = ["effective_from", "time_zone", "handover_on", "handover_at", "weekdays", "opens", "closes"]
        widgets = {
            "effective_from": Moment,
            "handover_on": Day,
            "handover_at": TimeOfDay,
            "opens": TimeOfDay,
            "closes": TimeOfDay,
        }
        labels = {
            "effective_from": _("Counts from"),
            "handover_on": _("The first turn begins on"),
            "handover_at": _("at"),
            "opens": _("On duty from"),
            "closes": _("On duty until"),
        }

    def __init__(self, *args: Any, role: Role, by: User, rotation: Rotation | None = None, **kwargs: Any) -> None:
        self.role, self.by, self.rotation = role, by, rotation
        self.holders = [holder.person for holder in role.holders.active().in_order()]
        now = timezone.localtime()
        start = {"effective_from": now, "handover_on": now.date(), "handover_at": "09:00", "time_zone": by.time_zone}
        super().__init__(*args, initial=start | kwargs.pop("initial", {}), **kwargs)
        if rotation is None:
            self.fields["name"] = forms.CharField(label=_("Name"), max_length=100, initial=_("Weekly"))
        places = [("", "–"), *((str(at), str(at)) for at in range(1, len(self.holders) + 1))]
        for at, person in enumerate(self.holders, start=1):
            shown = "" if rotation else str(at)
            field = forms.ChoiceField(label=str(person), choices=places, required=False, initial=shown)
            self.fields[self.place_of(person)] = field
        self.dress()

    @staticmethod
    def place_of(person: User) -> str:
        return f"place_{person.pk}"

    def places(self) -> Iterator[forms.BoundField]:
        """The fields that order the members."""
        return (self[self.place_of(person)] for person in self.holders)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if bool(said.get("weekdays")) != bool(said.get("opens") is not None and said.get("closes") is not None):
            self.add_error("opens", _("Days, a beginning and an end belong together."))
        places = [(int(said[name]), person) for person in self.holders if said.get(name := self.place_of(person))]
        if len({place for place, _person in places}) < len(places):
            self.add_error(None, _("Two people have the same place."))
        if self.rotation is None and not places:
            self.add_error(None, _("Give at least one person a place."))
        self.members = [person for _place, person in sorted(places, key=lambda pair: pair[0])]
        self.period = timedelta(**{said.get("unit", "weeks"): said.get("lasts") or 1})
        if not SHORTEST <= self.period <= LONGEST:
            self.add_error("lasts", _("A turn lasts between an hour and 26 weeks."))
        return said

    def store(self, now: datetime) -> bool:
        """Whether it was kept; else the reason stands at its field."""
        said = {name: self.cleaned_data[name] for name in self.Meta.fields} | {"period": self.period}
        try:
            if self.rotation is None:
                begin_rotation(self.role, self.cleaned_data["name"], self.members, by=self.by, now=now, **said)
            else:
                change_rotation(self.rotation, self.members, by=self.by, now=now, **said)
        except RosterError as error:
            self.add_error(None, str(error))
            return False
        return True


def form_of(version: RotationVersion, *, by: User, **kwargs: Any) -> RotationForm:
    """To change a rotation, filled with what it says now."""
    rotation = version.rotation
    unit = next(unit for unit, length in LENGTHS.items() if version.period % length == timedelta(0))
    initial = {
        "lasts": version.period // LENGTHS[unit],
        "unit": unit,
        "handover_on": version.handover_on,
        "handover_at": version.handover_at,
        "time_zone": version.time_zone,
        "weekdays": version.weekdays,
        "opens": version.opens,
        "closes": version.closes,
    }
    initial |= {f"place_{member.person_id}": str(member.position + 1) for member in version.members.all()}
    return RotationForm(
        role=rotation.role, by=by, rotation=rotation, initial=initial, prefix=f"r{rotation.pk}", **kwargs
    )
