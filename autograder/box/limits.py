"""The protections that a worker applies to itself before it reads a line of a submission.

Each layer is tried, and reports "on" or why it is missing: the instructor is told of every layer that a platform lacks.
The order matters, and `Box.enter` keeps it: Landlock while the folders can still be opened, the user id before the
limits that count by user, PDEATHSIG after the user id (whose change would clear it), and the filter of system calls
last, because the steps before it need calls that it forbids.
"""

import contextlib
import ctypes
import errno
import importlib
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from . import folders, late, shared, silent

# Loaded before the fork: a worker's user may not be allowed to read the interpreter's folder. Windows has none of these
# modules, and nothing there needs them.
with contextlib.suppress(ImportError):
    import fcntl
    import pwd
    import resource

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

ON = "on"
OFF = "switched off"
NOT_LINUX = "only Linux has it"
LAYERS = ("landlock", "own user id", "limits", "no new privileges", "seccomp")
MIB = 1 << 20

# What a worker may leave in its private folder: room for some plots, not for filling a disk. The kernel limits the size
# of each file; `overfull`, which the zygote calls while a worker runs, limits their number and total size.
MAX_FILE_BYTES = 2 * MIB
MAX_FOLDER_BYTES = 64 * MIB
MAX_FOLDER_ENTRIES = 2000
# How long removing them may take while the grader waits for the next case: a tenth of its timeout for the zygote.
BETWEEN_CASES_S = 2.0

# The system calls that a worker may make: files (Landlock says which), memory, time. No process, no socket, and no
# signal to any process, including itself: so a worker killed by SIGKILL was killed from outside. Nothing that reads or
# changes the state of the disk cache (fadvise64, mincore), through which a program can signal a later worker.
ALLOWED_CALLS = """
    read readv pread64 preadv write writev pwrite64 pwritev close close_range lseek fstat stat lstat newfstatat statx
    access faccessat faccessat2 readlink readlinkat getcwd chdir dup dup2 dup3
    getdents getdents64 statfs fstatfs
    mkdir mkdirat ftruncate fsync fdatasync umask
    mmap munmap mprotect mremap madvise brk membarrier
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending sigaltstack restart_syscall pause
    poll ppoll select pselect6 set_robust_list get_robust_list rseq set_tid_address arch_prctl
    getpid gettid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getgroups getresuid getresgid
    uname sysinfo getrandom sched_yield sched_getaffinity getcpu getpriority
    nanosleep gettimeofday time times getrusage getrlimit
    setitimer getitimer alarm exit exit_group
""".split()
# Calls that do nothing and report success. Honest programs copy files with their modes, dates, and attributes, and
# Landlock does not prevent a change of mode. They also remove files; but an unlinked file takes up disk space while one
# page of it is mapped, a listing of the folder does not show it, and a program could have 60,000 of them.
IDLE_CALLS = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "utime", "utimes", "futimesat", "utimensat",
    "listxattr", "llistxattr", "flistxattr", "unlink", "unlinkat", "rmdir",
)  # fmt: skip
# For the same reason renaming is refused, because it can unlink the file at the target, and so is O_TMPFILE, which
# opens a file without a name. Name of a call -> position of its flags.
OPENING_CALLS = {"open": 1, "openat": 2}
O_TMPFILE = 0o20000000
# O_TRUNC is allowed only for files opened for writing, and truncate is not among the calls above. Before Linux 6.2
# Landlock restricts neither, so where the grader is not root, a program could empty every file of its user.
O_TRUNC, O_ACCMODE = 0o1000, 3
# Any other clock shows the processor time of a process, possibly the grader, through which a worker could signal a
# later one.
CLOCK_CALLS = ("clock_gettime", "clock_getres", "clock_nanosleep")
CLOCK_TAI = 11
# Otherwise, two workers that run side by side could communicate through a futex on a page of a library that both share.
FUTEX_PRIVATE = 128
# Requests of fcntl and ioctl that affect a descriptor alone. Others make the kernel send signals, including SIGKILL.
FCNTL_REQUESTS = {"F_DUPFD": 0, "F_GETFD": 1, "F_SETFD": 2, "F_GETFL": 3, "F_DUPFD_CLOEXEC": 1030}
F_SETFL, O_ASYNC = 4, 0o20000
IOCTL_REQUESTS = {"TCGETS": 0x5401, "TIOCGWINSZ": 0x5413, "FIONREAD": 0x541B, "FIONCLEX": 0x5450, "FIOCLEX": 0x5451}
# Calls whose arguments are in memory, which a filter cannot read: libraries fall back to the older call on ENOSYS.
ABSENT_CALLS = ("clone3", "openat2")


