import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z))


def logistic_gradient(x, y, theta):
    return (sigmoid(x @ theta) - y) @ x


def train_logistic(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = theta + eta * logistic_gradient(x, y, theta)
    return theta


def neuron_loss(x, y, w):
    return 0.5 * np.sum((sigmoid(x @ w) - y) ** 2)


def neuron_gradient(x_k, y_k, w):
    y_hat = sigmoid(x_k @ w)
    return (y_k - y_hat) * y_hat * (1 - y_hat) * x_k


def train_neuron_sgd(x, y, w, eta, order):
    for k in order:
        w = w - eta * neuron_gradient(x[k], y[k], w)
    return w


def perceptron_predict(x, w):
    answers = []
    for row in x:
        z = np.dot(row, w)
        answers.append(1.0 if z >= 0 else 0.0)
    return np.array(answers)


def train_perceptron(x, y, w, eta, order):
    for k in order:
        y_hat = perceptron_predict(x[[k]], w)[0]
        w = w + eta * (y[k] - y_hat) * x[k]
    return w


def forward_multi(x, W, V):
    n, m_h, K = x.shape[0], W.shape[1], V.shape[1]
    h = np.zeros((n, m_h))
    y_hat = np.zeros((n, K))
    for i in range(n):
        for j in range(m_h):
            h[i, j] = sigmoid(np.dot(x[i], W[:, j]))
        for k in range(K):
            y_hat[i, k] = sigmoid(np.dot(h[i], V[:, k]))
    return h, y_hat


def squared_loss(y, y_hat):
    return 0.5 * np.sum((y - y_hat) ** 2)


def backprop_multi(x, y, h, y_hat, V):
    d = (y - y_hat) * y_hat * (1 - y_hat)
    return x.T @ (d @ V.T * h * (1 - h)), h.T @ d


def train_multi_sgd(x, y, W, V, eta, order):
    for k in order:
        h, y_hat = forward_multi(x[[k]], W, V)
        grad_W, grad_V = backprop_multi(x[[k]], y[[k]], h, y_hat, V)
        W, V = W - eta * grad_W, V - eta * grad_V
    return W, V


def two_guesses(x, W, V):
    guesses = []
    for row in forward_multi(x, W, V)[1]:
        first = int(np.argmax(row))
        others = row.copy()
        others[first] = -1
        guesses.append([first, int(np.argmax(others))])
    return np.array(guesses)
