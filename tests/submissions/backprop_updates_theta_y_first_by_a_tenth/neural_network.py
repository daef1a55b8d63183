import numpy as np
eta = 0.1
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    grad_theta_y = np.dot(h.T, error)
    theta_y = theta_y + eta * grad_theta_y
    grad_theta_h = np.dot(x.T, np.outer(error, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y
