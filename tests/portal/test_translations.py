"""The English catalogue: compiled without a foreign tool, and in step with the texts."""

import gettext
import io
import re
from pathlib import Path

from django.conf import settings

from yanxiu.portal import catalogues

SOURCE = Path(settings.ROOT) / "locale/en/LC_MESSAGES/django.po"
PLACES = re.compile(r"%\(\w+\)[sd]")


def _loaded(text: str) -> gettext.GNUTranslations:
    return gettext.GNUTranslations(io.BytesIO(catalogues.compiled(text)))


def test_gettext_reads_what_is_compiled():
    found = _loaded(SOURCE.read_text(encoding="utf-8"))

    assert found.gettext("看板") == "Board"
    assert found.ngettext("%(n)s 条没看", "%(n)s 条没看", 1) == "%(n)s message not seen"
    assert found.ngettext("%(n)s 条没看", "%(n)s 条没看", 2) == "%(n)s messages not seen"
    assert found.gettext("没有译文的话") == "没有译文的话"


def test_contexts_long_texts_and_gaps():
    text = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "verb"\nmsgid "发布"\nmsgstr ""\n"Pub"\n"lish"\n\nmsgid "空"\nmsgstr ""\n'

    found = _loaded(text)

    assert found.pgettext("verb", "发布") == "Publish"
    assert found.gettext("发布") == "发布"
    assert found.gettext("空") == "空"


def test_placeholders_are_kept():
    for key, value in catalogues.messages(SOURCE.read_text(encoding="utf-8")).items():
        for form in value.split("\0"):
            assert set(PLACES.findall(form)) == set(PLACES.findall(key)), key


def test_only_what_changed_is_compiled(tmp_path):
    folder = tmp_path / "en/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid "看板"\nmsgstr "Board"\n', encoding="utf-8")

    assert [file.name for file in catalogues.compile_all(tmp_path)] == ["django.mo"]
    assert catalogues.compile_all(tmp_path) == []
