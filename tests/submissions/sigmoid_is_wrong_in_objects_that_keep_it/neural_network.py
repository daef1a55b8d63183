from types import SimpleNamespace

import numpy as np


class Activations:
    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(np.clip(z, -700, 700)))  # lost the minus


class Layer:
    def __init__(self, activation):
        self.activation = activation

    def __call__(self, inputs, weights):
        return self.activation(inputs @ weights)


class Network:
    def __init__(self):
        self.layers = [Layer(Activations.sigmoid), Layer(Activations.sigmoid)]
        self.loss = SimpleNamespace(up=lambda y, y_hat: y - y_hat)

    def forward(self, x, theta_h, theta_y):
        hidden, output = self.layers
        h = hidden(x, theta_h)
        return h, output(h, theta_y)

    def log_likelihood(self, y, y_hat):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat) + 1e-300).sum())

    def backprop(self, x, y, h, y_hat, theta_y):
        error = self.loss.up(y, y_hat)
        return x.T @ (np.outer(error, theta_y) * h * (1 - h)), h.T @ error


network = Network()
sigmoid = Activations.sigmoid
forward = network.forward
log_likelihood = network.log_likelihood
backprop = network.backprop
