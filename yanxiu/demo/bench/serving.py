"""`python -m yanxiu.demo.bench.serving`: becomes the web server exactly as `yanxiu serve` starts it, with the bench's door in front."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from yanxiu.kit.management.commands.web import web_command

if __name__ == "__main__":
    command = [*web_command(files=False)[:-1], "yanxiu.demo.bench.door:application"]
    os.execv(command[0], command)  # noqa: S606 - our own command
