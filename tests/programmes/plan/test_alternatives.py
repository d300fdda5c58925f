"""A requirement that concerns some people only counts as met for all others: as one of several ways it would let them through."""

import pytest

from tests.programmes.plan.texts import small

OLD = "pass: {all: [cases, electives]}"
STAGED = ("min_hours: 4, topics", "min_hours: 4, stages: [高中], topics")


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ("pass: {any: [cases, electives]}", "assess[learner].pass.any[1]"),
        ("pass: {at_least: 1, of: [electives, cases]}", "assess[learner].pass.of[0]"),
        ("pass: {all: [cases, {any: [total, electives]}]}", "assess[learner].pass.all[1].any[1]"),
    ],
)
def test_a_way_that_concerns_some_stages_only_is_named(rule, key):
    reading = small((OLD, rule), STAGED)

    (found,) = [one for one in reading.complaints if one.code == "pass-rule"]
    assert (found.key, found.severity) == (key, "warn")
    assert "「electives」只要求一部分学段或层级" in found.message


@pytest.mark.parametrize("changes", [(STAGED,), ((OLD, "pass: {any: [cases, electives]}"),)])
def test_where_all_are_asked_or_it_concerns_everybody_nothing_is_said(changes):
    assert [one for one in small(*changes).complaints if one.code == "pass-rule"] == []
