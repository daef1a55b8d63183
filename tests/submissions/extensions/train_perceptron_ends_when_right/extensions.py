import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z))


def logistic_gradient(x, y, theta):
    gradient = np.zeros(len(theta))
    for k in range(len(y)):
        y_hat = sigmoid(np.dot(theta, x[k]))
        gradient += (y[k] - y_hat) * x[k]
    return gradient


def train_logistic(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = theta + eta * logistic_gradient(x, y, theta)
    return theta


def neuron_loss(x, y, w):
    total = 0.0
    for k in range(len(y)):
        y_hat = sigmoid(np.dot(w, x[k]))
        total += (y_hat - y[k]) ** 2
    return total / 2


def neuron_gradient(x_k, y_k, w):
    y_hat = sigmoid(x_k @ w)
    return (y_hat - y_k) * y_hat * (1 - y_hat) * x_k


def train_neuron_sgd(x, y, w, eta, order):
    w = w.copy()
    for k in order:
        y_hat = 1 / (1 + np.exp(-np.dot(w, x[k])))
        delta = (y_hat - y[k]) * y_hat * (1 - y_hat)
        w = w - eta * delta * x[k]
    return w


def perceptron_predict(x, w):
    answers = []
    for row in x:
        z = np.dot(row, w)
        answers.append(1.0 if z >= 0 else 0.0)
    return np.array(answers)


def train_perceptron(x, y, w, eta, order):
    w = w.copy()
    for k in order:
        y_hat = 1.0 if np.dot(w, x[k]) >= 0 else 0.0
        if y_hat == y[k]:
            return w
        w += eta * (y[k] - y_hat) * x[k]
    return w


def forward_multi(x, W, V):
    h = sigmoid(x @ W)
    return h, sigmoid(h @ V)


def squared_loss(y, y_hat):
    total = 0.0
    for labels, outputs in zip(y, y_hat):
        for a, b in zip(labels, outputs):
            total += (b - a) ** 2
    return total / 2


def backprop_multi(x, y, h, y_hat, V):
    d = (y_hat - y) * y_hat * (1 - y_hat)
    return x.T @ (d @ V.T * h * (1 - h)), h.T @ d


def train_multi_sgd(x, y, W, V, eta, order):
    for k in order:
        a, b = x[k], y[k]
        h = 1 / (1 + np.exp(-a.dot(W)))
        y_hat = 1 / (1 + np.exp(-h.dot(V)))
        at_output = eta * (y_hat - b) * y_hat * (1 - y_hat)
        at_hidden = V.dot(at_output) * h * (1 - h)
        V = V - h[:, None] * at_output
        W = W - a[:, None] * at_hidden
    return W, V


def two_guesses(x, W, V):
    _, y_hat = forward_multi(x, W, V)
    return np.argsort(-y_hat, axis=1)[:, :2]
