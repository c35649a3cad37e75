# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Counts what the stages of a test run left in a directory: tally.py DIRECTORY."""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Result:
    """One test, in one stage."""

    stage: str
    name: str
    state: str
    reason: str = ""


def main() -> int:
    """Prints failures, skips with their reasons, a line a stage, and the closing line."""
    directory = Path(sys.argv[1])
    results = [*_junit(directory), *_lists(directory)]
    results += _silent_failures(directory, results)
    counts = Counter(result.state for result in results)
    print()
    for stage in sorted({result.stage for result in results}):
        own = Counter(result.state for result in results if result.stage == stage)
        print(f"  {stage:<16} {_counted(own)}")
    _show("failed", results)
    _show("skipped", results)
    print(
        f"\n{counts['skipped']} skipped tests, each with its reason above" if counts["skipped"] else "\nno test skipped"
    )
    print(_counted(counts))
    return 1 if counts["failed"] or not counts["passed"] else 0


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[state]} {state}" for state in ("passed", "failed", "skipped"))


def _show(state: str, results: list[Result]) -> None:
    """The tests of one state; many with one reason are one line."""
    groups: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.state == state:
            groups.setdefault((result.stage, result.reason), []).append(result.name)
    if groups:
        print(f"\n{state}:")
    for (stage, reason), names in sorted(groups.items()):
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        print(f"  {stage}: {shown}" + (f" ({reason})" if reason else ""))


def _junit(directory: Path) -> list[Result]:
    results: list[Result] = []
    for path in sorted(directory.glob("*.xml")):
        try:
            tree = ElementTree.parse(path)
        except ElementTree.ParseError:
            results.append(Result(_stage(path.stem), path.name, "failed", "torn: the tests ended in the middle"))
            continue
        results += [_case(_stage(path.stem), case) for case in tree.iter("testcase")]
    return results


def _stage(stem: str) -> str:
    return "-".join(stem.split("-")[:2])


def _case(stage: str, case: ElementTree.Element) -> Result:
    name = f"{case.get('classname', '')}.{case.get('name', '')}".strip(".")
    for tag, state in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
        found = case.find(tag)
        if found is not None:
            lines = (found.get("message") or found.text or "").strip().splitlines() or [""]
            return Result(stage, name, state, lines[0][:200])
    return Result(stage, name, "passed")


def _lists(directory: Path) -> list[Result]:
    results: list[Result] = []
    for path in sorted(directory.glob("*.list")):
        for line in path.read_text("utf-8").splitlines():
            state, name, reason = line.split("\t", 2)
            results.append(Result(path.stem, name, state, reason))
    return results


def _silent_failures(directory: Path, results: list[Result]) -> list[Result]:
    """A stage that ended badly without a failed test: a crash, or a step that is no test."""
    silent: list[Result] = []
    for path in sorted(directory.glob("*.status")):
        status = path.read_text("utf-8").strip()
        known = any(result.stage == path.stem and result.state == "failed" for result in results)
        if status != "0" and not known:
            silent.append(Result(path.stem, "the stage itself", "failed", f"ended with status {status}"))
    return silent


sys.exit(main())
