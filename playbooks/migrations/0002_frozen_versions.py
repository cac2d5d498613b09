"""A published version never changes: the database itself refuses it, whoever asks and by whatever way."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FREEZE = """
CREATE FUNCTION playbooks_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NULL;
    ELSIF OLD.state = 'draft' THEN
        NULL;
    ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Version % of playbook % was published and is never deleted.', OLD.number, OLD.playbook_id
            USING ERRCODE = 'integrity_constraint_violation';
    ELSIF to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state'
        OR (NEW.state <> OLD.state AND NOT (OLD.state = 'published' AND NEW.state = 'retired')) THEN
        RAISE EXCEPTION 'Version % of playbook % was published and never changes.', OLD.number, OLD.playbook_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.state <> 'draft' AND NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'The SHA-256 of version % of playbook % is not that of its content.',
            NEW.number, NEW.playbook_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER playbooks_version_is_frozen BEFORE INSERT OR UPDATE OR DELETE ON playbooks_playbookversion
    FOR EACH ROW EXECUTE FUNCTION playbooks_refuse_change();
"""
THAW = """
DROP TRIGGER playbooks_version_is_frozen ON playbooks_playbookversion;
DROP FUNCTION playbooks_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("playbooks", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="policystep",
            name="urgency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="playbooks.urgency",
                verbose_name="urgency",
            ),
        ),
        migrations.AlterField(
            model_name="playbookversion",
            name="content",
            field=models.TextField(
                help_text="The tree as JSON, as playbooks.tree_schema reads it; text, because order matters.",
                verbose_name="content",
            ),
        ),
        migrations.AddConstraint(
            model_name="playbookversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("author", None), models.Q(("author", models.F("published_by")), _negated=True), _connector="OR"
                ),
                name="publisher_is_not_the_author",
            ),
        ),
        migrations.RunSQL(FREEZE, THAW),
    ]
