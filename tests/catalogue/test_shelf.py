"""The shelf of a library: what is found in whichever way is what a plain scan finds, and the counts beside it follow every change."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, transaction

from tests.catalogue import resource_factories as make
from tests.catalogue.resource_factories import AT
from tests.orgs import factories as orgs
from tests.people import factories as people
from yanxiu.catalogue.models import Resource, ShelfCount, Shelving
from yanxiu.catalogue.queries import shelved
from yanxiu.catalogue.queries.shelved import FACETS, LibraryFilters
from yanxiu.kit import search

pytestmark = pytest.mark.django_db
TITLES = ("二次函数 图象", "圆的性质", "函数单调性", "记叙文", "函数 练习")


@pytest.fixture
def shelf():
    """Thirty resources on the shelf of a county, and some of them on that of a school; returns both units."""
    *_above, county, school = orgs.county_tree()
    owner = people.person(school)
    for number in range(30):
        title = TITLES[number % 5]
        one = make.resource(
            owner=owner, title=f"{title}{number}", kind=("教学设计", "课件")[number % 2], stage=("初中", "高中", "小学")[number % 3],
            subject=("数学", "语文")[number // 7 % 2],
        )  # fmt: skip
        make.resource_words(of=one, words=search.vector([(one.title, "A")]))
        at = AT + timedelta(hours=number)
        make.shelving(of=one, org=county, shelved_at=at, uses=number * 7 % 11, featured_at=at if number % 4 == 0 else None)
        if number % 6 == 0:
            make.shelving(of=one, org=school, shelved_at=at)
    make.shelving(of=make.resource(owner=owner, title="函数 待审"), org=county, state="submitted")
    return county, school


def plain(org, filters):
    """What a scan of all rows finds: the rows that fit, and how many each value of a facet leaves."""
    said = [
        one
        for one in Shelving.objects.filter(org=org, state="shelved").select_related("resource").order_by("pk")
        if all(word in one.resource.title for word in filters.text.split()) and (one.featured_at or not filters.featured)
    ]
    facets: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for one in said:
        for name in FACETS:
            if all(getattr(filters, other) in ("", getattr(one, other)) for other in FACETS if other != name):
                facets[name][getattr(one, name)] += 1
    return [one for one in said if all(getattr(filters, name) in ("", getattr(one, name)) for name in FACETS)], facets


def asked():
    narrowings = product(("", "课件"), ("", "初中"), ("", "1"), ("", "函数", "函数 练习", "没有"))
    for number, (kind, stage, featured, text) in enumerate(narrowings):
        yield LibraryFilters(text=text, kind=kind, stage=stage, featured=featured, sort=shelved.SORTS[(number + number // 4) % 4])


def sorted_as(filters, rows, *, is_ranked):
    orders = {
        "newest": lambda one: (one.shelved_at, one.pk),
        "used": lambda one: (one.uses, one.pk),
        "featured": lambda one: (one.featured_at is not None, one.featured_at or AT, one.shelved_at, one.pk),
    }
    order = orders.get(filters.sort, orders["used"] if filters.text else orders["newest"])
    return None if is_ranked and filters.sort == "best" and filters.text else sorted(rows, key=order, reverse=True)


@pytest.mark.parametrize(("most_counted", "small"), [(2_000, 500), (2_000, 0), (5, 0), (5, 500)])
def test_whichever_way_is_taken_a_shelf_is_a_plain_scan(shelf, monkeypatch, most_counted, small):
    monkeypatch.setattr(shelved, "MOST_COUNTED", most_counted)
    monkeypatch.setattr(shelved, "SMALL", small)
    for org, filters in product(shelf, asked()):
        rows, facets = plain(org, filters)
        seen = shelved.shelf(org.pk, filters, number=1, size=30)
        if seen.is_uncounted:
            assert all(set(facets[name]) <= set(seen.facets[name]) for name in FACETS)
        else:
            assert dict(seen.facets) == facets
        assert (seen.total, seen.is_more) == ((most_counted, True) if filters.text and len(rows) > most_counted else (len(rows), False))
        order = sorted_as(filters, rows, is_ranked=not seen.is_more)
        if order is None:
            assert {one.pk for one in seen.page.rows} == {one.pk for one in rows}
        else:
            assert [one.pk for one in seen.page.rows] == [one.pk for one in order]


def test_the_pages_of_a_shelf_follow_one_another(shelf, monkeypatch):
    county, _school = shelf
    whole = {}
    for filters, most_counted in product((LibraryFilters(), LibraryFilters(text="函数"), LibraryFilters(text="。")), (2_000, 5)):
        monkeypatch.setattr(shelved, "MOST_COUNTED", most_counted)
        one = shelved.shelf(county.pk, filters, number=1, size=30)
        parts = [shelved.shelf(county.pk, filters, number=number, size=7).page for number in (1, 2, 3, 4, 5)]
        assert [row.pk for part in parts for row in part.rows] == [row.pk for row in one.page.rows]
        assert [part.has_more for part in parts] == [len(one.page.rows) > end for end in (7, 14, 21, 28, 35)]
        whole[filters.text, most_counted] = len(one.page.rows)
    assert whole == {("", 2_000): 30, ("", 5): 30, ("函数", 2_000): 18, ("函数", 5): 18, ("。", 2_000): 0, ("。", 5): 0}


def counted():
    """The counts that are kept, after a look that they are those of a recount."""
    kept = set(ShelfCount.objects.filter(shelved__gt=0).values_list("org", *FACETS, "shelved", "featured"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT catalogue_shelf_count_all()")
    assert kept == set(ShelfCount.objects.values_list("org", *FACETS, "shelved", "featured"))
    return sum(row[-2] for row in kept), sum(row[-1] for row in kept)


def test_the_counts_follow_what_happens_on_the_shelves(shelf):
    assert counted() == (35, 8)
    row = Shelving.objects.filter(org=shelf[0], featured_at__isnull=False).order_by("pk")[0]
    assert make.shelf_count(row).shelved >= make.shelf_count(row).featured > 0

    Shelving.objects.filter(pk=row.pk).update(featured_at=None)
    assert counted() == (35, 7)
    Shelving.objects.filter(pk=row.pk).update(uses=99, words="好")
    assert counted() == (35, 7)
    Shelving.objects.filter(pk=row.pk).update(stage="幼儿园", subject="")
    assert counted() == (35, 7)
    Shelving.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_at=AT)
    assert counted() == (34, 7)
    Shelving.objects.filter(state="submitted").update(state="shelved", version=1, shelved_at=AT, featured_at=AT)
    assert counted() == (35, 8)
    Resource.objects.filter(pk=row.resource_id).delete()
    assert counted() == (34, 8)
    Shelving.objects.filter(org=shelf[0]).delete()
    assert counted() == (4, 0)


def test_using_a_resource_does_not_touch_the_counts(shelf):
    row = Shelving.objects.filter(org=shelf[0]).order_by("pk")[0]
    version = "SELECT xmin::text FROM catalogue_shelfcount WHERE id = %s"
    with connection.cursor() as cursor:
        before = cursor.execute(version, [make.shelf_count(row).pk]).fetchone()
        with transaction.atomic():
            Shelving.objects.filter(pk=row.pk).update(uses=500, asked_version=2)
        assert cursor.execute(version, [make.shelf_count(row).pk]).fetchone() == before
