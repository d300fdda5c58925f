"""`yanxiu appoint`: the first office of an installation, and the roles that no office may give (operator, auditor)."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from yanxiu.access import actions
from yanxiu.access.roles import ROLES
from yanxiu.kit.actor import SYSTEM
from yanxiu.kit.clock import now
from yanxiu.kit.errors import DomainError
from yanxiu.orgs.models import Org
from yanxiu.people import queries
from yanxiu.people.actions import NewPerson, issue_codes, register_person


class Command(BaseCommand):
    help = "Give a role to a person; registers the person when a name is given, and prints an activation slip."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=sorted(ROLES))
        parser.add_argument("unit", help="代码，如 370000")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--account", help="已有的账号")
        who.add_argument("--name", help="新登记的姓名")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        unit = Org.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"没有代码为 {options['unit']} 的单位；先运行 yanxiu load_regions，或核对代码")
        at = now()
        try:
            if options["name"]:
                person = register_person(person=NewPerson(name=options["name"], unit=unit), by=SYSTEM, at=at)
            else:
                account = queries.account_named(options["account"])
                if account is None:
                    raise CommandError(f"没有账号 {options['account']}")
                person = account.person
            actions.appoint(person=person, role=options["role"], org=unit, by=SYSTEM, at=at)
            slips = issue_codes(person_ids=[person.pk], by=SYSTEM, at=at) if options["name"] else []
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{person.name} 已任命为{unit.name}的{ROLES[options['role']].zh}")
        for slip in slips:
            self.stdout.write(f"账号 {slip.username}  激活码 {slip.code}  有效期到 {slip.expires_on}，在 /activate/ 激活")
