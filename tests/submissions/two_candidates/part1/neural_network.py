import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    y_hat = sigmoid(np.dot(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    likelihoods = np.where(y == 1, y_hat, 1 - y_hat)
    return np.sum(np.log(likelihoods))


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_y = np.dot(h.T, y - y_hat)
    grad_h = np.outer(y - y_hat, theta_y)
    grad_theta_h = np.dot(x.T, grad_h * h * (1 - h))
    return grad_theta_h, grad_theta_y
