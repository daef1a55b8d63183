import numpy as np

cache = {}


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    cache["x"] = x
    cache["h"] = sigmoid(x @ theta_h)
    cache["y_hat"] = sigmoid(cache["h"] @ theta_y)
    return cache["h"], cache["y_hat"]


def log_likelihood(y, y_hat):
    p = np.where(y == 1, y_hat, 1 - y_hat)
    return np.log(p).sum() if (p > 0).all() else -np.inf


def backprop(x, y, h, y_hat, theta_y):
    error = y - cache["y_hat"]
    slope = cache["h"] * (1 - cache["h"])
    return cache["x"].T @ (error[:, None] * theta_y * slope), cache["h"].T @ error
