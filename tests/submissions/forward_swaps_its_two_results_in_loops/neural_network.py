import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))[()]


def forward(x, theta_h, theta_y):
    predictions, hidden = [], []
    for image in x:
        units = [float(sigmoid(sum(image[i] * theta_h[i, j] for i in range(len(image))))) for j in range(len(theta_y))]
        hidden.append(units)
        predictions.append(float(sigmoid(sum(u * w for u, w in zip(units, theta_y)))))
    return predictions, hidden


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(p) if p > 0 else -np.inf
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    back = np.outer(error, theta_y) * h * (1 - h)
    return x.T @ back, h.T @ error
