import math


def sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def _dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def _logistic_gradient(x, y, theta):
    gradient = [0.0] * len(theta)
    for row, label in zip(x, y):
        off = label - sigmoid(_dot(theta, row))
        for i, x_i in enumerate(row):
            gradient[i] += off * x_i
    return gradient


def logistic_gradient(x, y, theta):
    return _logistic_gradient(x.tolist(), y.tolist(), theta.tolist())


def train_logistic(x, y, eta, epochs):
    x, y = x.tolist(), y.tolist()
    theta = [0.0] * len(x[0])
    for _ in range(epochs):
        theta = [t + eta * g for t, g in zip(theta, _logistic_gradient(x, y, theta))]
    return theta


def neuron_loss(x, y, w):
    w = w.tolist()
    return sum((sigmoid(_dot(w, row)) - label) ** 2 for row, label in zip(x.tolist(), y.tolist())) / 2


def neuron_gradient(x_k, y_k, w):
    x_k = x_k.tolist()
    y_hat = sigmoid(_dot(w.tolist(), x_k))
    return [(y_hat - y_k) * y_hat * (1 - y_hat) * x_i for x_i in x_k]


def train_neuron_sgd(x, y, w, eta, order):
    x, y, w = x.tolist(), y.tolist(), w.tolist()
    for k in order.tolist():
        y_hat = sigmoid(_dot(w, x[k]))
        d = (y_hat - y[k]) * y_hat * (1 - y_hat)
        w = [w_i - eta * d * x_i for w_i, x_i in zip(w, x[k])]
    return w


def perceptron_predict(x, w):
    w = w.tolist()
    return [1.0 if _dot(w, row) >= 0 else 0.0 for row in x.tolist()]


def train_perceptron(x, y, w, eta, order):
    x, y, w = x.tolist(), y.tolist(), w.tolist()
    for k in order.tolist():
        off = y[k] - (_dot(w, x[k]) >= 0)
        if off:
            w = [w_i + eta * off * x_i for w_i, x_i in zip(w, x[k])]
    return w


def _layer(x, columns):
    return [sigmoid(_dot(x, column)) for column in columns]


def forward_multi(x, W, V):
    into_h, into_y = W.T.tolist(), V.T.tolist()
    h = [_layer(row, into_h) for row in x.tolist()]
    return h, [_layer(row, into_y) for row in h]


def squared_loss(y, y_hat):
    return sum((b - a) ** 2 for row, hats in zip(y.tolist(), y_hat.tolist()) for a, b in zip(row, hats)) / 2


def _slopes(y, h, y_hat, V):
    """The derivatives for the sums of the outputs and of the hidden units."""
    d = [(b - a) * b * (1 - b) for a, b in zip(y, y_hat)]
    return d, [_dot(d, V_j) * h_j * (1 - h_j) for V_j, h_j in zip(V, h)]


def backprop_multi(x, y, h, y_hat, V):
    grad_W = [[0.0] * h.shape[1] for _ in range(x.shape[1])]
    grad_V = [[0.0] * V.shape[1] for _ in range(V.shape[0])]
    V = V.tolist()
    for x_a, y_a, h_a, y_hat_a in zip(x.tolist(), y.tolist(), h.tolist(), y_hat.tolist()):
        d, slope = _slopes(y_a, h_a, y_hat_a, V)
        for i, x_i in enumerate(x_a):
            for j, s_j in enumerate(slope):
                grad_W[i][j] += x_i * s_j
        for j, h_j in enumerate(h_a):
            for k, d_k in enumerate(d):
                grad_V[j][k] += h_j * d_k
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order):
    x, y, W, V = x.tolist(), y.tolist(), W.tolist(), V.tolist()
    for k in order.tolist():
        h = _layer(x[k], zip(*W))
        d, slope = _slopes(y[k], h, _layer(h, zip(*V)), V)
        W = [[w - eta * x_i * s for w, s in zip(row, slope)] for row, x_i in zip(W, x[k])]
        V = [[v - eta * h_j * d_k for v, d_k in zip(row, d)] for row, h_j in zip(V, h)]
    return W, V


def two_guesses(x, W, V):
    guesses = []
    for outputs in forward_multi(x, W, V)[1]:
        ranked = sorted(range(len(outputs)), key=lambda k: outputs[k], reverse=True)
        guesses.append(ranked[:2])
    return guesses
