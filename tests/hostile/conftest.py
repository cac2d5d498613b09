"""A console that runs, the process behind it, and a person's token for its API."""

import psutil
import pytest

from accounts.tokens import issue_token
from tests.browser.conftest import console, open_page  # noqa: F401 - fixtures of the same running console
from tests.hostile.attack import Attacker


@pytest.fixture
def attacker(console, transactional_db, maya) -> Attacker:  # noqa: F811
    """Talks to the running console over HTTP, and knows what each request costs its process."""
    _row, token = issue_token(maya, "attack")
    mine = psutil.Process().children(recursive=True)
    process = next(one for one in mine if str(console.rpartition(":")[2]) in one.cmdline())
    return Attacker(console, token, process)
