"""Everybody who may call the API, each with a token of their own, and one of everything there is to call it about."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from accounts.groups import load_groups
from accounts.models import User
from accounts.scopes import Scope
from accounts.tokens import issue_token
from crisis.escalate import advance_due
from playbooks.starter.load import load_starter
from tests.accounts.rights import ALEX, AS_AT_HOME, GROUP_OF, INES, MAYA, PEDRO, VISITOR
from tests.crisis.make import make_contact, make_escalation
from tests.make import NOON, make_channel, make_holder, make_mention, make_reading, make_unit, make_user
from triage.decide import record_decision
from triage.suggest import suggest_new

ATTACHMENT = {"type": "image", "url": "https://x.test/1.png", "description": "A scorched kettle"}
CHANNEL_OF = {INES: "abroad", ALEX: "agency"}  # which each of them sees, and no other
STRANGER, READER, OUTSIDER = "stranger", "reader", "outsider"


@dataclass(frozen=True)
class World:
    """`headers` of each caller; `ids` of what exists, by the part of the address that names its kind."""

    headers: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, int]


def make_world() -> World:
    load_groups()
    load_starter(NOON)
    people = make_people()
    make_holder("pr_lead", people[PEDRO])
    make_channel("mastodon-main")
    mention = make_mention("The kettle sparked.", url="https://x.test/1", language="en", attachments=[ATTACHMENT])
    make_reading(mention, terms={"danger": ["sparked"]})
    decided = make_mention()
    make_reading(decided)
    suggest_new()
    make_mention("Nobody has read this yet.")
    record_decision(
        decided.pk, by=people[MAYA], disposition="ignore", rev=1, via="api", reason="We spoke on the phone."
    )
    make_contact(people[PEDRO])
    escalation = make_escalation(mention=mention, by=people[MAYA])
    advance_due()
    return World(headers_of(people), {"mentions": mention.pk, "escalations": escalation.pk})


def make_people() -> dict[str, User]:
    """One of every role at home, and two from elsewhere: a PR lead of another unit, and an agency's manager."""
    groups = GROUP_OF | {who: GROUP_OF[home] for who, home in AS_AT_HOME.items()}
    people = {
        who: make_user(who, groups=(group,) if group else (), is_agency=who == ALEX) for who, group in groups.items()
    }
    make_unit().members.set(person for who, person in people.items() if who != INES)
    make_unit("abroad").members.set([people[INES]])
    make_channel(CHANNEL_OF[INES], unit=make_unit("abroad"))
    make_channel(CHANNEL_OF[ALEX]).agency_people.set([people[ALEX]])
    return people


def headers_of(people: Mapping[str, User]) -> dict[str, dict[str, str]]:
    """Each person with all scopes; besides them nobody, an unknown token, pedro who only reads, and a leaver."""
    tokens = {name: issue_token(person, "tests")[1] for name, person in people.items()}
    tokens[READER] = issue_token(people[PEDRO], "narrow", scopes=[Scope.READ])[1]
    tokens[OUTSIDER] = issue_token(make_user("otto", is_active=False), "left")[1]
    tokens[STRANGER] = "lst_unknown"
    return {VISITOR: {}} | {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within is as if it had not been."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
