"""The bench of search on a small corpus: what it lays, that it finds, what it prints. Nothing is timed."""

from yanxiu.demo.bench import finding
from yanxiu.workshops.models import Post, PostWords


def test_a_small_run_finds_what_each_may_read(db, monkeypatch):
    for name, value in {"SPACES": 40, "COUNTIES": 4, "PEOPLE": 5, "TEXTS": 30}.items():
        monkeypatch.setattr(finding, name, value)

    seen = finding.searched(400, 1)
    figure = finding.figure(seen, posts=400, rounds=1)

    assert Post.objects.count() == PostWords.objects.count() == 400
    kinds = figure.detail["kinds"]
    assert kinds["teacher of 4 spaces, unselective"]["found"] <= 40 < kinds["county of 100 spaces, unselective"]["found"]
    assert kinds["province of 2,000 spaces, rare"]["found"] > 0
    assert figure.rows == 400
