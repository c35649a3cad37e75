# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""G2: namespaces, identity and signals."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from case import Case
from host import patience, processes, processes_in, wait_until
from probe import Probes

if TYPE_CHECKING:
    from canaries import Canaries
    from instance import Instance
    from positions import Positions
    from sandbox import Session, Sessions

pytestmark = pytest.mark.usefixtures("quiet")

IDENTITY = Probes("identity")
KINDS = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def test_n01_unshare(positions: Positions) -> None:
    case = Case("N01")
    sound = case.permitted(IDENTITY.outside("unshare_each"))
    case.all_refused("EPERM", positions.everywhere(IDENTITY, "unshare_each"), sound)


def test_n02_clone(positions: Positions) -> None:
    case = Case("N02")
    sound = case.permitted(IDENTITY.outside("clone_each"))
    case.all_refused("EPERM", positions.everywhere(IDENTITY, "clone_each"), sound)
    for position, found in positions.everywhere(IDENTITY, "plain_clone").items():
        assert found == {"plain": "ok", "junk": "ok"}, position


def test_n03_clone3(positions: Positions) -> None:
    case = Case("N03")
    sound = case.permitted(IDENTITY.outside("clone3_each"), besides={"nothing": ("EINVAL", "EFAULT")})
    case.all_refused("ENOSYS", positions.everywhere(IDENTITY, "clone3_each"), sound)
    for position, found in positions.everywhere(IDENTITY, "children_work").items():
        assert found == ["thread", "subprocess", "fork"], position


def test_n04_join_namespaces(positions: Positions, canaries: Canaries) -> None:
    case = Case("N04")
    sound = case.permitted(IDENTITY.outside("join_namespaces", pid=canaries.pid))
    results = positions.everywhere(IDENTITY, "join_namespaces", pid=1)
    expected = {name: ("EACCES", "EPERM") if name.startswith("other ") else "EPERM" for name in sound}
    case.all_refused(expected, results, sound)


def test_n05_namespaces_are_ones_own(new_session: Sessions, used: Session) -> None:
    case = Case("N05")
    host = {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in KINDS}
    control = IDENTITY.outside("namespaces")
    case.need({kind for kind in KINDS if control[kind] == host[kind]} == set(KINDS) - {"mnt"}, control)
    session = new_session()
    first = IDENTITY.inside(session, "namespaces")
    again = IDENTITY.below(session, "namespaces")
    case.need(first == again, again)
    sibling = IDENTITY.inside(used, "namespaces")
    for kind in KINDS:
        assert len({host[kind], first[kind], sibling[kind]}) == 3, kind


def test_n05_namespaces_of_the_next_incarnation(new_session: Sessions) -> None:
    # After a rollback they are the same.
    session = new_session(checkpoint="off")
    before = IDENTITY.inside(session, "namespaces")
    pid = processes_in(before["pid"])[0]
    # Held open, so that the kernel cannot give the same numbers out again.
    held = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in KINDS]
    try:
        session.execute("import os; os._exit(1)")
        after = IDENTITY.inside(session, "namespaces")
    finally:
        for descriptor in held:
            os.close(descriptor)
    assert all(before[kind] != after[kind] for kind in KINDS), (before, after)


def test_n06_identity(positions: Positions, instance: Instance) -> None:
    case = Case("N06")
    sound = case.permitted(IDENTITY.outside("change_ids"))
    case.all_refused("EPERM", positions.everywhere(IDENTITY, "change_ids"), sound)
    host = IDENTITY.outside("ids")
    case.need(host["uid"] == [0, 0, 0] and host["uid_map"][0][0] == 0, host)
    for position, found in positions.everywhere(IDENTITY, "ids").items():
        assert found["uid"] == found["gid"] == [1000, 1000, 1000], position
        assert set(found["groups"]) <= {1000}, position
        for name in ("uid_map", "gid_map"):
            assert [(inner, count) for inner, _, count in found[name]] == [(999, 1), (1000, 1)], position
            assert all(outer in instance.users for _, outer, _ in found[name]), position


def test_n07_users_are_not_shared(new_session: Sessions, instance: Instance) -> None:
    """Quarantine and reuse in a small range: the tests of the spawner."""
    seen: set[int] = set()
    live = [new_session() for _ in range(10)]
    for session in live:
        users = {outer for _, outer, _ in IDENTITY.inside(session, "ids")["uid_map"]}
        owners = {process.user for process in map(_process, processes_in(_pid_namespace(session)))}
        assert users == owners
        assert not users & seen
        seen |= users
    for _ in range(20):
        session = new_session()
        users = {outer for _, outer, _ in IDENTITY.inside(session, "ids")["uid_map"]}
        assert not users & seen
        seen |= users
        session.close()


def test_n08_no_capability_anywhere(positions: Positions) -> None:
    control = IDENTITY.outside("confinement")
    loose = [int(found["CapEff"], 16) != 0 and found["Seccomp"] == "0" for found in control.values()]
    Case("N08").need(all(loose), control)
    expected = dict.fromkeys(CAPABILITIES, "0" * 16)
    # One for the way into the session, and the policy in two.
    expected.update(NoNewPrivs="1", Seccomp="2", Seccomp_filters="3")
    for position, found in positions.everywhere(IDENTITY, "confinement").items():
        for where, fields in found.items():
            assert {name: fields[name] for name in expected} == expected, f"{position}, {where}"


