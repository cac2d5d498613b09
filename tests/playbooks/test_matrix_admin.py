"""An admin edits a row of the severity matrix by fields; what nobody touched stays as it was."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from playbooks import current
from playbooks.models import SeverityLevel
from playbooks.severity_rules import propose
from playbooks.starter.load import load_starter
from tests.make import NOON
from tests.playbooks.pages import fields_of


@pytest.fixture(autouse=True)
def loaded(db) -> None:
    load_starter(NOON)


@pytest.fixture
def desk(client, ada):
    client.force_login(ada)
    return client


def row(level: str) -> SeverityLevel:
    return SeverityLevel.objects.get(level=level)


def address(level: str) -> str:
    return reverse("admin:playbooks_severitylevel_change", args=[row(level).pk])


@pytest.mark.parametrize("level", ["L1", "L2", "L3", "L4"])
def test_an_untouched_row_is_saved_as_it_was(desk, level):
    before = SeverityLevel.objects.filter(level=level).values().get()

    answer = desk.post(address(level), fields_of(desk.get(address(level))))

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert SeverityLevel.objects.filter(level=level).values().get() == before


def test_a_new_rule_proposes_from_the_next_mention_on(desk):
    facts = {"author.followers": 20_000}
    assert propose(current.matrix(), facts).level == "L0"
    fields = fields_of(desk.get(address("L2")))
    last = int(fields["rules-TOTAL_FORMS"]) - 1
    first = f"rules-{last}-conditions-0"

    desk.post(
        address("L2"), fields | {f"{first}-fact": "author.followers", f"{first}-op": "gte", f"{first}-number": "20000"}
    )

    assert row("L2").rules[-1] == {"all": [{"f": "author.followers", "gte": 20000}]}
    assert propose(current.matrix(), facts).level == "L2"
    assert LogEntry.objects.get().get_change_message() == "Changed Proposed when."


def test_a_rule_that_makes_no_sense_is_refused_at_its_field(desk):
    fields = fields_of(desk.get(address("L2"))) | {"rules-0-conditions-0-number": "lots"}

    page = desk.post(address("L2"), fields)

    assert page.status_code == 200
    assert "Enter a number." in page.content.decode()
    assert len(row("L2").rules) == 4


def test_every_demand_is_a_field(desk):
    changes = {
        "default_who": ["community_manager", "hr"],
        "unacknowledged_to": ["legal:deputy"],
        "acknowledge_within": "20m",
        "first_word": "30m",
        "holding_draft": "40m",
        "holding_out": "2h",
        "update_every": "",
        "pause": "automatic",
        "approve_first": ["legal"],
        "approve_later": ["executive", "pr_lead"],
        "approve_after": "15m",
        "cover_hours_only": "on",
    }

    desk.post(address("L3"), fields_of(desk.get(address("L3"))) | changes)

    level = row("L3")
    assert (level.default_who, level.acknowledge_within) == (["community_manager", "hr"], timedelta(minutes=20))
    assert level.unacknowledged_to == [{"role": "legal", "who": "deputy"}]
    assert level.demands == {
        "first_word": "30m", "holding": {"draft": "40m", "out": "2h"}, "pause": "automatic", "cover_hours_only": True,
    }  # fmt: skip
    later = [{"role": "executive", "after": "15m"}, {"role": "pr_lead", "after": "15m"}]
    assert level.approve == [{"role": "legal"}, *later]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"holding_draft": "3h", "holding_out": "2h"}, "It cannot be out before it is drafted."),
        ({"holding_draft": "3h", "holding_out": ""}, "A holding statement needs both times."),
        ({"approve_later": ["pr_lead"], "approve_after": "5m"}, "A role is either asked first or later."),
        ({"approve_later": ["legal"]}, "Say after how long they may approve, too."),
        ({"approve_first": [], "approve_later": ["legal"], "approve_after": "5m"}, "Somebody has to be asked first."),
        ({"default_who": []}, "This field is required."),
        ({"unacknowledged_to": []}, "This field is required."),
        ({"acknowledge_within": "soon"}, "Write a number with s, m, h or d"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(desk, changes, sentence):
    page = desk.post(address("L2"), fields_of(desk.get(address("L2"))) | changes)

    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_the_lowest_level_only_shows(desk):
    assert desk.post(address("L0"), {}).status_code == 403


def test_a_row_opens_only_for_whoever_proved_who_they_are_lately(desk):
    session = desk.session
    session["signed_in_at"] = 0.0
    session.save()

    assert "/accounts/confirm/" in desk.get(address("L2")).headers["Location"]
