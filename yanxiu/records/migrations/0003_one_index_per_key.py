"""Fewer indexes to keep with every record: the primary key (id, at) finds an id by itself, and keys are looked up whole."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0002_analyze"),
    ]

    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS records_record_id", "CREATE INDEX records_record_id ON records_record (id)"),
        migrations.RunSQL(
            "DROP INDEX IF EXISTS records_recordkey_key_098a9511_like",
            "CREATE INDEX records_recordkey_key_098a9511_like ON records_recordkey (key varchar_pattern_ops)",
        ),
    ]
