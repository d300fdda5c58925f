"""The inside of confirming an import: the draft, its modules and steps, by the same verbs as by hand."""

from datetime import datetime
from typing import cast

import msgspec
from django.utils.translation import gettext as _

from yanxiu.catalogue import content as contents
from yanxiu.catalogue.actions.courses import CourseFacts, draft_course
from yanxiu.catalogue.actions.materials import Film, Paper, Plain, Sound, StepContent
from yanxiu.catalogue.actions.modules import ModuleFacts, add_module
from yanxiu.catalogue.actions.packages import import_package, place_package
from yanxiu.catalogue.actions.steps import add_step
from yanxiu.catalogue.content import CueSheet, Document, ImageSet, Package
from yanxiu.catalogue.models import Course, Module, StepKind
from yanxiu.catalogue.models import Package as StoredPackage
from yanxiu.catalogue.transport import ModulePlan, Plan, StepPlan
from yanxiu.files import actions as files
from yanxiu.files.actions import Ahead
from yanxiu.files.kinds import kind_of
from yanxiu.files.models import StoredFile
from yanxiu.kit.actor import Actor
from yanxiu.kit.errors import Invalid
from yanxiu.orgs.models import Org


def made(plan: Plan, facts: CourseFacts, *, owner: Org, by: Actor, at: datetime) -> Course:
    """Make the course of a plan. Raises Invalid with the place."""
    course = draft_course(facts=facts, owner=owner, by=by, at=at)
    maker = _Maker(plan, course, by=by, at=at)
    modules = [add_module(course=course, facts=_module_facts(one), by=by, at=at) for one in plan.modules]
    for number, step in enumerate(plan.steps, start=1):
        try:
            maker.make(step, modules[step.module - 1] if step.module else None)
        except Invalid as error:
            words = {"number": number, "title": step.title, "why": error.message}
            raise Invalid(_("第 %(number)s 个环节“%(title)s”：%(why)s") % words) from error
    return course


class _Maker:
    """Takes the files that wait, each once, and makes the steps of one course."""

    def __init__(self, plan: Plan, course: Course, *, by: Actor, at: datetime) -> None:
        self._files, self._course, self._by, self._at = plan.files, course, by, at
        self._taken: dict[int, StoredFile] = {}
        self._packages: dict[int, StoredPackage] = {}

    def make(self, step: StepPlan, module: Module | None) -> None:
        """Append the step to the course."""
        read = contents.read(step.content, contents.TYPES[step.kind])
        if isinstance(read, Package):
            self._place(step, read, module)
            return
        content = self._content(step, read)
        add_step(course=self._course, title=step.title, content=content, module=module, by=self._by, at=self._at)

    def _place(self, step: StepPlan, rule: Package, module: Module | None) -> None:
        held = self._files[rule.package_id - 1]
        if rule.package_id not in self._packages:
            sent = Ahead(file_id=held.file_id, name=held.name)
            self._packages[rule.package_id] = import_package(course=self._course, sent=sent, by=self._by, at=self._at)
        package = self._packages[rule.package_id]
        rule = msgspec.structs.replace(rule, package_id=package.pk)
        place_package(course=self._course, package=package, title=step.title, rule=rule, module=module, by=self._by, at=self._at)

    def _content(self, step: StepPlan, read: contents.Content) -> StepContent:
        if isinstance(read, CueSheet):
            captions = self._file(step.captions) if step.captions else None
            if step.kind == StepKind.AUDIO:
                return Sound(media=self._file(step.media), captions=captions, cues=read)
            poster = self._file(step.poster) if step.poster else None
            return Film(media=self._file(step.media), captions=captions, poster=poster, cues=read)
        if isinstance(read, Document):
            return Paper(media=self._file(step.media), facts=read)
        if isinstance(read, ImageSet):
            pictures = tuple(msgspec.structs.replace(one, file_id=self._file(one.file_id).pk) for one in read.pictures)
            return msgspec.structs.replace(read, pictures=pictures)
        return cast("Plain", read)

    def _file(self, number: int) -> StoredFile:
        held = self._files[number - 1]
        kind = kind_of(held.kind)
        if number not in self._taken:
            if kind is None:
                raise Invalid(_("“%(name)s”不是课程能用的文件。") % {"name": held.name})
            self._taken[number] = files.claim(file_id=held.file_id, kind=kind, by=self._by, at=self._at)
        return self._taken[number]


def _module_facts(plan: ModulePlan) -> ModuleFacts:
    return ModuleFacts(**{name: getattr(plan, name) for name in ModulePlan.__struct_fields__})
