"""Does with boto3 what `aws SERVICE COMMAND --name value` does, as far as our script uses it.

The command in the path only hands its words to a thread of the tests, for a CLI takes long to start.
"""

import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]  # botocore's own, without annotations
from botocore import xform_name
from botocore.exceptions import ClientError

from regions.clouds.aws.session import Session

COMMAND = """\
#!{python} -SE
import json, socket, sys
with socket.socket(socket.AF_UNIX) as way:
    way.connect({socket!r})
    way.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
    code, out, err = json.loads(way.makefile().read())
sys.stdout.write(out), sys.stderr.write(err)
sys.exit(code)
"""


@contextmanager
def aws(session: Session, folder: Path) -> Iterator[Path]:
    """A folder for the path, in which `aws` acts with the keys of `session`."""
    folder.mkdir()
    place = str(folder / "s")

    class Words(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(json.dumps(_run(session, json.loads(self.rfile.readline()))).encode())

    program = folder / "aws"
    program.write_text(COMMAND.format(python=sys.executable, socket=place))
    program.chmod(0o755)
    with socketserver.ThreadingUnixStreamServer(place, Words) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder
        server.shutdown()


def _run(session: Session, words: list[str]) -> tuple[int, str, str]:
    service, command, *rest = words
    options = _options(rest)
    query, output = options.pop("query", ""), options.pop("output", "json")
    client = session.client(service)
    method = command.replace("-", "_")
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    members = {xform_name(name, "-"): (name, shape.members[name]) for name in (shape.members if shape else ())}
    request = {members[key][0]: _value(members[key][1], value) for key, value in options.items()}
    try:
        answer = getattr(client, method)(**request)
    except ClientError as error:
        return 254, "", f"{error}\n"
    found = jmespath.search(query, answer) if query else answer
    text = "\t".join(found) if output == "text" and isinstance(found, list) else str(found)
    return 0, f"{text}\n", ""


def _options(words: list[str]) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[name := word[2:]] = []
        else:
            found[name].append(word)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _value(shape: Any, value: Any) -> Any:
    if shape.type_name == "list":
        return [dict(part.split("=", 1) for part in one.split(",")) for one in value]
    if shape.type_name == "boolean":
        return True
    return int(value) if shape.type_name == "integer" else value
