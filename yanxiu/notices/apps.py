from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yanxiu.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        from yanxiu.notices import climbing, order, reactions, spaces  # noqa: F401 - register what messages hear
