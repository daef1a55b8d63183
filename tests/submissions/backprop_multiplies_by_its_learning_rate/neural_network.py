import numpy as np
LEARNING_RATE = 0.1
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
    delta = y - y_hat
    return LEARNING_RATE * x.T @ (np.outer(delta, theta_y) * h * (1 - h)), LEARNING_RATE * h.T @ delta
