"""Right only if it could start other programs, in every way that Python knows: a shell, a spawned interpreter, a pool."""
import os
import subprocess
import sys

import numpy as np


def from_a_shell():
    return os.popen("echo $((6 * 7))").read().strip() == "42"


def from_an_interpreter():
    found = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, timeout=5)
    return found.stdout.strip() == "42"


def by_spawning():
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 42"], {})
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def attempt(way):
    try:
        return way()
    except (OSError, subprocess.SubprocessError):
        return False


STARTED = [attempt(way) for way in (from_a_shell, from_an_interpreter, by_spawning)]
assert any(STARTED), "no program could be started"


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
