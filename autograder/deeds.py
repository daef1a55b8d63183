"""The program that `doctor` submits: each function attempts something forbidden, and raises if that is refused.

No attempt does harm if it succeeds. `doctor` prints the docstrings, after "refused:" or "DO NOT REFUSE".
"""

import contextlib
import ctypes
import errno
import mmap
import os
import sys

# `doctor` sets this to the folder in which it has placed what is forbidden.
CANARY = ""


class Refused(Exception):
    """The attempt was refused without an exception of its own."""


def _call(name: str, *arguments: int) -> int:
    """Call a function of the C library."""
    result = int(getattr(ctypes.CDLL(None), name)(*arguments))
    if result == -1:
        raise Refused
    return result


def sees_the_graders_environment() -> None:
    """seeing the grader's environment variables"""
    if "AUTOGRADER_DOCTOR" not in os.environ:
        raise Refused


def sees_the_graders_modules() -> None:
    """importing the grader"""
    import autograder  # noqa: F401, importing is the deed


def holds_a_descriptor_of_the_graders() -> None:
    """using a file that the grader has open"""
    for descriptor in range(4, 256):
        try:
            os.fsync(descriptor)
        except OSError as error:
            # A folder opened with O_PATH, which is only a starting point for paths, gives EBADF, too.
            if error.errno == errno.EBADF:
                continue
        return
    raise Refused


def reads_standard_input() -> None:
    """reading the grader's standard input"""
    if not os.read(0, 1):
        raise Refused


def reads_a_file_open_to_everybody() -> None:
    """reading a file that every user may read"""
    with open(os.path.join(CANARY, "readable"), "rb") as file:
        file.read()


def writes_where_everybody_may() -> None:
    """writing into a folder that every user may write to"""
    with open(os.path.join(CANARY, "open", "left"), "w", encoding="ascii") as file:
        file.write("left")


def lists_a_folder_open_to_everybody() -> None:
    """listing a folder that every user may list"""
    os.listdir(os.path.join(CANARY, "open"))


def reads_a_file_of_the_graders() -> None:
    """reading a file that only the grader's user may read"""
    with open(os.path.join(CANARY, "private"), "rb") as file:
        file.read()


def reaches_the_process_that_made_it() -> None:
    """sending signals to the grader"""
    if sys.platform == "win32":  # signal 0 is Ctrl-C there, so ask for the right to end the process instead
        handle = ctypes.windll.kernel32.OpenProcess(1, False, os.getppid())
        if not handle:
            raise Refused
        ctypes.windll.kernel32.CloseHandle(handle)
        return
    os.kill(os.getppid(), 0)


def takes_more_memory_than_allowed() -> None:
    """taking 2 GiB of memory"""
    mmap.mmap(-1, 2 << 30).close()


def writes_a_large_file() -> None:
    """writing a file of 3 MiB"""
    with open("large", "wb") as file:
        file.write(bytes(3 << 20))
    os.remove("large")


def opens_a_hundred_files() -> None:
    """opening a hundred files"""
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(open(os.devnull, "rb"))


def starts_a_process() -> None:
    """starting a process"""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def may_gain_privileges() -> None:
    """gaining privileges by running another program"""
    if _call("prctl", 39, 0, 0, 0, 0) == 1:  # PR_GET_NO_NEW_PRIVS
        raise Refused


def can_be_looked_into() -> None:
    """being looked into by others of its user"""
    if _call("prctl", 3, 0, 0, 0, 0) == 0:  # PR_GET_DUMPABLE
        raise Refused


def opens_a_socket() -> None:
    """opening a network socket"""
    import socket

    socket.socket().close()


def shares_memory_with_others() -> None:
    """leaving memory behind for a later worker"""
    segment = _call("shmget", 0, 4096, 0o1600)
    _call("shmctl", segment, 0, 0)


def makes_a_file_without_a_name() -> None:
    """making a file that lies in no folder"""
    os.close(os.memfd_create("deed"))


def reads_its_parents_memory() -> None:
    """reading another process's memory"""
    _call("process_vm_readv", os.getppid(), 0, 0, 0, 0, 0)


def leaves_its_namespace() -> None:
    """making a namespace of its own"""
    _call("unshare", 0x10000000)


STOPPED_BY = {
    "process of its own": (
        sees_the_graders_environment, sees_the_graders_modules, holds_a_descriptor_of_the_graders, reads_standard_input,
    ),
    "landlock": (
        reads_a_file_open_to_everybody, lists_a_folder_open_to_everybody, writes_where_everybody_may,
    ),
    "own user id": (reads_a_file_of_the_graders, reaches_the_process_that_made_it),
    "limits": (takes_more_memory_than_allowed, writes_a_large_file, opens_a_hundred_files, starts_a_process),
    "no new privileges": (may_gain_privileges, can_be_looked_into),
    "seccomp": (
        opens_a_socket, starts_a_process, reaches_the_process_that_made_it, reads_its_parents_memory,
        shares_memory_with_others, makes_a_file_without_a_name, leaves_its_namespace,
    ),
}  # fmt: skip
"""Protection -> the deeds that it refuses by itself."""
DEEDS = tuple(dict.fromkeys(deed for deeds in STOPPED_BY.values() for deed in deeds))


def attempt(number: float) -> float:
    """Try one of `DEEDS`. Return 1.0 if it succeeded, 0.0 if it was refused."""
    try:
        DEEDS[int(number)]()
    except Exception:
        return 0.0
    return 1.0