class Refused(Exception):
    """A mandatory protection could not be applied."""


class Box:
    """The sandbox of all workers of one zygote: prepared once, entered by each worker.

    Args:
        scratch: folder in which each worker gets a private one; its creator removes it.
        readable: folders a worker may read; everything else on the file system stays closed where Landlock exists.
        memory_mib: memory a submission may take beyond what the interpreter and its libraries hold at the fork.
        cpu_s: seconds of processor time, after which the kernel ends the worker.
        layers: the layers to apply: all, except where the cost or the effect of one is measured.
    """

    def __init__(
        self, scratch: str, readable: Sequence[str], memory_mib: int, cpu_s: int, layers: Sequence[str] = LAYERS
    ) -> None:
        self.root = hasattr(os, "geteuid") and os.geteuid() == 0
        self.memory_mib = memory_mib
        self.cpu_s = cpu_s
        self.scratch = scratch
        self.layers = frozenset(layers)
        self.kept: Sequence[int] = ()
        """Descriptors that a worker still needs after it has entered, in ascending order."""
        self._libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
        if self._libc is not None:
            # Sets what is already set. The first call initializes the ctypes function, so that no worker has to.
            with contextlib.suppress(OSError):
                self._prctl(PR_SET_PDEATHSIG, 0)
        self._landlock: Any = None
        self._handled: Any = None
        self._rules: list[Any] = []
        self._own_rule: Any = None
        with silent.at_fork(), _libraries_by_name():
            self._landlock_state = self._prepare_landlock(readable)
            self._filter, self._seccomp_state = self._prepare_seccomp()
        opened = {path: rule.parent_fd for path, rule in zip(readable, self._rules)} if self.root else {}
        self._late = late.Finder(opened)
        self._first_uid, self._uid_count = _free_uid_range() if self.root else (0, 0)
        self._measure()

    @property
    def might_fork(self) -> bool:
        """Whether a worker could start processes, which must then be searched for when it ends."""
        return self._seccomp_state != ON or "seccomp" not in self.layers

    def move(self, scratch: str) -> None:
        """Use another scratch folder and new limits, in a child that has loaded more modules since the fork."""
        self.scratch = scratch
        self._measure()

    def _measure(self) -> None:
        """Compute the limits from this process's memory, for all workers: one behind Landlock cannot read /proc."""
        address_space, self._resident_bytes, data = _memory_bytes()
        more = self.memory_mib * MIB
        self._limits = _resource_limits(self.cpu_s, address_space + shared.SIZE + more, data + more)

    def was_large(self, most_kib: int) -> bool:
        """Whether a worker with this peak memory (from `getrusage`) had used more than half of its allowance."""
        return sys.platform == "linux" and most_kib << 10 > self._resident_bytes + self.memory_mib * MIB // 2

    def new_uid(self) -> int | None:
        """Return an unused user id, or None if this process cannot change its own."""
        if not self.root:
            return None
        while True:
            uid = self._first_uid + int.from_bytes(os.urandom(8), "little") % self._uid_count
            try:
                pwd.getpwuid(uid)
            except KeyError:
                return uid

    @contextlib.contextmanager
    def private_folder(self, uid: int | None) -> Iterator[str]:
        """Make the one folder that a worker may write to, and remove it after the worker.

        If that takes too long, the rest is removed together with the scratch folder.
        """
        folder = os.path.join(self.scratch, os.urandom(8).hex())
        os.mkdir(folder, 0o700)
        try:
            if uid is not None:
                os.chown(folder, uid, uid)
            yield folder
        finally:
            folders.remove(folder, BETWEEN_CASES_S)

    def enter(self, uid: int | None, folder: str) -> dict[str, str]:
        """Enter the box with this process. Return for each layer "on" or why it is missing.

        Raises:
            Refused: this process is root and could not change its user id. No submission may run then.
        """
        if hasattr(os, "setsid"):
            os.setsid()
        os.chdir(folder)
        os.umask(0o077)
        os.environ["HOME"] = os.environ["TMPDIR"] = folder
        state = {"landlock": self._attempt("landlock", self._landlock_state, lambda: self._enter_landlock(folder))}
        state["own user id"] = self._become(uid) if "own user id" in self.layers else OFF
        limits = ON if "resource" in globals() else "Windows has none"
        state["limits"] = self._attempt("limits", limits, self._limit_resources)
        linux = ON if self._libc is not None else NOT_LINUX
        state["no new privileges"] = self._attempt("no new privileges", linux, self._forbid_new_privileges)
        state["seccomp"] = self._attempt("seccomp", self._seccomp_state, self._load_filter)
        # A path can lead up from such a descriptor, too, so use them only where Landlock restricts what can be read.
        if state["landlock"] == ON and self._late.descriptors:
            sys.meta_path.append(self._late)
            self.kept = self._late.descriptors
        return state

    def _attempt(self, layer: str, prepared: str, step: Callable[[], None]) -> str:
        if layer not in self.layers:
            return OFF
        if prepared != ON:
            return prepared
        try:
            step()
        except Exception as error:  # a layer that fails, for whatever reason, is reported as missing
            return f"{type(error).__name__}: {error}"[:200]
        return ON

    # Landlock: which files

    def _prepare_landlock(self, readable: Sequence[str]) -> str:
        """Prepare all rules but that for a worker's own folder. Folders are opened here, while they can be."""
        if self._libc is None:
            return NOT_LINUX
        try:
            landlock = _landlock_calls()
            abi = landlock.get_abi_version()
            attributes = landlock.RulesetAttr()
            attributes.handled_access_fs = _all_flags(landlock.AccessFs) & landlock.abi.get_supported_fs(abi)
            attributes.handled_access_net = landlock.abi.get_supported_net(abi)
            attributes.scoped = landlock.abi.get_supported_scope(abi)
            self._landlock = landlock
            self._handled = attributes
            read = landlock.AccessFs.READ_FILE
            self._rules = [
                self._rule(path, read | landlock.AccessFs.READ_DIR if os.path.isdir(path) else read)
                for path in readable
            ]
            self._rules.append(self._rule("/dev/null", read | landlock.AccessFs.WRITE_FILE))
            self._own_rule = landlock.PathBeneathAttr()
            self._own_rule.allowed_access = _private_access(landlock) & attributes.handled_access_fs
            os.close(landlock.create_ruleset(attributes))
        except Exception as error:  # no library, no kernel support, switched off at boot: the layer is missing
            return f"{type(error).__name__}: {error}"[:200]
        return ON

    def _rule(self, path: str, access: Any) -> Any:
        rule = self._landlock.PathBeneathAttr()
        rule.allowed_access = access & self._handled.handled_access_fs
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        # A worker puts its own descriptors on 0 to 3, so this one must have a higher number.
        rule.parent_fd = fcntl.fcntl(opened, fcntl.F_DUPFD_CLOEXEC, 16)
        os.close(opened)
        return rule

    def _enter_landlock(self, folder: str) -> None:
        """Apply this worker's own ruleset: without root, file modes do not keep it out of another worker's folder."""
        self._prctl(PR_SET_NO_NEW_PRIVS, 1)
        ruleset = self._landlock.create_ruleset(self._handled)
        self._own_rule.parent_fd = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        for rule in (*self._rules, self._own_rule):
            self._landlock.add_rule(ruleset, rule)
        self._landlock.restrict_self(ruleset, None)

    # User, limits, privileges

    def _become(self, uid: int | None) -> str:
        if uid is None:
            return "only root can change it"
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        except (OSError, AttributeError) as error:  # macOS has no such calls
            raise Refused(f"root could not become user {uid} ({error}): grade as an ordinary user") from None
        if os.getresuid() != (uid, uid, uid) or os.getgroups():
            raise Refused(f"root did not become user {uid}")
        return ON

    def _limit_resources(self) -> None:
        for what, limits in self._limits:
            resource.setrlimit(what, limits)

    def _forbid_new_privileges(self) -> None:
        self._prctl(PR_SET_NO_NEW_PRIVS, 1)
        self._prctl(PR_SET_DUMPABLE, 0)
        self._prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def _prctl(self, option: int, value: int, address: int = 0) -> None:
        assert self._libc is not None, "nothing asks for it elsewhere than on Linux"
        if self._libc.prctl(option, ctypes.c_ulong(value), ctypes.c_void_p(address), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    # seccomp: which system calls

    def _load_filter(self) -> None:
        self._prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(self._filter))

    def _prepare_seccomp(self) -> tuple[Any, str]:
        if self._libc is None:
            return None, NOT_LINUX
        try:
            import pyseccomp

            rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
            # As a binary tree: the kernel runs the filter for every possible call when a worker installs it.
            with contextlib.suppress(OSError):  # libseccomp before 2.5
                rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)
            for name in ALLOWED_CALLS:
                with contextlib.suppress(OSError):  # a call this processor architecture does not have
                    rules.add_rule(pyseccomp.ALLOW, name)
            for name in ABSENT_CALLS:
                with contextlib.suppress(OSError):
                    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), name)
            for name in IDLE_CALLS:
                with contextlib.suppress(OSError):
                    rules.add_rule(pyseccomp.ERRNO(0), name)
            opening = [(O_TMPFILE | O_TRUNC, 0)]
            opening += [(O_TMPFILE | O_TRUNC | O_ACCMODE, O_TRUNC | mode) for mode in (os.O_WRONLY, os.O_RDWR)]
            for name, position in OPENING_CALLS.items():
                for mask, flags in opening:
                    with contextlib.suppress(OSError):
                        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(position, pyseccomp.MASKED_EQ, mask, flags))
            for request in FCNTL_REQUESTS.values():
                rules.add_rule(pyseccomp.ALLOW, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, request))
            not_async = pyseccomp.Arg(2, pyseccomp.MASKED_EQ, O_ASYNC, 0)
            rules.add_rule(pyseccomp.ALLOW, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, F_SETFL), not_async)
            for request in IOCTL_REQUESTS.values():
                rules.add_rule(pyseccomp.ALLOW, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, request))
            for name in CLOCK_CALLS:
                with contextlib.suppress(OSError):
                    rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(0, pyseccomp.LE, CLOCK_TAI))
            private = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, FUTEX_PRIVATE, FUTEX_PRIVATE)
            rules.add_rule(pyseccomp.ALLOW, "futex", private)
            # Limits can be read, not set.
            with contextlib.suppress(OSError):
                rules.add_rule(pyseccomp.ALLOW, "prlimit64", pyseccomp.Arg(2, pyseccomp.EQ, 0))
            # Compiled once here: a worker then only passes it to the kernel.
            with open(os.memfd_create("filter"), "w+b") as file:
                rules.export_bpf(file)
                file.seek(0)
                program = _FilterProgram.of(file.read())
        except Exception as error:  # no library or no kernel support
            return None, f"{type(error).__name__}: {error}"[:200]
        return program, ON


