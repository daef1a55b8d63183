import numpy as np
from neural_network import sigmoid


def logistic_gradient(x, y, theta):
    return x.T @ (y - sigmoid(x @ theta))


def train_logistic(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    step = 0
    while step < epochs:
        y_hat = sigmoid(x.dot(theta))
        theta = theta + eta * (y - y_hat).dot(x)
        step += 1
    return theta


def neuron_loss(x, y, w):
    return 0.5 * np.sum((sigmoid(x @ w) - y) ** 2)


def neuron_gradient(x_k, y_k, w):
    z = sum(a * b for a, b in zip(x_k, w))
    y_hat = sigmoid(z)
    factor = (y_hat - y_k) * y_hat * (1 - y_hat)
    return [factor * a for a in x_k]


def train_neuron_sgd(x, y, w, eta, order):
    raise NotImplementedError


def perceptron_predict(x, w):
    raise NotImplementedError


def train_perceptron(x, y, w, eta, order):
    raise NotImplementedError


def forward_multi(x, W, V):
    raise NotImplementedError


def squared_loss(y, y_hat):
    raise NotImplementedError


def backprop_multi(x, y, h, y_hat, V):
    raise NotImplementedError


def train_multi_sgd(x, y, W, V, eta, order):
    raise NotImplementedError


def two_guesses(x, W, V):
    raise NotImplementedError
