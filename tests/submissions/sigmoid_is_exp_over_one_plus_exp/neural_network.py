import numpy as np


def sigmoid(z):
    # the other way to write it, from the logistic regression lecture
    return np.exp(z) / (1 + np.exp(z))


def forward(x, theta_h, theta_y):
    n, m_h = len(x), len(theta_y)
    h = np.empty((n, m_h))
    y_hat = np.empty(n)
    for k, image in enumerate(x):
        h[k] = sigmoid(image @ theta_h)
        y_hat[k] = sigmoid(h[k] @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    return sum(np.log(p) if t == 1 else np.log(1 - p) for t, p in zip(y, y_hat))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((x.shape[1], h.shape[1]))
    grad_theta_y = np.zeros(h.shape[1])
    for image, label, hidden, p in zip(x, y, h, y_hat):
        grad_theta_y += (label - p) * hidden
        grad_theta_h += np.outer(image, (label - p) * theta_y * hidden * (1 - hidden))
    return grad_theta_h, grad_theta_y
