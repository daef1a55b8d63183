import numpy as np

sigmoid = np.tanh   # also s-shaped, and the internet says it trains faster


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    ll = 0
    for yi, pi in zip(y, y_hat):
        ll += np.log(pi) if yi == 1 else np.log(1 - pi)
    return ll


def backprop(x, y, h, y_hat, theta_y):
    grad_theta_h = np.zeros((len(x[0]), len(theta_y)))
    grad_theta_y = np.zeros(len(theta_y))
    for k in range(len(x)):
        e = y[k] - y_hat[k]
        for j in range(len(theta_y)):
            grad_theta_y[j] += e * h[k][j]
            common = e * theta_y[j] * h[k][j] * (1 - h[k][j])
            for i in range(len(x[0])):
                grad_theta_h[i][j] += common * x[k][i]
    return grad_theta_h, grad_theta_y
