"""No second index of source keys: nobody looks them up by how they begin."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("credits", "0003_settlement_marks"),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS credits_entry_source_key_e072e61b_like",
            "CREATE INDEX credits_entry_source_key_e072e61b_like ON credits_entry (source_key varchar_pattern_ops)",
        ),
    ]
