"""The bench of similarity on a small corpus: what it makes, what it prints. Nothing is timed."""

import random

import pytest

from yanxiu.demo.bench.similarity import bands, corpus, measuring
from yanxiu.integrity.models import IndexedText
from yanxiu.integrity.similarity.folding import fold


def test_the_corpus_is_the_same_every_time_and_no_essay_twice():
    essays = [corpus.honest(number, task=0) for number in range(60)]

    assert essays == [corpus.honest(number, task=0) for number in range(60)]
    assert len(set(essays)) == 60
    assert all(300 <= len(one) <= 1_500 for one in essays)


@pytest.mark.parametrize("kind", corpus.DISGUISES)
def test_a_disguise_changes_what_it_says_it_changes(kind):
    text, own = corpus.honest(1, task=0), corpus.honest(2, task=0)
    made = corpus.DISGUISES[kind](text, own, random.Random(5))

    assert (made == text) == (kind == "copied")
    if kind == "dressed up":
        assert fold(made) == fold(text)


@pytest.mark.slow  # a whole small run, with child processes for documents
def test_a_small_run_finds_copies_and_no_honest_essay(db, monkeypatch):
    for name, value in {"EACH": 3, "HONEST": 6, "QUOTING": 3, "DOCUMENTS": 1, "ANSWERS": 20}.items():
        monkeypatch.setattr(measuring, name, value)

    seen = measuring.compared(120, 1)
    figure = measuring.figure(seen, texts=120, rounds=1)

    assert IndexedText.objects.count() == 220
    kinds = figure.detail["kinds"]
    assert {kinds[kind]["noticed"] for kind in ("copied", "dressed up", "shuffled", "paraphrased 15 %", "copied, as .docx")} == {1}
    assert figure.detail["precision"] == 1
    assert figure.detail["honest_noticed"] == "0 of 9"
    assert "paraphrased 30 %" in measuring.table(figure)


def test_bands_are_those_of_the_folded_words():
    text = corpus.honest(3, task=1)

    assert bands.bands(text) == bands.bands(" ".join(text))
    assert len(bands.bands(text)) == bands.PERMUTATIONS // bands.ROWS
