"""Prepared templates answer as Django's own engine does, word for word; addresses as `reverse` does."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from django.conf import settings
from django.template import TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.test import override_settings
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from yanxiu.kit.templating import addresses
from yanxiu.kit.templating.backend import Backend
from yanxiu.kit.templating.component import Component
from yanxiu.kit.templating.nodes import Loop, Nodes
from yanxiu.portal.frame import frame


class Pair(NamedTuple):
    first: str
    second: list[str]


class Odd:
    """A value whose parts are reached in every way the template language knows."""

    label = "<标签>"
    secret = staticmethod(lambda: "不该调用")
    secret.alters_data = True

    @property
    def broken(self):
        raise KeyError("坏了")

    @property
    def silent(self):
        error = ValueError("没有")
        error.silent_variable_failure = True
        raise error

    def called(self):
        return [1, 2]

    def asks(self, what):
        return what

    def __getitem__(self, key):
        if key == "item":
            return "按键取到"
        raise KeyError(key)


VALUES = {
    "text": "a<b>&\"'", "safe": mark_safe("<b>粗</b>"), "lazy": gettext_lazy("登录"), "number": 1234567, "zero": 0, "yes": True, "nothing": None,
    "half": 0.5, "amount": Decimal("12.50"), "on": date(2026, 9, 1), "at": datetime(2026, 9, 1, 16, 30, tzinfo=UTC), "empty": "", "none": [],
    "list": ["甲", "<乙>", 3], "pairs": [("a", 1), ("b", 2)], "named": Pair("一", ["二"]), "dict": {"a": {"b": "<c>"}, "items_": 1}, "odd": Odd(),
    "things": [SimpleNamespace(name="<张>", score=None), SimpleNamespace(name="李", score=3)], "call": lambda: "叫到", "many": range(3),
    "generator": lambda: (one for one in "xyz"),
}  # fmt: skip
SOURCES = [
    "{{ text }}{{ safe }}{{ lazy }}{{ number }}{{ zero }}{{ yes }}{{ nothing }}{{ half }}{{ amount }}{{ on }}{{ at }}{{ empty }}{{ gone }}",
    "{{ text|safe }}{{ text|length }}{{ gone|default:'没有' }}{{ nothing|default_if_none:text }}{{ at|date:'H:i' }}{{ text|add:text }}{{ safe|upper }}",
    "{{ number|number }}{{ half|percent }}{{ at|moment }}{{ list|join:', ' }}{{ text|truncatechars:2 }}{{ list.1|escape }}{{ 'a<b' }}{{ 3 }}{{ 2.5 }}",
    "{{ dict.a.b }}{{ dict.gone.b }}{{ list.0 }}{{ list.9 }}{{ named.first }}{{ named.1.0 }}{{ named.gone }}{{ text.upper }}{{ dict.items }}",
    "{{ odd.label }}{{ odd.item }}{{ odd.called.0 }}{{ odd.secret }}{{ odd.silent }}{{ odd.gone }}{{ odd.asks }}{{ call }}{{ nothing.x }}{{ True }}",
    "{% if text %}1{% elif gone %}2{% else %}3{% endif %}{% if gone %}1{% elif nothing %}2{% else %}3{% endif %}{% if not gone %}4{% endif %}",
    "{% if zero == 0 and number > 3 or gone %}a{% endif %}{% if text < number %}b{% endif %}{% if 'a' in text %}c{% endif %}{% if gone in list %}d{% endif %}",
    "{% if nothing is None %}a{% endif %}{% if number != zero %}b{% endif %}{% if 3 not in list %}c{% endif %}{% if list|length >= 3 %}d{% endif %}",
    "{% if yes is not False %}a{% endif %}{% if zero <= half %}b{% endif %}{% if gone == nothing %}c{% endif %}{% if odd.called %}d{% endif %}",
    "{% for one in list %}<{{ one }}>{% empty %}无{% endfor %}{% for one in none %}{{ one }}{% empty %}无{% endfor %}{% for one in gone %}x{% empty %}y{% endfor %}",
    "{% for one in list reversed %}{{ forloop.counter }}{{ one }}{% if not forloop.last %},{% endif %}{% endfor %}{{ one }}",
    "{% for one in many %}{% for two in list %}{{ one }}{{ two }}{% endfor %}{% endfor %}{% for one in generator %}{{ one }}{% endfor %}",
    "{% for key, value in pairs %}{{ key }}={{ value }} {% endfor %}{% for key, value in dict.items %}{{ key }}{% endfor %}{% for a in odd.called %}{{ a }}{% endfor %}",
    "{% for thing in things %}{% ifchanged thing.score %}{{ thing.name }}{% endifchanged %}{% with name=thing.name %}{{ name }}{% endwith %}{% endfor %}",
    "{% translate '登录' %}{% translate 'a<b' %}{% translate '100%' %}{% translate text %}{% translate '登录' as word %}[{{ word }}]{% firstof gone text %}",
    "{% blocktranslate %}登录{% endblocktranslate %}{% blocktranslate with name=text n=number %}{{ name }}有 {{ n }}%{% endblocktranslate %}{{ name }}",
    "{% blocktranslate count n=zero %}{{ n }} 个{% plural %}{{ n }} 个 {{ text }}{% endblocktranslate %}{% blocktranslate %}没有{{ gone }}{% endblocktranslate %}",
    "{% blocktranslate trimmed %}\n  两行\n  的话\n{% endblocktranslate %}{% blocktranslate with x=safe asvar kept %}{{ x }}{% endblocktranslate %}{{ kept }}",
    "{% url 'portal:home' %}{% url 'learning:choose' number %}{% url 'learning:step' 3 number %}{% url 'people:sign_in' as there %}{{ there }}",
    "{% autoescape off %}{{ text }}{% translate 'a<b' %}{% for one in list %}{{ one }}{% endfor %}{% endautoescape %}{{ text }}",
    "{% icon 'home' %}{% icon 'home' 'small' %}{% with mark='check' %}{% icon mark %}{% endwith %}{% spaceless %}<p> {{ text }} </p>{% endspaceless %}",
    "{% component 'card' title=text note='记' %}{{ text }}{% slot 'actions' %}<i>{{ number }}</i>{% endslot %}{% endcomponent %}",
    "{% for thing in things %}{% component 'chip' tone='ok' %}{{ thing.name }}{{ forloop.counter }}{% endcomponent %}{% endfor %}",
    "{% component 'button' variant='primary' hx_get=text data_x=number class='wide' autofocus=yes title=gone %}{% translate '登录' %}{% endcomponent %}",
    "{% with kind='card' %}{% component kind title=text %}{{ text }}{% endcomponent %}{% endwith %}{% component 'status' kind='met' %}{{ safe }}{% endcomponent %}",
    "{% for thing in things %}{% component 'task' title=thing.name href='/' %}{% component 'chip' %}{{ thing.name }}{% endcomponent %}{% endcomponent %}{% endfor %}",
    "{% for thing in things %}{% component 'task' title=thing.name note=thing.score %}{% slot 'more' %}{{ text }}{% endslot %}{% endcomponent %}{% endfor %}",
    "{% component 'field' field=gone %}{% endcomponent %}",
    "{% for key, value in pairs %}{% url 'learning:choose' value as there %}{{ there }}{% icon key|default:'home' %}{% endfor %}{{ there }}{{ key }}",
    "{% for a, b in pairs reversed %}{{ a }}{{ b }}{% for c, d in pairs %}{{ a }}{{ d }}{% endfor %}{% empty %}无{% endfor %}{% for a, b in none %}x{% empty %}y{% endfor %}",
    "{% for one, two in list %}{{ one }}{% endfor %}",
    "{% for one, two in many %}{{ one }}{% endfor %}",
    "{% url 'learning:step' gone 3 as there %}[{{ there }}]{% url 'learning:choose' number as there %}{{ there }}{% autoescape off %}{{ there }}{% endautoescape %}",
    "{% translate 'a<b' as word %}{{ word }}{% translate '100%' as word %}{{ word }}{% autoescape off %}{% translate 'a<b' as word %}{{ word }}{% endautoescape %}",
    "{% blocktranslate with n=number asvar kept %}{{ n }}%<i>{{ text }}</i>{% endblocktranslate %}{{ kept }}{% blocktranslate asvar kept %}没有{{ gone }}{% endblocktranslate %}{{ kept }}",
    "{% blocktranslate count n=amount asvar kept %}{{ n }} 个{% plural %}{{ n }} 个 {{ text }}{% endblocktranslate %}{{ kept }}{{ n }}",
    "{% blocktranslate count n=text asvar kept %}{{ n }} 个{% plural %}{{ n }} 个{% endblocktranslate %}{{ kept }}",
    "{% include 'workshops/pictures.html' with pictures=none only %}{% include 'kit/components/avatar.html' with name=text plain=yes only %}{% include 'kit/components/avatar.html' with name=safe|upper %}",
    "{% firstof gone text %}{% icon 'home' size='small' %}{% with size='large' mark='check' %}{% icon mark size %}{% endwith %}{% icon gone %}",
    "{{ odd.broken }}",
    "{{ gone|add:gone }}",
    "{% url 'learning:step' gone 3 %}",
    "{% component 'card' tone=text %}x{% endcomponent %}",
]  # fmt: skip


OPTIONS = {**settings.TEMPLATES[0]["OPTIONS"], "string_if_invalid": "", "loaders": ["django.template.loaders.app_directories.Loader"]}


@pytest.fixture(scope="module")
def plain():
    """Django's own engine, with the same tags."""
    return DjangoTemplates({"NAME": "plain", "DIRS": [], "APP_DIRS": False, "OPTIONS": dict(OPTIONS)})


