from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "yanxiu.access"
    label = "access"
    verbose_name = "权限"

    def ready(self) -> None:
        from yanxiu.access import reactions  # noqa: F401 - registers what access hears
