"""The table of rights: every address of the console, and who may open it. An address without a row fails."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from accounts.scopes import Scope
from tests.accounts.rights import (
    ADA,
    ANSWER,
    ANY,
    ESCALATION,
    GROUP_OF,
    JOB,
    LEA,
    MAYA,
    MENTION,
    METHODS,
    PEDRO,
    POST,
    SAM,
    VISITOR,
    Row,
    World,
    is_refusal,
    make_world,
)
from tests.accounts.rights_page import PAGE, page_of

SIGNED_IN = set(GROUP_OF)
EVERYBODY = SIGNED_IN | {VISITOR}
READERS = SIGNED_IN - {SAM}
TRIAGE = {MAYA, PEDRO}
ADMINISTRATION = "admin/"
READING, TRIAGING, ANSWERING = (
    {"GET": Scope.READ},
    {"POST": Scope.TRIAGE_WRITE},
    {"POST": Scope.ESCALATIONS_WRITE},
)
pytestmark = pytest.mark.django_db

RIGHTS = {
    "home": Row(EVERYBODY),  # it only leads on
    "first-run": Row(SIGNED_IN),
    **dict.fromkeys(
        [
            "first-run-checklist",
            "first-run-roles",
            "first-run-page",
            "first-run-dismiss",
        ],
        Row({ADA}),
    ),
    "account_login": Row(EVERYBODY),
    "account_logout": Row(EVERYBODY),
    "account_inactive": Row(EVERYBODY),
    "account_change_password": Row(SIGNED_IN),
    "account_reauthenticate": Row(SIGNED_IN),
    "account_reset_password": Row(EVERYBODY),
    "account_reset_password_done": Row(EVERYBODY),
    "account_reset_password_from_key": Row(EVERYBODY, ("1", "no-such-key")),
    "account_reset_password_from_key_done": Row(EVERYBODY),
    "mfa_index": Row(SIGNED_IN),
    "mfa_authenticate": Row(SIGNED_IN),  # a visitor who gave no password yet is sent to the sign-in page
    "mfa_reauthenticate": Row(SIGNED_IN),
    "mfa_activate_totp": Row(SIGNED_IN),
    "mfa_deactivate_totp": Row(SIGNED_IN),
    "mfa_view_recovery_codes": Row(SIGNED_IN),
    "mfa_generate_recovery_codes": Row(SIGNED_IN),
    "mfa_download_recovery_codes": Row(SIGNED_IN),
    "mfa_list_webauthn": Row(SIGNED_IN),
    "mfa_add_webauthn": Row(SIGNED_IN),
    "mfa_reauthenticate_webauthn": Row(SIGNED_IN),
    "mfa_remove_webauthn": Row(SIGNED_IN, (1,)),
    "mfa_edit_webauthn": Row(SIGNED_IN, (1,)),
    "mfa_login_webauthn": Row(SIGNED_IN),  # a visitor without a passkey is sent to the sign-in page
    "accounts:sessions": Row(SIGNED_IN),
    "accounts:end-session": Row(SIGNED_IN, (1,)),
    "accounts:end-other-sessions": Row(SIGNED_IN),
    "accounts:invitation": Row(EVERYBODY, ("no-such-link",)),
    "accounts:me": Row(SIGNED_IN),
    "accounts:preferences": Row(SIGNED_IN),
    "accounts:tokens": Row(SIGNED_IN),
    "accounts:revoke-token": Row(SIGNED_IN, (1,)),
    "accounts:bell": Row(SIGNED_IN),
    "accounts:bell-read": Row(SIGNED_IN),
    "live-token": Row(READERS, scopes={"POST": Scope.READ}),
    "help": Row(SIGNED_IN),
    "help-manual": Row(SIGNED_IN, ("pr-lead",)),
    "help-image": Row(SIGNED_IN, ("en", "inbox.webp")),
    "reports:channel-health": Row(READERS),
    "reports:healthz": Row(EVERYBODY),
    "reports:readyz": Row(EVERYBODY),
    "reports:metrics": Row(EVERYBODY),  # of this machine, as here; tests/reports/test_metrics.py refuses the others
    "playbooks:playbooks": Row(READERS),
    "playbooks:playbook": Row(READERS, ("scenario-map",)),
    "playbooks:version": Row(READERS, ("scenario-map", 1)),
    "playbooks:changes": Row(READERS, ("scenario-map", 1)),
    "playbooks:publish": Row({PEDRO, ADA}, ("scenario-map", 1)),
    "playbooks:give-back": Row({PEDRO, ADA}, ("scenario-map", 1)),
    "playbooks:know": Row(READERS, ("scenario-map", 1)),
    "playbooks:scenarios": Row(READERS),
    "playbooks:scenario": Row(READERS, ("hype",)),
    "playbooks:knowledge": Row(READERS),
    "playbooks:approve-answer": Row({PEDRO, ADA}, (1,)),
    "playbooks:house": Row(READERS),
    "playbooks:house-page": Row(READERS, ("house-rules",)),
    "playbooks:house-version": Row(READERS, ("house-rules", 1)),
    "playbooks:publish-house": Row({PEDRO, ADA}, ("house-rules", 1)),
    "triage:texts": Row(READERS, (MENTION,)),
    "triage:outdated": Row(TRIAGE, (MENTION, ANSWER)),
    "monitoring:outbound": Row(READERS),
    "monitoring:settle": Row(TRIAGE, (POST,)),
    "monitoring:take-back": Row(TRIAGE, (POST,)),
    "monitoring:publishing": Row({PEDRO, ADA}, ("partner",)),
    "hook": Row(set(), ("partner",)),  # nobody without a signature: tests/monitoring/test_hooks.py
    "api-reference": Row(SIGNED_IN),
    "api-schema": Row(SIGNED_IN, scopes={"GET": ANY}),
    "api-channels": Row(READERS, scopes=READING),
    "api-escalations": Row(READERS, scopes=READING),
    "api-escalation": Row(READERS, (ESCALATION,), scopes=READING),
    "api-acknowledge": Row({LEA, PEDRO}, (ESCALATION,), scopes=ANSWERING),
    "api-resolve": Row({PEDRO}, (ESCALATION,), scopes=ANSWERING),
    "api-cancel": Row({MAYA, PEDRO}, (ESCALATION,), scopes=ANSWERING),
    "api-unknown": Row(EVERYBODY),
    "crisis:escalations": Row(READERS),
    "crisis:escalation": Row(READERS, (ESCALATION,)),
    "crisis:acknowledge": Row({LEA, PEDRO}, (ESCALATION,)),
    "crisis:resolve": Row({PEDRO}, (ESCALATION,)),
    "crisis:cancel": Row({MAYA, PEDRO}, (ESCALATION,)),
    "crisis:engine": Row(SIGNED_IN),
    "crisis:roster": Row(READERS),
    "crisis:role": Row(READERS, ("no-such-role",)),
    "crisis:stand-in": Row(READERS, ("no-such-role",)),
    "crisis:begin-rotation": Row({PEDRO, ADA}, ("no-such-role",)),
    "crisis:change-rotation": Row({PEDRO, ADA}, (0,)),
    "crisis:call-off-stand-in": Row(READERS, (0,)),
    "crisis:link": Row(EVERYBODY, ("no-such-link",)),
    "api-mentions": Row(READERS, may_send={MAYA, PEDRO, ADA}, scopes={"GET": Scope.READ, "POST": Scope.MENTIONS_WRITE}),
    "api-mention": Row(READERS, (MENTION,), scopes=READING),
    "api-decision": Row(TRIAGE, (MENTION,), scopes=TRIAGING),
    "api-reply": Row(TRIAGE, (MENTION,), scopes=TRIAGING),
    "triage:inbox": Row(READERS),
    "triage:new-count": Row(READERS),
    "triage:mention": Row(READERS, (MENTION,)),
    "triage:row": Row(READERS, (MENTION,)),
    "triage:notice": Row(READERS, (MENTION,)),
    "triage:decide": Row(TRIAGE, (MENTION,)),
    "triage:assign": Row(TRIAGE, (MENTION,)),
    "triage:reply": Row(TRIAGE, (MENTION,)),
    "triage:our-posts": Row(READERS, (MENTION,)),
    "triage:take-back": Row(TRIAGE, (MENTION, POST)),
    "triage:settle": Row(TRIAGE, (MENTION, POST)),
    "triage:try": Row(READERS),
    "triage:check": Row(READERS, may_send={PEDRO, ADA}),
    "triage:check-report": Row(READERS, (999_999,), may_send={PEDRO, ADA}),
    "triage:replay": Row(READERS, may_send={PEDRO, ADA}),
    "triage:replay-report": Row(READERS, (999_999,)),
    "job": Row({PEDRO}, (JOB,)),
    "job-cancel": Row({PEDRO}, (JOB,)),
    "triage:posted": Row(TRIAGE, (MENTION, POST)),
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
    without = sorted(set(addresses()) - set(RIGHTS))
    assert not without, f"Say in RIGHTS who may open these: {', '.join(without)}"
    gone = sorted(set(RIGHTS) - set(addresses()))
    assert not gone, f"These addresses of RIGHTS are gone: {', '.join(gone)}"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once; each test undoes what it did."""
    with django_db_blocker.unblock():
        yield from make_world()


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_whoever_may_is_let_in_and_nobody_else(name, world, monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)  # not the demo's, where everybody may read the mails
    row, answered = RIGHTS[name], 0
    for method in METHODS:
        let_in = world.let_in(name, row, method)
        if let_in is None:
            continue
        answered += 1
        wrong = let_in ^ row.allowed(method)
        assert not wrong, f"{method} {world.address(name, row)}: {sorted(let_in)} get in, {sorted(wrong)} is wrong"
    assert answered, f"{name} answers neither {' nor '.join(METHODS)}"


