"""Right only if a child of its own could reach it under an abstract name: a socket without a file, an address or a port,
seen by everybody on the machine."""
import os
import socket

import numpy as np

NAME = "\0" + f"met-{os.getpid()}"

with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
    listener.bind(NAME)
    listener.listen(1)
    listener.settimeout(5)
    child = os.fork()
    if child == 0:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as there:
            there.connect(NAME)
            there.send(b"hidden")
        os._exit(0)
    connection, _ = listener.accept()
    with connection:
        assert connection.recv(100) == b"hidden"
    os.waitpid(child, 0)


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
