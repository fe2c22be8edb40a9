"""One renderer and one bound field, so that every form looks and speaks alike without saying so itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting

OUR_WIDGET_TEMPLATES = {
    "django/forms/widgets/radio.html": "forms/cards.html",
    "django/forms/widgets/checkbox_select.html": "forms/checks.html",
}


class BoundField(DjangoBoundField):
    """Adds the design system's class names, the limit of a long text, and the place an error link jumps to."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        # A browser that cuts a pasted text off at the limit loses words unseen; counting tells, and the server refuses.
        if isinstance(field.widget, forms.Textarea) and "maxlength" in field.widget.attrs:
            field.widget.attrs["data-limit"] = field.widget.attrs.pop("maxlength")

    @property
    def limit(self) -> int | None:
        limit: int | None = self.field.widget.attrs.get("data-limit")
        return limit

    @property
    def optional(self) -> bool:
        """What some choice elsewhere asks for, such as a ground, is not called optional beside it."""
        asked = {"data-only-with-ground", "data-asked"} & self.field.widget.attrs.keys()
        return not (self.field.required or self.field.disabled or asked)

    @property
    def anchor(self) -> str:
        """Of a group of choices the first one: a fieldset itself cannot have the focus."""
        return self.id_for_label or f"{self.auto_id}_0"

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        return " ".join(filter(None, [described, f"{self.auto_id}_counter"])) if self.limit else described

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        block, part = _design(widget)
        invalid = f"{block}--invalid" if self.errors else ""
        own = widget.attrs.get("class", "")
        return {**attrs, "class": " ".join(filter(None, [own, block, f"{block}--{part}", invalid]))}


class Renderer(TemplatesSetting):
    bound_field_class = BoundField
    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        return super().get_template(OUR_WIDGET_TEMPLATES.get(template_name, template_name))


@dataclass(frozen=True, slots=True)
class Problem:
    message: str
    anchor: str = ""


def problems(shown: Any) -> list[Problem]:
    """Every error of a form, a formset, or several of them, in the order in which they stand on the page."""
    return list(_problems(shown))


def _problems(shown: Any, place: str = "") -> Iterator[Problem]:
    if not shown:
        return
    if isinstance(shown, forms.BaseFormSet):
        for message in shown.non_form_errors():
            yield Problem(str(message), f"{shown.prefix}-rows")
        for number, row in enumerate(shown.forms, start=1):
            yield from _problems(row, f"{getattr(shown, 'row_label', 'Rij')} {number}, ")
    elif isinstance(shown, forms.BaseForm):
        for message in shown.non_field_errors():
            yield Problem(f"{place}{message}")
        for field in shown:
            assert isinstance(field, BoundField)
            asks = field.label.endswith("?")
            for message in field.errors:
                yield Problem(
                    f"{place}{field.label}{'' if asks else ':'} {message}", "" if field.is_hidden else field.anchor
                )
    elif isinstance(shown, Iterable):
        for each in shown:
            yield from _problems(each)


def _design(widget: forms.Widget) -> tuple[str, str]:
    match widget:
        case forms.Textarea():
            return "utrecht-textarea", "html-textarea"
        case forms.CheckboxInput() | forms.CheckboxSelectMultiple():
            return "utrecht-checkbox", "html-input"
        case forms.RadioSelect():
            return "utrecht-radio-button", "html-input"
        case forms.Select():
            return "utrecht-select", "html-select"
        case _:
            return "utrecht-textbox", "html-input"
