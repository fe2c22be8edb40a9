from django.apps import AppConfig


class WhistleblowingConfig(AppConfig):
    name = "escalation.whistleblowing"
    label = "whistleblowing"
    verbose_name = "Klokkenluiders"
