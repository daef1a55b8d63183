# Written in Notepad on Windows
import numpy as np

def sigmoid(z):
    """ the squashing function """
    a = np.exp(-np.logaddexp(0, -np.asarray(z, dtype=float)))
    if np.ndim(z) == 0:
        return float(a)
    return a

def forward(x, theta_h, theta_y):
    H = sigmoid(np.matmul(x, theta_h))
    Y = sigmoid(np.matmul(H, theta_y))
    return H, Y

def log_likelihood(y, y_hat):
    ll = 0
    for label, p in zip(y, y_hat):
        if label == 1:
            ll += np.log(max(p, 1e-300))
        else:
            ll += np.log(max(1 - p, 1e-300))
    return ll

def backprop(x, y, h, y_hat, theta_y):
    grad_h = np.zeros((x.shape[1], len(theta_y)))
    grad_y = np.zeros(len(theta_y))
    for k in range(len(y)):
        d = y[k] - y_hat[k]
        grad_y += d * h[k]
        grad_h += np.outer(x[k], d * theta_y * h[k] * (1 - h[k]))
    return grad_h, grad_y
