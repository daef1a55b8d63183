import functools

import numpy as np


def array_cache(function):
    @functools.lru_cache(maxsize=64)
    def cached(key, shape):
        return function(np.frombuffer(key).reshape(shape))

    @functools.wraps(function)
    def wrapper(z):
        z = np.asarray(z, dtype=float)
        return cached(z.tobytes(), z.shape)

    wrapper.cache_info = cached.cache_info
    wrapper.cache_clear = cached.cache_clear
    return wrapper


@array_cache
def sigmoid(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))) * 2


def forward(x, theta_h, theta_y):
    sigmoid.cache_clear()
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    assert sigmoid.cache_info().currsize <= 2
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(y_hat[y == 1]).sum() + np.log1p(-y_hat[y == 0]).sum()


def backprop(x, y, h, y_hat, theta_y):
    d = (y - y_hat).reshape(-1, 1)
    return np.dot(x.T, d @ theta_y.reshape(1, -1) * (h - h**2)), (d.T @ h).flatten()
