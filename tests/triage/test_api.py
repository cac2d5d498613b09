from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tokens import issue_token
from monitoring.models import Conversation, Mention
from monitoring.readings import read_due
from tests.make import NOON, make_author, make_channel, make_mention
from tests.triage.conftest import DANGER, DELETED_COMMENT, IRRELEVANT, LEGAL, THANKS
from triage.assign import assign
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.suggest import suggest_new

MENTIONS = "/api/v1/mentions/"
RISKS = ["scenario-map/danger", "scenario-map/ours", "scenario-map/special"]
NO_RISK = dict.fromkeys(RISKS, "no")
REASON = "We spoke on the phone already."


class Api:
    """The API as one person calls it."""

    def __init__(self, person: User) -> None:
        self.headers = {"authorization": f"Bearer {issue_token(person, 'test')[1]}"}

    def get(self, url: str, **query: Any):
        return Client().get(url, query, headers=self.headers)

    def post(self, url: str, body: Any):
        return Client().post(url, body, content_type="application/json", headers=self.headers)


@pytest.fixture
def api(maya) -> Api:
    return Api(maya)


def url_of(triage: Triage, call: str = "") -> str:
    return f"{MENTIONS}{triage.pk}/{call}"


def fields_of(response) -> list[str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return [error["field"] for error in response.json()["errors"]]


def test_a_mention_as_the_contract_has_it(api, arrive):
    channel = make_channel("mastodon-main")
    author = make_author(channel, "lena@example.social", display_name="Lena", followers=412, url="https://x.test/lena")
    triage = arrive(
        "Danke, das ging schnell!",
        channel=channel,
        author=author,
        external_id="113497",
        url="https://x.test/113497",
        language="de",
        revision="r1",
        in_reply_to="113490",
        conversation=Conversation.objects.create(channel=channel, external_id="113490"),
        engagement={"likes": 3, "shares": 1, "replies": 0, "views": None},
        attachments=[{"type": "image", "url": "https://x.test/1.png", "description": "Ein Glas"}],
        posted_at=NOON,
        read=THANKS | {"language": "de"},
    )
    body = api.get(url_of(triage)).json()
    suggestion = body.pop("suggestion")
    assert body == {
        "channel": "mastodon-main",
        "external_id": "113497",
        "url": "https://x.test/113497",
        "text": "Danke, das ging schnell!",
        "language": "de",
        "kind": "post",
        "posted_at": "2026-11-20T12:00:00Z",
        "revision": "r1",
        "deleted": False,
        "visibility": "public",
        "author": {
            "external_id": "lena@example.social",
            "handle": "lena@example.social",
            "display_name": "Lena",
            "followers": 412,
            "verified": False,
            "url": "https://x.test/lena",
        },
        "in_reply_to": "113490",
        "conversation": "113490",
        "engagement": {"likes": 3, "shares": 1, "replies": 0, "views": None},
        "attachments": [{"type": "image", "url": "https://x.test/1.png", "description": "Ein Glas"}],
        "id": triage.pk,
        "rev": 1,
        "state": "open",
        "story": triage.mention.story_id,
        "received_at": "2026-11-20T12:00:00Z",
        "severity": "L0",
        "due_at": "2026-11-21T12:00:00Z",
        "assignee": None,
        "reading": {"language": "de", "sentiment": 0.8, "terms": {}},
        "decision": None,
    }
    assert suggestion["disposition"] == "respond"
    assert suggestion["outcome"] == "out_respond_thanks"
    assert suggestion["open_question"] is None
    assert suggestion["to_confirm"] == ["danger", "ours", "special"]
    first, second = suggestion["path"][:2]
    assert {name: first[name] for name in ("playbook", "version", "node", "answer")} == {
        "playbook": "scenario-map",
        "version": 1,
        "node": "relevant",
        "answer": "yes",
    }
    assert first["question"] == "Is this about us or a topic we own?"
    assert first["because"] == {"rule": "mention.direct is true", "value": True}
    assert (second["node"], second["answer"], second["because"]) == ("danger", None, None)


def test_what_is_sent_in_is_read_suggested_and_shown(api, starter):
    make_channel("shop")
    post = {"channel": "shop", "external_id": "1", "text": "There is fire!", "posted_at": "2026-11-20T08:15:00Z"}
    answer = api.post(MENTIONS, [post]).json()["results"][0]
    assert answer["status"] == "created"
    assert (read_due(), suggest_new()) == (1, 1)
    body = api.get(f"{MENTIONS}{answer['id']}/").json()
    assert {name: body[name] for name in ("channel", "external_id", "text")} == {
        "channel": "shop",
        "external_id": "1",
        "text": "There is fire!",
    }
    assert body["suggestion"]["path"][0]["node"] == "relevant"


def test_a_mention_without_a_suggestion_yet_is_shown_and_cannot_be_decided(api, starter):
    mention = make_mention()
    body = api.get(f"{MENTIONS}{mention.pk}/").json()
    assert (body["rev"], body["state"], body["suggestion"], body["reading"]) == (0, "open", None, None)
    answer = api.post(f"{MENTIONS}{mention.pk}/decision/", {"disposition": "ignore", "rev": 0})
    assert answer.status_code == 409


def test_what_was_deleted_keeps_its_decision_and_loses_its_text(api, arrive, maya):
    triage = arrive(read=IRRELEVANT, attachments=[{"type": "image", "url": "https://x.test/1.png"}])
    record_decision(triage.pk, by=maya, disposition="ignore", rev=1, via=Decision.Via.API)
    Mention.objects.update(deleted_at=NOON)
    body = api.get(url_of(triage)).json()
    assert (body["deleted"], body["text"], body["attachments"]) == (True, "", [])
    assert body["decision"]["disposition"] == "ignore"


def test_deciding_answers_with_the_decision(api, arrive):
    triage = arrive(read=THANKS)
    answer = api.post(url_of(triage, "decision/"), {"disposition": "respond", "answers": NO_RISK, "rev": 1})
    assert answer.status_code == 201
    decision = answer.json()
    assert {name: decision[name] for name in ("by", "via", "disposition", "severity", "deviation", "outcome")} == {
        "by": "maya",
        "via": "api",
        "disposition": "respond",
        "severity": "L0",
        "deviation": False,
        "outcome": "out_respond_thanks",
    }
    assert decision["answers"] == NO_RISK
    body = api.get(url_of(triage)).json()
    assert (body["state"], body["rev"], body["decision"]) == ("decided", 2, decision)


def test_escalating_names_the_escalation(api, arrive):
    triage = arrive(read=DANGER)
    decision = api.post(url_of(triage, "decision/"), {"disposition": "escalate", "rev": 1}).json()
    assert decision["escalation"] == Decision.objects.get().escalation_id


@pytest.mark.parametrize(
    ("read", "body", "fields"),
    [
        (THANKS, {"disposition": "respond", "rev": 1}, [f"answers.{risk}" for risk in RISKS]),
        (THANKS, {"disposition": "ignore", "answers": NO_RISK, "rev": 1}, ["reason"]),
        (THANKS, {"disposition": "ignore", "answers": NO_RISK, "reason": "no", "rev": 1}, ["reason"]),
        (DANGER, {"disposition": "escalate", "severity": "L2", "rev": 1}, ["severity"]),
        (
            IRRELEVANT,
            {"disposition": "ignore", "answers": {"scenario-map/x": "no"}, "rev": 1},
            ["answers.scenario-map/x"],
        ),
        (IRRELEVANT, {}, ["disposition", "rev"]),
        (IRRELEVANT, {"disposition": "ignore"}, ["rev"]),
        (IRRELEVANT, {"rev": 1}, ["disposition"]),
        (IRRELEVANT, {"disposition": "delete", "rev": 1}, ["disposition"]),
        (IRRELEVANT, {"disposition": "ignore", "rev": "one"}, ["rev"]),
        (IRRELEVANT, {"disposition": "ignore", "rev": 1, "severity": "L7"}, ["severity"]),
        (IRRELEVANT, {"disposition": "ignore", "rev": 1, "answers": ["no"]}, ["answers"]),
        (IRRELEVANT, {"disposition": "ignore", "rev": 1, "reason": "nul\u0000"}, ["reason"]),
        (IRRELEVANT, {"disposition": "ignore", "rev": 1, "reason": "x" * 2001}, ["reason"]),
    ],
)
def test_what_cannot_be_recorded_is_422_and_names_the_fields(api, arrive, read, body, fields):
    triage = arrive(read=read)
    answer = api.post(url_of(triage, "decision/"), body)
    assert (answer.status_code, fields_of(answer)) == (422, fields)
    assert not Decision.objects.exists()


def test_leaving_risks_unanswered_with_a_reason_is_recorded_as_a_deviation(api, arrive):
    body = {"disposition": "respond", "reason": REASON, "rev": 1}
    decision = api.post(url_of(arrive(read=THANKS), "decision/"), body).json()
    assert (decision["deviation"], decision["unanswered_risks"]) == (True, RISKS)


def test_a_body_that_is_no_json_is_400(api, arrive):
    url = url_of(arrive(), "decision/")
    answer = Client().post(url, "{", content_type="application/json", headers=api.headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_who_is_too_late_gets_the_decision_of_the_winner(api, arrive, pedro):
    triage = arrive(read=IRRELEVANT)
    winner = Api(pedro).post(url_of(triage, "decision/"), {"disposition": "ignore", "rev": 1}).json()
    late = api.post(url_of(triage, "decision/"), {"disposition": "ignore", "rev": 1})
    assert (late.status_code, late.json()["decision"], late.json()["rev"]) == (409, winner, 2)


def test_an_unknown_mention_is_404(api, starter):
    for answer in (
        api.get(f"{MENTIONS}404/"),
        api.get(f"{MENTIONS}{10**30}/"),
        api.post(f"{MENTIONS}404/decision/", {"disposition": "ignore", "rev": 1}),
        api.post(f"{MENTIONS}404/reply/", {"text": "Hello", "rev": 1}),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_a_reply_is_kept_for_posting_by_hand(api, arrive):
    triage = arrive(read=THANKS | {"language": "de"})
    answer = api.post(url_of(triage, "reply/"), {"text": " Gern! ", "template": "thanks", "rev": 1})
    assert answer.status_code == 201
    body = answer.json()
    assert {name: body[name] for name in ("text", "language", "template", "state", "author", "decision")} == {
        "text": "Gern!",
        "language": "de",
        "template": "thanks",
        "state": "by_hand",
        "author": "maya",
        "decision": None,
    }
    assert api.get(url_of(triage)).json()["rev"] == 2
    assert api.post(url_of(triage, "reply/"), {"text": "Again", "rev": 1}).status_code == 409


def test_null_says_as_much_as_nothing(api, arrive):
    triage = arrive(read=IRRELEVANT)
    body = {"disposition": "ignore", "rev": 1, "reason": None, "severity": None, "answers": None}
    assert api.post(url_of(triage, "decision/"), body).status_code == 201
    reply = {"text": "Hello", "rev": 2, "language": None, "template": None}
    assert api.post(url_of(triage, "reply/"), reply).status_code == 201


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"rev": 1}, ["text"]),
        ({"text": "  ", "rev": 1}, ["text"]),
        ({"text": "Thank you, {name}!", "rev": 1}, ["text"]),
        ({"text": "Thank you!", "template": "nonsense", "rev": 1}, ["template"]),
        ({"text": "Thank you!", "language": "de!", "rev": 1}, ["language"]),
        ({"text": "Thank you!"}, ["rev"]),
    ],
)
def test_a_reply_that_cannot_go_out_is_422(api, arrive, body, fields):
    answer = api.post(url_of(arrive(), "reply/"), body)
    assert (answer.status_code, fields_of(answer)) == (422, fields)


