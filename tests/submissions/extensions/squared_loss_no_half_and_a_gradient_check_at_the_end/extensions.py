import numpy as np
from neural_network import sigmoid


def logistic_gradient(x, y, theta):
    return np.sum((y - sigmoid(x @ theta))[:, np.newaxis] * x, axis=0)


def train_logistic(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = theta + eta * logistic_gradient(x, y, theta)
    return theta


def neuron_loss(x, y, w):
    difference = sigmoid(x @ w) - y
    return difference @ difference / 2


def neuron_gradient(x_k, y_k, w):
    y_hat = sigmoid(x_k @ w)
    return (y_hat - y_k) * y_hat * (1 - y_hat) * x_k


def train_neuron_sgd(x, y, w, eta, order):
    w = w.copy()
    for k in order:
        w -= eta * neuron_gradient(x[k], y[k], w)
    return w


def perceptron_predict(x, w):
    return np.array(x @ w >= 0, dtype=float)


def train_perceptron(x, y, w, eta, order):
    w = np.array(w)
    for k in order:
        w += eta * (y[k] - perceptron_predict(x[k : k + 1], w)[0]) * x[k]
    return w


def forward_multi(x, W, V):
    h = sigmoid(x @ W)
    return h, sigmoid(h @ V)


def squared_loss(y, y_hat):
    return np.square(y - y_hat).sum()


def backprop_multi(x, y, h, y_hat, V):
    d = (y_hat - y) * y_hat * (1 - y_hat)
    return np.einsum("ni,nk,jk,nj->ij", x, d, V, h * (1 - h)), np.einsum("nj,nk->jk", h, d)


def train_multi_sgd(x, y, W, V, eta, order):
    W, V = W.copy(), V.copy()
    for k in order:
        h, y_hat = forward_multi(x[k : k + 1], W, V)
        grad_W, grad_V = backprop_multi(x[k : k + 1], y[k : k + 1], h, y_hat, V)
        W -= eta * grad_W
        V -= eta * grad_V
    return W, V


def two_guesses(x, W, V):
    h, y_hat = forward_multi(x, W, V)
    return np.argsort(y_hat, axis=1)[:, ::-1][:, :2]


# Gradient check, left in: it runs whenever the file is imported.
rng = np.random.default_rng(7)
x, W, V = rng.random((3, 4)), rng.normal(size=(4, 2)), rng.normal(size=(2, 3))
y = np.eye(3)
h, y_hat = forward_multi(x, W, V)
grad_W, grad_V = backprop_multi(x, y, h, y_hat, V)
for j in range(2):
    for k in range(3):
        up, down = V.copy(), V.copy()
        up[j, k] += 1e-6
        down[j, k] -= 1e-6
        slope = (squared_loss(y, forward_multi(x, W, up)[1]) - squared_loss(y, forward_multi(x, W, down)[1])) / 2e-6
        if abs(slope - grad_V[j, k]) > 1e-6:
            raise SystemExit(f"gradient of V[{j}, {k}] should be {slope}, not {grad_V[j, k]}")
