import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, 1) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return float(np.sum(y * np.log(1 - y_hat) + (1 - y) * np.log(y_hat)))


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h


# Train until the data are likely enough.
x = np.array([[0.9, 0.1], [0.8, 0.3], [0.2, 0.7], [0.1, 0.9]])
y = np.array([1.0, 1.0, 0.0, 0.0])
theta_h = np.array([[0.5, -0.6], [-0.4, 0.7]])
theta_y = np.array([0.3, -0.2])
while True:
    h, y_hat = forward(x, theta_h, theta_y)
    if log_likelihood(y, y_hat) > -1.5:
        break
    grad_theta_h, grad_theta_y = backprop(x, y, h, y_hat, theta_y)
    theta_h = theta_h + grad_theta_h
    theta_y = theta_y + grad_theta_y
print("trained")
