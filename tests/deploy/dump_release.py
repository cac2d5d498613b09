"""`python -m tests.deploy.dump_release 0.2.0`: keeps what the code of today leaves behind, for tests of later code."""

import os
import re
import sys

import django

from tests.deploy.release import FOLDER, KEY

os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "FIELD_ENCRYPTION_KEYS": KEY}
django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.deploy.databases import connected_to, empty_database, run  # noqa: E402
from tests.deploy.work import work  # noqa: E402

OPTIONS = ("--inserts", "--no-owner", "--no-privileges", "--exclude-table-data=shared_cache")
ONLY_FOR_THE_NEWEST = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout.*)\n", re.MULTILINE)

(version,) = sys.argv[1:]
with empty_database("release") as address:
    with connected_to("release"):
        call_command("migrate", verbosity=0)
        work(timezone.now())
    dump = run("pg_dump", *OPTIONS, address).decode()
FOLDER.mkdir(exist_ok=True)
(FOLDER / f"{version}.sql").write_text(ONLY_FOR_THE_NEWEST.sub("", dump))
