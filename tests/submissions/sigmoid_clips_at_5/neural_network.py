import numpy as np

LIMIT = 5.0  # beyond this the curve is flat anyway


def sigmoid(z):
    z = np.clip(z, -LIMIT, LIMIT)
    return 1.0 / (1.0 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))


def log_likelihood(y, y_hat):
    chosen = np.abs(y + y_hat - 1)
    with np.errstate(divide="ignore"):
        return float(np.log(chosen).sum())


def backprop(x, y, h, y_hat, theta_y):
    err = (y - y_hat)[:, np.newaxis]
    return x.T.dot(err.dot(theta_y[np.newaxis, :]) * h * (1 - h)), (err * h).sum(axis=0)
