# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Rules of this tree that no linter knows: house_rules.py FILE..."""

import sys
from pathlib import Path

HEADER = [
    "SPDX-License-Identifier: Apache-2.0",
    "SPDX-FileCopyrightText: the Cloister authors",
    "Part of Cloister, a sandbox execution daemon for Linux.",
]
COMMENT = {
    ".swift": "//",
    ".c": "//",
    ".h": "//",
    ".py": "#",
    ".sh": "#",
    ".toml": "#",
    ".yaml": "#",
    ".service": "#",
}
SCRIPT = b"#!"
LONGEST = 500


def main() -> int:
    """Prints every broken rule; 1 if there is one."""
    problems = [problem for name in sys.argv[1:] for problem in _problems(Path(name))]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


def _problems(path: Path) -> list[str]:
    if not path.is_file() or path.is_symlink():
        return []
    content = path.read_bytes()
    comment = COMMENT.get(path.suffix) or ("#" if content.startswith(SCRIPT) else None)
    if comment is None:
        return []
    lines = content.decode("utf-8").splitlines()
    problems = []
    # A script's first line names its interpreter; Package.swift's its tools version.
    start = 1 if content.startswith(SCRIPT) or path.name == "Package.swift" else 0
    if lines[start : start + len(HEADER)] != [f"{comment} {line}" for line in HEADER]:
        problems.append(f"{path}: does not begin with the licence header")
    if len(lines) > LONGEST and path.suffix in (".swift", ".c", ".py"):
        problems.append(f"{path}: {len(lines)} lines, more than {LONGEST}")
    return problems


sys.exit(main())
