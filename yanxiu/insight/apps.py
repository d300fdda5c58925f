from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "yanxiu.insight"
    label = "insight"
    verbose_name = "统计"
