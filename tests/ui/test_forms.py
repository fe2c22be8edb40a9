"""How forms are written out: names, errors and rows that a screen reader and a keyboard can follow."""

from typing import Any

from django import forms
from django.http import QueryDict

from ui.forms import problems
from ui.rows import RowFormSet, without_errors


class Proposal(forms.Form):
    title = forms.CharField(label="Titel", max_length=20)
    vote = forms.ChoiceField(label="Stem", widget=forms.RadioSelect, choices=[("yes", "Voor"), ("no", "Tegen")])
    note = forms.CharField(label="Toelichting", required=False, max_length=2000, widget=forms.Textarea)


class Criterion(forms.Form):
    norm = forms.CharField(label="Norm")


class Criteria(RowFormSet):
    row_label = "Kader"


CriteriaSet: Any = forms.formset_factory(Criterion, formset=Criteria, extra=0, min_num=1, max_num=3, can_delete=True)


def test_each_error_links_to_the_field_that_it_is_about() -> None:
    assert [(problem.message, problem.anchor) for problem in problems(Proposal({}))] == [
        ("Titel: Dit veld is verplicht.", "id_title"),
        ("Stem: Dit veld is verplicht.", "id_vote_0"),
    ]


def test_a_field_names_its_error_to_a_screen_reader() -> None:
    html = str(Proposal({}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_error"' in html
    assert 'id="id_title_error"' in html


def test_a_long_text_tells_its_limit_and_leaves_cutting_off_to_nobody() -> None:
    html = str(Proposal()["note"].as_field_group())
    assert "Ten hoogste 2000 tekens" in html
    assert 'data-limit="2000"' in html
    assert "maxlength" not in html
    assert not Proposal({"title": "x", "vote": "yes", "note": "x" * 2001}).is_valid()


def test_only_what_may_be_left_empty_says_so() -> None:
    form = Proposal()
    assert "niet verplicht" in form["note"].as_field_group()
    assert "niet verplicht" not in form["title"].as_field_group()


def test_what_people_type_is_written_out_as_text() -> None:
    html = str(Proposal({"title": "<script>", "vote": "<b>", "note": "</textarea><b>"}))
    assert "<script>" not in html
    assert "<b>" not in html


def _posted(**fields: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"criteria-TOTAL_FORMS": "1", "criteria-INITIAL_FORMS": "0"} | fields)
    return data


def test_a_row_is_added_by_sending_the_form_and_nothing_is_called_wrong_yet() -> None:
    rows = CriteriaSet(_posted(**{"criteria-add": "1"}), prefix="criteria")
    assert rows.growing
    assert len(rows.forms) == 2
    assert problems(rows) == []


def test_no_more_rows_can_be_asked_for_than_there_may_be() -> None:
    rows = CriteriaSet(_posted(**{"criteria-add": "1", "criteria-TOTAL_FORMS": "2"}), prefix="criteria")
    assert 'name="criteria-add"' not in str(rows)


def test_a_tampered_count_of_rows_is_an_error_and_no_fault() -> None:
    for count in ("", "x", "-1", "²"):
        rows = CriteriaSet(_posted(**{"criteria-add": "1", "criteria-TOTAL_FORMS": count}), prefix="criteria")
        assert str(rows)


def test_an_error_in_a_row_says_in_which() -> None:
    rows = CriteriaSet(_posted(**{"criteria-0-norm": ""}), prefix="criteria")
    assert [problem.message for problem in problems([Proposal(), rows])] == ["Kader 1, Norm: Dit veld is verplicht."]


def test_a_form_that_is_still_being_filled_in_shows_no_errors() -> None:
    form = Proposal({})
    without_errors(form)
    assert problems(form) == []