def test_n09_raising_capabilities(positions: Positions) -> None:
    case = Case("N09")
    sound = case.permitted(IDENTITY.outside("raise_capabilities"))
    expected: dict[str, Any] = dict.fromkeys(sound, ("EINVAL", "EPERM"))
    expected["capset"] = "EPERM"
    case.all_refused(expected, positions.everywhere(IDENTITY, "raise_capabilities"), sound)


def test_n10_names(positions: Positions) -> None:
    case = Case("N10")
    sound = case.permitted(IDENTITY.outside("change_names", unshare=["--uts"]))
    case.all_refused("EPERM", positions.everywhere(IDENTITY, "change_names"), sound)
    assert IDENTITY.outside("names")["node"] != "sandbox"
    for position, found in positions.everywhere(IDENTITY, "names").items():
        assert found["node"] == "sandbox", position


def test_n11_other_processes(positions: Positions, canaries: Canaries, instance: Instance) -> None:
    case = Case("N11")
    pids = [canaries.pid, instance.spawner_pid, instance.daemon_pid, os.getpid()]
    control = IDENTITY.outside("reach_processes", pids=pids, sweep=2)
    case.permitted(control["given"])
    results = positions.everywhere(IDENTITY, "reach_processes", pids=pids, sweep=65536)
    for position, found in results.items():
        assert set(found["given"].values()) == {"ESRCH"}, position
    listed = positions.everywhere(IDENTITY, "visible_processes")
    for position, visible in listed.items():
        assert visible[0] == 1, position
        assert len(visible) <= 4, position
        reached = results[position]["swept"]
        # A probe below the interpreter is another process each time, and a checkpoint comes and goes.
        assert abs(len(reached) - len(visible)) <= 1, (position, reached, visible)
    assert set(positions.everywhere(IDENTITY, "signal_everybody").values()) <= {"ok", "EPERM", "ESRCH"}
    assert canaries.damage() == []


def test_n12_signals_to_process_one(positions: Positions) -> None:
    case = Case("N12")
    sound = case.permitted(IDENTITY.outside("signal_control"))
    results = positions.everywhere(IDENTITY, "signal_every_number", pid=1)
    case.all_refused("EPERM", results, sound)
    assert all(positions.everywhere(IDENTITY, "is_alive", pid=1).values())
    assert positions.used.execute("6 * 7").value == "42"


def test_n13_other_ways_to_signal(positions: Positions) -> None:
    case = Case("N13")
    sound = case.permitted(IDENTITY.outside("otherwise_control"))
    results = positions.everywhere(IDENTITY, "signal_otherwise", pid=1)
    case.all_refused("EPERM", results, sound)
    assert all(positions.everywhere(IDENTITY, "is_alive", pid=1).values())


def test_n14_descriptors_of_others(positions: Positions) -> None:
    case = Case("N14")
    sound = case.permitted(IDENTITY.outside("steal_descriptors"))
    case.all_refused("ENOSYS", positions.everywhere(IDENTITY, "steal_descriptors"), sound)


def test_n15_own_settings(positions: Positions) -> None:
    case = Case("N15")
    sound = case.permitted(IDENTITY.outside("write_own_settings"))
    results = positions.everywhere(IDENTITY, "write_own_settings")
    case.all_refused(("EPERM", "EACCES", "EINVAL", "ENOENT"), results, sound)


def test_n17_daemons_end_with_the_session(new_session: Sessions, instance: Instance) -> None:
    session = new_session(checkpoint="off")
    namespace = _pid_namespace(session)
    before = set(processes_in(namespace))
    number = IDENTITY.inside(session, "daemonize")
    assert IDENTITY.inside(session, "is_alive", pid=number), "vacuous: the daemon does not outlive the execution"
    daemons = set(processes_in(namespace)) - before
    assert len(daemons) == 1
    usage = instance.client.session(session.id)["usage"]
    assert usage["pids"] >= 2, usage
    session.close()
    assert wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in daemons | before), 5)


def test_n18_deep_daemons_end_at_once(new_session: Sessions, instance: Instance) -> None:
    session = new_session()
    namespace = _pid_namespace(session)
    assert IDENTITY.inside(session, "daemonize_deep", levels=50) == 50
    members = processes_in(namespace)
    assert len(members) >= 51, "vacuous: the chain is not there"
    start = time.monotonic()
    session.close()
    gone = wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in members), 5, 0.001)
    taken = time.monotonic() - start
    print(f"N18: {len(members)} processes ended in {taken * 1000:.1f} ms")
    assert gone
    assert taken < patience(0.5)


def test_n19_clocks(positions: Positions) -> None:
    case = Case("N19")
    sound = case.permitted(IDENTITY.outside("set_clocks"))
    case.all_refused("EPERM", positions.everywhere(IDENTITY, "set_clocks"), sound)


def _pid_namespace(session: Session) -> str:
    name: str = IDENTITY.inside(session, "namespaces")["pid"]
    return name


def _process(pid: int) -> Any:
    return next(process for process in processes() if process.pid == pid)
