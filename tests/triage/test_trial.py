"""Trying a version: the typed text goes the real way and leaves nothing, answers lead on, facts may be set by hand."""

import pytest
from django.urls import reverse

from playbooks.current import published_trees
from playbooks.drafts import draft_version
from playbooks.models import Playbook
from tests.make import make_channel, make_topic, make_unit
from tests.triage.conftest import COMPLAINT, DANGER, LEGAL, THANKS, htmx
from tests.triage.test_replay import drafted, rows_of_every_table

TRY = "triage:try"


@pytest.fixture
def channel(starter):
    make_topic("Brauhell", handles=["@brauhell"])
    return make_channel("forum")


def typed(channel, text="Thank you @brauhell, great Brauhell!", **fields):
    return {"of": "text", "text": text, "channel": channel.pk} | fields


def trial_of(client, data):
    answer = client.post(reverse(TRY), data)
    assert answer.status_code == 200, (answer.context["form"].errors, answer.context["facts"].errors)
    return answer.context["trial"]


def test_a_typed_text_goes_the_real_way_and_leaves_nothing(browser, channel):
    before = rows_of_every_table()
    trial = trial_of(browser, typed(channel, kind="journalist", followers=88_000, language="en"))
    assert trial.subject.facts["mention.direct"] is True
    assert trial.subject.facts["author.followers"] == 88_000
    assert trial.subject.facts["mention.rate"] == 1
    assert trial.guide.walked.path.outcome == "out_escalate_press_legal"
    assert trial.severity == "L3"
    assert trial.steps  # who would be called
    assert rows_of_every_table() == before


def test_facts_set_by_hand_win(browser, channel):
    fields = {"fact:text.lex.danger": "2", "fact:text.is_question": "no", "fact:author.flags": ["vip"]}
    trial = trial_of(browser, typed(channel) | fields)
    assert trial.by_hand == {"text.lex.danger": 2, "text.is_question": False, "author.flags": ("vip",)}
    assert trial.guide.walked.path.outcome == "out_escalate_safety"
    assert {row.label for row in trial.facts if row.is_by_hand} >= {"The author is marked"}


def test_answers_lead_on_and_may_be_changed(browser, arrive):
    triage = arrive(read=COMPLAINT)
    data = {"of": "mention", "picked": triage.pk}
    answer = browser.post(reverse(TRY), data)
    assert answer.context["trial"].guide.confirm
    answer = browser.post(reverse(TRY), data | {"go": answer.context["confirmed"]})
    question = answer.context["trial"].guide.question
    assert question.key == "scenario-map/spread"
    way = next(go for one, go in answer.context["ways"] if one.slug == "yes")
    answer = browser.post(reverse(TRY), data | {"go": way})
    trial = answer.context["trial"]
    assert (trial.disposition, trial.ending.slug) == ("escalate", "out_escalate_spreading")
    change = next(settled.change for settled in trial.guide.settled if settled.step.key == "scenario-map/danger")
    again = browser.post(reverse(TRY), data | {"go": change}).context["trial"]
    assert again.guide.question.key == "scenario-map/danger"
    assert again.guide.walked.answers == {}


def test_a_draft_is_walked_instead_of_what_is_in_force(browser, arrive):
    triage = arrive(read=THANKS)
    assert browser.get(f"{reverse(TRY)}?mention={triage.pk}").context["trial"].disposition == "respond"
    drafted_too = browser.get(f"{reverse(TRY)}?mention={triage.pk}&version={drafted().pk}")
    assert drafted_too.context["trial"].disposition == "ignore"


def test_a_playbook_that_no_channel_leads_to_begins_itself(browser, arrive, starter):
    triage = arrive(read=THANKS)
    assessment = published_trees()["response-assessment"]
    version = drafted_of(assessment)
    trial = browser.get(f"{reverse(TRY)}?mention={triage.pk}&version={version.pk}").context["trial"]
    assert trial.suggestion.start == "response-assessment"
    assert trial.begins_in == assessment.title.en


def drafted_of(tree):
    return draft_version(Playbook.objects.get(slug=tree.slug), tree)


def test_facts_that_changed_since_are_shown(browser, arrive):
    triage = arrive(read=THANKS)
    triage.mention.author.kind = "lawyer"
    triage.mention.author.save()
    trial = browser.get(f"{reverse(TRY)}?mention={triage.pk}").context["trial"]
    assert {row.label: row.now for row in trial.facts if row.now} == {"The author is": "lawyer"}
    assert trial.disposition == "respond"  # over the facts that the suggestion saw


@pytest.mark.parametrize(("read", "calls"), [(DANGER, True), (LEGAL, True), (THANKS, False)])
def test_who_would_be_called_stands_beside_an_escalation(browser, arrive, read, calls):
    page = browser.get(f"{reverse(TRY)}?mention={arrive(read=read).pk}").content.decode()
    assert ("Who is called" in page) is calls


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"of": "text"}, "text"), ({"of": "mention"}, "number"), ({"of": "mention", "number": "999999"}, "number")],
)
def test_what_is_lacking_is_said_at_its_field(browser, channel, fields, field):
    answer = browser.post(reverse(TRY), {"channel": channel.pk} | fields)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_mention_of_another_unit_is_not_there(browser, arrive, maya):
    make_unit("ours").members.add(maya)
    triage = arrive(read=THANKS, channel=make_channel(unit=make_unit("theirs")))
    page = browser.get(f"{reverse(TRY)}?mention={triage.pk}")
    assert page.context["trial"] is None
    assert page.context["mentions"] == []


def test_htmx_gets_the_results_alone(browser, arrive):
    data = {"of": "mention", "number": f"http://localhost/m/{arrive(read=THANKS).pk}/"}
    page = htmx(browser, "post", reverse(TRY), data, target="tried").content.decode()
    assert page.lstrip().startswith('<div id="tried"')


def test_outside_text_is_shown_as_it_is(browser, channel):
    data = typed(channel, text="Thank you @brauhell <b>Brauhell\u202e!")
    page = browser.post(reverse(TRY), data).content.decode()
    assert "<b>Brauhell" not in page
