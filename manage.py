#!/usr/bin/env python
"""Django's command line for Leitstelle."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from config.local.environment import borrow

if __name__ == "__main__":
    borrow(Path(os.environ.get("VAR_DIR") or Path(__file__).parent / "var"))  # beside a running `make run`
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
