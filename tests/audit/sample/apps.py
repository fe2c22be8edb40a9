from django.apps import AppConfig


class SampleConfig(AppConfig):
    """A domain of one model, so that audit is tested without knowing the real one."""

    name = "tests.audit.sample"
    label = "sample"
