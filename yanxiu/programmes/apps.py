from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yanxiu.programmes"
    label = "programmes"
    verbose_name = "方案"

    def ready(self) -> None:
        from yanxiu.catalogue import counting
        from yanxiu.programmes.counting import programme_of

        counting.register(programme_of)
