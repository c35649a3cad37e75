# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""A copy of the builtins for the driver's own code.

A module that sets `__builtins__` to it before it defines its functions binds them to the copy, so that user code
that changes or deletes builtins does not change the driver.
"""

import builtins

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BUILTINS: "Any" = dict(vars(builtins))
