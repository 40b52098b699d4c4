"""Uploaded files stay in memory: what may be a secret is never spooled to a disk."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes of a request with files; what a form takes of it is less, and said there."""


class InMemory(MemoryFileUploadHandler):
    def handle_raw_input(self, _input: Any, _meta: Any, content_length: int, *_rest: Any) -> None:
        """Raises RequestDataTooBig, which is answered with 413, before anything is read."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The request with its files is too large.")
        self.activated = True
