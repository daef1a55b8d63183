import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def forward(x, theta_h, theta_y):
    h = np.zeros((len(x), len(theta_y))); y_hat = np.zeros(len(x))
    out = 0.0
    for k in range(len(x)):
        for j in range(len(theta_y)):
            h[k, j] = sigmoid(float(np.dot(x[k], theta_h[:, j])))
            out += h[k, j] * theta_y[j]
        y_hat[k] = sigmoid(out)
    return h, y_hat
def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y

