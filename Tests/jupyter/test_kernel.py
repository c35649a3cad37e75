# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The conformance test of Jupyter's kernels, over a session of Cloister."""

from __future__ import annotations

import unittest
from typing import ClassVar

import jupyter_kernel_test  # type: ignore[import-untyped]
import pytest

from kernels import KERNEL

pytestmark = pytest.mark.host_only  # The guest has no image with packages.

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.usefixtures("known_kernel")
class TestKernel(jupyter_kernel_test.KernelTests):  # type: ignore[misc]
    kernel_name = KERNEL
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('a warning', file=sys.stderr)"
    code_page_something = "len?"
    code_generate_error = "raise ValueError('on purpose')"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
    code_inspect_sample = "zip"
    code_execute_result: ClassVar = [
        {"code": "6 * 7", "result": "42"},
        {"code": "'text'", "result": "'text'"},
        {"code": "from IPython.display import HTML\nHTML('<b>x</b>')", "mime": "text/html", "result": "<b>x</b>"},
        {"code": "from IPython.display import JSON\nJSON({'a': [1]})", "mime": "application/json"},
        {"code": "import asyncio\nawait asyncio.sleep(0, 'awaited')", "result": "'awaited'"},
    ]
    code_display_data: ClassVar = [
        {"code": "from IPython.display import HTML\ndisplay(HTML('<b>x</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Markdown\ndisplay(Markdown('*x*'))", "mime": "text/markdown"},
        {"code": "from IPython.display import Latex\ndisplay(Latex('$x$'))", "mime": "text/latex"},
        {"code": "from IPython.display import SVG\ndisplay(SVG('<svg/>'))", "mime": "image/svg+xml"},
        {"code": "from IPython.display import Javascript\ndisplay(Javascript('1'))", "mime": "application/javascript"},
        {"code": f"display({{'image/png': '{PNG}'}}, raw=True)", "mime": "image/png"},
        {"code": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()", "mime": "image/png"},
        {"code": "display({'application/json': {'a': 1}}, raw=True)", "mime": "application/json"},
    ]
    completion_samples: ClassVar = [
        {"text": "zi", "matches": {"zip"}},
        {"text": "str.isal", "matches": {"isalnum", "isalpha"}},
        {"text": "x = [1].appe", "matches": set()},
        {"text": "print(no_such_na", "matches": set()},
    ]
    complete_code_samples: ClassVar = [
        "1",
        "print('hello, world')",
        "def f(x):\n  return x*2\n\n\n",
        "await thing",
        "%time 1",
        "!ls",
    ]
    incomplete_code_samples: ClassVar = ["print('''hello", "def f(x):\n  x*2", "for i in range(3):", "x = [1,"]
    invalid_code_samples: ClassVar = ["import = 7q", "a b"]

    @unittest.skip("The kernel keeps no history: Jupyter's own front ends keep it, and the daemon journals executions.")
    def test_history(self) -> None: ...
