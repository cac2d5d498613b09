"""The settings for tools that only look: mypy's plugin needs the models, not their database."""

import os
import tempfile
from pathlib import Path

from tests.services import set_defaults

os.environ.setdefault("DATABASE_URL", "postgresql:///nowhere")
os.environ.setdefault("REDIS_URL", "memory://")
set_defaults(Path(tempfile.gettempdir()))

from config.settings import *  # noqa: E402, F403
