import pytest

from tests.triage.conftest import COMPLAINT, DANGER, DELETED_COMMENT, IRRELEVANT, LEGAL, QUESTION, THANKS

EVERY = [THANKS, QUESTION, COMPLAINT, IRRELEVANT, DANGER, LEGAL, DELETED_COMMENT]


@pytest.mark.parametrize("read", EVERY)
def test_a_mention_opens(client, maya, arrive, read):
    client.force_login(maya)
    triage = arrive(read=read)
    response = client.get(f"/m/{triage.pk}/")
    assert response.status_code == 200
