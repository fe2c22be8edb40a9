"""What it costs: measured on a scratch database of the server in the settings, fsync and all."""
