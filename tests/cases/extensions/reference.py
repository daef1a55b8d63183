"""Right answers for the extra credit, written without looking at solution/.

Most functions compute one datapoint and one output at a time, so that each line is one of the handout's. Our own tests
certify these functions by an independent route: gradients by the complex step, logistic regression by scikit-learn.
Arguments and results are as in the docstrings of the starter.
"""

import numpy as np


def sigmoid(z):
    """sigma(z) = 1 / (1 + exp(-z)), in the form that cannot overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, 1.0) / (small + 1.0)


def logistic_gradient(x, y, theta):
    """The sum over datapoints of (y - sigma(theta . x)) x."""
    return sum(((y_k - sigmoid(theta.dot(row))) * row for row, y_k in zip(x, y)), np.zeros(len(theta)))


def train_logistic(x, y, eta, epochs):
    """Whole-batch ascent from theta = 0."""
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = theta + eta * np.einsum("k,ki->i", y - sigmoid(np.einsum("ki,i->k", x, theta)), x)
    return theta


def neuron_loss(x, y, w):
    """Half the sum of squared differences."""
    return np.float64(sum((sigmoid(w.dot(row)) - y_k) ** 2 for row, y_k in zip(x, y)) / 2)


def neuron_gradient(x_k, y_k, w):
    """(y_hat - y) sigma'(z) x, where sigma' = y_hat (1 - y_hat)."""
    y_hat = sigmoid(w.dot(x_k))
    return (y_hat - y_k) * (y_hat - y_hat * y_hat) * x_k


def train_neuron_sgd(x, y, w, eta, order):
    """One step down for each datapoint in `order`."""
    for k in order:
        w = w - eta * neuron_gradient(x[k], y[k], w)
    return w


def perceptron_predict(x, w):
    """1 where w . x >= 0, else 0."""
    return np.array([float(w.dot(row) >= 0) for row in x])


def train_perceptron(x, y, w, eta, order):
    """For each wrong answer, eta x is added if it should have been 1, and subtracted if it should have been 0."""
    for k in order:
        if (w.dot(x[k]) >= 0) != y[k]:
            w = w + (eta if y[k] == 1 else -eta) * x[k]
    return w


def forward_multi(x, W, V):
    """h_j = sigma(sum_i x_i W[i, j]) and y_hat_k = sigma(sum_j h_j V[j, k]), for each datapoint."""
    h = sigmoid(np.einsum("ni,ij->nj", x, W))
    return h, sigmoid(np.einsum("nj,jk->nk", h, V))


def squared_loss(y, y_hat):
    """Half the sum of squared differences, over datapoints and outputs."""
    return np.float64(sum((b - a) ** 2 for row, hats in zip(y, y_hat) for a, b in zip(row, hats)) / 2)


def backprop_multi(x, y, h, y_hat, V):
    """The derivatives of the squared loss: for each datapoint, those of the single outputs added up."""
    grad_W, grad_V = np.zeros((x.shape[1], h.shape[1])), np.zeros(V.shape)
    for row, labels, hidden, outputs in zip(x, y, h, y_hat):
        slope_h = np.zeros(len(hidden))
        for k, (label, output) in enumerate(zip(labels, outputs)):
            d = (output - label) * (output - output**2)
            grad_V[:, k] += d * hidden
            slope_h += d * V[:, k]
        grad_W += np.multiply.outer(row, slope_h * (hidden - hidden**2))
    return grad_W, grad_V


def train_multi_sgd(x, y, W, V, eta, order):
    """One step down in both W and V for each datapoint in `order`, with both gradients at the old weights."""
    for k in order:
        h = sigmoid(x[k].dot(W))
        y_hat = sigmoid(h.dot(V))
        d = (y_hat - y[k]) * (y_hat - y_hat**2)
        slope_z = V.dot(d) * (h - h**2)
        W, V = W - np.multiply.outer(x[k], eta * slope_z), V - np.multiply.outer(h, eta * d)
    return W, V


def two_guesses(x, W, V):
    """The class of the largest output, and that of the second largest."""
    guesses = []
    for outputs in forward_multi(x, W, V)[1].tolist():
        best = max(range(len(outputs)), key=outputs.__getitem__)
        guesses.append([best, max((k for k in range(len(outputs)) if k != best), key=outputs.__getitem__)])
    return np.array(guesses, dtype=float)


# Derivatives without derivative formulas: (f(parameter + step) - f(parameter - step)) / (2 step) for each parameter.


def logistic_slopes(x, y, theta, step=1e-5):
    """The slope of the log likelihood along each theta."""

    def log_likelihood(theta):
        y_hat = sigmoid(x.dot(theta))
        return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))

    return _slopes(log_likelihood, theta, step)


def neuron_slopes(x_k, y_k, w, step=1e-5):
    """The slope of one datapoint's squared error along each w."""
    return _slopes(lambda w: neuron_loss(x_k[None], [y_k], w), w, step)


def multi_slopes(x, y, W, V, step=1e-5):
    """The slope of the squared loss along each entry of W and V.

    All are computed at once: a step along W[i, j] moves only the weighted sum of hidden unit j, by x_i times the step;
    a step along V[j, k] moves only that of output k, by h_j times the step.
    """
    z = np.einsum("ni,ij->nj", x, W)
    h = sigmoid(z)
    output = np.einsum("nj,jk->nk", h, V)
    grad_W, grad_V = np.zeros(W.shape), np.zeros(V.shape)
    for sign in (1, -1):
        moved = sigmoid(z[:, None, :] + sign * step * x[:, :, None]) - h[:, None, :]
        y_hat = sigmoid(output[:, None, None, :] + moved[..., None] * V)
        grad_W += sign * np.sum((y_hat - y[:, None, None, :]) ** 2, axis=(0, 3)) / 2
        y_hat = sigmoid(output[:, None, :] + sign * step * h[:, :, None])
        grad_V += sign * np.sum((y_hat - y[:, None, :]) ** 2, axis=0) / 2
    return grad_W / (2 * step), grad_V / (2 * step)


def _slopes(f, parameters, step):
    slopes = np.zeros(parameters.shape)
    for place in np.ndindex(parameters.shape):
        nudge = np.zeros(parameters.shape)
        nudge[place] = step
        slopes[place] = (f(parameters + nudge) - f(parameters - nudge)) / (2 * step)
    return slopes
