"""An admin sets the hours of a unit and who answers what, and sees at once what it means."""

from datetime import date, time

import pytest
from django.urls import reverse

from playbooks.cover_hours import covers
from playbooks.models import CoverDay, CoverHours, ResponsibilityRule
from playbooks.next_days import next_days
from playbooks.public_holidays import UnknownPlaceError, holidays_of, learn, renew
from playbooks.starter.load import load_starter
from tests.make import NOON, make_channel, make_unit
from tests.playbooks.pages import fields_of

pytestmark = pytest.mark.django_db
ADD = "admin:playbooks_coverhours_add"


@pytest.fixture
def desk(client, ada):
    load_starter(NOON)
    client.force_login(ada)
    return client


def test_a_week_is_typed_as_times(desk):
    unit = make_unit()
    fields = fields_of(desk.get(reverse(ADD)))
    assert fields["week-0-0-opens"] == "09:00"

    changes = {"unit": unit.pk, "week-4-0-closes": "15:00", "week-5-0-opens": "22:00", "week-5-0-closes": "02:00"}
    answer = desk.post(reverse(ADD), fields | changes)

    assert answer.status_code == 302, answer.context["errors"]
    row = CoverHours.objects.get()
    assert row.week == [[["09:00", "17:00"]]] * 4 + [[["09:00", "15:00"]], [["22:00", "02:00"]], []]
    assert covers().of(unit.pk).week[5][0].closes == 26 * 60
    page = desk.get(reverse("admin:playbooks_coverhours_change", args=[row.pk])).content.decode()
    assert "22:00–02:00" in page
    assert "09:00–15:00" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"week-0-0-closes": ""}, "write both times"),
        ({f"week-{day}-0-{end}": "" for day in range(5) for end in ("opens", "closes")}, "Some hours must be open"),
        ({"country": "DE", "subdivision": "XX"}, "BB, BE, BW"),
    ],
)
def test_hours_that_make_no_sense_are_refused(desk, changes, sentence):
    page = desk.post(reverse(ADD), fields_of(desk.get(reverse(ADD))) | changes)

    assert sentence in page.content.decode()
    assert not CoverHours.objects.exists()


def test_there_is_one_row_for_all_other_units(desk):
    fields = fields_of(desk.get(reverse(ADD)))
    desk.post(reverse(ADD), fields)

    page = desk.post(reverse(ADD), fields)

    assert "There is a row for all other units already." in page.content.decode()


def test_public_holidays_are_known_by_place_and_in_both_languages():
    days = holidays_of("DE", "BE", 2026, 2027)

    assert days["2026-12-25"] == {"en": "Christmas Day", "de": "Erster Weihnachtstag"}
    assert "2026-03-08" in days  # women's day, in Berlin
    assert "2026-03-08" not in holidays_of("DE", "BY", 2026, 2026)
    with pytest.raises(UnknownPlaceError):
        holidays_of("XX", "", 2026, 2026)


def test_holidays_are_looked_up_again_before_they_run_out():
    row = CoverHours(week=[[["09:00", "17:00"]]] * 7, country="AT")
    learn(row, date(2020, 5, 1))
    row.save()

    assert renew(date(2022, 5, 1)) == 0
    assert renew(date(2023, 5, 1)) == 1
    row.refresh_from_db()
    assert row.holidays_until == date(2027, 12, 31)
    assert "2027-12-25" in row.public_holidays


def test_the_days_ahead_name_holidays_and_own_days():
    row = CoverHours.objects.create(
        week=[[["09:00", "17:00"]]] * 5 + [[], []], public_holidays={"2026-12-25": {"en": "Christmas", "de": "W"}}
    )
    CoverDay.objects.create(cover=row, date=date(2026, 12, 24), name="Half day", opens=time(9), closes=time(12))

    days = next_days(row, date(2026, 12, 23), 4)

    assert [(day.hours, day.name) for day in days] == [
        ("09:00–17:00", ""), ("09:00–12:00", "Half day"), ("", "Christmas"), ("", ""),
    ]  # fmt: skip


def test_the_matrix_shows_who_answers_what_and_the_gaps(desk):
    make_channel("forum")
    address = reverse("admin:playbooks_responsibilityrule_matrix")
    assert "No gaps" in desk.get(address).content.decode()
    ResponsibilityRule.objects.filter(request_type__in=["", "press"]).delete()

    page = desk.get(address).content.decode()

    assert "3 gaps: nobody answers there." in page  # press, question, abuse
    assert "Customer service" in page


def test_rows_read_as_sentences_and_two_never_say_the_same_place(desk):
    page = desk.get(reverse("admin:playbooks_responsibilityrule_changelist")).content.decode()
    assert "Complaint · every channel → Customer service" in page

    add = reverse("admin:playbooks_responsibilityrule_add")
    role = ResponsibilityRule.objects.first().role_id
    again = desk.post(add, {"request_type": "press", "role": role, "priority": "normal", "deadline": "2h"})

    assert "Another row says already who answers this there." in again.content.decode()


def test_others_see_neither(client, sam):
    client.force_login(sam)

    for name in ("coverhours_changelist", "responsibilityrule_changelist", "responsibilityrule_matrix"):
        assert client.get(reverse(f"admin:playbooks_{name}")).status_code in (302, 403)
