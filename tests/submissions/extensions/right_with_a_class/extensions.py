import numpy as np

import neural_network as nn


class Network:
    def __init__(self, W, V):
        self.W, self.V = W.copy(), V.copy()

    def forward(self, x):
        self.h = nn.sigmoid(x @ self.W)
        self.y_hat = nn.sigmoid(self.h @ self.V)
        return self.h, self.y_hat

    def slopes(self, x, y, h, y_hat):
        d = (y_hat - y) * y_hat * (1 - y_hat)
        return x.T @ (d @ self.V.T * h * (1 - h)), h.T @ d

    def step(self, x, y, eta):
        grad_W, grad_V = self.slopes(x, y, *self.forward(x))
        self.W -= eta * grad_W
        self.V -= eta * grad_V


class Unit:
    def __init__(self, w):
        self.w = np.array(w)

    def __call__(self, x):
        return nn.sigmoid(x @ self.w)

    def slope(self, x, y):
        a = self(x)
        return (a - y) * a * (1 - a) * x


logistic_gradient = lambda x, y, theta: (y - Unit(theta)(x)) @ x
neuron_loss = lambda x, y, w: np.sum((Unit(w)(x) - y) ** 2) / 2
neuron_gradient = lambda x_k, y_k, w: Unit(w).slope(x_k, y_k)
perceptron_predict = lambda x, w: np.heaviside(x @ w, 1.0)
forward_multi = lambda x, W, V: Network(W, V).forward(x)
squared_loss = lambda y, y_hat: np.sum((y - y_hat) ** 2) / 2
two_guesses = lambda x, W, V: Network(W, V).forward(x)[1].argsort(axis=1)[:, :-3:-1]


def train_logistic(x, y, eta, epochs):
    unit = Unit(np.zeros(x.shape[1]))
    for _ in range(epochs):
        unit.w = unit.w + eta * (y - unit(x)) @ x
    return unit.w


def train_neuron_sgd(x, y, w, eta, order):
    unit = Unit(w)
    for k in order:
        unit.w -= eta * unit.slope(x[k], y[k])
    return unit.w


def train_perceptron(x, y, w, eta, order):
    unit = Unit(w)
    for k in order:
        unit.w += eta * (y[k] - np.heaviside(x[k] @ unit.w, 1.0)) * x[k]
    return unit.w


def backprop_multi(x, y, h, y_hat, V):
    return Network(np.zeros((x.shape[1], h.shape[1])), V).slopes(x, y, h, y_hat)


def train_multi_sgd(x, y, W, V, eta, order):
    network = Network(W, V)
    for k in order:
        network.step(x[[k]], y[[k]], eta)
    return network.W, network.V
