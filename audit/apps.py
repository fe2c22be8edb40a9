from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "verantwoording"

    def ready(self) -> None:
        from audit.triggers import install  # models first

        post_migrate.connect(install, sender=self)
