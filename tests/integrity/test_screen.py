"""Words that are no post of a space: blocked and held ones are refused at their field, masked ones covered, flagged ones looked at."""

import pytest

from tests.integrity import order_factories as order
from tests.integrity.factories import AT
from tests.programmes import factories as programmes
from yanxiu.integrity.actions import Thing, flag, screen, settle_case
from yanxiu.integrity.models import CaseState, ReportCase, WordHit
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Kind


@pytest.fixture
def county(db):
    county = programmes.org(parent=programmes.org(name="中国"), kind=Kind.COUNTY, name="青河县")
    for word, action in (("推销课件", "block"), ("加群领取", "hold"), ("笨蛋", "mask"), ("不想研修", "flag")):
        order.word_pack(county, word, action=action)
    return county


def judged(county, *texts, **facts):
    return screen(list(texts), fields=["title", "words"], path=county.path, at=AT, **facts)


@pytest.mark.parametrize(("words", "said"), [("买推 销 课件", "改写"), ("请加群领取", "换个说法")])
def test_what_is_blocked_or_would_have_to_wait_is_refused_where_it_was_typed(county, words, said):
    with pytest.raises(Invalid) as refused:
        judged(county, "好的题目", words)
    assert refused.value.field == "words"
    assert said in refused.value.message


def test_nothing_waits_for_who_keeps_order_and_blocked_is_blocked(county):
    assert judged(county, "请加群领取", "", keeps_order=True).texts == ("请加群领取", "")
    with pytest.raises(Invalid):
        judged(county, "买推销课件", "", keeps_order=True)


def test_what_is_masked_is_covered_and_asks_for_no_look(county):
    person = order_person(county)
    found = judged(county, "好的题目", "他是笨蛋")
    flag(found, thing=thing(person), at=AT)
    assert found.texts == ("好的题目", "他是○○")
    assert (WordHit.objects.get().action, ReportCase.objects.count()) == ("mask", 0)


def test_what_is_flagged_is_looked_at_once(county):
    person, keeper = order_person(county), programmes.holder("county_admin", county)
    for _time in range(2):
        flag(judged(county, "不想研修怎么办", ""), thing=thing(person), at=AT)
    case = ReportCase.objects.get()
    assert (case.title, case.report_count, case.unit_path) == ("一份材料", 0, person.unit_path)
    settle_case(case=case, state=CaseState.DISMISSED, answer="正常讨论", by=keeper, at=AT)
    flag(judged(county, "不想研修怎么办", ""), thing=thing(person), at=AT)
    assert ReportCase.objects.count() == 1


def test_without_words_nothing_is_asked(county, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert judged(county, "", "").texts == ("", "")


def order_person(county):
    return programmes.teacher(programmes.org(parent=county, name="青河一中"))


def thing(person):
    return Thing(object_type="thing", object_id=7, title="一份材料", snapshot="不想研修", person_id=person.pk, unit_path=person.unit_path)
