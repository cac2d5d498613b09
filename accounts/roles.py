"""The duty roles, and who holds them in which order. Who of them has the shift, the roster says (crisis/roster)."""

from collections.abc import Iterable, Mapping

from accounts.models import Role, RoleHolder, User

OWNER = "owner"
ALL_ROLES = "all_roles"
ON_SHIFT, DEPUTY, ALL = "on_shift", "deputy", "all"
PLACES: Mapping[str, slice] = {ON_SHIFT: slice(0, 1), DEPUTY: slice(1, 2), ALL: slice(None)}

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


def holders_by_role(roles: Iterable[str]) -> dict[str, list[User]]:
    """The active holders of each role ("all_roles": of any), in their order; one query."""
    slugs = set(roles)
    rows = RoleHolder.objects.active().in_order()
    if ALL_ROLES not in slugs:
        rows = rows.filter(role__slug__in=slugs)
    people: dict[str, list[User]] = {}
    for row in rows:
        people.setdefault(row.role.slug, []).append(row.person)
    return people


def is_last_owner(person: User) -> bool:
    """Whether nobody but `person` is left to be called when a page is exhausted."""
    owners = RoleHolder.objects.active().filter(role__slug=OWNER).values_list("person_id", flat=True)
    return set(owners) == {person.pk}
