from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yanxiu.programmes"
    label = "programmes"
    verbose_name = "方案"
