"""Who answers a mention by when: the agreed row, the urgency, and the cover hours of the channel's unit."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from playbooks.models import CoverHours, ResponsibilityRule
from tests.make import make_channel, make_unit
from tests.triage.conftest import read_anew
from triage.models import Triage
from triage.promised import answerer_of, mark_rests

FRIDAY_EVENING = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # eight o'clock in Berlin
OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]
OPEN = {"is_direct": True, "sentiment": 0.0}  # what it is stays open: due today
PRESS = {"terms": {"legal": ["lawyer"]}, "is_direct": True}

pytestmark = pytest.mark.usefixtures("starter")


def cover(unit=None, **fields) -> CoverHours:
    return CoverHours.objects.create(unit=unit, week=OFFICE, **fields)


def test_a_deadline_of_today_rests_until_monday(arrive):
    unit = make_unit()
    cover(unit)
    mine, other = make_channel("mine", unit=unit), make_channel("other", unit=make_unit("abroad"))

    rests = arrive(channel=mine, received_at=FRIDAY_EVENING, read=OPEN)
    runs = arrive(channel=other, received_at=FRIDAY_EVENING, read=OPEN)

    assert (rests.due_at, rests.rests) == (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), True)
    assert (runs.due_at, runs.rests) == (FRIDAY_EVENING + timedelta(hours=4), False)


def test_what_cannot_wait_does_not_wait_for_the_office(arrive):
    cover()

    triage = arrive(received_at=FRIDAY_EVENING, read=PRESS)

    assert (triage.due_at, triage.rests) == (FRIDAY_EVENING + timedelta(minutes=15), False)


def test_a_public_holiday_is_closed(arrive):
    cover(country="DE", public_holidays={"2026-11-23": {"en": "Feast", "de": "Fest"}})

    assert arrive(received_at=FRIDAY_EVENING, read=OPEN).due_at == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_deadline_of_the_row_counts_where_it_is_shorter_and_says_so(arrive):
    ResponsibilityRule.objects.filter(request_type="").update(deadline=timedelta(hours=1))
    ResponsibilityRule.objects.filter(request_type="press").update(deadline=timedelta(hours=1))

    shorter, longer = (arrive(received_at=FRIDAY_EVENING, read=read) for read in (OPEN, PRESS))

    assert shorter.due_at == FRIDAY_EVENING + timedelta(hours=1)
    assert longer.due_at == FRIDAY_EVENING + timedelta(minutes=15)
    assert [answerer_of(row.suggestion).sets_deadline for row in (shorter, longer)] == [True, False]


def test_the_suggestion_keeps_the_row_that_named_the_role(arrive, pedro):
    triage = arrive(read=PRESS)
    ResponsibilityRule.objects.all().delete()

    answerer = answerer_of(Triage.objects.get(pk=triage.pk).suggestion)

    assert (answerer.role, answerer.people, answerer.has_high_priority) == ("PR lead", [pedro], True)
    assert answerer.because == "Press, authority or legal · every channel → PR lead"


def test_a_gap_is_shown(arrive, client, maya):
    ResponsibilityRule.objects.all().delete()
    triage = arrive(read=OPEN)
    client.force_login(maya)

    page = client.get(reverse("triage:mention", args=[triage.pk])).content.decode()

    assert answerer_of(triage.suggestion) is None
    assert "No row says who answers this." in page


def test_the_inbox_says_who_answers_and_why(arrive, client, maya):
    triage = arrive(read=PRESS)
    client.force_login(maya)

    rows = client.get(reverse("triage:inbox")).content.decode()
    page = client.get(reverse("triage:mention", args=[triage.pk])).content.decode()

    assert "PR lead" in rows
    assert "because of the row “Press, authority or legal · every channel → PR lead”" in page


def test_the_countdown_knows_when_its_clock_stands_still(arrive, client, maya, django_assert_num_queries):
    cover()
    triage = arrive(read=OPEN)
    Triage.objects.update(due_at=datetime(2099, 11, 23, 12, 0, tzinfo=UTC))
    row = Triage.objects.select_related("channel").get(pk=triage.pk)

    with django_assert_num_queries(2):
        mark_rests([row, row])

    first, last = row.closed.split()[-1].split("-")
    assert datetime.fromtimestamp(int(last), UTC) == datetime(2099, 11, 23, 8, 0, tzinfo=UTC)
    assert int(first) < int(last)
    client.force_login(maya)
    assert 'data-closed="' in client.get(reverse("triage:inbox")).content.decode()


def test_an_edit_gains_no_time_and_keeps_the_clock_of_the_deadline_that_stays(arrive):
    cover()
    before = arrive(received_at=FRIDAY_EVENING, read=OPEN)

    after = read_anew(before.mention, **PRESS)

    assert after.due_at <= before.due_at or not after.rests


def test_roles_that_answer_are_not_deleted():
    with pytest.raises(Exception, match="protected"):
        Role.objects.get(slug="pr_lead").delete()
