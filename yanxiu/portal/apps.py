from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "yanxiu.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from yanxiu.assessment.results import taken_up_by
        from yanxiu.integrity import reported
        from yanxiu.portal.reported import INTRODUCTIONS
        from yanxiu.portal.results import take_up

        taken_up_by(take_up)
        reported.register(INTRODUCTIONS)
