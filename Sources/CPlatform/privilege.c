// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.

#define _GNU_SOURCE
#include "include/cloister_privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int result(long value) { return value < 0 ? -errno : (int)value; }

static int drop_bounding_set(void) {
    for (unsigned long capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return errno == EINVAL && capability > 0 ? 0 : -errno;
    }
    return 0;
}

int cloister_drop_capabilities(void) {
    int failure = drop_bounding_set();
    if (failure < 0) return failure;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -errno;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    if (syscall(SYS_capset, &header, data) < 0) return -errno;
    if (syscall(SYS_capget, &header, data) < 0) return -errno;
    for (int word = 0; word < 2; word++) {
        if ((data[word].effective | data[word].permitted | data[word].inheritable) != 0) return -EPERM;
    }
    return prctl(PR_CAPBSET_READ, 0UL, 0, 0, 0) == 0 ? 0 : -EPERM;
}

int cloister_lock_securebits(void) {
    unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                         SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    return result(prctl(PR_SET_SECUREBITS, bits, 0, 0, 0));
}

int cloister_keep_capabilities_across_uid(void) {
    int bits = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    if (bits < 0) return -errno;
    return result(prctl(PR_SET_SECUREBITS, (unsigned long)bits | SECBIT_NO_SETUID_FIXUP, 0, 0, 0));
}

// The raw calls: glibc's wrappers tell every thread, and there is one.
int cloister_set_effective_uid(uid_t uid) { return result(syscall(SYS_setresuid, -1, uid, -1)); }

int cloister_set_ids(uid_t uid, gid_t gid) {
    if (syscall(SYS_setresgid, gid, gid, gid) < 0) return -errno;
    return result(syscall(SYS_setresuid, uid, uid, uid));
}

int cloister_drop_groups(void) { return result(syscall(SYS_setgroups, 0, NULL)); }

int cloister_install_filter(const struct cloister_instruction *program, size_t count) {
    _Static_assert(sizeof(struct cloister_instruction) == sizeof(struct sock_filter), "the kernel's layout");
    struct sock_fprog filter = {.len = (unsigned short)count, .filter = (struct sock_filter *)(uintptr_t)program};
    if (count == 0 || count > BPF_MAXINSNS) return -EINVAL;
    return result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter));
}

int cloister_loopback_up(void) {
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", 3);
    request.ifr_flags = IFF_UP;
    int done = result(ioctl(descriptor, SIOCSIFFLAGS, &request));
    close(descriptor);
    return done;
}