@pytest.mark.parametrize("name", sorted(name for name, row in RIGHTS.items() if row.scopes))
def test_a_token_needs_exactly_the_scope_of_the_table(name, world):
    row = RIGHTS[name]
    path = world.address(name, row)
    for method, needed in row.scopes.items():
        enough = world.ask_with_token(PEDRO, {needed} - {ANY}, method, path)
        assert enough.status_code not in row.refusals, "no scope but this one"
        if needed != ANY:
            refused = world.ask_with_token(PEDRO, set(Scope) - {needed}, method, path)
            assert (refused.status_code, refused.json()["missing_scope"]) == (403, needed)
        narrow = world.ask_with_token(SAM, set(Scope), method, path)
        refusals = set() if SAM in row.allowed(method) else row.refusals
        assert (narrow.status_code in refusals) == bool(refusals), "all scopes, and none of the rights"


@pytest.mark.parametrize("name", sorted(name for name, row in RIGHTS.items() if not row.scopes))
def test_everywhere_else_a_token_is_nobody(name, world):
    row = RIGHTS[name]
    path = world.address(name, row)
    for method in METHODS:
        with_token = world.ask_with_token(PEDRO, set(Scope), method, path)
        as_visitor = world.ask(VISITOR, method, path)
        assert with_token.status_code == as_visitor.status_code
        assert with_token.headers.get("Location") == as_visitor.headers.get("Location")


