"""The product's settings on the services of this test run."""

from tests.services import provide

provide()  # before the settings read the environment

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a login costs a millisecond, not 300
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # nothing is collected
}

SECOND_FACTOR = "optional"  # tests/accounts/test_second_factor.py asks for it
