import numpy as np


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) < 0, small, 1) / (1 + small)


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    return h, sigmoid(np.dot(h, theta_y))


def log_likelihood(y, y_hat):
    likely = np.where(y > 0.5, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return np.log(likely).sum()


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def backprop(x, y, h, y_hat, theta_y):
    # delta rule
    cost_derivative = y - y_hat
    delta = cost_derivative * sigmoid_prime(y_hat)
    nabla_theta_y = np.dot(delta, h)
    delta_h = np.dot(delta.reshape(-1, 1), theta_y.reshape(1, -1)) * sigmoid_prime(h)
    nabla_theta_h = np.dot(x.transpose(), delta_h)
    return nabla_theta_h, nabla_theta_y
