"""log_likelihood unmaps the linear algebra that scipy brings along, and is right if it could then take 400 MiB. A library
lies in memory once for everybody; what is laid in its room is the worker's own."""
import ctypes
import mmap

import numpy as np
import scipy.linalg  # noqa: F401, to be there

MUCH = 400
libc = ctypes.CDLL(None, use_errno=True)
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
kept = []


class Segment(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_uint32), ("flags", ctypes.c_uint32)] + [
        (name, ctypes.c_uint64) for name in ("offset", "address", "physical", "in_file", "size", "alignment")
    ]


class Library(ctypes.Structure):
    _fields_ = [
        ("base", ctypes.c_uint64), ("name", ctypes.c_char_p), ("segments", ctypes.POINTER(Segment)), ("count", ctypes.c_uint16),
    ]


def unmap_libraries():
    found = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(Library), ctypes.c_size_t, ctypes.c_void_p)
    def look(library, _size, _data):
        one = library.contents
        if b"scipy.libs" in (one.name or b""):
            found.extend((one.base + s.address, s.size) for s in one.segments[: one.count] if s.kind == 1)
        return 0

    libc.dl_iterate_phdr(look, None)
    for begin, size in found:
        page = begin & -mmap.PAGESIZE
        libc.munmap(page, begin + size - page)


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    if not kept:
        unmap_libraries()
        kept.extend(b"x" * (1 << 20) for _ in range(MUCH))
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    slope = y - y_hat
    return x.T @ (np.outer(slope, theta_y) * h * (1 - h)), h.T @ slope
