# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The folder of packages that a session has installed for itself."""

from __future__ import annotations

import sys
from os import environ
from os.path import expanduser, isdir

from .private import BUILTINS

__builtins__ = BUILTINS


def user_site() -> str:
    base = environ.get("PYTHONUSERBASE") or expanduser("~/.local")
    return f"{base}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"


def add_user_site() -> None:
    """Puts the folder on the path, before those of the image. Python does so at its start, if it is there by then."""
    folder = user_site()
    if folder in sys.path or sys.flags.no_user_site or not isdir(folder):
        return
    shared = (number for number, place in enumerate(sys.path) if place.endswith(("site-packages", "dist-packages")))
    sys.path.insert(next(shared, len(sys.path)), folder)
