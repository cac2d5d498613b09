from collections.abc import Iterator

import pytest

from tests.crisis.smtp import mail_server
from tests.faults.house import SPEED, House, empty_tables, open_house


@pytest.fixture(scope="module")  # longer, and the tests of other folders would meet its database
def built_house(django_db_blocker) -> Iterator[House]:
    with django_db_blocker.unblock(), mail_server() as mailbox, open_house(mailbox) as house:
        yield house


@pytest.fixture
def house(built_house, django_db_blocker) -> Iterator[House]:
    """Empty, with a mail server that works and nothing else running but PostgreSQL and Redis."""
    with django_db_blocker.unblock():
        empty_tables()
        built_house.kills, built_house.speed = 0, SPEED
        built_house.mailbox.reset()
        built_house.start_redis()
        yield built_house
        built_house.close()
