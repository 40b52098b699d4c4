"""Runs benchmarks, each in a process of its own with servers of its own.

Every benchmark ends with exactly one line of its name: `bench NAME value=V unit=U ratio=R against=WHAT`,
where ratio is ours divided by what it is held against, measured in the same run.
"""

import importlib
import os
import subprocess
import sys

from tests.benchmarks.catalogue import BENCHMARKS


def main(arguments: list[str]) -> int:
    names = arguments or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    if len(names) > 1:
        return max(subprocess.call([sys.executable, "-m", "tests.benchmarks", name]) for name in names)
    return run(names[0])


def run(name: str) -> int:
    from sandbox import testing

    os.environ.update(testing.start(f"bench-{name}", durable=True))
    os.environ["DJANGO_SETTINGS_MODULE"] = "console.settings.test"
    import django

    django.setup()
    try:
        importlib.import_module(f"tests.benchmarks.{name}").main()
    finally:
        testing.stop(f"bench-{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
