from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "yanxiu.assessment"
    label = "assessment"
    verbose_name = "考核"
