"""The table of rights: every address of the console, and who may open it. An address without a row fails."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from tests.crisis.make import make_escalation

VISITOR, SAM, LEA, MAYA, PEDRO, ADA = "visitor", "sam", "lea", "maya", "pedro", "ada"
EVERYBODY = {VISITOR, SAM, LEA, MAYA, PEDRO, ADA}
SIGNED_IN = EVERYBODY - {VISITOR}
READERS = SIGNED_IN - {SAM}
TRIAGE = {MAYA, PEDRO}
REFUSED = {401, 403}
WRONG_METHOD = 405
SIGN_IN_PAGES = ("/accounts/login/", "/admin/login/")
ADMINISTRATION = "admin/"
ESCALATION = "an escalation that maya opened and that has called nobody yet"


@dataclass(frozen=True)
class Row:
    """Who may look, and send unless `may_send` differs; and with what the address is filled.

    Where the right hangs on the object it is ESCALATION, and whoever may not see it gets a 404; elsewhere none need
    exist, as rights are looked at first.
    """

    may: set[str]
    filled: tuple = ()
    may_send: set[str] | None = None


RIGHTS = {
    "home": Row(SIGNED_IN),
    "account_login": Row(EVERYBODY),
    "account_logout": Row(EVERYBODY),
    "account_inactive": Row(EVERYBODY),
    "account_change_password": Row(SIGNED_IN),
    "accounts:me": Row(SIGNED_IN),
    "accounts:preferences": Row(SIGNED_IN),
    "accounts:bell": Row(SIGNED_IN),
    "accounts:bell-read": Row(SIGNED_IN),
    "live-token": Row(READERS),
    "reports:channel-health": Row(READERS),
    "reports:healthz": Row(EVERYBODY),
    "reports:readyz": Row(EVERYBODY),
    "api-channels": Row(READERS),
    "api-escalations": Row(READERS),
    "api-escalation": Row(READERS, (1,)),
    "api-acknowledge": Row({LEA, PEDRO}, (ESCALATION,)),
    "api-resolve": Row({PEDRO}, (ESCALATION,)),
    "api-cancel": Row({MAYA, PEDRO}, (ESCALATION,)),
    "api-unknown": Row(EVERYBODY),
    "crisis:escalations": Row(READERS),
    "crisis:escalation": Row(READERS, (ESCALATION,)),
    "crisis:acknowledge": Row({LEA, PEDRO}, (ESCALATION,)),
    "crisis:resolve": Row({PEDRO}, (ESCALATION,)),
    "crisis:cancel": Row({MAYA, PEDRO}, (ESCALATION,)),
    "crisis:engine": Row(SIGNED_IN),
    "crisis:link": Row(EVERYBODY, ("no-such-link",)),
    "api-mentions": Row(READERS, may_send={MAYA, PEDRO, ADA}),
    "api-mention": Row(READERS, (1,)),
    "api-decision": Row(TRIAGE, (1,)),
    "api-reply": Row(TRIAGE, (1,)),
    "triage:inbox": Row(READERS),
    "triage:new-count": Row(READERS),
    "triage:mention": Row(READERS, (1,)),
    "triage:row": Row(READERS, (1,)),
    "triage:notice": Row(READERS, (1,)),
    "triage:decide": Row(TRIAGE, (1,)),
    "triage:assign": Row(TRIAGE, (1,)),
    "triage:reply": Row(TRIAGE, (1,)),
    "triage:posted": Row(TRIAGE, (1, 1)),
}
if settings.MAILS_ARE_KEPT:
    RIGHTS |= {"demo-mail": Row({ADA}), "demo-mail-one": Row({ADA}, ("20261122-120000-1.log",))}


def addresses(resolver: URLResolver | None = None, path: str = "", spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The full name of every address outside the administration; its pattern where it has no name."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + str(entry.pattern)
        if here.startswith(ADMINISTRATION):
            continue
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name)) if entry.name else here
        else:
            yield from addresses(entry, here, (*spaces, entry.namespace) if entry.namespace else spaces)


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(addresses()) == set(RIGHTS)


@pytest.fixture
def people(sam, lea, maya, pedro, ada) -> dict[str, User | AnonymousUser]:
    return {VISITOR: AnonymousUser(), SAM: sam, LEA: lea, MAYA: maya, PEDRO: pedro, ADA: ada}


def address_of(name: str, maya: User) -> str:
    row = RIGHTS[name]
    escalation = make_escalation(by=maya).pk if ESCALATION in row.filled else None
    return reverse(name, args=[escalation if value == ESCALATION else value for value in row.filled])


def answers_to(person: User | AnonymousUser, path: str) -> tuple[HttpResponse, HttpResponse]:
    """What the person gets when looking and when sending an empty form."""
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client.get(path), client.post(path, content_type="application/x-www-form-urlencoded")


def is_refusal(answer: HttpResponse, path: str, refused: set[int] = REFUSED) -> bool:
    to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(SIGN_IN_PAGES)
    return answer.status_code in refused or (to_sign_in and path not in SIGN_IN_PAGES)


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_whoever_may_is_let_in_and_nobody_else(name, people, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)  # not the demo's, where everybody may read the mails
    path = address_of(name, people[MAYA])
    row = RIGHTS[name]
    refused = REFUSED | {404} if ESCALATION in row.filled else REFUSED
    looking, sending = set(), set()
    for who, person in people.items():
        for answer, let_in in zip(answers_to(person, path), (looking, sending), strict=True):
            assert answer.status_code < 500 or name == "reports:readyz", f"{path} fails for {who}"
            if answer.status_code != WRONG_METHOD and not is_refusal(answer, path, refused):
                let_in.add(who)
    assert looking or sending
    assert looking in (set(), row.may)
    assert sending in (set(), row.may if row.may_send is None else row.may_send)


def test_the_administration_is_for_staff_only(people):
    for who, person in people.items():
        first = answers_to(person, "/admin/")[0]
        assert is_refusal(first, "/admin/") == (who != ADA), who


def admin_lists() -> Iterator[str]:
    (administration,) = [r for r in get_resolver().url_patterns if str(r.pattern) == ADMINISTRATION]
    for entry in administration.url_patterns:
        for inner in getattr(entry, "url_patterns", []):
            if isinstance(inner, URLPattern) and (inner.name or "").endswith(("_changelist", "_add")):
                yield f"admin:{inner.name}"


@pytest.mark.parametrize("name", sorted(admin_lists()))
def test_every_page_of_the_administration_refuses_who_has_no_right_to_its_rows(name, people):
    """Staff without a group sees nothing, not even a count."""
    sam = people[SAM]
    User.objects.filter(pk=sam.pk).update(is_staff=True)
    assert all(answer.status_code == 403 for answer in answers_to(sam, reverse(name)))


def test_no_static_or_media_file_is_served_through_a_view_of_ours():
    assert not [name for name in addresses() if "static" in name or "media" in name]
