"""Components: what they accept, what they refuse, and that nothing a person wrote becomes markup."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.conf import settings
from django.template import TemplateSyntaxError, engines
from hypothesis import given
from hypothesis import strategies as st

from yanxiu.kit import icons
from yanxiu.kit.components import Arc, HeatCell, HeatRow, Tab, Tile, Window, declaration
from yanxiu.kit.components.preparation import PREPARE, fields, shapes, tables, words

FOLDER = settings.ROOT / "yanxiu/kit/templates/kit/components"
NAMES = sorted(path.stem for path in FOLDER.glob("*.html"))
GALLERY = "".join(path.read_text(encoding="utf-8") for path in (settings.ROOT / "yanxiu/portal/templates/portal/gallery").glob("*.html"))


def render(source, **context):
    return engines["django"].from_string(source).render(context)


@pytest.mark.parametrize("name", NAMES)
def test_every_component_declares_itself_and_stands_in_the_gallery(name):
    source = (FOLDER / f"{name}.html").read_text(encoding="utf-8")

    known = declaration.read(name, source)

    assert known.summary
    assert f'component "{name}"' in GALLERY or any(
        f'component "{name}"' in path.read_text(encoding="utf-8") for path in FOLDER.glob("*.html")
    )


def test_preparation_belongs_to_components():
    assert set(PREPARE) <= set(NAMES)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('{% component "button" colour="red" %}存{% endcomponent %}', "unknown parameter colour"),
        ('{% component "link-button" %}去{% endcomponent %}', "parameter href is missing"),
        ('{% component "button" variant="loud" %}存{% endcomponent %}', "is none of"),
        ('{% component "effect" effects=e id="x" %}{% endcomponent %}', "takes no attributes"),
        ('{% component "card" %}{% slot "head" %}x{% endslot %}{% endcomponent %}', "unknown slot head"),
        ('{% icon "unicorn" %}', "no icon"),
        ('{% icon "../home" %}', "no icon"),
        ('{% icon "home" "huge" %}', "icon size"),
    ],
)
def test_refuses_what_is_not_declared(source, complaint):
    with pytest.raises(TemplateSyntaxError, match=complaint):
        render(source, e=[])


def test_a_long_line_of_tabs_offers_all_of_it_on_phones():
    source = '{% component "tabs" items=items label="栏目" %}{% endcomponent %}'
    few, many = ([Tab(label=f"栏目 {n}", url=f"/{n}/", current=n == 2) for n in range(count)] for count in (6, 7))

    assert "<details" not in render(source, items=few)
    shown = render(source, items=many)
    assert [shown.count(f'href="/{n}/"') for n in range(7)] == [2] * 7
    assert shown.count('aria-current="page"') == shown.count('aria-current="true"') == 1


def test_one_of_several_that_stands_chosen_is_not_called_optional():
    class Way(forms.Form):
        way = forms.ChoiceField(label="怎样入坊", choices=[("", "不选"), ("open", "直接加入")], required=False, widget=forms.RadioSelect)
        kinds = forms.MultipleChoiceField(choices=[("a", "甲")], required=False, widget=forms.CheckboxSelectMultiple)

    source = '{% component "field" field=form.way %}{% endcomponent %}{% component "field" field=form.kinds %}{% endcomponent %}'

    assert render(source, form=Way()).count("（选填）") == 2
    assert render(source, form=Way(initial={"way": "open", "kinds": ["a"]})).count("（选填）") == 1


def test_a_slot_belongs_to_the_component_around_it():
    html = render(
        '{% component "card" title="外" %}{% slot "foot" %}外脚{% endslot %}'
        '{% component "card" title="内" %}{% if yes %}{% slot "foot" %}内脚{% endslot %}{% endif %}内文{% endcomponent %}外文{% endcomponent %}',
        yes=True,
    )

    inner = html[html.index("内</h2>") :]
    assert re.search(r"内文.*内脚.*外文.*外脚", inner, re.DOTALL)


def test_slots_cannot_be_forged_by_text():
    html = render('{% component "card" title="卡" %}{{ text }}{% endcomponent %}', text="<!--x:foot-->假<!--/x-->")

    assert "yx-card-foot" not in html
    assert "&lt;!--x:foot--&gt;" in html


def test_text_of_people_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'

    html = render(
        '{% component "task" title=t href=t note=t %}{{ t }}{% endcomponent %}{% component "cover" title=t %}{% endcomponent %}'
        '{% component "button" name=t value=t data_x=t %}{{ t }}{% endcomponent %}{{ t|clauses }}{% component "avatar" name=t %}{% endcomponent %}',
        t=evil,
    )

    assert "<script" not in html


def test_attributes_are_passed_on_with_hyphens():
    html = render(
        '{% component "button" hx_post="/a/" x_on_click="all" data_item="1" id="go" class="yx-end" aria_label="去" %}去{% endcomponent %}'
    )

    assert 'hx-post="/a/"' in html
    assert 'x-on:click="all"' in html
    assert 'data-item="1"' in html
    assert 'class="yx-button yx-button-plain yx-button-normal yx-end"' in html


def test_a_disabled_button_says_why_and_does_not_post():
    html = render('{% component "button" name="go" value="1" disabled_reason="还有 2 处错误" %}送审{% endcomponent %}')

    assert 'type="button" aria-disabled="true"' in html
    assert "还有 2 处错误" in html
    assert 'name="go"' not in html


NOW = datetime(2026, 11, 20, 12, 35, tzinfo=UTC)  # 20:35 in Shanghai


@pytest.mark.parametrize(
    ("at", "tone", "text"),
    [
        (datetime(2026, 11, 30, 16, tzinfo=UTC), "", "11-30"),
        (datetime(2026, 11, 27, 16, tzinfo=UTC), "soon", "还有 7 天"),
        (datetime(2026, 11, 28, 16, tzinfo=UTC), "", "11-28"),
        (datetime(2026, 11, 21, 16, tzinfo=UTC), "soon", "还有 1 天"),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), "soon", "今天 24:00 截止"),
        (datetime(2026, 11, 20, 13, tzinfo=UTC), "soon", "今天 21:00 截止"),
        (datetime(2026, 11, 20, 12, 35, tzinfo=UTC), "late", "今天已过"),
        (datetime(2026, 11, 19, 16, tzinfo=UTC), "late", "晚 1 天"),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), "late", "晚 20 天"),
    ],
)
def test_a_deadline_counts_shanghai_days(at, tone, text, time_machine):
    time_machine.move_to(NOW)

    shown = words.deadline({"at": at, "now": NOW, "done": False, "words": ""})

    assert (shown["tone"], shown["text"]) == (tone, text)
    assert "截止，北京时间" in shown["full"]


def test_a_done_deadline_is_never_late():
    assert words.deadline({"at": NOW - timedelta(days=9), "now": NOW, "done": True, "words": ""})["tone"] == "ok"


def test_no_deadline_shows_nothing():
    assert render('{% component "deadline" at=None %}{% endcomponent %}') == ""


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 200)), max_size=6))
def test_the_arcs_of_a_ring_stay_on_the_circle(pairs):
    drawn = shapes.ring({"arcs": [Arc(label="块", value=value, target=target) for value, target in pairs]})["drawn"]

    tracks = [float(arc["track"].split()[0]) for arc in drawn]
    filled = [float(arc["filled"].split()[0]) if arc["filled"] else 0 for arc in drawn]
    assert len(drawn) <= 3
    assert sum(tracks) <= 100.05
    assert all(part <= whole + 0.01 for part, whole in zip(filled, tracks, strict=True))


@given(st.integers(-5, 500), st.integers(0, 100), st.one_of(st.none(), st.integers(0, 300)))
def test_a_bar_never_leaves_its_track(value, target, expected):
    shown = shapes.bar({"value": value, "target": target, "expected": expected, "tone": "auto"})

    assert 0 <= float(shown["width"]) <= 100
    assert shown["tick"] is None or 0 <= float(shown["tick"]) <= 99.5
    assert (shown["fill"] == "ok") == (target <= 0 or value >= target)


def test_duties_draw_squares_up_to_fourteen_then_a_bar():
    few = shapes.duty({"done": 9, "target": 14, "unit": "", "status": "open"})
    many = shapes.duty({"done": 9, "target": 15, "unit": "", "status": "open"})

    assert [square["done"] for square in few["squares"]].count(True) == 9
    assert len(few["squares"]) == 14
    assert many["squares"] == []
    assert many["width"] == "60"


def test_windows_know_past_open_and_next():
    def window(label, start, end):
        return Window(label=label, start=NOW.date() + timedelta(days=start), end=NOW.date() + timedelta(days=end), text="至")

    shown = shapes.timeline(
        {"windows": [window("甲", -30, -1), window("乙", -5, 0), window("丙", 1, 9)], "today": NOW.date(), "start": None, "end": None}
    )

    assert [row["state"] for row in shown["rows"]] == ["past", "open", "next"]
    assert all(float(row["x"]) + float(row["width"]) <= 100.01 for row in shown["rows"])


@pytest.mark.parametrize(
    ("years", "lines", "named"), [(1, 12, []), (2, 8, ["2026", "2027"]), (6, 6, ["2026", "2027"]), (79, 12, ["2026", "2033"])]
)
def test_a_long_timeline_has_few_lines(years, lines, named):
    windows = [Window(label="甲", start=date(2026, 1, 1), end=date(2025 + years, 12, 31), text="至")]

    marks = shapes.timeline({"windows": windows, "today": NOW.date(), "start": None, "end": date(2025 + years, 12, 31)})["months"]

    assert lines - 1 <= len(marks) <= lines
    assert [mark["year"] for mark in marks if mark["year"]][:2] == named


def test_a_timeline_without_windows_is_drawn_empty():
    assert shapes.timeline({"windows": [], "today": NOW.date(), "start": None, "end": None})["rows"] == []


@pytest.mark.parametrize(
    ("share", "behind", "tint"), [(0, False, "0"), (0.4, False, "1"), (0.95, False, "5"), (1, True, "late"), (None, True, "0")]
)
def test_tints_follow_the_bounds(share, behind, tint):
    assert tables.tint(share, behind=behind) == tint


def test_heat_says_behind_in_words_too():
    html = render(
        '{% component "heat" rows=rows columns=columns label="各校" %}{% endcomponent %}',
        rows=[HeatRow(label="桃源镇初级中学", cells=[HeatCell(share=0.219, behind=True), HeatCell(share=None)])],
        columns=["必修", "选修"],
    )

    assert "21%" in html
    assert "落后于日程" in html
    assert "不适用" in html


def test_tiles_keep_their_place():
    shown = tables.tiles({"tiles": [Tile(label="东", row=2, column=3, share=0.5), Tile(label="西", row=1, column=1, share=0.5)]})

    assert [place["tile"].label if place else "" for place in shown["places"]] == ["西", "", "", "", "", "东"]


class Form(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲")], widget=forms.RadioSelect)
    day = forms.DateField(label="日期")
    hours = forms.IntegerField(label="学时", max_value=12)
    paper = forms.FileField(label="扫描件")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea)
    own = forms.CharField(label="口令", error_messages={"required": "口令在通知里，请照抄"})


def test_problems_say_how_to_mend():
    form = Form({"day": "2026-11-31", "hours": "13"})

    said = {bound.name: fields.problems(bound) for bound in form}

    assert said["name"] == ["还没填。请填上"]
    assert said["kind"] == ["还没选。请选一项"]
    assert said["day"] == ["没有这一天，或写法不对。请写成 2026-11-30 这样"]
    assert said["hours"] == ["最多 12，现在多了"]
    assert said["paper"] == ["还没有文件。请选一个上传"]
    assert said["own"] == ["口令在通知里，请照抄"]


def test_a_field_is_tied_to_its_label_hint_and_problem():
    form = Form({})

    html = render('{% component "field" field=form.name %}{% endcomponent %}', form=form)

    assert 'for="id_name"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert described == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{name}"' in html for name in described)
    assert 'aria-invalid="true"' in html


def test_the_summary_leads_to_each_field():
    html = render('{% component "form-errors" form=form %}{% endcomponent %}', form=Form({}))

    assert "有 6 处要改，还没有存" in html
    assert 'href="#id_name"' in html
    assert 'href="#id_kind"' in html


def test_no_summary_without_problems():
    assert render('{% component "form-errors" form=form %}{% endcomponent %}', form=Form()) == ""


@pytest.mark.parametrize("name", icons.names())
def test_icons_are_outlines_without_colours_of_their_own(name):
    drawing = icons.svg(name)

    assert drawing.startswith('<svg class="yx-icon"')
    assert "style" not in drawing
    assert not re.search(r'(fill|stroke)="#', drawing)


def test_a_requirement_that_asks_nothing_has_an_empty_bar():
    shown = shapes.requirement({"value": 3, "target": 0, "expected": None, "tone": "auto", "status": "todo"})

    assert (shown["width"], shown["met"]) == ("0", False)
