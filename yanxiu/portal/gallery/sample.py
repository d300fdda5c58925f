"""The sections of the gallery, the frame around them, and a form with one field of every kind."""

from django import forms

from yanxiu.files.fields import UploadField
from yanxiu.files.kinds import Kind
from yanxiu.kit.frame import Frame, Hat, MenuItem

SECTIONS = {
    "home": "今天",
    "elements": "按钮与标记",
    "forms": "表单",
    "lists": "列表与表格",
    "office": "看板",
    "review": "审核",
    "standing": "学时",
    "course": "学习",
    "jobs": "导入与长任务",
    "icons": "图标",
}


def _items(*entries: tuple[str, str, int]) -> list[MenuItem]:
    """Return menu items; the first is where one stands, missing material is late."""
    return [
        MenuItem(label=label, url="#", icon=icon, count=count, hot=label == "材料", current=number == 0)
        for number, (label, icon, count) in enumerate(entries)
    ]


def frame(section: str) -> Frame:
    """Return the frame of a learner."""
    menu = (
        ("今天", "home", 0),
        ("我的课程", "book", 0),
        ("选课", "choose", 0),
        ("工作坊", "people", 3),
        ("学时", "clock", 0),
        ("材料", "upload", 1),
        ("学习档案", "archive", 0),
    )
    tabs = (("今天", "home", 0), ("学习", "book", 0), ("工作坊", "people", 3), ("学时", "clock", 0), ("我的", "person", 0))
    return Frame(
        hat_title="参训教师",
        hat_unit="青禾县实验小学",
        hats=(
            Hat(id="1", label="参训教师", unit="青禾县实验小学", programme="2026 年“互联网＋教师专业发展”研修", current=True),
            Hat(id="2", label="学校管理员", unit="青禾县实验小学", waiting=2),
        ),
        menu=_items(*menu),
        tabs=_items(*tabs),
        person_name="周淑芬",
        unread=4,
        search_url="#",
        inbox_url="#",
        settings_url="#",
        help_url="#",
        sign_out_url="#",
        elsewhere="另有 2 项在“学校管理员”" if section == "home" else "",
        filing="示例备 00000000 号",
    )


KINDS = [("lesson", "听评课"), ("talk", "专题讲座"), ("plan", "集体备课")]
CLASSES = [(str(number), f"{number} 年级") for number in range(1, 7)]
HURRIED = {"title": "", "held_on": "2026-11-31", "hours": "13", "subject": "chinese", "kind": "lesson", "report": "听了一节课。"}


class ExampleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="活动名称", help_text="写清做什么，如“五年级习作单元集体备课”", max_length=40)
    held_on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    hours = forms.DecimalField(label="学时", min_value=1, max_value=12, widget=forms.NumberInput(attrs={"inputmode": "decimal"}))
    subject = forms.ChoiceField(label="学科", choices=[("chinese", "语文"), ("maths", "数学"), ("english", "英语")])
    kind = forms.ChoiceField(
        label="怎么开展", choices=[("lesson", "听评课"), ("talk", "专题讲座"), ("plan", "集体备课")], widget=forms.RadioSelect
    )
    classes = forms.MultipleChoiceField(
        label="参加的年级", choices=[(str(n), f"{n} 年级") for n in range(1, 7)], widget=forms.CheckboxSelectMultiple, required=False
    )
    report = forms.CharField(label="观课报告", widget=forms.Textarea, help_text="自动保存，可以分几次写")
    sheet = forms.FileField(label="签到表照片", help_text="JPG、PNG 或 PDF，不超过 20 MB")
    film = UploadField(Kind.VIDEO, label="活动录像", required=False)
    open_to_others = forms.BooleanField(label="允许本县其他学校的教师参加", required=False)


def form(*, bound: bool) -> ExampleForm:
    """Return the example form, empty or with the problems of a hurried person."""
    return ExampleForm(HURRIED) if bound else ExampleForm()
