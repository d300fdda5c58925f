"""Every page that the portal names is there: an address that leads nowhere would only vanish from the page."""

import re
from pathlib import Path

from django.urls import URLResolver, get_resolver

from yanxiu.portal import menus

PRODUCT = Path(menus.__file__).parent.parent
NAMED = re.compile(r"""(?:address|reverse|redirect|_entry)\([^()]*?"([a-z_]+:[a-z_]+)\"""", re.DOTALL)
IN_TEMPLATE = re.compile(r"""{%\s*url\s+["']([a-z_]+:[a-z_]+)["']""")


def _known() -> set[str]:
    return {
        f"{one.namespace}:{name}"
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace
        for name in one.reverse_dict
        if isinstance(name, str)
    }


def test_every_entry_of_every_menu_exists():
    wanted = {entry.route for entries in (*menus.MENUS.values(), *menus.TABS.values()) for entry in entries}

    assert wanted - _known() == set()


def test_menus_are_short():
    assert {role: len(entries) for role, entries in menus.MENUS.items() if len(entries) > 9} == {}
    assert {role: len(entries) for role, entries in menus.TABS.items() if len(entries) > 5} == {}


def test_every_address_named_in_code_exists():
    known = _known()
    wanted = {
        name
        for package in ("portal", "insight", "notices")
        for path in (PRODUCT / package).rglob("*.py")
        for name in NAMED.findall(path.read_text())
    }

    assert len(wanted) > 20
    assert wanted - known == set()


def test_every_address_named_in_templates_exists():
    wanted = {
        name
        for package in ("portal", "insight", "notices")
        for path in (PRODUCT / package).rglob("*.html")
        for name in IN_TEMPLATE.findall(path.read_text())
    }

    assert len(wanted) > 10
    assert wanted - _known() == set()
