"""`yanxiu setup`: bring the database to the state this version needs. Idempotent."""

from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import connection

from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.records import actions

APP_ROLE = "yanxiu_app"

# The web's role writes everything except what must never change (security P-05).
_GRANTS = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN CREATE ROLE {APP_ROLE} LOGIN; END IF;
END $$;
GRANT USAGE ON SCHEMA public TO {APP_ROLE};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP_ROLE};
DO $$ BEGIN EXECUTE format('GRANT {APP_ROLE} TO %I', current_user); EXCEPTION WHEN OTHERS THEN NULL; END $$;
"""
APPEND_ONLY_PREFIXES = ("records_record", "credits_entry")


class Command(BaseCommand):
    help = "Migrate, grant, make partitions and store the declared metrics."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        call_command("migrate", verbosity=options["verbosity"], interactive=False)
        at = now()
        actions.ensure_partitions(at + timedelta(days=30 * month) for month in range(-6, 13))
        actions.store_metrics(by=SYSTEM, at=at)
        with connection.cursor() as cursor:
            cursor.execute(_GRANTS)
            for table in self._append_only(cursor):
                cursor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {APP_ROLE}')

    @staticmethod
    def _append_only(cursor: Any) -> list[str]:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [str(row[0]) for row in cursor.fetchall()]
        return [name for name in names if name in APPEND_ONLY_PREFIXES or name.startswith(("records_record_", "credits_entry_"))]
