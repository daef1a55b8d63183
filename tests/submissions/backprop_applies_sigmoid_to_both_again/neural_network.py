import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    d = (y / y_hat - (1 - y) / (1 - y_hat)) * sigmoid_prime(y_hat)
    return x.T @ (np.outer(d, theta_y) * sigmoid_prime(h)), h.T @ d
