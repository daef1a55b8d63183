import math


def sigmoid(z):
    if hasattr(z, "shape") and z.shape:
        return [sigmoid(part) for part in z]
    z = float(z)
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


def forward(x, theta_h, theta_y):
    h = [[sigmoid(sum(a * b for a, b in zip(row, column))) for column in theta_h.T] for row in x]
    return h, [sigmoid(sum(a * b for a, b in zip(units, theta_y))) for units in h]


def log_likelihood(y, y_hat):
    return math.prod(p if t == 1 else 1 - p for t, p in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (error[:, None] * theta_y * h * (1 - h)), h.T @ error
