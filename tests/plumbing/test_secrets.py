import pytest
from cryptography.fernet import Fernet
from django.db import connection

from crisis.models import ContactMethod
from tests.make import make_user

pytestmark = pytest.mark.django_db


def stored(row: ContactMethod) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM crisis_contactmethod WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def test_the_database_never_sees_the_address():
    row = ContactMethod.objects.create(person=make_user(), kind="email", address="pedro@example.test")

    assert "pedro" not in stored(row)
    assert ContactMethod.objects.get(pk=row.pk).address == "pedro@example.test"


def test_a_rotated_key_still_opens_what_the_older_one_closed(settings):
    row = ContactMethod.objects.create(person=make_user(), kind="email", address="pedro@example.test")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]

    assert ContactMethod.objects.get(pk=row.pk).address == "pedro@example.test"