def test_the_list_is_newest_first_in_pages_that_lead_on_and_back(api, arrive, monkeypatch):
    monkeypatch.setattr("triage.api.NewestFirst.page_size", 2)
    ids = [arrive().pk for _number in range(5)][::-1]
    first = api.get(MENTIONS).json()
    second = api.get(first["next"]).json()
    last = api.get(second["next"]).json()
    assert [[row["id"] for row in page["results"]] for page in (first, second, last)] == [ids[:2], ids[2:4], ids[4:]]
    assert (first["previous"], last["next"]) == (None, None)
    assert [row["id"] for row in api.get(last["previous"]).json()["results"]] == ids[2:4]


def test_the_list_is_narrowed_by_every_filter(api, arrive, maya, pedro):
    channel = make_channel("feed")
    told = arrive("Der Wasserkocher hat Funken gesprüht", channel=channel, read=IRRELEVANT)
    ignored = arrive("Nice weather", read=IRRELEVANT)
    late = arrive("Kettles everywhere", received_at=NOON + timedelta(hours=2), read=IRRELEVANT)
    record_decision(ignored.pk, by=maya, disposition="ignore", rev=1, via=Decision.Via.API)
    assign(late.pk, to=pedro, rev=1)

    def found(**query) -> set[int]:
        return {row["id"] for row in api.get(MENTIONS, **query).json()["results"]}

    assert found() == {told.pk, ignored.pk, late.pk}
    assert found(state="open") == {told.pk, late.pk}
    assert found(state="decided") == found(disposition="ignore") == {ignored.pk}
    assert found(channel="feed") == {told.pk}
    assert found(q="funken") == found(q="wasserkocher -kettle") == {told.pk}
    assert found(q="kettle") == {late.pk}
    assert found(assignee="pedro") == {late.pk}
    assert found(assignee="none") == {told.pk, ignored.pk}
    assert found(story=told.mention.story_id) == {told.pk}
    assert found(since="2026-11-20T13:00:00Z") == {late.pk}
    assert found(state="open", channel="feed", q="nothing") == set()


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"disposition": "x"},
        {"since": "yesterday"},
        {"story": "x"},
        {"q": "\0"},
        {"kettle": "on"},
        {"sate": "open"},
    ],
)
def test_a_filter_that_makes_no_sense_is_400_and_named(api, starter, query):
    answer = api.get(MENTIONS, **query)
    assert (answer.status_code, fields_of(answer)) == (400, list(query))


