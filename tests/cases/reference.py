"""Right answers: the handout's sums as plain loops, written without looking at solution/.

Slow and obvious on purpose. Our own tests certify these functions by an independent route: the gradient by the complex
step, the sums by 50-digit arithmetic and by scikit-learn. Arguments and results are as in the contract: `x` is
`(n, m_x)`, `y` and `y_hat` are `(n,)`, `theta_h` is `(m_x, m_h)`, `theta_y` is `(m_h,)`, `h` is `(n, m_h)`.
"""

import math
from operator import mul

import numpy as np


def sigmoid(z):
    """sigma(z) = 1 / (1 + exp(-z)), each entry by the form that cannot overflow."""
    z = np.asarray(z, dtype=float)
    values = np.array([_sigmoid(entry) for entry in z.ravel().tolist()])
    return values.reshape(z.shape)


def _sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def forward(x, theta_h, theta_y):
    """h_j = sigma(sum_i x_i theta_h[i, j]) and y_hat = sigma(sum_j h_j theta_y[j]), for each datapoint."""
    columns = np.asarray(theta_h, dtype=float).T.tolist()
    theta_y = np.asarray(theta_y, dtype=float).tolist()
    h, y_hat = [], []
    for row in np.asarray(x, dtype=float).tolist():
        hidden = [_sigmoid(_weighted_sum(row, column)) for column in columns]
        h.append(hidden)
        y_hat.append(_sigmoid(_weighted_sum(hidden, theta_y)))
    return np.array(h), np.array(y_hat)


def _weighted_sum(values, weights):
    return sum(map(mul, values, weights))


def log_likelihood(y, y_hat):
    """The sum over datapoints of y log(y_hat) + (1 - y) log(1 - y_hat); a term with factor 0 is 0, also at log(0)."""
    total = 0.0
    for y_k, y_hat_k in zip(np.asarray(y, dtype=float).tolist(), np.asarray(y_hat, dtype=float).tolist()):
        for factor, probability in ((y_k, y_hat_k), (1 - y_k, 1 - y_hat_k)):
            if factor != 0:
                total += factor * (math.log(probability) if probability > 0 else -math.inf)
    return np.float64(total)


def backprop(x, y, h, y_hat, theta_y):
    """The partial derivatives of the log likelihood, by the chain rule, summed over the datapoints.

    dLL/dy_hat = y / y_hat - (1 - y) / (1 - y_hat), then through sigma' = sigma (1 - sigma) at the output and at each
    hidden unit; dz_j/dtheta_h[i, j] is x_i.
    """
    x, h = np.asarray(x, dtype=float).tolist(), np.asarray(h, dtype=float).tolist()
    theta_y = np.asarray(theta_y, dtype=float).tolist()
    m_x, m_h = len(x[0]), len(theta_y)
    columns = [[0.0] * m_x for _ in range(m_h)]  # columns[j][i] grows into grad_theta_h[i, j]
    grad_theta_y = [0.0] * m_h
    for row, y_k, hidden, y_hat_k in zip(x, np.asarray(y).tolist(), h, np.asarray(y_hat).tolist()):
        d_y_hat = y_k / y_hat_k - (1 - y_k) / (1 - y_hat_k)
        d_output = d_y_hat * y_hat_k * (1 - y_hat_k)
        for j in range(m_h):
            grad_theta_y[j] += d_output * hidden[j]
            d_hidden = d_output * theta_y[j] * hidden[j] * (1 - hidden[j])
            columns[j] = [so_far + d_hidden * x_i for so_far, x_i in zip(columns[j], row)]
    return np.array(columns).T, np.array(grad_theta_y)


def y_hat_of_many(x, theta_h, theta_y):
    """y_hat of many images at once: `forward` takes a tenth of a millisecond for each."""
    with np.errstate(over="ignore"):  # exp(800) is infinite, and one divided by that is 0, as it should be
        return 1 / (1 + np.exp(-(1 / (1 + np.exp(-(x @ theta_h))) @ theta_y)))


def finite_differences(x, y, theta_h, theta_y, step=1e-5):
    """The same derivatives without any: (LL(theta + step) - LL(theta - step)) / (2 step) for each parameter.

    Vectorised, since it needs two forward passes for each of 820 parameters: networks that differ
    in one parameter each are computed together, those of one row of theta_h at a time to keep the arrays small.
    """
    m_x, m_h = theta_h.shape
    units = np.arange(m_h)
    grad_theta_h, grad_theta_y = np.zeros((m_x, m_h)), np.zeros(m_h)
    for sign in (1, -1):
        for i in range(m_x):
            nudged_h = np.repeat(theta_h[None], m_h, axis=0)
            nudged_h[units, i, units] += sign * step
            grad_theta_h[i] += sign * _log_likelihoods(x, y, nudged_h, np.repeat(theta_y[None], m_h, axis=0))
        nudged_y = theta_y + sign * step * np.eye(m_h)
        grad_theta_y += sign * _log_likelihoods(x, y, np.repeat(theta_h[None], m_h, axis=0), nudged_y)
    return grad_theta_h / (2 * step), grad_theta_y / (2 * step)


def _log_likelihoods(x, y, many_theta_h, many_theta_y):
    """The log likelihood of each of many networks: their thetas are stacked along the first axis."""
    h = 1 / (1 + np.exp(-(x @ many_theta_h)))
    y_hat = 1 / (1 + np.exp(-(h @ many_theta_y[:, :, None])[:, :, 0]))
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat), axis=-1)
