"""The table behind settings.CACHES, which every process shares: rate limits hold whichever process answers.

UNLOGGED: it is written at every failed sign-in, and losing it in a crash loses a few minutes of counting.
"""

from django.db import migrations

CREATE = """
CREATE UNLOGGED TABLE IF NOT EXISTS shared_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS shared_cache_expires ON shared_cache (expires);
ALTER TABLE shared_cache SET UNLOGGED;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE shared_cache")]
