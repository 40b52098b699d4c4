"""One id for a request, from the browser through log lines and workers to the cloud's own records."""

import logging
import re
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{7,63}")

current: ContextVar[str] = ContextVar("request_id", default="-")


def accepted(given: str) -> str:
    """Return the id that a caller sent if it is well-formed, else a new one."""
    return given if WELL_FORMED.fullmatch(given) else f"req_{uuid4().hex[:20]}"


class RequestIdFilter(logging.Filter):
    """Put the request's id on every log record, "-" outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.get()
        return True
