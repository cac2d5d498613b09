"""The product's settings as in production, static files hashed and collected, plus the scenes of components."""

from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE, STORAGES, TEMPLATES

ROOT_URLCONF = "tests.browser.scenes"
TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "plumbing.staticfiles.HashedModulesStorage"}}
MIDDLEWARE = ["tests.browser.middleware.forget_content_types", *MIDDLEWARE]
