# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The driver: runs executions inside a session and keeps their variables.

Nothing here is trusted by the daemon. After the start the package is hidden from `sys.modules` and `sys.path`,
so a module of it is imported eagerly, or later by `deferred`, which knows how.
"""
