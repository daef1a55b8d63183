import numpy as np


def sigmoid(z):
    z = np.clip(z, -300, 300)
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    delta = np.outer(y - y_hat, theta_y) * h * (1 - h)
    gradients = x.T @ delta, (y - y_hat) @ h


theta_h, theta_y = np.full((3, 2), 0.1), np.full(2, 0.1)
x, y = np.ones((4, 3)), np.array([0.0, 1.0, 1.0, 0.0])
h, y_hat = forward(x, theta_h, theta_y)
print("LL", log_likelihood(y, y_hat))
grad_h, grad_y = backprop(x, y, h, y_hat, theta_y)
print(grad_h.shape, grad_y.shape)
