"""Two people publish a version, and the table of versions is never emptied."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HASH_DRAFTS = """
UPDATE playbooks_playbookversion SET sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex') WHERE state = 'draft';
"""
FREEZE = """
CREATE FUNCTION playbooks_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM playbooks_playbookversion WHERE state <> 'draft') THEN
        RAISE EXCEPTION 'Versions of playbooks were published and are never deleted.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER playbooks_version_stays BEFORE TRUNCATE ON playbooks_playbookversion
    FOR EACH STATEMENT EXECUTE FUNCTION playbooks_refuse_truncate();
"""
THAW = """
DROP TRIGGER playbooks_version_stays ON playbooks_playbookversion;
DROP FUNCTION playbooks_refuse_truncate();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("playbooks", "0002_frozen_versions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="playbookversion",
            options={
                "ordering": ["playbook", "-number"],
                "permissions": [("publish_playbookversion", "Can publish what somebody else wrote")],
                "verbose_name": "playbook version",
                "verbose_name_plural": "playbook versions",
            },
        ),
        migrations.AddField(
            model_name="playbookversion",
            name="asked_against",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="What was in force when publishing was asked for: the differences that people looked at.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="playbooks.playbookversion",
            ),
        ),
        migrations.AddField(
            model_name="playbookversion",
            name="asked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="publishing asked for"),
        ),
        migrations.AddField(
            model_name="playbookversion",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="publishing asked for by",
            ),
        ),
        migrations.AddField(
            model_name="playbookversion",
            name="asked_sha256",
            field=models.CharField(
                blank=True, editable=False, help_text="Of exactly the content that may be published.", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="playbookversion",
            name="changed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="changed"),
        ),
        migrations.AlterField(
            model_name="playbookversion",
            name="author",
            field=models.ForeignKey(
                blank=True,
                help_text="Who changed the content last; empty for the content of a fresh console.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="written by",
            ),
        ),
        migrations.AlterField(
            model_name="playbookversion",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="published by",
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_by", None), models.Q(("asked_by", models.F("published_by")), _negated=True), _connector="OR"
                ),
                name="publisher_did_not_ask",
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"),
                    ("author", None),
                    models.Q(
                        ("asked_by__isnull", False),
                        ("asked_sha256", models.F("sha256")),
                        ("published_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="written_by_one_published_by_another",
            ),
        ),
        migrations.RunSQL(HASH_DRAFTS, migrations.RunSQL.noop),
        migrations.RunSQL(FREEZE, THAW),
    ]
