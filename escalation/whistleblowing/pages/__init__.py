"""Two addresses: /melden/ for who reports, without an account, and /meldpunt/ for who handles reports."""
