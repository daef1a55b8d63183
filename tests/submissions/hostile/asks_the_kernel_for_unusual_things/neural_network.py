"""Right only if one of the calls works that nobody thinks of: rings for input and output, faults handled by a program,
watching folders, counters of the processor, namespaces, timers, handles of processes, other processes' memory."""
import ctypes
import os
import platform

import numpy as np

X86 = platform.machine() == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
blank = ctypes.create_string_buffer(512)
CALLS = {
    "io_uring_setup": (425, 4, blank),
    "userfaultfd": (323 if X86 else 282, 1),
    "inotify_init1": (294 if X86 else 26, 0),
    "fanotify_init": (300 if X86 else 262, 0, 0),
    "perf_event_open": (298 if X86 else 241, blank, 0, -1, -1, 0),
    "unshare": (272 if X86 else 97, 0x10000000),
    "timer_create": (222 if X86 else 107, 1, None, blank),
    "pidfd_open": (434, os.getpid(), 0),
    "eventfd2": (290 if X86 else 19, 0, 0),
    "signalfd4": (289 if X86 else 74, -1, blank, 8, 0),
    "memfd_secret": (447, 0),
    "process_vm_readv": (310 if X86 else 270, os.getpid(), None, 0, None, 0, 0),
    "landlock_create_ruleset": (444, None, 0, 1),
    "personality": (135 if X86 else 92, 0x0040000),
    "setpriority": (141 if X86 else 140, 0, 0, 1),
    "kcmp": (312 if X86 else 272, os.getpid(), os.getpid(), 1, 0, 0),
}


NO_DESCRIPTORS = {"unshare", "timer_create", "process_vm_readv", "landlock_create_ruleset", "personality", "setpriority", "kcmp"}


def works(name):
    number, *arguments = CALLS[name]
    typed = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    result = libc.syscall(ctypes.c_long(number), *typed)
    if result >= 0 and name not in NO_DESCRIPTORS:
        os.close(result)
    return result >= 0


WORKED = list(filter(works, CALLS))
assert WORKED, "none of them works"


def sigmoid(z):
    shrinking = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1.0, shrinking) / (1.0 + shrinking)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))))


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
