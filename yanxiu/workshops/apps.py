from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "yanxiu.workshops"
    label = "workshops"
    verbose_name = "工作坊"
