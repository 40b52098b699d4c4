"""What the components say, to those who see and to those who listen."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from console.operations.states import OperationState, StepState
from console.web.components.fields import Card
from console.web.components.grids import Cell, GridRole, GridRow, Rail, RailItem
from console.web.components.numbers import duration, money
from console.web.states import LOOKS, WORST_FIRST, look_of, worst


def render(source: str, **values: Any) -> str:
    request = RequestFactory().get("/")
    return Template("{% load ui %}" + source).render(Context({"request": request, **values}))


@pytest.mark.parametrize("state", [*OperationState, *StepState])
def test_every_state_of_operations_has_a_look(state: str) -> None:
    assert look_of(state).word != "Unknown"


def test_every_look_has_a_shape_in_the_sprite() -> None:
    sprite = render('{% include "components/sprite.html" %}')

    assert {look.look for look in LOOKS.values()} == set(re.findall(r'id="s-(\w+)"', sprite)) == set(WORST_FIRST)


def test_a_state_is_a_glyph_and_a_word_and_a_colour() -> None:
    html = render('{% status state="awaiting_approval" %}')

    assert 'data-s="approval"' in html
    assert "#s-approval" in html
    assert "Awaiting approval" in html


def test_a_state_nobody_knows_says_its_name() -> None:
    assert "Half done" in render('{% status state="half_done" %}')


def test_a_group_shows_its_worst() -> None:
    assert worst(["succeeded", "running", "blocked"]) == "blocked"


@pytest.mark.parametrize(("value", "word"), [(True, "True"), (False, "False"), (None, "Unknown")])
def test_a_condition_is_one_of_three_words(value: bool | None, word: str) -> None:
    assert word in render("{% condition value=value %}", value=value)


def test_values_are_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    html = render(
        "{% status state='running' label=evil %}{% ident value=evil %}{% raw_error text=evil code=evil %}"
        "{% code_text text=evil title=evil %}{% button label=evil href=evil %}"
        "{% page_head title=evil %}{% endpage_head %}",
        evil=evil,
    )

    assert "<script>" not in html
    assert 'href=""' not in html


def test_a_button_carries_htmx_attributes_and_leaves_out_the_empty() -> None:
    html = render('{% button label="Go" hx_post="/x" disabled=False autofocus=True %}')

    assert 'hx-post="/x"' in html
    assert "disabled" not in html
    assert " autofocus" in html


def test_an_icon_alone_has_a_name() -> None:
    assert 'aria-label="More actions"' in render('{% menu id="m" %}{% endmenu %}')


def test_a_confirmation_names_what_is_lost_and_asks_for_its_name() -> None:
    html = render(
        '{% confirm id="d" title="Deprovision a?" action="/x" label="Deprovision" keep="Keep it" typed="a" %}'
        "Lost.{% endconfirm %}"
    )

    assert 'data-typed="a"' in html
    assert "Keep it" in html
    assert 'form="d-form"' in html
    assert "csrfmiddlewaretoken" in html


class Network(forms.Form):
    cidr = forms.CharField(
        label="CIDR", help_text="A private range.", error_messages={"required": "Name a range."}
    )
    nat = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("a", Card("One each", "Survives a zone.", "$101 a month"))]
    )
    read = forms.BooleanField(label="I have read it")


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    html = render("{% field bound=form.cidr fixed=True %}", form=Network({"cidr": ""}))

    assert 'aria-describedby="id_cidr-hint id_cidr-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_cidr-error"' in html
    assert "Name a range." in html
    assert "Fixed after provisioning" in html


def test_choices_are_cards_with_their_price() -> None:
    html = render("{% field bound=form.nat %}", form=Network())

    assert "<fieldset" in html
    assert "$101 a month" in html
    assert "Survives a zone." in html


def test_the_summary_of_errors_leads_to_each_field() -> None:
    html = render("{% form_errors form=form %}", form=Network({}))

    assert "3 things to mend" in html
    assert 'href="#id_cidr"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% form_errors form=form %}", form=Network()) == ""


def test_a_live_part_stops_asking_when_it_has_ended() -> None:
    source = '{% live id="p" url="/x" going=going %}{% endlive %}'

    assert 'hx-trigger="every 2s"' in render(source, going=True)
    assert "hx-trigger" not in render(source, going=False)


def test_columns_of_a_table_have_their_class() -> None:
    html = render('{% table caption="Regions" columns="Name | Nodes:num | Act:vh" %}<tbody></tbody>{% endtable %}')

    assert '<th scope="col">Name</th>' in html
    assert '<th scope="col" class="num">Nodes</th>' in html
    assert '<span class="vh">Act</span>' in html


def test_a_bar_is_amber_near_its_limit_and_red_when_full() -> None:
    shapes = [render("{% meter value=value limit=10 label='x' %}", value=value) for value in (5, 9, 10)]

    assert ["fill" in shapes[0], "warn" in shapes[1], "over" in shapes[2]] == [True, True, True]


def test_a_bar_without_a_limit_is_empty() -> None:
    assert 'width="0.00%"' in render("{% meter value=5 limit=0 label='x' %}")


def test_segments_cover_the_bar() -> None:
    html = render(
        "{% segbar parts=parts label='14 of 26' %}", parts=[("succeeded", 3), ("running", 1), ("failed", 0)]
    )

    assert re.findall(r'x="([\d.]+)%"', html) == ["0.00", "75.00"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (4, "4 s"),
        (timedelta(seconds=108), "1 min 48 s"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(days=6), "6 days"),
    ],
)
def test_durations_read_as_people_say_them(value: timedelta | float | None, words: str) -> None:
    assert duration(value) == words


def test_an_unknown_price_is_unknown_and_never_zero() -> None:
    assert [money(None), money(3904.94), money(-412)] == ["unknown", "$3,904.94", "−$412.00"]


def test_a_time_is_exact_on_hover() -> None:
    html = render("{% moment at=at %}", at=datetime(2026, 11, 23, 14, 12, 9, tzinfo=UTC))

    assert 'title="23 Nov 2026, 14:12:09 UTC"' in html
    assert 'datetime="2026-11-23T14:12:09+00:00"' in html


def test_the_grid_tells_refused_from_cannot_tell_from_not_granted() -> None:
    roles = [GridRole(name, "all pass") for name in ("Deployment", "Admin", "Elevated", "Read-only")]
    cells = [Cell("pass", "ok"), Cell("refused", "no"), Cell("cannot_tell", "maybe"), Cell("", "by design")] * 4
    html = render("{% permission_grid roles=roles rows=rows %}", roles=roles, rows=[GridRow("EC2", cells)])

    assert html.count('data-s="failed"') == html.count('data-s="degraded"') * 2 == 8
    assert html.count('aria-label="by design"') == 4


def test_the_rail_says_where_one_stands() -> None:
    html = render(
        "{% rail rail=rail %}",
        rail=Rail([RailItem("Network", "/n", "in_progress", "3 of 6", current=True)], 19, 49),
    )

    assert html.count('aria-current="step"') == 2
    assert "19 of 49 questions answered" in html
