# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""`%pip`: packages for this session, in the workspace."""

from __future__ import annotations

import sys
from os import environ, makedirs
from os.path import exists

from .private import BUILTINS
from .usage_error import UsageError
from .user_site import add_user_site, user_site

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .shell import Shell

_PLACES = ("--user", "--target", "-t", "--prefix", "--root")
_REMOTE = ("install", "download", "wheel", "index", "search")
_OFFLINE = ("--no-index", "--find-links", "-f", "--help", "-h")


def run_pip(shell: Shell, arguments: str) -> None:
    """What is installed can be imported at once."""
    words = _words(arguments)
    command = words[0] if words else ""
    if command in _REMOTE and not _has_network():
        words = _without_network(words)
    if command == "install" and not any(word.partition("=")[0] in _PLACES for word in words):
        words.insert(1, "--user")
        makedirs(user_site(), exist_ok=True)
    environment = {
        **environ,
        "PIP_BREAK_SYSTEM_PACKAGES": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_NO_INPUT": "1",
    }
    status = shell.run([sys.executable or "python3", "-m", "pip", *words], environment)
    add_user_site()
    import importlib

    importlib.invalidate_caches()
    if status:
        raise UsageError(f"pip ended with status {status}")


def _words(arguments: str) -> list[str]:
    """As a shell would cut them."""
    words, current, quote, open_word = [], "", "", False
    for character in arguments.partition(" #")[0]:
        if quote:
            quote, current = ("", current) if character == quote else (quote, current + character)
        elif character in "\"'":
            quote, open_word = character, True
        elif character.isspace():
            if current or open_word:
                words.append(current)
            current, open_word = "", False
        else:
            current += character
    return [*words, current] if current or open_word else words


def _has_network() -> bool:
    if any(name.lower() in ("http_proxy", "https_proxy", "all_proxy", "pip_proxy") for name in environ):
        return True
    # Routes, since some kernels give every network namespace interfaces that lead nowhere.
    return any(_leads_out(table) for table in ("route", "ipv6_route"))


def _leads_out(table: str) -> bool:
    try:
        with open(f"/proc/net/{table}", encoding="ascii") as file:
            devices = [words[0 if table == "route" else -1] for line in file if (words := line.split())]
    except OSError:
        return True  # pip finds out.
    return any(device not in ("lo", "Iface") for device in devices)


def _without_network(words: list[str]) -> list[str]:
    """The same, from what lies in the session; an error when that is nothing."""
    folder = environ.get("CLOISTER_WHEELS") or environ.get("PIP_FIND_LINKS")
    if folder:
        print(f"This session has no network. Packages come from {folder}")
        return [words[0], "--no-index", "--find-links", *folder.split()[:1], *words[1:]]
    if any(word.partition("=")[0] in _OFFLINE for word in words):
        return words
    packages = [word for word in words[1:] if not word.startswith("-")]
    if packages and all(exists(word) for word in packages):
        return [words[0], "--no-index", *words[1:]]
    raise UsageError(f"%pip {words[0]}: this session has no network, and no folder of wheels is configured")
