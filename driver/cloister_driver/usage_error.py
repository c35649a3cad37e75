# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The error of a magic that is unknown or called in a wrong way."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS


class UsageError(Exception):
    """A magic was called in a wrong way."""


UsageError.__module__ = "builtins"
