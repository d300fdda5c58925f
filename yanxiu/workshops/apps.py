from django.apps import AppConfig


class WorkshopsConfig(AppConfig):
    name = "yanxiu.workshops"
    label = "workshops"
    verbose_name = "工作坊"

    def ready(self) -> None:
        from yanxiu.integrity import reported, similarity
        from yanxiu.records.metrics import register
        from yanxiu.workshops import reactions  # noqa: F401 - registers itself
        from yanxiu.workshops.metrics import METRICS
        from yanxiu.workshops.reported import CONTACTS, DOCUMENTS, SPACES
        from yanxiu.workshops.sources import SOURCE

        register(METRICS)
        similarity.register(SOURCE)
        for kind in (SPACES, DOCUMENTS, CONTACTS):
            reported.register(kind)
