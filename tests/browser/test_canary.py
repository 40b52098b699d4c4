"""A known plaintext goes through all that handles secrets, and is found nowhere but where it was asked for."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import APIResponse, FilePayload

from sandbox import frontdoor
from sandbox.customer.account import Account
from tests.browser import remains
from tests.browser.living import Living, wait_until
from tests.browser.signing_in import signed_in
from tests.browser.visitor import Authenticator, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[[Authenticator | None], Visitor]
ORG = "/o/norrland"
REGION_SECONDS, DELIVERY_SECONDS = 180, 60
OVERSIZE = 1_200_000
WAYS = ("entered", "uploaded", "imported", "rotated", "by API", "refused", "failed")
NO_BUCKET = [{"service": "s3", "action": "PutObject", "rate": 1.0, "kind": "error"}]


def canary() -> str:
    """Nothing else has it, and every spelling of it looks different."""
    return f"canary/{secrets.token_hex(8)}+ä={secrets.token_hex(8)}"


@dataclass
class Handling:
    """A person who handles secrets, and all that the console answered meanwhile."""

    visitor: Visitor
    answers: list[tuple[str, bytes]] = field(default_factory=list)

    def get(self, path: str) -> APIResponse:
        return self._heard(self.visitor.page.request.get(path))

    def post(self, path: str, **fields: str) -> APIResponse:
        return self._heard(self._sent(path, fields))

    def reveal(self, path: str, **fields: str) -> APIResponse:
        """The one answer that may carry the value."""
        return self._sent(path, fields)

    def upload(self, path: str, files: dict[str, tuple[str, bytes]], **fields: str) -> APIResponse:
        sent: dict[str, FilePayload] = {
            name: {"name": file, "mimeType": "application/octet-stream", "buffer": content}
            for name, (file, content) in files.items()
        }
        request = self.visitor.page.request
        answer = request.post(path, multipart={**fields, **sent}, headers=self._headers(), max_redirects=0)
        return self._heard(answer)

    def _sent(self, path: str, fields: dict[str, str]) -> APIResponse:
        form: dict[str, str | float | bool] = {**fields}
        return self.visitor.page.request.post(path, form=form, headers=self._headers(), max_redirects=0)

    def _headers(self) -> dict[str, str]:
        cookies = {one["name"]: one["value"] for one in self.visitor.context.cookies()}
        token = next(value for name, value in cookies.items() if "csrf" in name)
        return {"X-CSRFToken": token, "Referer": self.visitor.url}

    def _heard(self, answer: APIResponse) -> APIResponse:
        self.answers.append((f"the answer of {answer.url}", answer.body()))
        self.answers += [
            (f"the header {name} of {answer.url}", value.encode()) for name, value in answer.headers.items()
        ]
        return answer


def test_a_secret_is_found_nowhere_but_in_the_answer_that_revealed_it(visit: Visit, sandbox: Living) -> None:
    needles = {
        name: canary() for name in ("entered", "uploaded", "imported", "rotated", "by API", "refused", "failed")
    }
    alice = Handling(signed_in(visit, sandbox, "owner"))
    wait_until(lambda: "Active" in alice.visitor.read(f"{ORG}/regions/"), "The region", seconds=REGION_SECONDS)
    secret = entered(alice, needles)
    uploaded_and_imported(alice, needles)
    refused(alice, needles)
    failed(alice, sandbox, needles)
    by_api(alice, sandbox, needles)
    rotated_while_the_bucket_refuses(alice, sandbox, secret, needles)

    revealed = alice.reveal(f"{secret}reveal/", key="PASSWORD", reason="A rehearsal")
    assert revealed.status == 200
    assert "no-store" in revealed.headers["cache-control"]
    assert needles["rotated"] in revealed.text().replace("&#x27;", "'")
    wait_until(
        lambda: bool(remains.traces({"it": needles["rotated"]}, iter([("", remains.kept_by_regions(sandbox))]))),
        "The region",
        seconds=DELIVERY_SECONDS,
    )

    looked_around(alice, secret)
    looked_around_by_staff(Handling(signed_in(visit, sandbox, "architect")), alice)
    account = Account(sandbox.ports.aws, sandbox.demo()["aws"]["account_id"])
    assert remains.traces(needles, iter(alice.answers)) == []
    assert remains.traces(needles, remains.everywhere(sandbox, account)) == []


def entered(alice: Handling, needles: dict[str, str]) -> str:
    """The address of a secret that was typed in, then edited."""
    answer = alice.post(
        f"{ORG}/secrets/new/generic/", name="canary", description="", key="PASSWORD", value=needles["entered"]
    )
    assert answer.status in {302, 303}, answer.text()
    address = answer.headers["location"]
    alice.get(address)
    return address


def uploaded_and_imported(alice: Handling, needles: dict[str, str]) -> None:
    file = ("canary.bin", b"\0\1" + needles["uploaded"].encode())
    place = {"name": "canary-file", "description": "", "key": "file", "value": ""}
    assert alice.upload(f"{ORG}/secrets/new/generic/", {"file-0": file}, **place).status in {302, 303}
    given = {"name": "canary-import", "description": "", "text": f"PASSWORD={needles['imported']}\n"}
    assert alice.post(f"{ORG}/secrets/import/preview/", **given).status == 200
    assert alice.post(f"{ORG}/secrets/import/", **given).status in {302, 303}


def refused(alice: Handling, needles: dict[str, str]) -> None:
    """A value comes with a mistake beside it, or is too large; nothing of it is shown again."""
    value = needles["refused"]
    for name, key, text in (
        ("Not A Name", "PASSWORD", value),
        ("canary", "PASSWORD", value),
        ("canary-large", "PASSWORD", value + "x" * OVERSIZE),
    ):
        answer = alice.post(f"{ORG}/secrets/new/generic/", name=name, description="", key=key, value=text)
        assert answer.status in {400, 413, 422}, name
    assert (
        alice.post(f"{ORG}/secrets/new/tls/", name="canary-pem", certificate=value, private_key=value).status
        == 422
    )
    assert alice.post(f"{ORG}/secrets/new/symmetric/", name="canary-sym", make="", key=value).status == 422
    assert alice.post(f"{ORG}/secrets/import/", name="canary-bad", text=f'{{"PASSWORD": "{value}"').status == 422


def failed(alice: Handling, sandbox: Living, needles: dict[str, str]) -> None:
    """The database refuses the row, and says in its error which one it was."""
    with remains.refusing_rows(sandbox, "secrets_app_secretversion"):
        answer = alice.post(
            f"{ORG}/secrets/new/generic/", name="canary-failed", key="PASSWORD", value=needles["failed"]
        )
        assert answer.status == 500


def by_api(alice: Handling, sandbox: Living, needles: dict[str, str]) -> None:
    token = sandbox.demo()["api_token"]
    sound = {"name": "canary-api", "kind": "generic", "values": {"PASSWORD": needles["by API"]}}
    broken = json.dumps({**sound, "name": "canary-broken", "values": {"PASSWORD": needles["refused"]}})[:-1]
    for number, (body, expected) in enumerate(
        [(json.dumps(sound), 201), (broken, 400), (json.dumps({**sound, "kind": needles["refused"]}), 400)]
    ):
        headers = {
            "Authorization": f"Bearer {token}", "Content-Type": "application/json",
            "Idempotency-Key": f"canary-{number}-{secrets.token_hex(4)}",
        }  # fmt: skip
        answer = alice.visitor.page.request.post("/api/v1/secrets", data=body, headers=headers)
        assert answer.status == expected, answer.text()
        alice.answers.append((f"the API's answer {number}", answer.body()))


def rotated_while_the_bucket_refuses(
    alice: Handling, sandbox: Living, secret: str, needles: dict[str, str]
) -> None:
    """Delivery fails in the worker, is tried again, and arrives."""
    frontdoor.call(sandbox.ports.aws, "PUT", "faults", NO_BUCKET)
    try:
        answer = alice.post(f"{secret}rotate/", key="PASSWORD", value=needles["rotated"], based_on="1")
        assert answer.status in {302, 303}, answer.text()
        wait_until(lambda: refusals(sandbox) > 0, "A refused delivery", seconds=DELIVERY_SECONDS)
    finally:
        frontdoor.call(sandbox.ports.aws, "PUT", "faults", [])


def refusals(sandbox: Living) -> int:
    account_id = sandbox.demo()["aws"]["account_id"]
    calls: list[dict[str, Any]] = frontdoor.call(
        sandbox.ports.aws, "GET", "calls", query={"account_id": account_id}
    )
    return sum("PutObject" in str(call) and "rror" in str(call) for call in calls)


def looked_around(alice: Handling, secret: str) -> None:
    for page in (secret, f"{secret}compare/?older=1&newer=2", f"{ORG}/secrets/", f"{ORG}/audit/", f"{ORG}/"):
        assert alice.get(page).status == 200
    for kind in ("csv", "jsonl"):
        assert alice.get(f"{ORG}/audit/export/{kind}").status == 200


def looked_around_by_staff(carol: Handling, alice: Handling) -> None:
    for page in ("/admin/", f"{ORG}/secrets/", f"{ORG}/audit/"):
        assert carol.get(page).status == 200
    alice.answers += carol.answers
