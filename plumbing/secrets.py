"""A text column that is encrypted at rest with the keys of FIELD_ENCRYPTION_KEYS, newest first."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def fernet() -> MultiFernet:
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS))


class EncryptedTextField(models.TextField):
    """Reads and writes plain text; the database holds only Fernet tokens. Not searchable by design."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return fernet().encrypt(value.encode()).decode() if value else value

    def from_db_value(self, value, expression, connection):
        return fernet().decrypt(value.encode()).decode() if value else value