@pytest.fixture(scope="module")
def ours():
    """Our engine, as pages have it."""
    loaders = settings.TEMPLATES[0]["OPTIONS"]["loaders"]
    return Backend({"NAME": "ours", "DIRS": [], "APP_DIRS": False, "OPTIONS": {**OPTIONS, "loaders": loaders}})


def outcome(engine, source, times=1):
    """What a source renders, or which error it gives."""
    try:
        template = engine.from_string(source)
        return [template.render(dict(VALUES)) for _ in range(times)]
    except Exception as error:  # noqa: BLE001 - the error is what is compared
        return type(error)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("source", SOURCES)
def test_answers_as_django_does(plain, ours, source, language):
    with translation.override(language):
        expected = outcome(plain, source, times=2)

        assert outcome(ours, source, times=2) == expected


def test_a_prepared_template_speaks_the_language_of_each_reader():
    template = engines["django"].from_string("{% translate '登录' %}|{% blocktranslate %}登录{% endblocktranslate %}")
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with translation.override(language):
            said.append(template.render({}))

    assert said[0] == said[2] == "登录|登录"
    assert said[1] != said[0]


def test_a_component_keeps_nothing_of_who_looked_before():
    template = engines["django"].from_string("{% component 'card' title=name %}{{ name }}{% csrf_token %}{% endcomponent %}")

    pages = [template.render({"name": name, "csrf_token": token}) for name, token in [("张三", "一"), ("李四", "二"), ("张三", "三")]]

    assert "张三" not in pages[1]
    assert 'value="二"' not in pages[2]
    assert 'value="三"' in pages[2]
    assert pages[0].replace('value="一"', "") == pages[2].replace('value="三"', "")


