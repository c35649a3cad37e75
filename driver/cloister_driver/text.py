# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Text that user code made, cut to a size that fits an answer."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS


def exact(text: str) -> str:
    """The same text as a plain str: a subclass may lie about its length or run code when it is encoded."""
    return str.__str__(text)


def encode(text: str) -> bytes:
    """UTF-8; lone surrogates become escapes."""
    return str.encode(text, "utf-8", "backslashreplace")


def clip(text: str, limit: int) -> str:
    """Keeps the first `limit` characters and says how many there were."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… [cut: {len(text):,} characters in all]"


def clip_middle(text: str, limit: int) -> str:
    """Keeps the first and the last `limit / 2` characters and says how many are left out."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… [{len(text) - 2 * half:,} characters left out] …\n{text[-half:]}"
