"""The benches of search and of libraries on a small corpus: what they lay, that they find, what they print. Nothing is timed."""

from yanxiu.catalogue.models import ResourceWords, Shelving
from yanxiu.demo.bench import finding, shelves
from yanxiu.workshops.models import Post, PostWords


def test_a_small_run_finds_what_each_may_read(db, monkeypatch):
    for name, value in {"SPACES": 40, "COUNTIES": 4, "PEOPLE": 5, "TEXTS": 30}.items():
        monkeypatch.setattr(finding, name, value)

    seen = finding.searched(400, 1)
    figure = finding.figure(seen, posts=400, rounds=1)

    assert Post.objects.count() == PostWords.objects.count() == 400
    kinds = figure.detail["kinds"]
    assert 0 < kinds["teacher of 4 spaces, unselective: all"]["found"] <= 40 < kinds["county of 100 spaces, unselective: all"]["found"]
    assert kinds["province of 2,000 spaces, rare"]["found"] > 0
    assert figure.rows == 400


def test_a_small_library_is_listed_by_words_and_facets(db, monkeypatch):
    for name, value in {"PEOPLE": 5, "TEXTS": 30}.items():
        monkeypatch.setattr(shelves, name, value)

    seen = shelves.listed(400, 1)
    figure = shelves.figure(seen, resources=400, rounds=1)

    assert Shelving.objects.count() == ResourceWords.objects.count() == 400
    found = {name: one["found"] for name, one in figure.detail["kinds"].items()}
    assert found["all, newest"] == 400
    assert 0 < found["rare word"] < found["unselective word"]
    assert 0 < found["one subject, most used"] < 100
    assert figure.rows == 400
