"""The county's shelves: films made on the spot, courses and lesson cases written through the catalogue's actions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

from yanxiu.catalogue import actions as catalogue
from yanxiu.catalogue import content
from yanxiu.catalogue.actions import CaseFacts, CourseFacts, Film, Upload
from yanxiu.catalogue.models import Course
from yanxiu.demo import catalogue as texts
from yanxiu.demo import media, modular
from yanxiu.demo.town import modules, rubrics
from yanxiu.demo.town.ground import Ground
from yanxiu.files.actions import do_without
from yanxiu.files.inspection import one_child
from yanxiu.kit.actor import SYSTEM

CONVERTED = 4
"""So many films of the demo are converted after the start; a machine that has just been set up has other things to do."""

SIDE_BY_SIDE = 2

_LEVELS = {"nation": "国家级", "province": "省级"}


def films(folder: Path, *, say: Callable[[str], None]) -> dict[str, Path]:
    """Make every film of the demo (those already there are left alone); return the file of each key."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(key, script, folder / f"{key.replace('/', '-')}.mp4") for key, script in (*texts.films(), *modular.films())]
    for number, _ in enumerate(media.make_videos([(script, path) for _, script, path in wanted]), start=1):
        if number % 30 == 0 or number == len(wanted):
            say(f"制作视频 {number} / {len(wanted)}")
    return {key: path for key, _, path in wanted}


def stock(ground: Ground, made: dict[str, Path], *, at: datetime, lately: datetime, say: Callable[[str], None]) -> dict[str, Course]:
    """Write and publish all courses and lesson cases; return the courses by their id in the content files."""
    stored = _stored(made, at=at, say=say)
    small = [film.media for film in stored.values()][CONVERTED:]
    do_without(files=small, reason="演示用的小视频，没有另转码率。可以点“重新转换”。", by=SYSTEM, at=at)
    courses = {one.id: _course(ground, one, stored, at=at) for one in texts.courses()}
    for case in texts.lesson_cases():
        comments = "\n\n".join(f"**{one.by}**：{one.text}" for one in case.commentary)
        facts = CaseFacts(
            title=case.title, level=_LEVELS[case.level], stage=case.stage, subject=case.subject, author_name=case.author,
            author_school=case.school, grade=case.grade, summary=case.synopsis, commentary=comments,
        )  # fmt: skip
        registered = catalogue.register_case(facts=facts, film=stored[case.id], owner=ground.county, by=SYSTEM, at=at)
        catalogue.publish_case(case=registered, by=SYSTEM, at=at)
    marked_by = rubrics.for_homework(ground, at=at)
    return courses | modules.stock(ground, stored, marked_by, at=at, lately=lately)


def _stored(made: dict[str, Path], *, at: datetime, say: Callable[[str], None]) -> dict[str, Film]:
    """Take the films in through the checks of uploads; two threads, each with a child that checks one after another."""
    keys = list(made)
    halves = [keys[number::SIDE_BY_SIDE] for number in range(SIDE_BY_SIDE)]
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        found = pool.map(lambda half: _films_in_thread({key: made[key] for key in half}, at=at), halves)
        stored = {key: film for half in found for key, film in half.items()}
    say(f"检查并收下视频 {len(stored)} 个")
    return {key: stored[key] for key in keys}


def _films_in_thread(paths: dict[str, Path], *, at: datetime) -> dict[str, Film]:
    try:
        with one_child("film", "captions", "image"):
            return {key: _film(path, at=at) for key, path in paths.items()}
    finally:
        connection.close()  # each thread has its own


def _film(path: Path, *, at: datetime) -> Film:
    parts = {"media": path, "captions": path.with_suffix(".vtt"), "poster": path.with_suffix(".png")}
    opened = {name: file.open("rb") for name, file in parts.items()}
    try:
        uploads = {name: Upload(content=stream, name=parts[name].name) for name, stream in opened.items()}
        return catalogue.store_film(media=uploads["media"], captions=uploads["captions"], poster=uploads["poster"], by=SYSTEM, at=at)
    finally:
        for stream in opened.values():
            stream.close()


def _course(ground: Ground, one: texts.Course, stored: dict[str, Film], *, at: datetime) -> Course:
    facts = CourseFacts(
        title=one.title, hours=Decimal(one.hours), stages=one.stages, subjects=one.subjects, topic=one.topic or "", summary=one.intro,
        provider=one.provider, lecturer=one.lecturer,
    )  # fmt: skip
    course = catalogue.draft_course(facts=facts, owner=ground.county, by=SYSTEM, at=at)
    for number, step in enumerate(one.steps, start=1):
        catalogue.add_step(course=course, title=step.title, content=_step(one, number, step, stored), by=SYSTEM, at=at)
    test = content.Test(questions=modules.questions(one.test), pass_score=one.pass_line)
    catalogue.add_step(course=course, title="课程测试", content=test, by=SYSTEM, at=at)
    homework = content.Homework(task=one.homework.requirements, min_characters=one.homework.min_characters, attachments=2)
    catalogue.add_step(course=course, title=one.homework.title, content=homework, by=SYSTEM, at=at)
    return catalogue.publish(course=course, by=SYSTEM, at=at)


def _step(course: texts.Course, number: int, step: texts.Step, stored: dict[str, Film]) -> Film | content.Text | content.QuestionSet:
    if isinstance(step, texts.VideoStep):
        return stored[f"{course.id}/{number}"]
    if isinstance(step, texts.TextStep):
        return content.Text(source=step.body)
    return content.QuestionSet(questions=modules.questions(step.questions))
