"""``./dev bench [NAME ...]``: run the benchmarks of tests/bench, each a script with its own targets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "bench"


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all. Exit status 1 when one fails, 2 when a name is unknown or there is none."""
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_")}
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        print(f"没有这个基准 / no such benchmark: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    statuses = []
    for name in names or known:
        print(f"== {name}", flush=True)
        statuses.append(subprocess.run([sys.executable, str(known[name])], check=False).returncode)
    return 1 if any(statuses) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
