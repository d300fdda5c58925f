"""One main stage and subject a person: the index was dropped with that of the foreign key (0004), which begins with the same column."""

from django.db import migrations

ONE = """
UPDATE people_teaching t SET is_main = false
WHERE t.is_main AND EXISTS (SELECT 1 FROM people_teaching o WHERE o.person_id = t.person_id AND o.is_main AND o.id < t.id);
CREATE UNIQUE INDEX IF NOT EXISTS people_teaching_one_main ON people_teaching (person_id) WHERE is_main;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_personal_page"),
    ]

    operations = [migrations.RunSQL(ONE, migrations.RunSQL.noop)]
