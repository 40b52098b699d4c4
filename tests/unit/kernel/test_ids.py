from typing import Any

from console.kernel.ids import new_id


def test_ids_are_uuid_version_7_of_the_rfc_variant() -> None:
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_ids_sort_by_the_time_of_their_making(monkeypatch: Any) -> None:
    moments = iter(range(1_700_000_000_000_000_000, 1_700_000_010_000_000_000, 1_000_000_000))
    monkeypatch.setattr("time.time_ns", lambda: next(moments))
    made = [new_id() for _ in range(10)]
    assert made == sorted(made)
    assert len(set(made)) == 10
