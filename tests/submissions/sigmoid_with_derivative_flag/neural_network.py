import numpy as np


def sigmoid(z, derivative=False):
    """With derivative=True, z is already an activation."""
    if derivative:
        return z * (1 - z)
    return np.exp(-np.logaddexp(0.0, np.negative(z)))


def forward(x, theta_h, theta_y):
    layers = [x]
    for weights in (theta_h, theta_y):
        layers.append(sigmoid(layers[-1] @ weights))
    return layers[1], layers[2]


def log_likelihood(y, y_hat):
    with np.errstate(all="ignore"):
        a = np.where(y == 0, 0.0, y * np.log(y_hat))
        b = np.where(y == 1, 0.0, (1 - y) * np.log(1 - y_hat))
    return np.sum(a + b)


def backprop(x, y, h, y_hat, theta_y):
    d_out = (y - y_hat) / (y_hat * (1 - y_hat)) * sigmoid(y_hat, derivative=True)
    d_hidden = d_out[:, None] * theta_y[None, :] * sigmoid(h, derivative=True)
    return np.dot(x.T, d_hidden), np.dot(h.T, d_out)