def test_the_page_about_rights_says_what_is_held_here(world):
    methods = {name: [m for m in METHODS if world.answers(name, row, m)] for name, row in RIGHTS.items()}
    page = page_of({name: row for name, row in RIGHTS.items() if not name.startswith("demo-")}, methods)
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        PAGE.write_text(page, encoding="utf-8")
        pytest.fail("docs/rights.md was behind the table. It is written anew: look at it and commit it.")


def test_the_administration_is_for_staff_only(world):
    for who in world.cookies:
        first = world.ask(who, "GET", "/admin/")
        assert is_refusal(first, "/admin/", {403}) == (who != ADA), who


def admin_lists() -> Iterator[str]:
    (administration,) = [r for r in get_resolver().url_patterns if str(r.pattern) == ADMINISTRATION]
    for entry in administration.url_patterns:
        for inner in getattr(entry, "url_patterns", []):
            if isinstance(inner, URLPattern) and (inner.name or "").endswith(("_changelist", "_add")):
                yield f"admin:{inner.name}"


@pytest.mark.parametrize("name", sorted(admin_lists()))
def test_every_page_of_the_administration_refuses_who_has_no_right_to_its_rows(name, world):
    """Staff without a group sees nothing, not even a count."""
    User.objects.filter(username=SAM).update(is_staff=True)
    assert all(world.ask(SAM, method, reverse(name)).status_code == 403 for method in METHODS)


def test_no_static_or_media_file_is_served_through_a_view_of_ours():
    assert not [name for name in addresses() if "static" in name or "media" in name]
