import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(image @ theta_h) for image in x])
    y_hat = np.array([float(sigmoid(row @ theta_y)) for row in h])
    return h, y_hat


def log_likelihood(y, y_hat):
    p = np.clip(y_hat, 1e-15, 1 - 1e-15)
    return np.sum(y * np.log(p) + (1 - y) * np.log(1 - p))


def backprop(x, y, h, y_hat, theta_y):
    m_h = len(theta_y)
    grad_theta_h = np.zeros((x.shape[1], m_h))
    for k in range(len(y)):
        through = 0.0
        for j in range(m_h):
            through += (y[k] - y_hat[k]) * theta_y[j] * h[k, j] * (1 - h[k, j])
        for j in range(m_h):
            grad_theta_h[:, j] += through * x[k]
    return grad_theta_h, (y - y_hat).dot(h)
