"""The reference consumer: it opens what is meant for it, keeps it to itself, and says what it has."""

import io
import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from joserfc.jwk import ECKey

from sandbox.region.place import Place
from sandbox.region.runtime import Region
from sandbox.region.secrets import Secrets
from secrets_app.contents import to_text
from secrets_app.sealing import Place as Sealed
from secrets_app.sealing import checked_key, seal

ORG, REGION, SECRET = "org-1", "region-1", "secret-1"


@dataclass
class S3:
    """As much of S3 as a region asks for."""

    objects: dict[str, bytes] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)

    def put_object(self, **asked: Any) -> None:
        self.puts.append(asked["Key"])
        self.objects[asked["Key"]] = asked["Body"]

    def get_object(self, **asked: Any) -> dict[str, Any]:
        body = self.objects.get(asked["Key"])
        if body is None:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        etag = str(hash(body))
        if asked.get("IfNoneMatch") == etag:
            raise ClientError({"Error": {"Code": "304"}}, "GetObject")
        self.gets.append(asked["Key"])
        return {"Body": io.BytesIO(body), "ETag": etag}


@pytest.fixture
def s3() -> S3:
    return S3()


@pytest.fixture
def region(s3: S3, tmp_path: Path) -> Region:
    return restarted(s3, tmp_path)


def restarted(s3: S3, folder: Path) -> Region:
    return Region(Place(REGION, "bucket", folder, s3), parts=(Secrets(),))


def publish(
    s3: S3, region: Region, version: int, value: bytes, *, org: str = ORG, sealed: Sealed | None = None
) -> None:
    public, _ = checked_key(s3.objects["region/recipient.jwk"])
    place = sealed or Sealed(ORG, REGION, SECRET, version)
    document = seal(to_text({"key": value}).encode(), public_key=public, place=place)
    s3.objects[f"desired/secrets/{SECRET}/{version}.jwe"] = document.encode()
    index = {"organization": org, "region": REGION, "secrets": {SECRET: version}}
    s3.objects["desired/index.json"] = json.dumps(index).encode()


def applied(s3: S3) -> Any:
    return json.loads(s3.objects["region/applied.json"])["secrets"]


def test_it_offers_a_public_key_and_keeps_the_private_one(region: Region, s3: S3, tmp_path: Path) -> None:
    region.step()
    offered = json.loads(s3.objects["region/recipient.jwk"])
    assert "d" not in offered
    kept = tmp_path / "recipient.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert ECKey.import_key(json.loads(kept.read_text())).is_private


def test_it_opens_a_secret_keeps_it_to_itself_and_says_so(region: Region, s3: S3, tmp_path: Path) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    assert applied(s3) == {SECRET: 1}
    kept = tmp_path / "secrets.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "dmFsdWUtMQ==" in kept.read_text()
    assert b"value-1" not in b"".join(s3.objects.values())


def test_it_goes_on_where_it_was_after_a_restart(region: Region, s3: S3, tmp_path: Path) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    key = s3.objects["region/recipient.jwk"]
    again = restarted(s3, tmp_path)
    publish(s3, again, 2, b"value-2")
    again.step()
    assert applied(s3) == {SECRET: 2}
    assert s3.objects["region/recipient.jwk"] == key


@pytest.mark.parametrize(
    "elsewhere",
    [
        Sealed("org-2", REGION, SECRET, 2),
        Sealed(ORG, "region-2", SECRET, 2),
        Sealed(ORG, REGION, "secret-2", 2),
        Sealed(ORG, REGION, SECRET, 1),
    ],
)
def test_a_swapped_document_is_refused_and_the_value_before_stays(
    region: Region, s3: S3, elsewhere: Sealed
) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    publish(s3, region, 2, b"value-2", sealed=elsewhere)
    region.step()
    assert applied(s3) == {SECRET: 1}


def test_an_index_of_another_organization_is_not_followed(region: Region, s3: S3) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    publish(s3, region, 2, b"value-2", org="org-2")
    region.step()
    assert applied(s3) == {SECRET: 1}


def test_what_is_no_longer_wanted_is_removed(region: Region, s3: S3, tmp_path: Path) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    s3.objects["desired/index.json"] = json.dumps({"organization": ORG, "region": REGION, "secrets": {}}).encode()
    region.step()
    assert applied(s3) == {}
    assert json.loads((tmp_path / "secrets.json").read_text()) == {}


def test_a_missing_or_damaged_index_takes_nothing_away(region: Region, s3: S3) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    for damaged in (b"not json", b"[]", b"{}"):
        s3.objects["desired/index.json"] = damaged
        region.step()
        assert applied(s3) == {SECRET: 1}
    del s3.objects["desired/index.json"]
    region.step()
    assert applied(s3) == {SECRET: 1}


def test_it_is_polite_while_nothing_changes(region: Region, s3: S3) -> None:
    region.step()
    publish(s3, region, 1, b"value-1")
    region.step()
    s3.puts.clear()
    s3.gets.clear()
    for _ in range(5):
        region.step()
    assert [key for key in s3.gets if "secrets" in key or "index" in key] == []
    assert s3.puts == []
