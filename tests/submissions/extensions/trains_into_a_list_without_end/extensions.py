import numpy as np


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(z))


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
    history = [w]
    for k in order:
        history.append(np.zeros((4000, 4000)))
        if len(history) > 6:
            break
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
    grad_W = np.zeros((x.shape[1], h.shape[1]))
    grad_V = np.zeros(V.shape)
    for t in range(len(x)):
        back = np.zeros(h.shape[1])
        for k in range(V.shape[1]):
            d = (y_hat[t, k] - y[t, k]) * y_hat[t, k] * (1 - y_hat[t, k])
            grad_V[:, k] += d * h[t]
            back += d * V[:, k]
        for j in range(h.shape[1]):
            grad_W[:, j] += back[j] * h[t, j] * (1 - h[t, j]) * x[t]
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order):
    for k in order:
        h = 1 / (1 + np.exp(-(x[k] @ W)))
        o = 1 / (1 + np.exp(-(h @ V)))
        d = (o - y[k]) * o * (1 - o)
        e = (V @ d) * h * (1 - h)
        W = W - eta * x[k][:, None] * e
        V = V - eta * h[:, None] * d
    return W, V


def two_guesses(x, W, V):
    guesses = []
    for row in forward_multi(x, W, V)[1]:
        first = int(np.argmax(row))
        others = row.copy()
        others[first] = -1
        guesses.append([first, int(np.argmax(others))])
    return np.array(guesses)