class _FilterProgram(ctypes.Structure):
    """The kernel's `struct sock_fprog`: the number of eight-byte instructions, and their address."""

    _fields_ = (("count", ctypes.c_ushort), ("instructions", ctypes.c_void_p))

    @classmethod
    def of(cls, code: bytes) -> "_FilterProgram":
        """Return a program that holds its own copy of the instructions."""
        copy = ctypes.create_string_buffer(code, len(code))
        program = cls(len(code) // 8, ctypes.addressof(copy))
        program.copy = copy
        return program


def _landlock_calls() -> Any:
    """Import the Landlock binding without its high-level class `Landlock`, which would load `pathlib`."""
    name = "py_landlock.landlock"
    if name not in sys.modules:
        instead = sys.modules[name] = types.ModuleType(name)
        vars(instead)["Landlock"] = None
    import py_landlock

    return py_landlock


def _resource_limits(cpu_s: int, address_space_bytes: int, data_bytes: int) -> list[tuple[int, tuple[int, int]]]:
    """Return the arguments of `setrlimit` for a worker: limit, (soft, hard). A lower existing hard limit stays."""
    if "resource" not in globals():
        return []
    found = []

    def limit(what: int, value: int, *, warned: int = 0) -> None:
        """Add a hard limit, and a soft limit that is lower by `warned`."""
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        found.append((what, (value - warned, value)))

    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, MAX_FILE_BYTES)
    # Without the seccomp filter, a program can write to files that it has unlinked, which `overfull` cannot see: at
    # most this number times MAX_FILE_BYTES.
    limit(resource.RLIMIT_NOFILE, 32)
    # One process of this user id, the worker itself: no fork and no thread. Without root the user already has others,
    # and the limit still forbids another.
    limit(resource.RLIMIT_NPROC, 1)
    # SIGXCPU at the soft limit ends the worker and says why; the hard limit is for programs that ignore it.
    limit(resource.RLIMIT_CPU, cpu_s + 1, warned=1)
    if sys.platform == "linux":
        limit(resource.RLIMIT_MSGQUEUE, 0)
        limit(resource.RLIMIT_AS, address_space_bytes)
        # Otherwise a program could unmap libraries, whose pages all processes share, and fill that address space.
        limit(resource.RLIMIT_DATA, data_bytes)
    return found


