from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "yanxiu.files"
    label = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        from yanxiu.files import reactions  # noqa: F401 - registers what files hear
