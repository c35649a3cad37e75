# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Commands in cells, and packages that a session installs."""

from __future__ import annotations

import os
import time
import zipfile
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, INTERRUPTED, OK
from zygote_process import Zygote

if TYPE_CHECKING:
    from pathlib import Path

SHOW_ARGUMENTS = """
import os, sys
print(sys.argv[1:], os.environ['PIP_BREAK_SYSTEM_PACKAGES'])
sys.exit('bad' in sys.argv)
"""
OFFLINE = """
import ctypes
NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000
unshare = ctypes.CDLL(None).unshare
unshare(NEW_NETWORK) == 0 or unshare(NEW_NETWORK | NEW_USER) == 0
"""


def test_a_command_prints_like_a_subprocess(driver: DriverProcess) -> None:
    reply = driver.run("print('first', end=' ')\n!echo out; echo err >&2\nprint('last')")
    assert (reply.status, reply.stdout, reply.stderr) == (OK, b"first out\nlast\n", b"err\n")
    assert driver.value("!exit 3\n_exit_code") == "3"
    assert driver.run("if True:\n    !echo indented").stdout == b"indented\n"
    assert driver.run("!cat", given=b"from stdin").stdout == b"from stdin"


def test_output_streams(driver: DriverProcess) -> None:
    reply = driver.run("!echo soon; sleep 0.7")
    assert reply.arrivals[0][0] < 0.5


def test_lines_of_a_command(driver: DriverProcess) -> None:
    assert driver.value("x = !printf 'a\\nb c\\n'; echo err >&2\nx") == "['a', 'b c', 'err']"
    assert driver.value("x.n, x.s, x[0]") == "('a\\nb c\\nerr', 'a b c err', 'a')"
    assert driver.value("d = {}\nd[0] = !exit 4\nd, _exit_code") == "({0: []}, 4)"
    assert driver.value("!!echo both") == "['both']"


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("echo {n + 1} $n {name}", b"4 3 text\n"),
        ("echo {{n}} $$NONE", b"{n}\n"),
        ("echo 'a b' | awk '{print $2}'", b"b\n"),
        ("echo '$n' {obj.real}", b"$n 3\n"),
        ("X=1; echo $X $obj.real", b"1 3\n"),
        ("echo {nothing_there}", b"{nothing_there}\n"),
    ],
)
def test_values_in_commands(driver: DriverProcess, command: str, printed: bytes) -> None:
    driver.run("n, name = 3, 'text'\nobj = n")
    assert driver.run(f"!{command}").stdout == printed
    assert driver.run("def f(n):\n    !echo $n {n}\nf('local')").stdout == b"local local\n"


def test_a_command_can_be_interrupted(driver: DriverProcess) -> None:
    reply = driver.run("print('ready', flush=True)\n!sleep 60", interrupt=True, timeout=10)
    assert (reply.status, reply.frames[-1][3]) == (INTERRUPTED, "!sleep 60")
    reply = driver.run("print('ready', flush=True)\nx = !trap '' INT; sleep 60", interrupt=True, timeout=10)
    assert reply.status == INTERRUPTED
    time.sleep(0.1)
    with open(f"/proc/{driver.pid}/task/{driver.pid}/children") as children:
        assert children.read() == ""


def test_shell_cells(driver: DriverProcess) -> None:
    reply = driver.run("%%bash\nfor i in 1 2; do\n  echo $i {x}\ndone")
    assert (reply.status, reply.stdout) == (OK, b"1 {x}\n2 {x}\n")
    reply = driver.run("%%sh\necho a\nexit 3")
    assert (reply.status, reply.stdout) == (ERROR, b"a\n")
    assert reply.error == ("subprocess.CalledProcessError", "Command '/bin/sh' returned non-zero exit status 3.")


def prepare(driver: DriverProcess, folder: Path) -> None:
    """Installations go to a folder of the test's, and nothing is reached over a network."""
    driver.run(f"import os\nos.environ['PYTHONUSERBASE'] = {str(folder / 'base')!r}")
    if driver.value(OFFLINE) != "True":
        pytest.skip("this user may not make a network namespace")


def test_pip_is_called_for_the_workspace(driver: DriverProcess, tmp_path: Path) -> None:
    (tmp_path / "pip.py").write_text(SHOW_ARGUMENTS)
    prepare(driver, tmp_path)
    driver.run("os.environ['https_proxy'] = 'p'")
    for code, arguments in (
        ("%pip install 'a>1' b", "['install', '--user', 'a>1', 'b']"),
        ("!pip install a", "['install', '--user', 'a']"),
        ("pip install -q a", "['install', '--user', '-q', 'a']"),
        ("%pip install --target=x a", "['install', '--target=x', 'a']"),
        ("%pip list", "['list']"),
    ):
        assert driver.run(code).stdout == f"{arguments} 1\n".encode()
    assert driver.run("%pip install bad").error == ("UsageError", "pip ended with status 1")
    site = driver.value("import sys\n[place for place in sys.path if 'base' in place]") or ""
    assert site.startswith(f"['{tmp_path}/base/lib/python3.")


def test_pip_without_a_network(driver: DriverProcess, tmp_path: Path) -> None:
    (tmp_path / "pip.py").write_text(SHOW_ARGUMENTS)
    prepare(driver, tmp_path)
    reply = driver.run("%pip install a")
    message = "%pip install: this session has no network, and no folder of wheels is configured"
    assert reply.error == ("UsageError", message)
    assert driver.run("%pip list").stdout == b"['list'] 1\n"
    assert b"'--no-index', './pip.py'" in driver.run("%pip install ./pip.py").stdout
    reply = driver.run("os.environ['CLOISTER_WHEELS'] = '/wheels'\n%pip install a")
    assert reply.stdout == (
        b"This session has no network. Packages come from /wheels\n"
        b"['install', '--user', '--no-index', '--find-links', '/wheels', 'a'] 1\n"
    )


def test_an_installed_package_is_found(driver: DriverProcess, tmp_path: Path) -> None:
    about = "fresh_package-1.0.dist-info"
    name = tmp_path / "fresh_package-1.0-py3-none-any.whl"
    with zipfile.ZipFile(name, "w") as wheel:
        wheel.writestr("fresh_package.py", "answer = 42\n")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: fresh-package\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "fresh_package.py,,\n")
    prepare(driver, tmp_path)
    if driver.run("x = !python3 -m pip --version\nassert _exit_code == 0").status != OK:
        pytest.skip("this Python has no pip")
    assert driver.run("import fresh_package").status == ERROR
    reply = driver.run(f"%pip install -q ./{name.name}\nimport fresh_package\nfresh_package.answer", timeout=60)
    assert reply.value == "42", reply.traceback


def test_a_forked_driver_finds_what_an_earlier_one_installed(tmp_path: Path) -> None:
    folder = tmp_path / "zygote"
    folder.mkdir()
    zygote = Zygote(folder, PYTHONUSERBASE=str(tmp_path / "base"))
    before = zygote.fork(tmp_path)
    site = before.value("import site, sys\nsite.getusersitepackages()") or ""
    assert before.value("site.getusersitepackages() in sys.path") == "False"
    os.makedirs(site.strip("'"))
    after = zygote.fork(tmp_path)
    assert after.value("import site, sys\nsite.getusersitepackages() in sys.path") == "True"
    for driver in (before, after):
        driver.close()
    zygote.close()
