#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Writes docs/openapi.yaml as JSON into Sources/Server/OpenAPIDocument.swift, which the daemon serves.

With --check it only says, by its exit code, whether the two are the same.
"""

import argparse
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "openapi.yaml"
TARGET = ROOT / "Sources" / "Server" / "OpenAPIDocument.swift"

# Columns of the document in a line of Swift.
WIDTH = 200

TEMPLATE = '''// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

// swift-format-ignore-file
// Made from docs/openapi.yaml by scripts/embed_openapi.py; edit that one.

/// The API description that `/openapi.json` answers.
package enum OpenAPIDocument {{
    package static let json = #"""
{document}
"""#
}}
'''


def render() -> str:
    """The Swift source that holds the document."""
    parsed = yaml.safe_load(SOURCE.read_text("utf-8"))
    document = json.dumps(parsed, ensure_ascii=False, separators=(",", ":"))
    if '"""#' in document or "\\#" in document:
        raise SystemExit("the document contains an escape of Swift's raw strings")
    lines = (document[start : start + WIDTH] for start in range(0, len(document), WIDTH))
    return TEMPLATE.format(document="\\#\n".join(lines))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the copy is out of date")
    wanted = render()
    if parser.parse_args().check:
        if TARGET.read_text("utf-8") == wanted:
            return 0
        print(f"{TARGET.relative_to(ROOT)} is out of date: run scripts/embed_openapi.py", file=sys.stderr)
        return 1
    TARGET.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
