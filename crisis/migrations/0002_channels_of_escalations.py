from django.db import migrations, models

FROM_TIMELINES = """
    INSERT INTO crisis_escalation_channels (escalation_id, channel_id)
    SELECT DISTINCT entry.escalation_id, mention.channel_id
    FROM crisis_timelineentry AS entry
    JOIN monitoring_mention AS mention ON mention.id = (entry.data ->> 'mention')::bigint
    WHERE jsonb_typeof(entry.data -> 'mention') = 'number'
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('crisis', '0001_initial'),
        ('monitoring', '0005_people_of_agencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='escalation',
            name='channels',
            field=models.ManyToManyField(help_text='Of the mentions it is about: who sees one sees the escalation.', related_name='escalations', to='monitoring.channel'),
        ),
        migrations.RunSQL(FROM_TIMELINES, migrations.RunSQL.noop),
    ]
