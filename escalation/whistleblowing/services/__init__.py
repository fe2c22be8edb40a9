"""Everything that changes in the sealed lane."""
