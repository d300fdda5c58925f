"""Whatever a teacher reads in a template stands in the English catalogue: a page in half a language is worse than one in either."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from yanxiu.portal import catalogues

ROOT = Path(settings.ROOT)
_TEXT = r"(u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")"
SAID = re.compile(rf"\b(?:gettext|_)\({_TEXT}")
COUNTED = re.compile(rf"\bngettext\({_TEXT},\s*{_TEXT}")
# Templates that participants see, by path below a package's templates; everything of the kit's components is among them.
FOLDERS = ("kit", "learning/parts", "portal/parts")
PAGES = {
    "assessment": (
        "appeal_form appeal_state asked_parts calibration case_scores homework marks my_cases observation paper peer_reviews peers "
        "question question_body question_key question_state remarks result review "
        "rubric_lines sheet sheet_fields sitting sitting_cover sitting_elsewhere sitting_list sitting_result "
        "sitting_over sitting_state test versions"
    ),
    "catalogue": "library my_resources resource resource_form resource_look resource_shelves",
    "credits": "ledger verified verify",
    "evaluation": "appraisal my_appraisals",
    "fieldwork": "article article_state articles lessons no_plan plan plan_editor plan_item plan_line plan_state print_plan",
    "integrity": "appeal appeal_form evidence explanation explanations facts outcome report seen",
    "learning": "arrive ask_leave attendance_state case choose library library_case my_courses my_sessions needs_survey player rules scan step",
    "notices": "inbox message notice",
    "people": "activate change_password forgotten set_first_password settings sign_in",
    "portal": "help my_space no_standing notes privacy search space_of standing today",
    "drafts": "beside discard drafts keeps_itself kept",
    "workshops": (
        "around door documents document space_page tree tree_node "
        "composer composer_foot correct feed find keeping logs mentionable mentions pictures "
        "praises points point_rule_list deeds "
        "activities activity_note activity_part ballot_part ballot_results ballots briefings discussions feed_row guidance_note "
        "guidance_notes issue my_guidance problem_form problem_part problems questions seats solution_part space spaces thread "
        "versions warned write written_answers "
        "cases case_theme case_write case_part case_shelf case_shelved follows follow "
        "measure measure_state my_measures report revise "
        "members member_table case_row shares shared_resource share_part own_spaces office_spaces praise_of"
    ),
}


def _templates():
    named = [f"{package}/{page}.html" for package, pages in PAGES.items() for page in pages.split()]
    found = [path for name in named for path in (ROOT / "yanxiu").glob(f"*/templates/{name}")]
    assert len(found) == len(named), "a page of the list is gone"
    for folder in FOLDERS:
        found += sorted((ROOT / "yanxiu").glob(f"*/templates/{folder}/**/*.html"))
    return found


@pytest.fixture(scope="module")
def english() -> set[str]:
    source = (ROOT / "locale/en/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    return {key.rpartition("\4")[2] for key in catalogues.messages(source)}


def _said(source: str) -> set[str]:
    """What a template says, as gettext keeps it: what is counted with its plural behind it."""
    read = templatize(source)
    plain = {ast.literal_eval(one) for one in SAID.findall(read)}
    return plain | {"\0".join(ast.literal_eval(form) for form in forms) for forms in COUNTED.findall(read)}


@pytest.mark.parametrize("template", _templates(), ids=lambda path: "/".join(path.parts[-2:]))
def test_everything_a_teacher_reads_has_an_english_text(template, english):
    said = _said(template.read_text(encoding="utf-8"))

    assert not {words for words in said if re.search(r"[\u4e00-\u9fff]", words)} - english


def test_the_list_is_read():
    """The pattern finds what `templatize` writes: words of tags and of arguments."""
    said = _said(
        '{% translate "选课" %}{% component "empty" title=_("还没有") %}{% blocktranslate %}{{ n }} 人{% endblocktranslate %}'
        "{% blocktranslate count n=n %}{{ n }} 个{% plural %}{{ n }} 些{% endblocktranslate %}"
    )

    assert said == {"选课", "还没有", "%(n)s 人", "%(n)s 个\0%(n)s 些"}
