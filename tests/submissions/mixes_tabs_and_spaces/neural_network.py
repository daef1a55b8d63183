import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
	return np.where(np.asarray(z) >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
	h = sigmoid(x @ theta_h)
        return h, sigmoid(h @ theta_y)
