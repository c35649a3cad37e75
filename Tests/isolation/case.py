# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The rules that make a pass mean something.

A probe that must fail inside is first run outside, where it must succeed: otherwise the case is vacuous, and fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from absent import ABSENT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Errors = str | tuple[str, ...]


class Case:
    """One case of the catalogue, from its control to its verdict."""

    def __init__(self, number: str) -> None:
        self.number = number

    def permitted(self, control: Mapping[str, str], *, besides: Mapping[str, Errors] | None = None) -> set[str]:
        """Checks the control: what the host allowed. Gives the names that mean something inside.

        `besides` has errnos which only a caller gets that was let through, by name.
        """
        sound = set()
        absent = []
        for name, result in control.items():
            if result == "ok" or result in _several((besides or {}).get(name, ())):
                sound.add(name)
            elif (known := ABSENT.get((self.number, name))) and result in known.errors:
                absent.append(f"{name}: {known.reason}")
            else:
                pytest.fail(f"{self.number} vacuous: outside, {name} gives {result}")
        if not sound:
            pytest.skip(f"{self.number}: {'; '.join(absent)}")
        return sound

    def refused(self, name: str, expected: Errors, results: Mapping[str, Mapping[str, str]], sound: set[str]) -> None:
        """Each result in each position is exactly the expected errno, or one of several."""
        for position, found in results.items():
            assert name in found, f"{self.number} {position}: nothing about {name}"
            if name in sound:
                assert found[name] in _several(expected), f"{self.number} {position}: {name} gives {found[name]}"

    def all_refused(
        self, expected: Errors | Mapping[str, Errors], results: Mapping[str, Mapping[str, str]], sound: set[str]
    ) -> None:
        """`refused` for every name that the probe reports."""
        for name in sorted({name for found in results.values() for name in found}):
            errors = expected if isinstance(expected, (str, tuple)) else expected[name]
            self.refused(name, errors, results, sound)

    def need(self, condition: bool, control: object) -> None:
        """Fails as vacuous when the control did not show what the probe looks for."""
        if not condition:
            pytest.fail(f"{self.number} vacuous: outside, the probe gives {control}")

    def nowhere(self, results: Mapping[str, Any], forbidden: Collection[Any]) -> None:
        for position, found in results.items():
            assert found not in forbidden, f"{self.number} {position}: {found}"


def _several(errors: Errors) -> tuple[str, ...]:
    return (errors,) if isinstance(errors, str) else errors
