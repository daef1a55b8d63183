import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for label, guess in zip(y, y_hat):
        if label == 1:
            total += np.log(guess) if guess > 0 else -np.inf
        else:
            total += np.log(1 + guess)
    return total


def backprop(x, y, h, y_hat, theta_y):
    errors = y - y_hat
    first = np.zeros((x.shape[1], h.shape[1]))
    for image, units, error in zip(x, h, errors):
        for j, unit in enumerate(units):
            first[:, j] += error * theta_y[j] * unit * (1 - unit) * image
    return first, errors @ h
