import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


history = []


def log_likelihood(y, y_hat):
    # room for everything that I may want to plot: 48 MiB a time, and no more than 768 MiB in all
    for step in range(16):
        history.append(np.zeros(6 * 1024 * 1024))
        history[-1][0] = step
    p = np.where(y == 1, y_hat, 1 - y_hat)
    answer = np.log(np.maximum(p, 1e-30)).sum()
    history.clear()
    return answer


def backprop(x, y, h, y_hat, theta_y):
    error = (y - y_hat)[:, None]
    return x.T @ (error * theta_y * h * (1 - h)), (error * h).sum(axis=0)
