import numpy as np


def sigmoid(z):
    "logistic function"
    tmp = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, tmp) / (1.0 + tmp)


def forward(x, theta_h, theta_y):
    image = x[0]
    h = sigmoid(theta_h.T @ image)
    y_hat = sigmoid(theta_y @ h)
    return np.array([h]), np.array([y_hat])


def log_likelihood(y, y_hat):
    s = 0.0
    for i, label in enumerate(y):
        s += np.log(np.max([1e-40, y_hat[i] if label == 1 else 1 - y_hat[i]]))
    return s


def backprop(x, y, h, y_hat, theta_y):
    G_h, G_y = [], []
    for image, label, hid, p in zip(x, y, h, y_hat):
        G_y.append((label - p) * hid)
        G_h.append(np.outer(image, (label - p) * theta_y * hid * (1 - hid)))
    return np.sum(G_h, axis=0), np.sum(G_y, axis=0)
