"""Rows of orgs for tests."""

from itertools import count

from yanxiu.kit import pinyin
from yanxiu.orgs.models import Kind, Org

_numbers = count(1)


def org(*, parent: Org | None = None, kind: Kind | None = None, name: str = "", **facts) -> Org:
    """A unit below `parent`; without one a nation. The kind defaults to nation or school."""
    number = next(_numbers)
    kind = kind or (Kind.SCHOOL if parent else Kind.NATION)
    name = name or f"单位{number}"
    facts.setdefault("initials", pinyin.initials(pinyin.syllables(name)))
    row = Org.objects.create(name=name, kind=kind, parent=parent, path=f"new-{number}", **facts)
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    row.save(update_fields=["path"])
    return row


def county_tree() -> tuple[Org, Org, Org, Org, Org]:
    """Nation, province, city, county and a school, one under the other."""
    nation = org(name="全国")
    province = org(parent=nation, kind=Kind.PROVINCE, name="演示省")
    city = org(parent=province, kind=Kind.CITY, name="演示市")
    county = org(parent=city, kind=Kind.COUNTY, name="演示县")
    return nation, province, city, county, org(parent=county, name="演示县实验中学")
