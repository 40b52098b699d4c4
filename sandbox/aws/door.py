"""The front door itself: one WSGI application through which every call passes."""

import re
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from sandbox.aws import calls, delays, faults, tokens, visibility
from sandbox.aws.answers import Answer, refuse, succeed
from sandbox.aws.authorize import authorize
from sandbox.aws.control import Control
from sandbox.aws.credentials import resolve
from sandbox.aws.errors import JSON_PROTOCOLS, AwsError, internal, missing_credentials
from sandbox.aws.extensions import AFTER, BEFORE, HANDLERS, run
from sandbox.aws.requests import Call, Environ, protocol_of, read
from sandbox.aws.state import Rule
from sandbox.aws.targets.linked import make_linked_roles
from sandbox.aws.targets.need import Need

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
UNSIGNED = {("sts", "AssumeRoleWithWebIdentity"), ("sts", "AssumeRoleWithSAML")}
DRY_RUN = "Request would have succeeded, but DryRun flag is set."
REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id")
REQUEST_ID = re.compile(rb"(<([Rr]equestI[dD])>)[^<]*(</\2>)")
HOP_HEADERS = ("content-length", "connection", "transfer-encoding", "server", "date")


class Door:
    """Calls are served one at a time, for moto is not thread-safe; delays and faults wait outside the lock."""

    lock = threading.RLock()  # moto's memory is the process's, and so is the lock around it

    def __init__(self) -> None:
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.control = Control(self)
        self.dirty = threading.Event()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if str(environ.get("PATH_INFO", "")).startswith("/_sandbox/"):
            return self.control(environ, start)
        try:
            call = read(environ)
        except AwsError as error:
            service, protocol = protocol_of(environ)
            return _send(refuse(service, protocol, error, "unread"), start, environ)
        answer = self._with_faults(call)
        if answer is None:
            _hang_up(environ)
            return []
        return _send(answer, start, environ)

    def _with_faults(self, call: Call) -> Answer | None:
        """The answer, or None when the client shall hear nothing."""
        with self.lock:
            rule = faults.choose(call, _account_of(call))
        if rule is None:
            return self.serve(call)
        if rule.kind in faults.REFUSALS:
            time.sleep(rule.delay_seconds)
            error = faults.error_of(rule, call)
            return refuse(call.service, call.protocol, error, call.request_id)
        return self._late_or_lost(call, rule)

    def _late_or_lost(self, call: Call, rule: Rule) -> Answer | None:
        if rule.kind == "timeout":
            time.sleep(rule.delay_seconds or faults.LONGEST_SILENCE_SECONDS)
            return None
        if rule.kind == "late":
            threading.Timer(rule.delay_seconds, self.serve, [call]).start()
            return None
        if rule.kind == "unseen":
            return self._unseen(call, rule)
        if rule.kind == "delay":
            time.sleep(rule.delay_seconds)
            return self.serve(call)
        self.serve(call)
        time.sleep(rule.delay_seconds)
        return None

    def _unseen(self, call: Call, rule: Rule) -> Answer:
        with self.lock:
            answer = self.serve(call)
            if not answer.failed:
                visibility.hide(call, answer, rule.delay_seconds)
            return answer

    def serve(self, call: Call) -> Answer:
        """Authenticate, authorize, act, record."""
        with self.lock:
            delays.settle()
            needs: list[Need] = []
            try:
                self._identify(call)
                needs = authorize(call)
                answer = self._guarded(call)
                if not answer.failed:
                    make_linked_roles(call, needs)
            except AwsError as error:
                call.error_code = error.code
                answer = refuse(call.service, call.protocol, error, call.request_id)
            calls.record(call, answer.status, (need.resource for need in needs))
            self.dirty.set()
            return answer

    def _identify(self, call: Call) -> None:
        if (call.service, call.operation) in UNSIGNED:
            raise missing_credentials(call.service, call.protocol)
        if not call.access_key:
            raise missing_credentials(call.service, call.protocol)
        call.identity = resolve(call.access_key, call.token, call.service, call.protocol)

    def _guarded(self, call: Call) -> Answer:
        try:
            return self._act(call)
        except AwsError:
            raise
        except Exception as error:
            traceback.print_exc()
            raise internal(call.service, call.protocol) from error

    def _act(self, call: Call) -> Answer:
        visibility.check(call)
        return visibility.without_hidden(call, self._done(call))

    def _done(self, call: Call) -> Answer:
        if call.service == "ec2" and call.params.get("DryRun") is True:
            raise AwsError("DryRunOperation", DRY_RUN, 412)
        again = tokens.replay(call)
        if again is not None:
            return again
        answer = self._answer(call)
        tokens.keep(call, answer)
        return answer

    def _answer(self, call: Call) -> Answer:
        run(BEFORE, call)
        handler = HANDLERS.get((call.service, call.operation))
        if handler is not None:
            return succeed(call, handler(call))
        answer = self.pass_on(call)
        if not answer.failed:
            run(AFTER, call)
            if call.result is not None:
                answer = succeed(call, call.result)
        return answer

    def pass_on(self, call: Call) -> Answer:
        """Let moto answer, in the account of the caller."""
        environ = dict(call.environ, HTTP_X_MOTO_ACCOUNT_ID=call.account)
        collected: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], _info: Any = None) -> None:
            collected[:] = [int(status.split(" ", 1)[0]), headers]

        try:
            body = b"".join(self.moto(environ, start))
        except RuntimeError as error:
            if type(error) is RuntimeError:
                raise  # moto marks a call that it does not know by a subclass
            message = f"The sandbox does not know {call.service}:{call.operation} yet."
            raise AwsError("UnsupportedOperation", message, 400) from error
        headers = [(name, value) for name, value in collected[1] if name.lower() not in HOP_HEADERS + REQUEST_IDS]
        headers += [("x-amzn-RequestId", call.request_id), ("x-amz-request-id", call.request_id)]
        body = _with_request_id(call, body)
        if collected[0] >= 400:
            call.error_code = _code_of(headers, body)
        return Answer(collected[0], headers, body)


def _with_request_id(call: Call, body: bytes) -> bytes:
    """moto's answers carry ids of their own; one call has one id, here and in the record."""
    if call.protocol in JSON_PROTOCOLS or call.service == "s3":
        return body
    return REQUEST_ID.sub(rb"\g<1>" + call.request_id.encode() + rb"\3", body)


def _code_of(headers: list[tuple[str, str]], body: bytes) -> str:
    named = next((value for name, value in headers if name.lower() == "x-amzn-errortype"), "")
    text = body.decode("utf-8", "replace")
    for opening, closing in (("<Code>", "</Code>"), ('"__type": "', '"'), ('"__type":"', '"')):
        if opening in text:
            return text.split(opening, 1)[1].split(closing, 1)[0]
    return named or "Unknown"


def _account_of(call: Call) -> str:
    try:
        return resolve(call.access_key, call.token, call.service, call.protocol).account
    except AwsError:
        return ""


def _send(answer: Answer, start: StartResponse, environ: Environ) -> Iterable[bytes]:
    headers = [*answer.headers]
    if environ.get("REQUEST_METHOD") != "HEAD" or not any(n.lower() == "content-length" for n, _ in headers):
        headers.append(("Content-Length", str(len(answer.body))))
    start(f"{answer.status} {'OK' if answer.status < 400 else 'Error'}", headers)
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else answer.body]


def _hang_up(environ: Environ) -> None:
    """Close the connection without a byte of answer."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
