import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return np.piecewise(z, [z >= 0], [lambda v: 1 / (1 + np.exp(-v)), lambda v: np.exp(v) / (1 + np.exp(v))])


def forward(x, theta_h, theta_y):
    # the slide has one row of weights per hidden unit
    weights = theta_h.reshape(len(theta_y), x.shape[1])
    h = sigmoid(np.array([[np.dot(w, image) for w in weights] for image in x]))
    y_hat = sigmoid(np.dot(h, theta_y))
    return h, y_hat


def log_likelihood(y, y_hat):
    ll = 0.0
    for k in range(y.size):
        p = y_hat[k] if y[k] else 1.0 - y_hat[k]
        ll += np.log(p) if p > 0.0 else -np.inf
    return ll


def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    gy = h.T.dot(d)
    gh = np.stack([(x * (d * theta_y[j] * h[:, j] * (1 - h[:, j]))[:, None]).sum(0) for j in range(len(theta_y))], axis=1)
    return gh, gy
