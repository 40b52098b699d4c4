"""`.env` files and JSON, with the oddities of both."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secrets_app.contents import ContentsUnusable
from secrets_app.importing import read

CANARY = "canary-88d1-value"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("export A=1", {"A": "1"}),
        ("# c\n\nA = 1 # note\n", {"A": "1"}),
        ("A=a#b", {"A": "a#b"}),
        ('A="one\ntwo"\nB=3', {"A": "one\ntwo", "B": "3"}),
        ("A='$X \\n'", {"A": "$X \\n"}),
        ('A="a\\n\\"b\\" \\\\"', {"A": 'a\n"b" \\'}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("\ufeffA=1", {"A": "1"}),
        ("A=\nB=2", {"B": "2"}),
        ("A=x=y", {"A": "x=y"}),
        ('{"A": "1", "b": 2, "c": true, "d": {"e": [1]}}', {"A": "1", "b": "2", "c": "true", "d": '{"e": [1]}'}),
        ('  {"A": "å"}', {"A": "å"}),
    ],
)  # fmt: skip
def test_it_is_read(text: str, found: dict[str, str]) -> None:
    assert read(text.encode()) == {key: value.encode() for key, value in found.items()}


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "no key"),
        (b"\n# only words\n", "no key"),
        (b"A", "Line 1 is not KEY=value"),
        (b"A=1\n%s" % CANARY.encode(), "Line 2 is not KEY=value"),
        (b'A="%s' % CANARY.encode(), "quote that line 1 opens"),
        (b'A="x" %s' % CANARY.encode(), "after the closing quote of line 1"),
        (b"A=1\nA=%s" % CANARY.encode(), "A is there twice"),
        (b'{"A": "1", "A": "%s"}' % CANARY.encode(), "A is there twice"),
        (b'{"A": null}', "A is null"),
        (b'{"A": %s}' % CANARY.encode(), "JSON cannot be read at line 1"),
        (b"{", "JSON cannot be read"),
        (b"{" * 5000, "JSON"),
        (b'{"a":' * 3000, "JSON"),
        (b"\xff\xfe\x00", "not text in UTF-8"),
        (b"A B=1", "Line 1"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_key_and_never_by_value(raw: bytes, sentence: str) -> None:
    with pytest.raises(ContentsUnusable, match=sentence) as refused:
        read(raw)
    assert CANARY not in f"{refused.value} {refused.value.todo}"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_a_sentence(raw: bytes) -> None:
    with suppress(ContentsUnusable):
        assert read(raw)


NAMES = st.from_regex(r"[A-Z_]{1,12}", fullmatch=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)


@given(st.dictionaries(NAMES, TEXTS, min_size=1))
def test_what_is_written_in_quotes_is_read_back(values: dict[str, str]) -> None:
    escaped = {key: value.replace("\\", "\\\\").replace('"', '\\"') for key, value in values.items()}
    text = "\n".join(f'{key}="{value}"' for key, value in escaped.items())
    assert read(text.encode()) == {key: value.encode() for key, value in values.items()}
