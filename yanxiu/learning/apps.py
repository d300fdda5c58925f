from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "yanxiu.learning"
    label = "learning"
    verbose_name = "学习"

    def ready(self) -> None:
        from yanxiu.catalogue.queries import effects
        from yanxiu.integrity import reported
        from yanxiu.learning import (
            reactions,  # noqa: F401 - registers what learning hears
            versions,
        )
        from yanxiu.learning.events import AttendanceEvent, StudyEvent
        from yanxiu.learning.reported import POSTS
        from yanxiu.records.metrics import Metric, register

        effects.register(versions.foresee)
        reported.register(POSTS)
        done = (StudyEvent.COURSE_COMPLETED, StudyEvent.CASE_COMPLETED)
        attended, missed = AttendanceEvent.ATTENDED, AttendanceEvent.MISSED
        register(
            [
                Metric(key="hours.earned", zh="已得学时", counts=(*done, attended)),
                Metric(key="items.completed", zh="学完的课程和课例", counts=done),
                Metric(key="courses.browsed", zh="浏览过的课程", counts=(StudyEvent.COURSE_OPENED,)),
                Metric(key="sessions.attended", zh="出席集中学习", counts=(attended,)),
                Metric(key="sessions.called", zh="应到集中学习", counts=(attended, missed)),
            ]
        )
