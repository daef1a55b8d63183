"""An extensions.py with loops and lists in plain Python: what train.py --ten and classify2d.py need of it."""

from neural_network import sigmoid


def forward_multi(x, W, V):
    x, W, V = x.tolist(), W.tolist(), V.tolist()
    h = [[sigmoid(sum(a * w[j] for a, w in zip(one, W))) for j in range(len(V))] for one in x]
    return h, [[sigmoid(sum(a * v[k] for a, v in zip(one, V))) for k in range(len(V[0]))] for one in h]


def squared_loss(y, y_hat):
    return sum((a - b) ** 2 for one, two in zip(y, y_hat) for a, b in zip(one, two)) / 2


def backprop_multi(x, y, h, y_hat, V):
    grad_W, grad_V = [[0.0] * len(V) for _ in x[0]], [[0.0] * len(V[0]) for _ in V]
    for n in range(len(x)):
        d = [(b - a) * b * (1 - b) for a, b in zip(y[n], y_hat[n])]
        for j in range(len(V)):
            back = sum(e * v for e, v in zip(d, V[j])) * h[n][j] * (1 - h[n][j])
            for k in range(len(d)):
                grad_V[j][k] += d[k] * h[n][j]
            for i in range(len(x[n])):
                grad_W[i][j] += back * x[n][i]
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order):
    W, V = W.copy(), V.copy()
    for n in order:
        h, y_hat = forward_multi(x[n : n + 1], W, V)
        for weights, gradient in zip((W, V), backprop_multi(x[n : n + 1], y[n : n + 1], h, y_hat, V)):
            for i in range(len(weights)):
                for j in range(len(weights[0])):
                    weights[i, j] -= eta * gradient[i][j]
    return W, V


def two_guesses(x, W, V):
    found = []
    for one in forward_multi(x, W, V)[1]:
        found.append(sorted(range(len(one)), key=lambda k: -one[k])[:2])
    return found
