import numpy as np

grad_theta_h = 0
grad_theta_y = 0


def sigmoid(z):
    z = np.clip(z, -120, 120)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        p = y_hat[k] if y[k] == 1 else 1 - y_hat[k]
        total += np.log(max(p, 1e-99))
    return total


def backprop(x, y, h, y_hat, theta_y):
    global grad_theta_h, grad_theta_y
    for k in range(len(y)):
        error = y[k] - y_hat[k]
        grad_theta_y = grad_theta_y + error * h[k]
        grad_theta_h = grad_theta_h + np.outer(x[k], error * theta_y * h[k] * (1 - h[k]))
    return grad_theta_h, grad_theta_y
