from django.apps import AppConfig


class DraftsConfig(AppConfig):
    name = "yanxiu.drafts"
    label = "drafts"
    verbose_name = "草稿"
