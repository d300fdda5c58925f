from django.apps import AppConfig


class FieldworkConfig(AppConfig):
    name = "yanxiu.fieldwork"
    label = "fieldwork"
    verbose_name = "校本"

    def ready(self) -> None:
        from yanxiu.fieldwork.events import FieldEvent, LessonEvent, PlanEvent
        from yanxiu.records.metrics import Metric, register

        register(
            [
                Metric(key="lesson.research", zh="研究课", counts=(LessonEvent.GIVEN,)),
                Metric(key="practice.offline", zh="线下实践", counts=(FieldEvent.PRACTICED,)),
                Metric(key="visit.teach", zh="送教", counts=(FieldEvent.TAUGHT,), for_actor=True),
                Metric(key="plan.made", zh="制定研修计划", counts=(PlanEvent.PUBLISHED,)),
                Metric(key="material.accepted", zh="合格材料", counts=(FieldEvent.MATERIAL_ACCEPTED,)),
            ]
        )