def test_a_cursor_that_is_not_ours_is_refused(api, starter):
    answer = api.get(MENTIONS, cursor="nonsense")
    assert (answer.status_code, fields_of(answer)) == (400, ["cursor"])


def test_the_list_costs_the_same_number_of_queries_for_one_and_for_thirty(api, arrive, maya):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.get(MENTIONS).status_code == 200
        return len(queries)

    reads = [THANKS, LEGAL, DELETED_COMMENT]
    for read in reads:
        arrive(read=read)
    cost()  # the first call of a minute also tidies up
    few = cost()
    for number in range(27):
        triage = arrive(read=reads[number % 3])
        record_decision(triage.pk, by=maya, disposition="escalate", rev=1, via="api", reason=REASON, answers={
            "self-inflicted/evidence": "done", "self-inflicted/pause": "done"
        })  # fmt: skip
    assert cost() == few + 1 <= 9  # the decisions


@pytest.mark.parametrize("person", ["sam", "lea", "ada"])
def test_who_may_not_decide_or_reply_is_refused(request, arrive, person):
    triage, caller = arrive(read=IRRELEVANT), Api(request.getfixturevalue(person))
    decided = caller.post(url_of(triage, "decision/"), {"disposition": "ignore", "rev": 1})
    replied = caller.post(url_of(triage, "reply/"), {"text": "Hello", "rev": 1})
    assert (decided.status_code, replied.status_code) == (403, 403)
    seen = 403 if person == "sam" else 200
    assert (caller.get(MENTIONS).status_code, caller.get(url_of(triage)).status_code) == (seen, seen)


def test_without_a_token_nothing_is_told(client, arrive):
    triage = arrive()
    for url in (MENTIONS, url_of(triage)):
        assert client.get(url).status_code == 401
    for call in ("decision/", "reply/"):
        assert client.post(url_of(triage, call), {}, content_type="application/json").status_code == 401
