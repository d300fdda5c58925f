"""A teacher with a course of packages on a fresh site: run inside it by `yanxiu shell`, prints addresses and a session as JSON."""

import json
from importlib import import_module

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.catalogue import package_samples as samples
from tests.learning import factories as make
from tests.learning.conftest import build
from yanxiu.catalogue import actions, content
from yanxiu.catalogue.models import Course, StepKind
from yanxiu.kit import clock
from yanxiu.kit.actor import SYSTEM
from yanxiu.people import sessions
from yanxiu.people.models import Account

PACKAGES = {
    "scorm12": ("班级公约.zip", samples.single_12),
    "scorm2004": ("有效观课.zip", samples.single_2004),
    "sequence": ("看写测.zip", samples.multi_2004),
    "units": ("上篇.zip", samples.multi_12),
    "silent": ("先看再看.zip", samples.silent_12),
    "gbk": ("课堂提问.zip", samples.gbk_12),
    "web": ("网页课件.zip", samples.pages),
}

COUNTS = {"web": "opened", "silent": "completed"}


def seed() -> None:
    """Make it and print `{"session", "person", "steps": {name: address}, "course"}`."""
    place = build()
    course = make.course(place.county, title="班级管理课件")
    make.selection(place.enrolment, make.offering(place.programme, course, hours=3), needs=["package"])
    Course.objects.filter(pk=course.pk).update(state="draft", published_at=None)
    course.refresh_from_db()
    steps = {}
    for name, (file, made) in PACKAGES.items():
        package = actions.import_package(course=course, sent=SimpleUploadedFile(file, made()), by=SYSTEM, at=clock.now())
        rule = content.Package(package_id=package.pk, counts=COUNTS.get(name, "passed"), min_seconds=3, pass_score=80)
        step = actions.place_package(course=course, package=package, title=package.title, rule=rule, by=SYSTEM, at=clock.now())
        assert step.kind == StepKind.PACKAGE
        steps[name] = f"/learn/{place.enrolment.pk}/steps/{step.pk}/"
    Course.objects.filter(pk=course.pk).update(state="published", published_at=clock.now())
    print(json.dumps({"session": _session(place), "steps": steps, "course": course.pk, "enrolment": place.enrolment.pk}))  # noqa: T201


def _session(place) -> str:
    account = Account.objects.get(person=place.enrolment.person)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.begin(store, account_id=account.pk, stamp=account.security_stamp, at=clock.now())
    store.save()
    return store.session_key
