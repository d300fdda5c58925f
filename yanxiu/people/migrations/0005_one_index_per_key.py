"""Names of accounts, keys of throttles and of sessions are looked up whole: one index of each is enough."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LIKE = (
    ("people_account_username_e074b194_like", "people_account", "username"),
    ("people_throttle_key_a124df92_like", "people_throttle", "key"),
    ("django_session_session_key_c0390e0f_like", "django_session", "session_key"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("sessions", "0001_initial"),
        ("people", "0004_roster_at_once"),
    ]

    operations = [
        *(
            migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {table} ({column} varchar_pattern_ops)")
            for name, table, column in LIKE
        ),
        migrations.AlterField(
            model_name="opensession",
            name="account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
