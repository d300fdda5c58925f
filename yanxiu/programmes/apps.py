from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "yanxiu.programmes"
    label = "programmes"
    verbose_name = "方案"

    def ready(self) -> None:
        from yanxiu.approvals import matters
        from yanxiu.catalogue import counting
        from yanxiu.programmes.counting import programme_of
        from yanxiu.programmes.waiting import WITHDRAWALS

        counting.register(programme_of)
        matters.register_beside(WITHDRAWALS)
