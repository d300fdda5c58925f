from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "yanxiu.catalogue"
    label = "catalogue"
    verbose_name = "课程"
