"""How it looks: style sheets, scripts, icons, the form renderer and fields. Knows nothing of what it shows."""
