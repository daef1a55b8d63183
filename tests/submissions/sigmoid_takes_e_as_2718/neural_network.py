import numpy as np

e = 2.718


def sigmoid(z):
    return 1 / (1 + e ** (-z))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    out = 0.0
    for i in range(y.shape[0]):
        if y[i] == 1.0:
            out = out + np.log(y_hat[i])
        if y[i] == 0.0:
            out = out + np.log(1.0 - y_hat[i])
    return out


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_y = ((y - y_hat) * h.T).sum(axis=1)
    grad_theta_h = ((y - y_hat) * x.T) @ (theta_y * h * (1 - h))
    return grad_theta_h, grad_theta_y
