// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

/// How the driver's interpreter is started. A zygote is started in the same words, so that its forks look no different.
enum DriverEnvironment {
    static let program = "/usr/bin/python3"
    /// Unbuffered is C's stdio, whose output then belongs to the execution that wrote it; Python's own streams are the
    /// driver's business.
    static let arguments = ["python3", "-u", "-X", "utf8", "/opt/cloister/driver/__main__.py"]

    static func variables(processors: UInt32) -> [String] {
        [
            "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/workspace", "USER=user", "LOGNAME=user", "SHELL=/bin/sh",
            "LANG=C.UTF-8", "TMPDIR=/tmp", "PYTHONDONTWRITEBYTECODE=1", "MPLBACKEND=agg",
            "MPLCONFIGDIR=/tmp/.matplotlib", "XDG_CACHE_HOME=/tmp/.cache", "OMP_NUM_THREADS=\(processors)",
            "OPENBLAS_NUM_THREADS=\(processors)", "LOKY_MAX_CPU_COUNT=\(processors)",
        ]
    }
}
