"""The list of what waits: kinds together, the most pressing first, each with its count and its day."""

from dataclasses import replace
from datetime import timedelta

from tests.approvals import factories
from yanxiu.approvals import actions, matters
from yanxiu.approvals.queries import station_of


def test_kinds_stand_together_under_their_headings(cast, monkeypatch):
    other = replace(factories.MATTER, kind="other", zh="延期")
    monkeypatch.setattr(matters, "_MATTERS", {**matters.matters(), "other": other})
    due = factories.AT + timedelta(days=400)
    for number, (kind, at) in enumerate((("paper", 0), ("other", 1), ("paper", 2))):
        actions.start(
            kind=kind, object_type=kind, object_id=900 + number, title=f"第 {number} 件", unit_path=cast.county.path,
            stations=[station_of(cast.county, due_at=due)], by=factories.teacher(), at=factories.AT + timedelta(hours=at),
        )  # fmt: skip

    page = cast.client_of("教务").get("/approvals/").content.decode()
    shown = page.partition("yx-inbox")[2].partition("</ul></div></form>")[0]

    heads = [part.partition("</li>")[0] for part in shown.split('<li class="yx-sub">')[1:]]
    assert [head.partition("</span>")[0] for head in heads] == ["<span>材料 2", "<span>延期 1"]
    assert "前" in heads[0]
    assert shown.index("第 0 件") < shown.index("第 2 件") < shown.index("第 1 件")


def test_one_kind_needs_no_heading(cast):
    factories.started(cast.county)
    factories.started(cast.county)

    assert "yx-sub" not in cast.client_of("教务").get("/approvals/").content.decode()
