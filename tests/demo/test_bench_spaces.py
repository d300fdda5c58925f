"""The bench of the pages of spaces on a small world: what it lays, that every page answers, what it prints. Nothing is timed."""

from django.db import connection

from yanxiu.demo.bench import finding, shelves, spaces
from yanxiu.workshops.models import CheckIn, Membership, Post, Read, Share

SMALL = {"MEMBERS": 24, "TIMES": 1, "POSTS": 40, "RESOURCES": 40, "THREADS": 4, "PARTS": 20, "DAYS": 2, "SHARES": 3, "BRIEFINGS": 2}


def test_ten_times_as_much_is_laid_and_every_page_answers(db, monkeypatch):
    for name, value in SMALL.items():
        monkeypatch.setattr(spaces, name, value)
    monkeypatch.setattr(finding, "TEXTS", 2)
    monkeypatch.setattr(shelves, "TEXTS", 2)

    spaces.lay(1)
    few = spaces.costs(1)
    once = [model.objects.count() for model in (Post, Read, CheckIn, Share)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_text, bench_member")  # each measurement has a session of its own
    spaces.lay(3)
    many, world = spaces.costs(1), spaces.world(2)

    assert Membership.objects.filter(workshop__pk=Post.objects.get(title="discussion第1号").space_id).count() == 24
    assert Post.objects.filter(kind="discussion", title__startswith="discussion").count() == 12
    assert [Post.objects.filter(parent__title=f"discussion第{n}号").count() for n in range(1, 13)] == [60, 9, *[3] * 10]
    assert all(now > before for now, before in zip([model.objects.count() for model in (Post, Read, CheckIn, Share)], once, strict=True))
    assert set(few) == set(many) == {page["name"] for page in world["pages"]}
    assert len(world["keys"]) == 2
    queries = {name: (few[name]["queries"], one["queries"]) for name, one in many.items()}
    assert {name: counts for name, counts in queries.items() if counts[0] != counts[1] or counts[1] > 10} == {}
    assert {name: one["kilobytes"] for name, one in many.items() if one["kilobytes"] > 60} == {}
    before, after = spaces.merged([few, few]), spaces.merged([many])
    rated = {name: {**one, "per_s": 200.0, "p95_ms": 1.0} for name, one in after.items()}
    figure = spaces.figure({"few": before, "many": rated}, rounds=1, connections=1)
    assert figure.detail["pages"]["discussions"]["target_per_s"] == 124
