import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    y_hat[y_hat == 0] = 1e-15
    y_hat[y_hat == 1] = 1 - 1e-15
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y

