"""The extra credit written as slowly as a student may realistically write it, and still right.

Loops index NumPy arrays element by element, in functions that call each other for one datapoint at a time.
"""

import math

import numpy as np


def sigmoid(z):
    if np.ndim(z) == 0:
        if z >= 0:
            return 1.0 / (1.0 + math.exp(-z))
        return math.exp(z) / (1.0 + math.exp(z))
    result = np.zeros(np.shape(z))
    for index in np.ndindex(np.shape(z)):
        result[index] = sigmoid(z[index])
    return result


def _weighted_sum(x_k, w):
    total = 0.0
    for i in range(len(w)):
        total += x_k[i] * w[i]
    return total


def logistic_gradient(x, y, theta):
    gradient = np.zeros(len(theta))
    for k in range(len(y)):
        y_hat = sigmoid(_weighted_sum(x[k], theta))
        for i in range(len(theta)):
            gradient[i] += (y[k] - y_hat) * x[k, i]
    return gradient


def logistic_gradient_for_each_weight(x, y, theta):
    """Compute the same with the weighted sum in the innermost loop, recomputed for each weight."""
    gradient = np.zeros(len(theta))
    for i in range(len(theta)):
        for k in range(len(y)):
            gradient[i] += (y[k] - sigmoid(_weighted_sum(x[k], theta))) * x[k, i]
    return gradient


def train_logistic(x, y, eta, epochs, slopes=logistic_gradient):
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        gradient = slopes(x, y, theta)
        for i in range(len(theta)):
            theta[i] = theta[i] + eta * gradient[i]
    return theta


def climb_for_each_weight(x, y, eta, epochs):
    """Train with the slower gradient."""
    return train_logistic(x, y, eta, epochs, logistic_gradient_for_each_weight)


def neuron_loss(x, y, w):
    total = 0.0
    for k in range(len(y)):
        total += 0.5 * (sigmoid(_weighted_sum(x[k], w)) - y[k]) ** 2
    return total


def neuron_gradient(x_k, y_k, w):
    gradient = np.zeros(len(w))
    y_hat = sigmoid(_weighted_sum(x_k, w))
    for i in range(len(w)):
        gradient[i] = (y_hat - y_k) * y_hat * (1 - y_hat) * x_k[i]
    return gradient


def train_neuron_sgd(x, y, w, eta, order):
    w = w.copy()
    for k in order:
        gradient = neuron_gradient(x[k], y[k], w)
        for i in range(len(w)):
            w[i] = w[i] - eta * gradient[i]
    return w


def perceptron_predict(x, w):
    y_hat = np.zeros(x.shape[0])
    for k in range(x.shape[0]):
        if _weighted_sum(x[k], w) >= 0:
            y_hat[k] = 1.0
    return y_hat


def train_perceptron(x, y, w, eta, order):
    w = w.copy()
    for k in order:
        y_hat = perceptron_predict(x[k : k + 1], w)
        for i in range(len(w)):
            w[i] = w[i] + eta * (y[k] - y_hat[0]) * x[k, i]
    return w


def forward_multi(x, W, V):
    n, m_x = x.shape
    m_h, K = V.shape
    h = np.zeros((n, m_h))
    y_hat = np.zeros((n, K))
    for a in range(n):
        for j in range(m_h):
            total = 0.0
            for i in range(m_x):
                total += x[a, i] * W[i, j]
            h[a, j] = sigmoid(total)
        for k in range(K):
            total = 0.0
            for j in range(m_h):
                total += h[a, j] * V[j, k]
            y_hat[a, k] = sigmoid(total)
    return h, y_hat


def squared_loss(y, y_hat):
    total = 0.0
    for a in range(y.shape[0]):
        for k in range(y.shape[1]):
            total += (y_hat[a, k] - y[a, k]) ** 2
    return total / 2


def backprop_multi(x, y, h, y_hat, V):
    n, m_x = x.shape
    m_h, K = V.shape
    grad_W = np.zeros((m_x, m_h))
    grad_V = np.zeros((m_h, K))
    for a in range(n):
        d = np.zeros(K)
        for k in range(K):
            d[k] = (y_hat[a, k] - y[a, k]) * y_hat[a, k] * (1 - y_hat[a, k])
        for j in range(m_h):
            slope = 0.0
            for k in range(K):
                grad_V[j, k] += d[k] * h[a, j]
                slope += d[k] * V[j, k]
            for i in range(m_x):
                grad_W[i, j] += slope * h[a, j] * (1 - h[a, j]) * x[a, i]
    return grad_W, grad_V


def backprop_for_each_weight(x, y, h, y_hat, V):
    """Compute the same with the sum over the outputs in the innermost loop, recomputed for each weight."""
    n, m_x = x.shape
    m_h, K = V.shape
    grad_W = np.zeros((m_x, m_h))
    grad_V = np.zeros((m_h, K))
    for a in range(n):
        d = np.zeros(K)
        for k in range(K):
            d[k] = (y_hat[a, k] - y[a, k]) * y_hat[a, k] * (1 - y_hat[a, k])
        for j in range(m_h):
            for k in range(K):
                grad_V[j, k] += d[k] * h[a, j]
        for i in range(m_x):
            for j in range(m_h):
                slope = 0.0
                for k in range(K):
                    slope += d[k] * V[j, k]
                grad_W[i, j] += slope * h[a, j] * (1 - h[a, j]) * x[a, i]
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order, gradient=backprop_multi):
    W = W.copy()
    V = V.copy()
    for k in order:
        h, y_hat = forward_multi(x[k : k + 1], W, V)
        grad_W, grad_V = gradient(x[k : k + 1], y[k : k + 1], h, y_hat, V)
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                W[i, j] = W[i, j] - eta * grad_W[i, j]
        for i in range(V.shape[0]):
            for j in range(V.shape[1]):
                V[i, j] = V[i, j] - eta * grad_V[i, j]
    return W, V


def train_for_each_weight(x, y, W, V, eta, order):
    """Train with the slower gradient."""
    return train_multi_sgd(x, y, W, V, eta, order, backprop_for_each_weight)


def two_guesses(x, W, V):
    _, y_hat = forward_multi(x, W, V)
    guesses = np.zeros((y_hat.shape[0], 2))
    for a in range(y_hat.shape[0]):
        best = 0
        for k in range(y_hat.shape[1]):
            if y_hat[a, k] > y_hat[a, best]:
                best = k
        second = 1 if best == 0 else 0
        for k in range(y_hat.shape[1]):
            if k != best and y_hat[a, k] > y_hat[a, second]:
                second = k
        guesses[a] = best, second
    return guesses
