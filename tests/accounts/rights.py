"""The world in which the table of rights is tried: one of everybody, one of everything, and what each is answered.

It is made once for the whole table; every test undoes what it did to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.groups import load_groups
from accounts.models import User
from accounts.tokens import issue_token
from monitoring.models import OutboundPost
from playbooks.models import KnowledgeEntry, PlaybookVersion
from playbooks.starter.load import load_starter
from tests.crisis.make import make_escalation
from tests.make import NOON, make_channel, make_mention, make_reading, make_unit, make_user
from triage.replay import Selection
from triage.replay_job import start_replay
from triage.reply import keep_reply
from triage.suggest import suggest_new

VISITOR, SAM, LEA, MAYA, PEDRO, ADA = "visitor", "sam", "lea", "maya", "pedro", "ada"
GROUP_OF: Mapping[str, str] = {
    SAM: "",
    LEA: "duty",
    MAYA: "community_manager",
    PEDRO: "pr_lead",
    ADA: "admin",
}
INES, ALEX = "ines", "alex"  # as pedro and as maya, but in another unit, and of an agency with another channel
AS_AT_HOME: Mapping[str, str] = {INES: PEDRO, ALEX: MAYA}
MENTION = "a mention that waits for a decision"
POST = "a reply to it that is to be posted by hand"
ESCALATION = "an escalation that maya opened and that has called nobody yet"
JOB = "long work that pedro started"
ANSWER = "an approved answer"
OBJECTS = {MENTION, POST, ESCALATION, JOB}
METHODS = ("GET", "POST")
ANY = "any token"

WRONG_METHOD = 405
SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/")


@dataclass(frozen=True)
class Row:
    """Who may look, and send unless `may_send` differs; and with what the address is filled.

    Filled with one of OBJECTS the right hangs on that row, and a 404 refuses as well as a 403. Any other
    value names nothing that exists: rights are looked at first, and whoever has them gets the 404.

    `scopes` says by method which scope a token needs, or ANY; without it no token opens the address.

    Rows name the people at home. INES may what PEDRO may, ALEX what MAYA may, except where it hangs on a row: that is
    never theirs.
    """

    may: set[str]
    filled: tuple = ()
    may_send: set[str] | None = None
    scopes: Mapping[str, str] = field(default_factory=dict)

    @property
    def hangs_on_a_row(self) -> bool:
        return bool(OBJECTS & set(self.filled))

    @property
    def refusals(self) -> set[int]:
        return {401, 403, 404} if self.hangs_on_a_row else {401, 403}

    def allowed(self, method: str) -> set[str]:
        named = self.may if method == "GET" or self.may_send is None else self.may_send
        return named if self.hangs_on_a_row else named | {away for away, home in AS_AT_HOME.items() if home in named}


@dataclass
class World:
    """`cookies`: who is signed in with what, nothing for the visitor; `rows`: the keys of what exists."""

    cookies: dict[str, str] = field(default_factory=lambda: {VISITOR: ""})
    people: dict[str, User] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def address(self, name: str, row: Row) -> str:
        return reverse(name, args=[self.rows.get(value, value) for value in row.filled])

    def ask(self, who: str, method: str, path: str) -> HttpResponse:
        """What somebody is answered who looks, or sends an empty form; whatever it did is undone."""
        client = Client()
        if self.cookies[who]:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[who]
        return self.undone(client, method, path)

    def ask_with_token(self, who: str, scopes: set[str], method: str, path: str) -> HttpResponse:
        """The same by a program with a token of theirs."""
        _row, token = issue_token(self.people[who], "script", scopes=sorted(scopes))
        return self.undone(Client(headers={"authorization": f"Bearer {token}"}), method, path)

    def undone(self, client: Client, method: str, path: str) -> HttpResponse:
        with transaction.atomic():
            try:
                return client.generic(method, path, content_type="application/x-www-form-urlencoded")
            finally:
                transaction.set_rollback(True)

    def answers(self, name: str, row: Row, method: str) -> bool:
        """Whether the address knows the method, asked as one of those who may."""
        who = next(iter(sorted(row.allowed(method) - {VISITOR})), VISITOR)
        return self.ask(who, method, self.address(name, row)).status_code != WRONG_METHOD

    def let_in(self, name: str, row: Row, method: str) -> set[str] | None:
        """Who is not refused; None where the address does not know the method."""
        path = self.address(name, row)
        answers = {who: self.ask(who, method, path) for who in self.cookies}
        broken = [who for who, answer in answers.items() if answer.status_code >= 500 and name != "reports:readyz"]
        assert not broken, f"{method} {path} fails for {broken}"
        knows = {who: answer for who, answer in answers.items() if answer.status_code != WRONG_METHOD}
        found = {who for who, answer in knows.items() if not is_refusal(answer, path, row.refusals)}
        return None if not found and len(knows) < len(answers) else found


def is_refusal(answer: HttpResponse, path: str, refusals: set[int]) -> bool:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN_PAGES)
    return answer.status_code in refusals or (to_sign_in and path not in SIGN_IN_PAGES)


def make_world() -> Iterator[World]:
    """Within a transaction that is rolled back in the end."""
    with transaction.atomic():
        world = World()
        load_groups()
        load_starter(NOON)
        for who, group in GROUP_OF.items():
            add_person(world, who, group)
        for who, twin in AS_AT_HOME.items():
            add_person(world, who, GROUP_OF[twin], is_agency=who == ALEX)
        add_units(world)
        add_rows(world)
        yield world
        transaction.set_rollback(True)


def add_units(world: World) -> None:
    """Everybody works at home, alex on one channel only; ines works abroad."""
    away = make_unit("abroad")
    away.members.add(world.people[INES])
    home = make_unit()
    home.members.set(person for who, person in world.people.items() if who != INES)
    make_channel("agency", unit=home).agency_people.add(world.people[ALEX])
    make_channel("abroad", unit=away)


def add_person(world: World, who: str, group: str, **fields: Any) -> None:
    person = make_user(who, groups=(group,) if group else (), is_staff=group == "admin", **fields)
    client = Client()
    client.force_login(person)
    world.people[who] = person
    world.cookies[who] = client.cookies[settings.SESSION_COOKIE_NAME].value


def add_rows(world: World) -> None:
    mention = make_mention()
    make_reading(mention)
    suggest_new()
    keep_reply(mention.pk, text="We are sorry.", by=world.people[MAYA], rev=1)
    owner = world.people[MAYA]
    answer = KnowledgeEntry.objects.create(question_en="Lid?", question_de="Deckel?", owner=owner, author=owner)
    escalation = make_escalation(mention=mention, by=world.people[MAYA])
    world.rows = {
        MENTION: mention.pk,
        POST: OutboundPost.objects.get().pk,
        ESCALATION: escalation.pk,
        ANSWER: answer.pk,
    }
    world.rows[JOB] = start_replay(PlaybookVersion.objects.all()[0], Selection(), by=world.people[PEDRO]).pk
