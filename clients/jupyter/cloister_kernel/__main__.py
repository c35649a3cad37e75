# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""`python -m cloister_kernel` is the kernel, `python -m cloister_kernel install` makes it known to Jupyter."""

import sys

if sys.argv[1:2] == ["install"]:
    from .install import main

    main(sys.argv[2:])
else:
    from ipykernel.kernelapp import IPKernelApp

    from .kernel import CloisterKernel

    IPKernelApp.launch_instance(kernel_class=CloisterKernel)
