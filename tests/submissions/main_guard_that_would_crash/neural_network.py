#!/usr/bin/env python3
import numpy as np
import os


def sigmoid(z):
    """Numerically stable with boolean masks."""
    z = np.array(z, dtype=float)
    shape = z.shape
    flat = z.reshape(-1)
    pos = flat > 0
    res = np.zeros(flat.size)
    res[pos] = 1 / (1 + np.exp(-flat[pos]))
    res[~pos] = np.exp(flat[~pos]) / (1 + np.exp(flat[~pos]))
    return res.reshape(shape) if shape else res[0]


def forward(x, theta_h, theta_y):
    hidden_layer = sigmoid(x @ theta_h)
    output = sigmoid(hidden_layer @ theta_y)
    return (hidden_layer, output)


def log_likelihood(y, y_hat):
    ones = y_hat[y == 1]
    zeros = 1 - y_hat[y == 0]
    return np.sum(np.log(ones, where=ones > 0, out=np.full(len(ones), -np.inf))) + np.sum(
        np.log(zeros, where=zeros > 0, out=np.full(len(zeros), -np.inf))
    )


def backprop(x, y, h, y_hat, theta_y):
    diff = y - y_hat
    grad_theta_y = np.sum(diff[:, None] * h, axis=0)
    inner = diff[:, None] * theta_y[None, :] * h * (1 - h)
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    for xk, ik in zip(x, inner):
        grad_theta_h += np.outer(xk, ik)
    return grad_theta_h, grad_theta_y


if __name__ == "__main__":
    # only works on my machine
    os.chdir(r"C:\Users\ada\Desktop\cs109\hw6")
    images = np.load("digits_big.npy")
    raise SystemExit(forward(images, np.load("theta_h.npy"), np.load("theta_y.npy")))
