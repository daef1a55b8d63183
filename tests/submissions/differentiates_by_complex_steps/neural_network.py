import numpy as np


def sigmoid(z):
    if np.iscomplexobj(z):
        return 1 / (1 + np.exp(-z))
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    if np.iscomplexobj(y_hat):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()
    with np.errstate(divide="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    step = 1e-30
    gy = np.zeros(theta_y.size)
    for j in range(theta_y.size):
        moved = theta_y.astype(complex)
        moved[j] += 1j * step
        gy[j] = np.imag(log_likelihood(y, sigmoid(h @ moved))) / step
    dh = np.zeros(h.shape)
    for j in range(h.shape[1]):
        moved = h.astype(complex)
        moved[:, j] += 1j * step
        p = sigmoid(moved @ theta_y)
        dh[:, j] = np.imag(np.log(np.where(y == 1, p, 1 - p))) / step
    return x.T @ (dh * h * (1 - h)), gy
