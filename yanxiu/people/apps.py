from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "yanxiu.people"
    label = "people"
    verbose_name = "人员"

    def ready(self) -> None:
        from yanxiu.people import reactions  # noqa: F401 - registers what people hears
