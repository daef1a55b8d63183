"""Right answers: the handout's equations, written without looking at solution/.

Our own tests certify these functions by an independent route: the gradient by the complex step, the sums by exact
fractions and by scikit-learn. Arguments and results are as in the contract: `x` is `(n, m_x)`, `y` and `y_hat` are
`(n,)`, `theta_h` is `(m_x, m_h)`, `theta_y` is `(m_h,)`, `h` is `(n, m_h)`. Sums use `einsum`, so that the results do
not depend on the machine's linear algebra library, and an array with too few or too many dimensions is refused.
"""

import numpy as np


def sigmoid(z):
    """sigma(z) = 1 / (1 + exp(-z)), computed for each entry in the form that cannot overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1 + small)


def forward(x, theta_h, theta_y):
    """h_j = sigma(sum_i x_i theta_h[i, j]) and y_hat = sigma(sum_j h_j theta_y[j]), for each datapoint."""
    h = sigmoid(np.einsum("ki,ij->kj", x, theta_h))
    return h, sigmoid(np.einsum("kj,j->k", h, theta_y))


def log_likelihood(y, y_hat):
    """The sum over datapoints of y log(y_hat) + (1 - y) log(1 - y_hat); a term with factor 0 is 0, even at log(0)."""
    factors, probabilities = np.concatenate([y, 1 - y]), np.concatenate([y_hat, 1 - y_hat])
    counts = factors != 0
    with np.errstate(divide="ignore"):
        return np.sum(factors[counts] * np.log(probabilities[counts]))


def backprop(x, y, h, y_hat, theta_y):
    """The partial derivatives of the log likelihood, by the chain rule, summed over the datapoints.

    dLL/dy_hat = y / y_hat - (1 - y) / (1 - y_hat), then through sigma' = sigma (1 - sigma) at the output and at each
    hidden unit; dz_j/dtheta_h[i, j] is x_i.
    """
    d_y_hat = y / y_hat - (1 - y) / (1 - y_hat)
    d_output = d_y_hat * y_hat * (1 - y_hat)
    d_hidden = np.multiply.outer(d_output, theta_y) * h * (1 - h)
    return np.einsum("ki,kj->ij", x, d_hidden), np.einsum("k,kj->j", d_output, h)


def finite_differences(x, y, theta_h, theta_y, step=1e-5):
    """The same derivatives by finite differences: (LL(theta + step) - LL(theta - step)) / (2 step) for each parameter.

    All are computed at once: a step along theta_h[i, j] moves only the weighted sum of hidden unit j, by x_i times the
    step; a step along theta_y[j] moves only that of the output, by h_j times the step.
    """
    z = np.einsum("ki,ij->kj", x, theta_h)
    h = sigmoid(z)
    output = np.einsum("kj,j->k", h, theta_y)
    grad_theta_h, grad_theta_y = np.zeros(theta_h.shape), np.zeros(theta_y.shape)
    for sign in (1, -1):
        moved = sigmoid(z[:, None, :] + sign * step * x[:, :, None])
        outputs = output[:, None, None] + (moved - h[:, None, :]) * theta_y
        grad_theta_h += sign * _log_likelihoods(y[:, None, None], sigmoid(outputs))
        grad_theta_y += sign * _log_likelihoods(y[:, None], sigmoid(output[:, None] + sign * step * h))
    return grad_theta_h / (2 * step), grad_theta_y / (2 * step)


def _log_likelihoods(y, y_hat):
    """Return the log likelihoods of many networks; the datapoints lie along the first axis."""
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat), axis=0)
