"""The control surface at ``/_sandbox/``: for the sandbox's own pages and for tests, never for the product."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from moto.core.base_backend import BackendDict

from sandbox.aws import snapshot
from sandbox.aws.credentials import VENDOR_ACCOUNT, admin_keys, customer_accounts, iam, vendor_keys
from sandbox.aws.faults import KINDS
from sandbox.aws.requests import Environ, take_body
from sandbox.aws.state import MEMORY, Rule, State, state

if TYPE_CHECKING:
    from sandbox.aws.door import Door

Query = Mapping[str, str]
Route = Callable[[Any, Query], Any]
ACCOUNT = re.compile(r"\d{12}")
LAST_CALLS = 1000


class UnfitError(ValueError):
    """The request to the control surface is wrong; the message says how."""


class Control:
    def __init__(self, door: "Door") -> None:
        self.door = door
        self.routes: dict[tuple[str, str], Route] = {
            ("GET", "ready"): lambda _body, _query: {"ready": True},
            ("GET", "accounts"): lambda _body, _query: {"accounts": customer_accounts()},
            ("POST", "accounts"): self.account,
            ("POST", "vendor"): lambda _body, _query: vendor_keys(),
            ("GET", "faults"): lambda _body, _query: [asdict(rule) for rule in state().faults],
            ("PUT", "faults"): self.set_faults,
            ("GET", "delays"): lambda _body, _query: state().delays,
            ("PUT", "delays"): self.set_delays,
            ("GET", "evaluated"): self.evaluated,
            ("DELETE", "evaluated"): self.clear_evaluated,
            ("GET", "calls"): self.calls,
            ("PUT", "quotas"): self.set_quota,
            ("POST", "revoke-sessions"): self.revoke,
            ("POST", "snapshot"): self.snapshot,
            ("POST", "reset"): self.reset,
        }

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:
        name = str(environ["PATH_INFO"]).removeprefix("/_sandbox/").strip("/")
        query = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        status, answer = self._answer(str(environ["REQUEST_METHOD"]), name, take_body(environ), query)
        body = json.dumps(answer, default=str).encode()
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, method: str, name: str, raw: bytes, query: Query) -> tuple[str, Any]:
        route = self.routes.get((method, name))
        if route is None:
            return "404 Not Found", {"error": f"There is no {method} /_sandbox/{name}."}
        try:
            body = json.loads(raw or b"null")
            with self.door.lock:
                return "200 OK", route(body, query)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return "400 Bad Request", {"error": f"{type(error).__name__}: {error}"}

    def account(self, body: Any, _query: Query) -> Any:
        account_id = str(body["account_id"])
        if not ACCOUNT.fullmatch(account_id):
            raise UnfitError("An account id has twelve digits.")
        if account_id == VENDOR_ACCOUNT:
            raise UnfitError("This is the vendor's own account.")
        self.door.dirty.set()
        return admin_keys(account_id)

    def set_faults(self, body: Any, _query: Query) -> Any:
        known = {item.name for item in fields(Rule)} - {"fired"}
        rules = [Rule(**{key: value for key, value in item.items() if key in known}) for item in body or []]
        for rule in rules:
            if rule.kind not in KINDS:
                raise UnfitError(f"A fault is one of {', '.join(KINDS)}, not {rule.kind}.")
            re.compile(rule.service), re.compile(rule.action)
        state().faults[:] = rules
        return [asdict(rule) for rule in rules]

    def set_delays(self, body: Any, _query: Query) -> Any:
        state().delays.update({str(key): float(value) for key, value in body.items()})
        return state().delays

    def evaluated(self, _body: Any, query: Query) -> Any:
        found: set[str] = set()
        for (account, principal), actions in state().evaluated.items():
            if query.get("account_id", account) == account and query.get("principal", principal) == principal:
                found |= actions
        return sorted(found)

    def clear_evaluated(self, _body: Any, _query: Query) -> Any:
        state().evaluated.clear()
        return []

    def calls(self, _body: Any, query: Query) -> Any:
        since, account = float(query.get("since", 0)), query.get("account_id")
        records = [
            item for item in state().calls if item.at >= since and (account is None or item.account == account)
        ]
        return [asdict(item) for item in records[-int(query.get("limit", LAST_CALLS)) :]]

    def set_quota(self, body: Any, _query: Query) -> Any:
        key = (str(body["account_id"]), str(body["region"]), str(body["service"]), str(body["code"]))
        state().quotas[key] = float(body["value"])
        return {"value": state().quotas[key]}

    def revoke(self, body: Any, _query: Query) -> Any:
        """End the sessions of a role that exist now; later ones are not touched."""
        revoked = 0
        for session in state().sessions.values():
            if session.account == str(body["account_id"]) and session.role_name == body["role_name"]:
                revoked += not session.revoked
                session.revoked = True
        known = any(role.name == body["role_name"] for role in iam(str(body["account_id"])).roles.values())
        return {"revoked": revoked, "role_exists": known}

    def snapshot(self, _body: Any, _query: Query) -> Any:
        return {"saved": snapshot.save_now()}

    def reset(self, _body: Any, _query: Query) -> Any:
        """Forget everything but the delays."""
        delays = dict(state().delays)
        BackendDict.reset()
        MEMORY.replace(State(delays=delays))
        vendor_keys()
        self.door.dirty.set()
        return {"reset": True}
