"""What is asked before cases go to another version: only in which hat, and that it is meant."""

from workflows.forms.hats import HatForm


class VersionForm(HatForm):
    """Yes, to what was seen. Each case is planned again under its lock."""
