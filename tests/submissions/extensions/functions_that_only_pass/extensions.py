import numpy as np
from neural_network import sigmoid


def logistic_gradient(x, y, theta):
    pass


def train_logistic(x, y, eta, epochs):
    pass


def neuron_loss(x, y, w):
    pass


def neuron_gradient(x_k, y_k, w):
    pass


def train_neuron_sgd(x, y, w, eta, order):
    pass


def perceptron_predict(x, w):
    pass


def train_perceptron(x, y, w, eta, order):
    pass


def forward_multi(x, W, V):
    pass


def squared_loss(y, y_hat):
    pass


def backprop_multi(x, y, h, y_hat, V):
    pass


def train_multi_sgd(x, y, W, V, eta, order):
    pass


def two_guesses(x, W, V):
    pass
