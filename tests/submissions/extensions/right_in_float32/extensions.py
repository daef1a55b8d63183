import numpy as np

f = np.float32


def s(z):
    return f(1) / (f(1) + np.exp(-z))


def logistic_gradient(x, y, theta):
    x, y, theta = f(x), f(y), f(theta)
    return (y - s(x @ theta)) @ x


def train_logistic(x, y, eta, epochs):
    x, y, theta = f(x), f(y), np.zeros(x.shape[1], f)
    for _ in range(epochs):
        theta = theta + f(eta) * ((y - s(x @ theta)) @ x)
    return theta


def neuron_loss(x, y, w):
    return f(0.5) * np.sum((s(f(x) @ f(w)) - f(y)) ** 2)


def neuron_gradient(x_k, y_k, w):
    a = s(f(x_k) @ f(w))
    return (a - f(y_k)) * a * (f(1) - a) * f(x_k)


def train_neuron_sgd(x, y, w, eta, order):
    x, y, w, eta = f(x), f(y), f(w), f(eta)
    for k in order:
        a = s(x[k] @ w)
        w = w - eta * (a - y[k]) * a * (f(1) - a) * x[k]
    return w


def perceptron_predict(x, w):
    return f(f(x) @ f(w) >= 0)


def train_perceptron(x, y, w, eta, order):
    x, y, w, eta = f(x), f(y), f(w), f(eta)
    for k in order:
        w = w + eta * (y[k] - f(x[k] @ w >= 0)) * x[k]
    return w


def forward_multi(x, W, V):
    h = s(f(x) @ f(W))
    return h, s(h @ f(V))


def squared_loss(y, y_hat):
    return f(0.5) * np.sum((f(y) - f(y_hat)) ** 2)


def backprop_multi(x, y, h, y_hat, V):
    x, y, h, y_hat, V = map(f, (x, y, h, y_hat, V))
    d = (y_hat - y) * y_hat * (f(1) - y_hat)
    return x.T @ (d @ V.T * h * (f(1) - h)), h.T @ d


def train_multi_sgd(x, y, W, V, eta, order):
    x, y, W, V, eta = f(x), f(y), f(W), f(V), f(eta)
    for k in order:
        h = s(x[k] @ W)
        o = s(h @ V)
        d = eta * (o - y[k]) * o * (f(1) - o)
        e = (V @ d) * h * (f(1) - h)
        W, V = W - x[k][:, None] * e, V - h[:, None] * d
    return W, V


def two_guesses(x, W, V):
    _, y_hat = forward_multi(x, W, V)
    return np.argsort(-y_hat, axis=1)[:, :2].astype(f)
