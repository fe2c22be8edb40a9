from django.apps import AppConfig


class SigningInConfig(AppConfig):
    name = "config.signing_in"
    label = "signing_in"
    verbose_name = "inloggen"

    def ready(self) -> None:
        from config.signing_in import checks  # noqa: F401 -- registers them, once settings are there
