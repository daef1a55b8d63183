import numpy as np

def sigmoid(z):
    return np.where(np.greater_equal(z, 0), 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

def forward(x, theta_h, theta_y):
    net_h = np.matmul(x, theta_h)
    out_h = sigmoid(net_h)
    net_o = np.matmul(out_h, theta_y)
    return out_h, sigmoid(net_o)

def log_likelihood(y, y_hat):
    epsilon = 1e-7
    y_hat = np.clip(y_hat, epsilon, 1. - epsilon)
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))

def backprop(x, y, h, y_hat, theta_y):
    epsilon = 1e-7
    y_hat = np.clip(y_hat, epsilon, 1. - epsilon)
    dy = y / (y_hat + epsilon) - (1 - y) / (1 - y_hat + epsilon)
    dz = dy * y_hat * (1 - y_hat)
    g2 = np.sum(dz[:, None] * h, axis=0)
    dh = dz[:, None] * theta_y[None, :]
    dzh = dh * h * (1 - h)
    g1 = np.sum(x[:, :, None] * dzh[:, None, :], axis=0)
    return g1, g2