def test_a_component_that_became_wrong_is_refused_each_time():
    template = engines["django"].from_string("{% component 'card' tone=tone %}x{% endcomponent %}")
    template.render({"tone": "now"})

    with pytest.raises(TemplateSyntaxError, match="is none of"):
        template.render({"tone": "loud"})


def test_pages_are_prepared_to_the_ground():
    nodes = engines["django"].get_template("page.html").template.nodelist

    assert isinstance(nodes, Nodes)
    assert isinstance(engines["django"].from_string("{% for a in b %}{% endfor %}").template.nodelist[0], Loop)
    assert isinstance(engines["django"].from_string("{% component 'card' %}{% endcomponent %}").template.nodelist[0], Component)


def test_addresses_are_those_of_reverse():
    resolver = get_resolver()
    checked = 0
    for space, (_, inner) in resolver.namespace_dict.items():
        for name in [key for key in inner.reverse_dict if isinstance(key, str)]:
            for count in range(4):
                try:
                    expected = reverse(f"{space}:{name}", args=[7 + number for number in range(count)])
                except NoReverseMatch:
                    with pytest.raises(NoReverseMatch):
                        addresses.address(f"{space}:{name}", *range(7, 7 + count))
                    continue
                checked += 1
                assert addresses.address(f"{space}:{name}", *range(7, 7 + count)) == expected
    assert checked > 200


def test_addresses_of_words_and_of_other_sites():
    assert addresses.address("portal:home") == "/"
    with pytest.raises(NoReverseMatch):
        addresses.address("learning:choose", -1)
    with override_settings(ROOT_URLCONF="yanxiu.demo.bench.addresses"):
        assert addresses.address("portal:home") == "/"


def test_the_frame_is_made_when_it_is_first_shown(rf):
    request = rf.get("/")
    provided = frame(request)["frame"]
    assert not hasattr(request, "frame")

    assert provided() is provided()
