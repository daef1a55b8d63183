import math
import numpy as np


def sigmoid(z):
    z = np.asarray(z, float)
    return np.array([1 / (1 + math.exp(-v)) if v > -700 else 0.0 for v in z.ravel()]).reshape(z.shape)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    ll = 0
    for k in range(len(y)):
        ll += y[k] * math.log(y_hat[k]) + (1 - y[k]) * math.log(1 - y_hat[k])
    return ll


def backprop(x, y, h, y_hat, theta_y):
    gh = [[0] * len(theta_y) for _ in x[0]]
    gy = [0] * len(theta_y)
    for k in range(len(y)):
        e = y[k] - y_hat[k]
        for j in range(len(theta_y)):
            gy[j] += e * h[k][j]
            s = e * theta_y[j] * h[k][j] * (1 - h[k][j])
            for i in range(len(x[0])):
                gh[i][j] += s * x[k][i]
    return np.array(gh), np.array(gy)
