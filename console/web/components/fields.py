"""Fields of forms: label, hint, input, error, who answered; choices as cards."""

from datetime import datetime
from typing import Any

from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from console.web.components.registry import Content, join, register, when
from console.web.components.status import icon


class Card(str):
    """The label of a choice that also says what it does and what it costs; use it in `choices`."""

    detail: str
    price: str

    def __new__(cls, title: str, detail: str = "", price: str = "") -> "Card":
        card = super().__new__(cls, title)
        card.detail, card.price = detail, price
        return card


@register.simple_tag
def field(*, bound: BoundField, **options: object) -> SafeString:
    """A whole field. Options: see `field_with`."""
    return field_with("", bound=bound, **options)  # type: ignore[arg-type]


SAID: dict[str, Any] = {
    "fixed": False,
    "tag": "",
    "recorded_only": False,
    "answered_by": "",
    "answered_at": None,
    "vendor": False,
    "reason": "",
    "note": "",
    "optional": False,
}
"""What may be said about a field besides label, hint and error."""


@register.simple_block_tag
def field_with(
    content: Content, *, bound: BoundField, hint: str = "", mono: bool = False, short: bool = False, **said: object
) -> SafeString:
    """A field with content of your own below it, a button that mends the error for example.

    `fixed` says that the answer cannot change after provisioning; `tag` is a badge ("Not the default, /23");
    `answered_by`, `answered_at` and `reason` say who chose this and why; `note` is a quiet good sign.
    Further: `recorded_only`, `vendor` (the one who answered is the vendor's), `optional`.
    """
    if unknown := said.keys() - SAID.keys():
        raise TypeError(f"A field knows no {', '.join(sorted(unknown))}.")
    ids, hint = _ids(bound), hint or str(bound.help_text)
    context = {
        **SAID,
        **said,
        "field": bound,
        "content": content,
        "hint": hint,
        "ids": ids,
        "kind": kind_of(bound),
        "control": control(bound, ids, has_hint=bool(hint), mono=mono, short=short),
    }
    return mark_safe(render_to_string("components/field.html", context))  # noqa: S308  a template of ours


def _ids(bound: BoundField) -> dict[str, str]:
    base = bound.id_for_label or bound.auto_id or bound.html_name
    return {"input": base, "hint": f"{bound.auto_id}-hint", "error": f"{bound.auto_id}-error"}


def kind_of(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "checkbox" if isinstance(widget, CheckboxInput) else "input"


def control(bound: BoundField, ids: dict[str, str], *, has_hint: bool, mono: bool, short: bool) -> SafeString:
    """The input itself, tied to its hint and its error."""
    described = " ".join(filter(None, [ids["hint"] if has_hint else "", ids["error"] if bound.errors else ""]))
    if kind_of(bound) == "choices":
        return choice_cards(bound)
    attrs: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    widget = bound.field.widget
    if isinstance(widget, Select):
        attrs["class"] = "select"
    elif not isinstance(widget, CheckboxInput):
        attrs["class"] = " ".join(
            filter(None, ["input", "input--mono" if mono else "", "input--short" if short else ""])
        )
        if isinstance(widget, Textarea):
            attrs["wrap"] = "off" if mono else "soft"
    own = str(widget.attrs.get("class", ""))
    if own and "class" in attrs:
        attrs["class"] = f"{attrs['class']} {own}"
    return mark_safe(bound.as_widget(attrs=attrs))  # noqa: S308  Django's own widgets escape


def choice_cards(bound: BoundField) -> SafeString:
    cards = join(
        _card(option.data, multiple=isinstance(bound.field.widget, CheckboxSelectMultiple))
        for option in bound.subwidgets
    )
    return format_html('<div class="choices">{}</div>', cards)


def _card(option: dict[str, object], *, multiple: bool) -> SafeString:
    label = option["label"]
    detail, price = getattr(label, "detail", ""), getattr(label, "price", "")
    attrs = option["attrs"]
    assert isinstance(attrs, dict)
    return format_html(
        '<label class="choice"><input type="{}" name="{}" value="{}" id="{}"{}{}><b>{}</b>{}{}</label>',
        "checkbox" if multiple else "radio",
        option["name"],
        option["value"],
        attrs.get("id", ""),
        mark_safe(" checked") if option["selected"] else "",
        mark_safe(" disabled") if attrs.get("disabled") else "",
        label,
        when(price, '<span class="price">{}</span>', price),
        when(detail, "<small>{}</small>", detail),
    )


@register.simple_tag
def form_errors(*, form: BaseForm) -> SafeString:
    """What was wrong, on top, with a link to each field; it takes the focus."""
    if not form.errors:
        return mark_safe("")
    general = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    named = [
        format_html('<li><a href="#{}">{}</a>: {}</li>', _ids(form[name])["input"], form[name].label, error)
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]
    many = len(general) + len(named)
    title = "One thing to mend" if many == 1 else f"{many} things to mend"
    return format_html(
        '<div class="callout" data-s="failed" role="alert" tabindex="-1" data-focus>{}<b>{}</b>'
        '<ul class="summary s13">{}</ul></div>',
        icon(name="circle-alert"),
        title,
        join([*general, *named]),
    )


@register.simple_block_tag
def form_foot(content: Content, *, saved_at: datetime | None = None, note: str = "") -> SafeString:
    """The end of a form: when it was saved on the left, buttons on the right, the primary one last."""
    saved = when(
        saved_at,
        '<span class="row">{}Saved {}</span>',
        icon(name="check", small=True),
        saved_at.strftime("%H:%M:%S UTC") if saved_at else "",
    )
    return format_html(
        '<div class="form-foot">{}{}<div class="end">{}</div></div>',
        saved,
        when(note, "<span>{}</span>", note),
        content,
    )
