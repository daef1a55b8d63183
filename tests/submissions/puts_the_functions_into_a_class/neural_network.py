import numpy as np


class NeuralNetwork:
    def sigmoid(self, z):
        return np.exp(-np.logaddexp(0, -np.asarray(z)))

    def forward(self, x, theta_h, theta_y):
        self.h = self.sigmoid(x @ theta_h)
        self.y_hat = self.sigmoid(self.h @ theta_y)
        return self.h, self.y_hat

    def log_likelihood(self, y, y_hat):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()

    def backprop(self, x, y, h, y_hat, theta_y):
        error = y - y_hat
        return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error


network = NeuralNetwork()
