"""The people of every test: maya triages, pedro leads PR, lea is legal, ada administers, and sam must be refused."""

import pytest

from accounts.groups import load_groups
from accounts.models import User
from tests.make import make_user


@pytest.fixture
def groups(db) -> None:
    load_groups()


@pytest.fixture
def maya(groups) -> User:
    return make_user(
        "maya", groups=("community_manager",), roles=("community_manager", "customer_service", "social_lead")
    )


@pytest.fixture
def pedro(groups) -> User:
    return make_user("pedro", groups=("pr_lead",), roles=("pr_lead", "executive"))


@pytest.fixture
def lea(groups) -> User:
    return make_user("lea", groups=("duty",), roles=("legal", "privacy_officer"))


@pytest.fixture
def ada(groups) -> User:
    return make_user("ada", groups=("admin",), roles=("security", "hr", "subject_expert", "owner"), is_staff=True)


@pytest.fixture
def sam(groups) -> User:
    """Signed in, in no group: everything is refused."""
    return make_user("sam")
