"""No address here holds a number, a name or a question: what is asked about goes in the body of a request."""

from django.urls import path, re_path

from escalation.whistleblowing.pages import desk, guard, keyholders, keys, report, reporter

urlpatterns = [
    path("melden/", reporter.reporter, name="report"),
    path("meldpunt/kluis/", keys.unlock, name="open-vault"),
    path("meldpunt/kluis/sluiten/", keys.shut, name="shut-vault"),
    path("meldpunt/sleutels/", keyholders.overview, name="report-keys"),
    path("meldpunt/sleutels/besluit/", keyholders.decide, name="decide-about-key"),
    path("meldpunt/sleutels/nieuw/", keys.enrol, name="enrol-report-key"),
    path("meldpunt/sleutels/wachtzin/", keys.change, name="change-report-passphrase"),
    path("meldpunt/sleutels/vernieuwen/", keys.renew, name="renew-report-key"),
    path("meldpunt/sleutels/kwijt/", keys.lost, name="lost-report-key"),
    path("meldpunt/sleutels/intrekken/", keys.withdraw, name="withdraw-report-key"),
    path("meldpunt/", desk.reports, name="reports-desk"),
    path("meldpunt/mondeling/", desk.oral, name="report-orally"),
    path("meldpunt/verklaringen/", desk.certificates, name="report-certificates"),
    path("meldpunt/openen/", report.open_report, name="open-report"),
    path("meldpunt/melding/", report.report, name="report-dossier"),
    path("meldpunt/melding/stap/", report.step, name="report-step"),
    path("meldpunt/melding/afdruk/", report.printed, name="report-printed"),
    path("meldpunt/melding/bestand/", report.download, name="report-file"),
    re_path(r"^meldpunt(?:/.*)?(?<!/)$", guard.with_slash, name="report-slash"),
]
