from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yanxiu.catalogue"
    label = "catalogue"
    verbose_name = "课程"

    def ready(self) -> None:
        from yanxiu.approvals import matters
        from yanxiu.catalogue import reactions  # noqa: F401 - registers what the catalogue hears
        from yanxiu.catalogue.reported import RESOURCES
        from yanxiu.catalogue.review import LIBRARY, MATTER
        from yanxiu.integrity import reported

        matters.register(MATTER)
        reported.register(RESOURCES)
        matters.register_beside(LIBRARY)
