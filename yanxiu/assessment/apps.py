from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yanxiu.assessment"
    label = "assessment"
    verbose_name = "考核"

    def ready(self) -> None:
        from yanxiu.assessment import reactions  # noqa: F401 - registers what assessment hears
        from yanxiu.assessment.queries.rubrics import for_homework
        from yanxiu.assessment.sources import REPORT_SOURCE, SOURCE
        from yanxiu.catalogue.rubrics import told_by
        from yanxiu.integrity.similarity import register

        told_by(for_homework)
        register(SOURCE)
        register(REPORT_SOURCE)
