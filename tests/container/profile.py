"""Apply an approximation of Docker's default seccomp profile, from the calls its documentation lists as refused, and
exec a program.

    python profile.py PROGRAM ARGUMENT...

The real profile lists what is allowed. The effect on a sandbox inside is the same: no namespaces, mounts, keyrings,
io_uring, or modules, and a clone3 that seems not to exist, while seccomp, Landlock, and prctl are available.
"""

import contextlib
import errno
import os
import platform
import sys

import pyseccomp

# Refused with a container's default capabilities. ptrace and process_vm_readv are allowed since Linux 4.8.
REFUSED = """
    acct add_key bpf clock_adjtime clock_settime create_module delete_module fanotify_init finit_module fsconfig fsmount
    fsopen fspick get_kernel_syms get_mempolicy init_module io_uring_enter io_uring_register io_uring_setup ioperm iopl
    kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind mount mount_setattr move_mount move_pages nfsservctl
    open_by_handle_at open_tree perf_event_open pivot_root query_module quotactl quotactl_fd reboot request_key
    set_mempolicy setdomainname sethostname setns settimeofday stime swapoff swapon syslog _sysctl sysfs umount umount2
    unshare uselib userfaultfd ustat vhangup vm86 vm86old
""".split()
# The flags of clone that create a namespace.
NAMESPACES = 0x7E020000


def load():
    """Apply the filter to this process and to whatever it execs."""
    profile = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    if platform.machine() == "x86_64":  # Docker applies the same rules to its 32-bit calls
        profile.add_arch(pyseccomp.Arch.X86)
        profile.add_arch(pyseccomp.Arch.X32)
    for name in REFUSED:
        with contextlib.suppress(OSError):  # unknown to this library or processor
            profile.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    for flag in (1 << bit for bit in range(32) if NAMESPACES >> bit & 1):
        profile.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    profile.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # Docker leaves no_new_privs to the programs in the container.
    profile.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    profile.load()


if __name__ == "__main__":
    load()
    os.execvp(sys.argv[1], sys.argv[1:])
