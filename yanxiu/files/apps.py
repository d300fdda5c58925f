from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yanxiu.files"
    label = "files"
    verbose_name = "文件"
