"""What a person sees once the console is ready: where it is and how to sign in."""

import json
import textwrap
from pathlib import Path

import pyotp

from sandbox.ports import Ports


def show(ports: Ports, demo_file: Path, *, demo: bool) -> None:
    lines = [f"http://localhost:{ports.web}", ""]
    if demo:
        lines.append("The demo organization comes up; its sign-ins follow." if not demo_file.exists() else "")
    else:
        lines.append("The console is empty: its first visitor becomes owner.")
    lines.append(f"Machines use https://localhost:{ports.tls} with the CA in .sandbox/ca.pem.")
    lines.append("ctrl-C ends everything.")
    _print(lines)
    if demo and demo_file.exists():
        show_people(demo_file)


def show_people(demo_file: Path) -> None:
    """Print the sign-ins with the codes of this moment; a code is good once, for half a minute."""
    people = json.loads(demo_file.read_text(encoding="utf-8"))["people"]
    lines = []
    for person in people:
        code = pyotp.TOTP(person["totp_secret"]).now()
        lines += [
            f"{person['name']}, {person['role']}",
            f"    e-mail       {person['email']}",
            f"    password     {person['password']}",
            f"    TOTP secret  {person['totp_secret']}   code now {code}",
        ]
    _print(lines)


def _print(lines: list[str]) -> None:
    print("\n" + textwrap.indent("\n".join(line for line in lines), "  ") + "\n", flush=True)
