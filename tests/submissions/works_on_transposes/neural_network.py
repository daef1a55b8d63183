# My linear algebra course puts datapoints in columns, so I transpose on the way in and out.
import numpy as np


def sigmoid(z):
    return np.reciprocal(1 + np.exp(-np.clip(z, -650, 650)))


def forward(x, theta_h, theta_y):
    X = x.T
    H = sigmoid(theta_h.T @ X)
    Y = sigmoid(theta_y[None, :] @ H)
    return H.T, Y[0, :]


def log_likelihood(y, y_hat):
    Y, P = np.atleast_2d(y), np.atleast_2d(y_hat)
    Q = np.abs(1 - Y - P)
    with np.errstate(divide="ignore"):
        return np.log(Q).sum(axis=1)[0]


def backprop(x, y, h, y_hat, theta_y):
    H, E = h.T, (y - y_hat)[None, :]
    G = (theta_y[:, None] @ E) * H * (1 - H)
    return (G @ x).T, (H @ E.T)[:, 0]