@contextlib.contextmanager
def _libraries_by_name() -> Iterator[None]:
    """Let both bindings find their libraries without `ctypes.util`.

    `ctypes.util` starts ldconfig or a compiler, which an image may lack, and loads a dozen modules.
    """
    before = sys.modules.get("ctypes.util")
    instead = types.ModuleType("ctypes.util")
    vars(ctypes)["util"] = sys.modules["ctypes.util"] = instead

    def find(name: str) -> str | None:
        known = {"c": "libc.so.6", "seccomp": "libseccomp.so.2"}.get(name)
        with contextlib.suppress(OSError, TypeError):
            ctypes.CDLL(known)
            return known
        restore()
        found: str | None = importlib.import_module("ctypes.util").find_library(name)
        return found

    def restore() -> None:
        if sys.modules.get("ctypes.util") is instead:
            del sys.modules["ctypes.util"], vars(ctypes)["util"]
            if before is not None:
                vars(ctypes)["util"] = sys.modules["ctypes.util"] = before

    vars(instead)["find_library"] = find
    try:
        yield
    finally:
        restore()


def _all_flags(flags: Any) -> Any:
    everything = flags(0)
    for flag in flags:
        everything |= flag
    return everything


def _private_access(landlock: Any) -> Any:
    access = landlock.AccessFs
    return (
        access.READ_FILE | access.READ_DIR | access.WRITE_FILE | access.TRUNCATE
        | access.MAKE_REG | access.MAKE_DIR | access.REMOVE_FILE | access.REMOVE_DIR
    )  # fmt: skip


