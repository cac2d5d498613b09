"""What was agreed for an outcome stands on the card, also what the console does not do by itself yet."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from playbooks.models import Playbook, StartTree
from tests.triage.conftest import DANGER, DELETED_COMMENT, THANKS, htmx
from triage.models import Triage

MAP, OWN = "answer:scenario-map/", "answer:self-inflicted/"
NO_RISK = {MAP + risk: "no" for risk in ("danger", "ours", "special")}
OUR_DELETION = {
    MAP + "danger": "no",
    MAP + "ours": "yes",
    OWN + "source": "own",
    OWN + "evidence": "done",
    OWN + "pause": "done",
    OWN + "what": "removed",
}


@pytest.fixture
def card(browser: Client) -> Callable[..., str]:
    """The text of the decision card with these answers given."""
    return lambda triage, answers: unescape(
        htmx(browser, "get", f"/m/{triage.pk}/", answers, "decision").content.decode()
    )


def rows(page: str) -> list[tuple[str, str]]:
    parts = page.split('<dl class="facts small">')[1].split("</dl>")[0].split("<dt>")[1:]
    return [(part.split("</dt>")[0], part.split("<dd>")[1].split("</dd>")[0]) for part in parts]


def test_every_key_of_an_outcome_is_shown(card, arrive):
    idea = NO_RISK | {MAP + "crisis": "no", MAP + "kind": "idea"}

    assert rows(card(arrive(read=THANKS), idea)) == [("Who", "Community manager"), ("Feedback to", "product")]


def test_what_a_strict_playbook_adds_is_shown_and_its_steps_name_it(card, arrive, browser):
    triage = arrive(read=DELETED_COMMENT)
    page = card(triage, OUR_DELETION | {OWN + "fair_removal": "no", OWN + "spread_removed": "no"})

    assert rows(page) == [
        ("Who", "Social lead"),
        ("Approved by", "PR lead"),
        ("Mark of origin", "our own mistake"),
        ("Afterwards", "a short review"),
    ]
    answers = OUR_DELETION | {OWN + "fair_removal": "no"}
    path = htmx(browser, "get", f"/m/{triage.pk}/", answers, "decision").context["card"].walked.path
    assert [(step.playbook, step.version, step.node) for step in path.steps][2:4] == [
        ("scenario-map", 1, "ours"),
        ("self-inflicted", 1, "source"),
    ]


def test_a_leak_starts_the_clock_of_the_notice_and_says_what_the_severity_asks_for(card, arrive, pedro, lea):
    page = card(arrive(read=DELETED_COMMENT), OUR_DELETION | {OWN + "what": "leak"})

    assert ("Deadline", "data-protection notice, 72h") in rows(page)
    assert "Holding statement drafted within 20m, out within 60m" in page
    assert "An update every 60m" in page
    assert "mishap of ours online" in page


def test_whoever_leaves_the_way_does_not_read_its_outcome(card, arrive):
    assert '<dl class="facts' not in card(arrive(read=DANGER), {"choose": "ignore"})


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Is every claim linked to a source?"), ("de", "Ist jede Aussage belegt?")]
)
def test_the_checklist_stands_beside_the_reply_box(browser, maya, arrive, language, line):
    maya.language = language
    maya.save()

    page = browser.get(f"/m/{arrive(read=THANKS).pk}/").content.decode()

    box = page.split('id="replies"')[1]
    assert line in box
    assert box.count('type="checkbox"') == 5


def test_a_rule_that_cannot_be_evaluated_says_so_where_it_is_asked(card, arrive):
    page = card(arrive(read=THANKS), NO_RISK | {MAP + "crisis": "no", MAP + "kind": "complaint"})

    assert "Not looked at: times the usual volume: there is no record of the usual volume yet" in page


def test_a_channel_may_start_with_another_tree(arrive):
    first = arrive(read=THANKS)
    assessment = Playbook.objects.get(slug="response-assessment")
    StartTree.objects.create(channel=first.mention.channel, playbook=assessment)

    second: Triage = arrive(read=THANKS, channel=first.mention.channel)

    assert (first.suggestion.start, second.suggestion.start) == ("scenario-map", "response-assessment")
    assert {step["playbook"] for step in second.suggestion.path["steps"]} == {"response-assessment"}
