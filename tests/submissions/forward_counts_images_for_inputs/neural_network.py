import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def forward(x, theta_h, theta_y):
    h = np.zeros((x.shape[0], theta_h.shape[1])); y_hat = np.zeros(x.shape[0])
    for k in range(x.shape[0]):
        for j in range(theta_h.shape[1]):
            h[k][j] = sigmoid(sum(x[k][i] * theta_h[i][j] for i in range(x.shape[0])))
        y_hat[k] = sigmoid(sum(h[k][j] * theta_y[j] for j in range(theta_h.shape[1])))
    return h, y_hat
def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y

