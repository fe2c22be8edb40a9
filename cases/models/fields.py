"""Kinds of fields that more than one model has; texts that can be destroyed are in `roles.models.fields`."""

from typing import Any

from django.db import models


def euros(label: str, **options: Any) -> Any:
    """An amount in euros, excluding VAT unless its label says otherwise."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, **options)
