"""Who answers what: the most specific row wins, whatever the order they were written in, and a gap is a gap."""

from datetime import timedelta
from itertools import permutations, product

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import Role
from playbooks.models import ResponsibilityRule
from playbooks.path import Path, Step
from playbooks.request_types import REQUEST_TYPES, request_type_of, request_types
from playbooks.responsibility import Responsible, responsibilities, row_in_words, who
from playbooks.starter.load import load_starter
from tests.make import NOON, make_channel
from tests.playbooks.trees import starter, walk_map

pytestmark = pytest.mark.django_db


def row(role: str, channel: int | None = None, kind: str = "", asked: str = "") -> Responsible:
    return Responsible(role, "normal", None, "", channel, kind, asked)


def test_the_kind_of_request_says_more_than_the_place_and_a_channel_more_than_its_kind():
    channel = make_channel(kind="feed")
    rows = [
        row("anyone"),
        row("for the kind of channel", kind="feed"),
        row("for the channel", channel=channel.pk),
        row("for complaints", asked="complaint"),
        row("for complaints on the kind", kind="feed", asked="complaint"),
        row("for complaints on the channel", channel=channel.pk, asked="complaint"),
    ]

    for known in range(len(rows), 0, -1):
        for order in list(permutations(rows[:known]))[:24]:
            assert who(channel, "complaint", order) == rows[known - 1]
    assert who(channel, "press", rows) == rows[2]
    assert who(make_channel(kind="api"), "", rows) == rows[0]


def test_no_two_rows_that_fit_one_mention_are_of_the_same_rank():
    channel = make_channel(kind="feed")
    places = [(None, ""), (None, "feed"), (channel.pk, "")]
    rows = [row("x", *place, asked) for place, asked in product(places, ("", "press"))]

    assert len({one.rank for one in rows if one.fits(channel, "press")}) == len(rows)


def test_without_a_row_there_is_a_gap(django_assert_num_queries):
    channel = make_channel()

    assert who(channel, "press", [row("x", asked="complaint")]) is None
    with django_assert_num_queries(1):
        assert who(channel, "press") is None


def test_a_fresh_console_leaves_no_gap():
    load_starter(NOON)
    channel = make_channel()

    answered = {kind: who(channel, kind) for kind in ("", *request_types())}

    assert all(answered.values())
    assert {kind: answered[kind].role for kind in ("", "complaint", "press", "issue")} == {
        "": "community_manager", "complaint": "customer_service", "press": "pr_lead", "issue": "social_lead",
    }  # fmt: skip
    load_starter(NOON)
    assert len(responsibilities()) == ResponsibilityRule.objects.count() == 9


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"text.lex.danger": 1}, "danger"),
        ({"author.kind": "journalist"}, "press"),
        ({"mention.by_us": True}, "own_mistake"),
        ({"crisis.match": 0.9}, "crisis"),
        ({"text.sentiment": -0.6, "text.lex.experience": 1}, "complaint"),
        ({"text.sentiment": -0.6, "text.lex.experience": 0}, "issue"),
        ({"text.is_question": True, "text.sentiment": 0}, "question"),
        ({"text.sentiment": 0.6, "text.is_question": False}, "compliment"),
    ],
)
def test_the_path_says_what_is_asked(facts, asked):
    assert request_type_of(walk_map({"mention.direct": True, "crisis.match": 0, **facts})) == asked


def test_what_an_admin_adds_to_the_question_is_a_kind_of_request_and_what_is_open_is_none():
    step = Step("scenario-map", 1, "kind", "job")

    assert request_type_of(Path(steps=(step,))) == "job"
    assert request_type_of(Path(open_question="scenario-map/kind")) == ""


def test_every_answer_of_the_starter_trees_has_its_name():
    load_starter(NOON)

    answers = {answer.slug for answer in starter().trees["scenario-map"].nodes["kind"].answers}
    assert answers <= set(REQUEST_TYPES)
    assert set(request_types()) == set(REQUEST_TYPES)


def test_two_rows_never_claim_the_same_place():
    role = Role.objects.create(slug="legal", name_en="Legal", name_de="Recht")
    ResponsibilityRule.objects.create(role=role, request_type="press")

    with pytest.raises(IntegrityError):
        ResponsibilityRule.objects.create(role=role, request_type="press")


def test_a_row_is_for_a_channel_or_for_a_kind_of_channel():
    with pytest.raises(ValidationError, match="not both"):
        ResponsibilityRule(channel=make_channel(), channel_kind="feed").clean()


def test_a_row_reads_as_a_sentence():
    data = {"channel": "", "kind": "feed", "type": "complaint"}

    words = row_in_words(data, "Customer service", {"complaint": "Complaint"}, timedelta(hours=2))

    assert words == "Complaint · Feed (RSS, Atom, JSON Feed) → Customer service, within 2h"
