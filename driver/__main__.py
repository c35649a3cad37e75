# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Starts the driver. It stays tiny: this file alone is compiled again at every start."""

from cloister_driver.start import start

start()
