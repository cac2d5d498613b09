import pytest

from accounts.tokens import issue_token
from crisis.escalate import advance_due, resolve
from crisis.models import Acknowledgement, Escalation
from crisis.notify import deliver_lane
from tests.crisis.make import make_contact, make_escalation
from tests.make import make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/escalations/"


@pytest.fixture
def escalation(pedro) -> Escalation:
    make_contact(pedro)
    made = make_escalation()
    advance_due()
    return made


def as_person(client, person):
    _row, token = issue_token(person, "tests")
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def path(escalation: Escalation, verb: str = "") -> str:
    return f"{LIST}{escalation.pk}/{verb}"


def test_one_escalation_as_the_contract_has_it(client, maya, escalation, mailbox):
    deliver_lane("email")
    page = escalation.pages.get()
    body = as_person(client, maya).get(path(escalation)).json()
    assert {name: body[name] for name in ("id", "state", "severity", "is_drill", "step", "round", "mention")} == {
        "id": escalation.pk,
        "state": "active",
        "severity": "L3",
        "is_drill": False,
        "step": 1,
        "round": 1,
        "mention": escalation.mention_id,
    }
    assert body["subject"] == {"kind": "story", "id": escalation.subject_id}
    assert body["policy"]["name"] == "Severity L3"
    assert [step["delay"] for step in body["policy"]["steps"]] == [0, 900]
    assert body["step_due_at"].endswith("Z")
    [shown] = body["pages"]
    assert (shown["id"], shown["person"], shown["why"]) == (page.pk, "pedro", "pr_lead, on shift")
    assert shown["acknowledged_at"] is None
    mail = next(row for row in body["notifications"] if row["method"] == "email")
    assert (mail["page"], mail["state"]) == (page.pk, "delivered")
    [attempt] = mail["attempts"]
    assert (attempt["outcome"], attempt["code"]) == ("accepted", 250)
    assert attempt["at"].endswith("Z")


def test_the_list_is_paged_and_filtered(client, maya, pedro):
    made = [make_escalation() for _each in range(52)]
    resolve(made[0].pk, pedro)
    as_person(client, maya)
    first = client.get(LIST).json()
    assert len(first["results"]) == 50
    assert first["previous"] is None
    second = client.get(first["next"]).json()
    assert [row["id"] for row in second["results"]] == [made[1].pk, made[0].pk]
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]
    assert [row["id"] for row in client.get(LIST, {"state": "resolved"}).json()["results"]] == [made[0].pk]
    subject = f"story:{made[5].subject_id}"
    assert [row["id"] for row in client.get(LIST, {"subject": subject}).json()["results"]] == [made[5].pk]
    assert len(client.get(LIST, {"subject": "story"}).json()["results"]) == 50
    assert client.get(LIST, {"subject": "engine"}).json()["results"] == []


@pytest.mark.parametrize("query", [{"state": "open?"}, {"subject": "kettle"}, {"subject": "story:x"}])
def test_a_filter_that_makes_no_sense_is_a_problem(client, maya, query):
    response = as_person(client, maya).get(LIST, query)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"][0]["field"] in query


@pytest.mark.parametrize("cursor", ["nonsense", "cD1rZXR0bGU="])  # the second says p=kettle
def test_a_cursor_that_is_not_ours_is_refused(client, maya, cursor):
    response = as_person(client, maya).get(LIST, {"cursor": cursor})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "cursor"
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_filter_that_makes_no_sense_is_explained_in_the_persons_language(client, maya):
    maya.language = "de"
    maya.save()
    response = as_person(client, maya).get(LIST, {"state": "kettle"}, headers={"Accept-Language": "de"})
    assert response.json()["errors"][0]["reason"].startswith("Eines von: active, ")


def test_the_list_costs_the_same_however_many_there_are(client, maya, pedro, django_assert_max_num_queries):
    make_contact(pedro)
    for _each in range(8):
        make_escalation()
    advance_due()
    as_person(client, maya)
    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_acknowledging_by_api_twice_is_one_acknowledgement(client, pedro, escalation):
    as_person(client, pedro)
    first, second = (client.post(path(escalation, "acknowledge/")) for _each in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["state"] == "acknowledged"
    assert first.json()["pages"][0]["acknowledged_at"] is not None
    assert second.json()["rev"] == first.json()["rev"]
    assert Acknowledgement.objects.get().via == "api"


@pytest.mark.parametrize(("verb", "state"), [("resolve/", "resolved"), ("cancel/", "cancelled")])
def test_closing_twice_changes_nothing_more(client, pedro, escalation, verb, state):
    as_person(client, pedro)
    assert client.post(path(escalation, verb)).json()["state"] == state
    assert client.post(path(escalation, verb)).json()["state"] == state
    assert client.post(path(escalation, "acknowledge/")).json()["state"] == state


def test_whoever_was_paged_may_acknowledge_it(client, groups):
    noor = make_user("noor", roles=("pr_lead",))
    escalation = make_escalation()
    advance_due()
    assert as_person(client, noor).post(path(escalation, "acknowledge/")).status_code == 200


def test_sam_is_refused(client, sam, escalation):
    as_person(client, sam)
    assert client.get(LIST).status_code == 403
    assert client.get(path(escalation)).status_code == 403


@pytest.mark.parametrize("verb", ["acknowledge/", "resolve/", "cancel/"])
def test_sam_does_not_learn_which_escalations_there_are(client, sam, escalation, verb):
    as_person(client, sam)
    there, not_there = (client.post(address) for address in (path(escalation, verb), f"{LIST}999999/{verb}"))
    assert (there.status_code, not_there.status_code) == (404, 404)
    assert there.headers["Content-Type"] == "application/problem+json"
    assert there.json()["title"] == not_there.json()["title"]
    assert there.json().keys() == not_there.json().keys()


def test_maya_is_told_that_she_may_not(client, maya, escalation):
    assert as_person(client, maya).post(path(escalation, "acknowledge/")).status_code == 403


def test_nobody_gets_anything(client, escalation):
    assert client.get(LIST).status_code == 401
    assert client.post(path(escalation, "acknowledge/")).status_code == 401


def test_what_is_not_there_is_a_404(client, pedro):
    as_person(client, pedro)
    assert client.get(f"{LIST}999999/").status_code == 404
    assert client.post(f"{LIST}999999/acknowledge/").status_code == 404
