from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "yanxiu.notices"
    label = "notices"
    verbose_name = "消息"

    def ready(self) -> None:
        from yanxiu.notices import reactions  # noqa: F401 - registers what messages hear
