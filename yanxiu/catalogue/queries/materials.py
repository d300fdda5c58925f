"""The files of a course's steps, as their author sees them: what was made of each, and what could not be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yanxiu.catalogue.models import Step
from yanxiu.files import queries as files
from yanxiu.files.models import RenditionKind, RenditionState


@dataclass(frozen=True, kw_only=True)
class Material:
    """The file of a step: `words` say what was made of it, `why` what went wrong; `state` is met, waiting or short."""

    step: Step
    name: str
    state: str
    words: str
    why: str

    @property
    def waits(self) -> bool:
        """Tell whether it is being converted now."""
        return self.state == "waiting"


def of(steps: Iterable[Step]) -> list[Material]:
    """Return the files from which something is made, those with trouble first. The steps bring `made` (`steps_of`). No query."""
    found = [
        _material(step, step.media.name, made)
        for step in steps
        if step.media is not None and step.media.deleted_at is None and (made := getattr(step, "made", []))
    ]
    return sorted(found, key=lambda one: (("short", "waiting", "met").index(one.state), one.step.number))


def _material(step: Step, name: str, made: Sequence[Mapping[str, str]]) -> Material:
    lacking = [one for one in made if one["state"] == RenditionState.SKIPPED and files.lacks_program(one["reason"])]
    failed = [one for one in made if one["state"] == RenditionState.FAILED] + lacking
    done = [one for one in made if one["state"] == RenditionState.DONE]
    kept = [one for one in done if one["reason"]]
    if any(one["state"] == RenditionState.WAITING for one in made):
        return Material(step=step, name=name, state="waiting", words=_("正在转换"), why="")
    if failed:
        words = _("没有转成：%(kinds)s") % {"kinds": _kinds(failed)}
        return Material(step=step, name=name, state="short", words=words, why=failed[0]["reason"])
    if kept:
        return Material(step=step, name=name, state="short", words=_("重新转换没有转成，仍用上一次的"), why=kept[0]["reason"])
    words = _("已转好：%(kinds)s") % {"kinds": _kinds(done)} if done else _("按原样使用，不用转换")
    return Material(step=step, name=name, state="met", words=words, why="")


def _kinds(made: Sequence[Mapping[str, str]]) -> str:
    return "、".join(str(RenditionKind(one["kind"]).label) for one in made)
