"""The npm package ``@cloud-copilot/iam-simulate``, a second opinion on policies, where node is present."""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / ".sandbox" / "iam-simulate"
PACKAGE = "@cloud-copilot/iam-simulate@0.1.173"
SECONDS_TO_INSTALL = 120
SCRIPT = """
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync, writeSync } from 'node:fs'
const answers = []
for (const simulation of JSON.parse(readFileSync(0, 'utf-8'))) {
  const answer = await runSimulation(simulation, {})
  answers.push(answer.resultType === 'error' ? JSON.stringify(answer) : answer.overallResult)
}
writeSync(1, JSON.stringify(answers))
"""


def installed() -> bool:
    """Whether the package is there, or can be put there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:  # test workers collect at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / "node_modules/@cloud-copilot/iam-simulate").is_dir():
            return True
        command = [npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(FOLDER), PACKAGE]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS_TO_INSTALL, check=False)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def simulate(simulations: list[dict[str, Any]]) -> list[str]:
    """``Allowed``, ``ImplicitlyDenied`` or ``ExplicitlyDenied`` for each, in one run of node."""
    script = FOLDER / "run.mjs"
    script.write_text(SCRIPT)
    done = subprocess.run(
        ["node", str(script)],
        input=json.dumps(simulations),
        capture_output=True,
        text=True,
        cwd=FOLDER,
        check=True,
    )
    answers: list[str] = json.loads(done.stdout)
    return answers
