"""What people type, and what becomes of it."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from ui.fields import PDF, CardField, DateField, DocumentField, HatField, MoneyField, MoneyInput, Option, hat_option
from ui.templatetags.ui import euro


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.250.000", Decimal("1250000")),
        ("1250000,50", Decimal("1250000.50")),
        ("€ 950,-", Decimal("950")),
        ("12.5", Decimal("12.5")),
        ("1.250", Decimal("1250")),
        (" 1 250 ", Decimal("1250")),
    ],
)
def test_money_is_read_as_the_dutch_write_it(typed: str, meant: Decimal) -> None:
    assert MoneyField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["12,3,4", "1.25.000", "veel", "1e9", "-5", "99999999999999", "1,005", "NaN", "0x10"])
def test_money_that_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(typed)


def test_too_much_money_is_told_the_limit_in_dutch() -> None:
    with pytest.raises(forms.ValidationError, match=r"ten hoogste 1\.000\.000 euro"):
        MoneyField(max_value=1_000_000).clean("2.000.000")


@pytest.mark.parametrize(("amount", "shown"), [(1_250_000, "1.250.000"), (Decimal("950.5"), "950,50")])
def test_money_is_shown_as_the_dutch_write_it(amount: Decimal, shown: str) -> None:
    assert MoneyInput().format_value(amount) == shown
    assert euro(amount) == f"€\N{NO-BREAK SPACE}{shown}"


def test_what_is_paid_by_the_piece_is_shown_to_the_cent() -> None:
    assert euro(Decimal("2310.00"), "cents") == "€\N{NO-BREAK SPACE}2.310,00"
    assert euro(None, "cents") == ""


@pytest.mark.parametrize("typed", ["31-12-2026", "2026-12-31"])
def test_a_date_is_read_from_the_browser_and_from_a_person(typed: str) -> None:
    assert DateField().clean(typed) == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["0202-12-31", "20226-12-31", "2026-02-30", "morgen"])
def test_a_date_that_cannot_be_meant_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        DateField().clean(typed)


def test_a_refused_hat_says_why_even_to_one_who_forges_the_choice() -> None:
    field = HatField(choices=[("1", hat_option("DB-lid", "owner", refused="Uw benoeming is geëindigd."))])
    with pytest.raises(forms.ValidationError, match="Uw benoeming is geëindigd"):
        field.clean("1")


def test_a_choice_that_was_never_offered_is_refused() -> None:
    with pytest.raises(forms.ValidationError):
        CardField(choices=[("yes", Option("Akkoord"))]).clean("maybe")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("besluit.exe", b"MZ", "kies pdf"),
        ("besluit.pdf", b"MZ is geen pdf", "heet wel pdf, maar is het niet"),
        ("besluit.pdf", b"%PDF-" + bytes(1024 * 1024), "is 1,0 MB; ten hoogste 1 MB"),
        ("besluit.pdf", b"", "leeg"),
        ("b" * 250 + ".pdf", b"%PDF-1.7", "te lang"),
        ("geen punt", b"%PDF-1.7", "kies pdf"),
    ],
)
def test_a_file_that_breaks_a_limit_is_named(name: str, content: bytes, said: str) -> None:
    with pytest.raises(forms.ValidationError, match=said):
        DocumentField(kinds=[PDF], megabytes=1).clean(SimpleUploadedFile(name, content))


def test_a_file_within_its_limits_is_taken_whole() -> None:
    file = DocumentField(megabytes=1).clean(SimpleUploadedFile("Besluit é.PDF", b"%PDF-1.7 inhoud"))
    assert file.read() == b"%PDF-1.7 inhoud"
