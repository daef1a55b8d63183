import numpy as np

def sigmoid(z):
    '''stable version from stackoverflow'''
    return np.where(z >= 0,
                    1 / (1 + np.exp(-z)),
                    np.exp(z) / (1 + np.exp(z)))

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h); y_hat = sigmoid(h @ theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    y_hat = np.clip(y_hat, 1e-9, 1 - 1e-9)
    return (y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)).sum()

def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return np.einsum('k,j,kj,ki->ij', d, theta_y, h * (1 - h), x), np.einsum('k,kj->j', d, h)
