"""Klokkenluiders: a lane of its own, which nobody outside its handlers can read (Wet bescherming klokkenluiders, Wbk).

Its tables stand in a schema of their own, reached under a role of its own (`sealed`); every word is encrypted to keys
that the database does not hold (`rules.vault`, `keyring`). Nothing else in the product knows of it, but for addresses,
settings and a line in the menu of who handles reports. `docs/klokkenluiders.md` says what is promised, and what not.
"""