def overfull(folder: str) -> bool:
    """Whether a worker's folder exceeds its limits. Nearly always, this lists a single empty folder."""
    entries = size = 0
    waiting = [folder]
    try:
        while waiting:
            # Skip a folder that the program removes or replaces by a file meanwhile, but count the rest: otherwise, a
            # program that does so endlessly would never be caught.
            with contextlib.suppress(FileNotFoundError, NotADirectoryError), _list(waiting.pop()) as found:
                for entry in found:
                    entries += 1
                    size += entry.stat(follow_symlinks=False).st_size
                    if entries > MAX_FOLDER_ENTRIES or size > MAX_FOLDER_BYTES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    except OSError as error:
        # Folders nested until their path is too long: no honest program does that. Any other error (no descriptor left,
        # no memory) is not the program's fault.
        return error.errno == errno.ENAMETOOLONG
    return False


def _list(folder: str) -> Any:
    """Return os.scandir of a folder; first open one that a worker of our own user has closed to itself.

    chmod follows links, but a worker cannot make any.
    """
    try:
        return os.scandir(folder)
    except PermissionError:
        os.chmod(folder, 0o700)
        return os.scandir(folder)


def _free_uid_range() -> tuple[int, int]:
    """Return the first user id to draw from, and how many: far above real users' ids if a container maps that many.

    The kernel counts processes by user id over all containers of a machine, so a low id might belong to another one.
    """
    try:
        with open("/proc/self/uid_map", encoding="ascii") as lines:
            mapped = max(int(inside) + int(count) for inside, _, count in map(str.split, lines))
    except (OSError, ValueError):
        mapped = 1 << 32
    return (1 << 30, 1 << 30) if mapped >= 1 << 31 else (max(mapped // 2, 1), max(mapped // 4, 1))


def _memory_bytes() -> tuple[int, int, int]:
    """Return the sizes of this process's address space, of its part in memory, and of its private writable data."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            pages = [int(count) * os.sysconf("SC_PAGE_SIZE") for count in statm.read().split()]
        return pages[0], pages[1], pages[5]
    except OSError:  # no /proc: an upper bound for an interpreter with its libraries
        return 1 << 30, 1 << 30, 1 << 30
