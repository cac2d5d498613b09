"""The four people of the demo, their duties, and the file that tells a newcomer how to sign in as them."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import ApiToken, Role, RoleHolder, Unit, User
from accounts.tokens import digest_of, new_token
from config.local.keys import write_private
from crisis.models import ContactMethod

PASSWORD_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # noqa: S105 - without look-alikes: typed from a screen
TOKEN_NAME = "Demo"  # noqa: S105 - a name


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str  # as the newcomer is told
    group: str
    time_zone: str = "Europe/Berlin"
    is_staff: bool = False

    @property
    def email(self) -> str:
        return f"{self.username}@brauhell.example"


PEOPLE = (
    Person("maya", "Maya", "Okafor", "community manager", "community_manager"),
    Person("pedro", "Pedro", "Almeida", "PR lead", "pr_lead", time_zone="Europe/Lisbon"),
    Person("lea", "Lea", "Sommer", "legal", "duty"),
    Person("ada", "Ada", "Lindqvist", "admin", "admin", is_staff=True),
)

ROSTER: Mapping[str, tuple[str, ...]] = {  # role: who is on shift, then the deputies
    "community_manager": ("maya", "pedro"),
    "customer_service": ("maya", "ada"),
    "social_lead": ("maya", "pedro"),
    "pr_lead": ("pedro", "maya"),
    "executive": ("pedro", "ada"),
    "legal": ("lea", "pedro"),
    "privacy_officer": ("lea", "ada"),
    "security": ("ada", "lea"),
    "hr": ("ada", "lea"),
    "subject_expert": ("ada", "maya"),
    "owner": ("ada", "pedro"),
}


def accounts_file() -> Path:
    return settings.VAR_DIR / "demo-accounts.json"


def load_people(unit: Unit) -> dict[str, User]:
    """Makes whoever is missing, and says in VAR_DIR/demo-accounts.json (0600) how they sign in."""
    accounts = read_accounts() or new_accounts()
    people = {person.username: load_person(person, accounts[person.username]) for person in PEOPLE}
    unit.members.add(*people.values())
    load_roster(people)
    write_private(accounts_file(), json.dumps(list(accounts.values()), indent=2) + "\n")
    return people


def read_accounts() -> dict[str, dict[str, str]]:
    """Username → account of an earlier start, so that passwords stay; empty when the file does not name all four."""
    try:
        rows = {row["username"]: row for row in json.loads(accounts_file().read_text())}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return rows if {person.username for person in PEOPLE} <= rows.keys() else {}


def new_accounts() -> dict[str, dict[str, str]]:
    return {
        person.username: {
            "username": person.username,
            "password": new_password(),
            "role": person.role,
            "api_token": new_token(),
        }
        for person in PEOPLE
    }


def new_password() -> str:
    """Such as k7f3-m2qx-9hpt: 59 random bits."""
    signs = [secrets.choice(PASSWORD_SIGNS) for _ in range(12)]
    return "-".join("".join(signs[start : start + 4]) for start in (0, 4, 8))


def load_person(person: Person, account: Mapping[str, str]) -> User:
    user, is_new = User.objects.get_or_create(
        username=person.username,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "email": person.email,
            "time_zone": person.time_zone,
            "language": settings.LANGUAGE_CODE,
            "is_staff": person.is_staff,
        },
    )
    if is_new:
        user.groups.add(Group.objects.get(name=person.group))
        ContactMethod.objects.create(person=user, kind=ContactMethod.Kind.EMAIL, address=person.email)
    if is_new or not user.check_password(account["password"]):
        user.set_password(account["password"])
        user.save(update_fields=["password"])
    give_token(user, digest_of(account["api_token"]))
    return user


def give_token(user: User, digest: str) -> None:
    """The one token of the demo: one that no file names any more is closed."""
    ApiToken.objects.get_or_create(digest=digest, defaults={"owner": user, "name": TOKEN_NAME})
    user.api_tokens.filter(name=TOKEN_NAME).exclude(digest=digest).revoke()


def load_roster(people: Mapping[str, User]) -> None:
    roles = {role.slug: role for role in Role.objects.filter(slug__in=ROSTER)}
    holders = [
        RoleHolder(role=roles[slug], person=people[name], position=position)
        for slug, names in ROSTER.items()
        for position, name in enumerate(names, start=1)
    ]
    RoleHolder.objects.bulk_create(holders, ignore_conflicts=True)
