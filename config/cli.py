"""The console script `yanxiu`: Django's commands, with the database that they need."""

import os
import sys

OWNER_COMMANDS = {"migrate", "makemigrations", "setup", "dbshell", "squashmigrations", "sqlmigrate", "flush", "showmigrations"}
WITHOUT_DATABASE = {
    "--help", "--version", "-h", "check", "collectstatic", "compilemessages", "docs", "findstatic", "help", "makemessages", "serve", "web",
    "worker",
}  # fmt: skip


def main() -> None:
    """Run `yanxiu COMMAND …`; starts the embedded PostgreSQL when the command needs one and none is running."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["DATABASE_AS_OWNER"] = "1"
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from yanxiu.kit import postgres

    if command in WITHOUT_DATABASE or not settings.DATABASE_IS_EMBEDDED:
        execute_from_command_line(sys.argv)
        return
    with postgres.running(settings.DATA, keep=False):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
