"""What time sets going, and what people are told of it."""

from escalation.services.tick import tick

__all__ = ["tick"]
