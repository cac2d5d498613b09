"""The duty roles, and who holds them now: the first active holder is on shift, the next is the deputy."""

from collections.abc import Iterable, Mapping

from accounts.models import Role, RoleHolder, User

OWNER = "owner"
ALL_ROLES = "all_roles"
ON_SHIFT, DEPUTY, ALL = "on_shift", "deputy", "all"
PLACES: Mapping[str, slice] = {ON_SHIFT: slice(0, 1), DEPUTY: slice(1, 2), ALL: slice(None)}

Target = tuple[str, str]  # (role or ALL_ROLES, one of PLACES)

ROLES: Mapping[str, tuple[str, str]] = {  # slug: (English, German)
    "owner": ("Owner", "Gesamtverantwortung"),
    "community_manager": ("Community manager", "Community-Management"),
    "customer_service": ("Customer service", "Kundenservice"),
    "social_lead": ("Head of social media", "Leitung Social Media"),
    "pr_lead": ("PR lead", "PR-Leitung"),
    "legal": ("Legal", "Recht"),
    "privacy_officer": ("Privacy officer", "Datenschutz"),
    "security": ("IT security", "IT-Sicherheit"),
    "hr": ("Human resources", "Personal"),
    "subject_expert": ("Subject expert", "Fachabteilung"),
    "executive": ("Executive", "Geschäftsleitung"),
}


def load_roles() -> int:
    """Creates the duty roles that are missing and returns how many; renamed ones keep their names."""
    before = Role.objects.count()
    rows = [Role(slug=slug, name_en=english, name_de=german) for slug, (english, german) in ROLES.items()]
    Role.objects.bulk_create(rows, ignore_conflicts=True)
    return Role.objects.count() - before


def people_of(role: str, who: str) -> list[User]:
    """The people who hold `role` ("all_roles": any role), in order; empty when nobody does.

    `who` is "on_shift", "deputy" or "all"; anything else is a ValueError.
    """
    return people_of_each([(role, who)])[role, who]


def people_of_each(targets: Iterable[Target]) -> dict[Target, list[User]]:
    """`people_of` for many targets, in one query."""
    wanted = list(dict.fromkeys(targets))
    unknown = {who for _role, who in wanted} - PLACES.keys()
    if unknown:
        raise ValueError(f"Nobody is {', '.join(sorted(unknown))}: on_shift, deputy or all.")
    holders = holders_by_role(role for role, _who in wanted)
    return {(role, who): pick(holders, role, who) for role, who in wanted}


def holders_by_role(roles: Iterable[str]) -> dict[str, list[User]]:
    """The active holders of each role, in their order."""
    slugs = set(roles)
    rows = RoleHolder.objects.active().in_order()
    if ALL_ROLES not in slugs:
        rows = rows.filter(role__slug__in=slugs)
    people: dict[str, list[User]] = {}
    for row in rows:
        people.setdefault(row.role.slug, []).append(row.person)
    return people


def pick(holders: Mapping[str, list[User]], role: str, who: str) -> list[User]:
    if role != ALL_ROLES:
        return holders.get(role, [])[PLACES[who]]
    everybody = [person for people in holders.values() for person in people[PLACES[who]]]
    return list({person.pk: person for person in everybody}.values())


def is_last_owner(person: User) -> bool:
    """Whether nobody but `person` is left to be called when a page is exhausted."""
    owners = RoleHolder.objects.active().filter(role__slug=OWNER).values_list("person_id", flat=True)
    return set(owners) == {person.pk}
