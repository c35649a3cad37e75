# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A Jupyter kernel that runs its cells in a session of Cloister."""

__version__ = "1.0"
