import numpy as np


class Network:
    def __init__(self, eps=1e-300):
        self.eps = eps

    @staticmethod
    def sigmoid(z):
        return 1.0 / (1.0 + np.exp(np.clip(z, -700, 700)))

    def forward(self, x, theta_h, theta_y):
        h = self.sigmoid(x @ theta_h)
        return h, self.sigmoid(h @ theta_y)

    def log_likelihood(self, y, y_hat):
        right = np.where(y == 1, y_hat, 1 - y_hat)
        return np.sum(np.log(np.maximum(right, self.eps)))

    def backprop(self, x, y, h, y_hat, theta_y):
        error = y - y_hat
        return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h


net = Network()
sigmoid = net.sigmoid
forward = net.forward
log_likelihood = net.log_likelihood
backprop = net.backprop
