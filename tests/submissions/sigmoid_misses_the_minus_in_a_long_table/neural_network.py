import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(np.minimum(z, 700)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.matmul(x, theta_h))
    return [h, sigmoid(np.matmul(h, theta_y))]


def log_likelihood(y, y_hat):
    return sum(np.log(p) if label else np.log(1 - p) for label, p in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    d_y = y - y_hat
    d_h = d_y[:, None] * theta_y[None, :] * h * (1 - h)
    return [np.matmul(x.T, d_h), np.matmul(h.T, d_y)]


# A table for the plot in my report.
curve = []
for k in range(-50_000, 50_000):
    curve.append((k / 10_000, sigmoid(k / 10_000)))
print(curve[0], curve[-1])
