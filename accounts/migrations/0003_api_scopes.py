"""What a token may be used for, and how often: counted in an UNLOGGED table, as it is written at every call."""

import accounts.scopes
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_shared_cache'),
    ]

    operations = [
        migrations.CreateModel(
            name='CallCount',
            fields=[
                ('caller', models.CharField(max_length=100, primary_key=True, serialize=False)),
                ('minute', models.DateTimeField(db_index=True)),
                ('calls', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'count of calls',
                'verbose_name_plural': 'counts of calls',
            },
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_callcount SET UNLOGGED", "ALTER TABLE accounts_callcount SET LOGGED"
        ),
        migrations.AddField(
            model_name='apitoken',
            name='scopes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'Read mentions, escalations and channels'), ('mentions:write', 'Hand in mentions'), ('triage:write', 'Decide and reply'), ('escalations:write', 'Acknowledge, resolve and cancel escalations')], max_length=32), default=accounts.scopes.every_scope, size=None, verbose_name='scopes'),
        ),
    ]
