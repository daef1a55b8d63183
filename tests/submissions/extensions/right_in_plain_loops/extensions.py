from math import exp


def sigma(z):
    return 1.0 / (1.0 + exp(-z)) if z >= 0 else exp(z) / (1.0 + exp(z))


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def logistic_gradient(x, y, theta):
    gradient = [0.0] * len(theta)
    for row, label in zip(x, y):
        error = label - sigma(dot(row, theta))
        for i in range(len(theta)):
            gradient[i] += error * row[i]
    return gradient


def train_logistic(x, y, eta, epochs):
    x, y = x.tolist(), y.tolist()
    theta = [0.0] * len(x[0])
    for _ in range(epochs):
        theta = [a + eta * b for a, b in zip(theta, logistic_gradient(x, y, theta))]
    return theta


def neuron_loss(x, y, w):
    return sum((sigma(dot(row, w)) - label) ** 2 for row, label in zip(x, y)) / 2


def neuron_gradient(x_k, y_k, w):
    y_hat = sigma(dot(x_k, w))
    return [(y_hat - y_k) * y_hat * (1 - y_hat) * a for a in x_k]


def train_neuron_sgd(x, y, w, eta, order):
    x, y, w = x.tolist(), y.tolist(), w.tolist()
    for k in order:
        w = [a - eta * b for a, b in zip(w, neuron_gradient(x[k], y[k], w))]
    return w


def perceptron_predict(x, w):
    return [1.0 if dot(row, w) >= 0 else 0.0 for row in x]


def train_perceptron(x, y, w, eta, order):
    x, y, w = x.tolist(), y.tolist(), w.tolist()
    for k in order:
        y_hat = 1 if dot(x[k], w) >= 0 else 0
        if y_hat != y[k]:
            w = [a + eta * (y[k] - y_hat) * b for a, b in zip(w, x[k])]
    return w


def forward_multi(x, W, V):
    h = [[sigma(sum(row[i] * W[i][j] for i in range(len(W)))) for j in range(len(W[0]))] for row in x]
    y_hat = [[sigma(sum(row[j] * V[j][k] for j in range(len(V)))) for k in range(len(V[0]))] for row in h]
    return h, y_hat


def squared_loss(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        for c in range(len(y[k])):
            total += (y_hat[k][c] - y[k][c]) ** 2
    return total / 2


def backprop_multi(x, y, h, y_hat, V):
    m_x, m_h, outputs = len(x[0]), len(V), len(V[0])
    grad_W = [[0.0] * m_h for _ in range(m_x)]
    grad_V = [[0.0] * outputs for _ in range(m_h)]
    for t in range(len(x)):
        d = [(y_hat[t][k] - y[t][k]) * y_hat[t][k] * (1 - y_hat[t][k]) for k in range(outputs)]
        for j in range(m_h):
            back = 0.0
            for k in range(outputs):
                grad_V[j][k] += d[k] * h[t][j]
                back += d[k] * V[j][k]
            for i in range(m_x):
                grad_W[i][j] += back * h[t][j] * (1 - h[t][j]) * x[t][i]
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order):
    x, y, W, V = x.tolist(), y.tolist(), W.tolist(), V.tolist()
    for k in order:
        h, y_hat = forward_multi(x[k : k + 1], W, V)
        grad_W, grad_V = backprop_multi(x[k : k + 1], y[k : k + 1], h, y_hat, V)
        W = [[a - eta * b for a, b in zip(*rows)] for rows in zip(W, grad_W)]
        V = [[a - eta * b for a, b in zip(*rows)] for rows in zip(V, grad_V)]
    return W, V


def two_guesses(x, W, V):
    return [sorted(range(len(row)), key=row.__getitem__)[:-3:-1] for row in forward_multi(x, W, V)[1]]
