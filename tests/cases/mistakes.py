"""Common mistakes as formulas: what a student with this mistake would return, and one sentence for the student.

A cause is named only if exactly one of these reproduces what came back, so two entries may not coincide on the inputs
of a case. Written vectorised and without regard for style; arguments are the contract's.
"""

import numpy as np

from autograder import Mistake


def _sigma(z):
    return 1 / (1 + np.exp(-z))


def _forward(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma(h @ theta_y)


def _gradients(x, slope_y, slope_h, h):
    """Gradients from what flows back to the output's and the hidden layer's weighted sums."""
    return x.T @ slope_h, h.T @ slope_y


def _right(x, y, h, y_hat, theta_y):
    slope_y = y - y_hat
    return _gradients(x, slope_y, np.outer(slope_y, theta_y) * h * (1 - h), h)


def _backprop(slope_y=None, hidden=None, scale=1.0):
    """A wrong backprop: another slope at the output, another derivative at the hidden layer, or another scale."""

    def formula(x, y, h, y_hat, theta_y):
        slope = (y - y_hat) if slope_y is None else slope_y(y, y_hat)
        derivative = h * (1 - h) if hidden is None else hidden(h)
        grad_theta_h, grad_theta_y = _gradients(x, slope, np.outer(slope, theta_y) * derivative, h)
        return scale * grad_theta_h, scale * grad_theta_y

    return formula


def _average(x, y, h, y_hat, theta_y):
    return tuple(gradient / len(y) for gradient in _right(x, y, h, y_hat, theta_y))


def _on_rows(rows):
    """A wrong backprop that looks at some of the images only."""

    def formula(x, y, h, y_hat, theta_y):
        return _right(x[rows], y[rows], h[rows], y_hat[rows], theta_y)

    return formula


def _last_skipped(x, y, h, y_hat, theta_y):
    if len(y) == 1:
        raise ValueError("without its only image nothing is left: zeros, which have many causes")
    return _on_rows(slice(None, -1))(x, y, h, y_hat, theta_y)


def _x_j_for_x_i(x, y, h, y_hat, theta_y):
    slope_h = np.outer(y - y_hat, theta_y) * h * (1 - h)
    grad_theta_h = np.tile((slope_h * x[:, : h.shape[1]]).sum(axis=0), (x.shape[1], 1))
    return grad_theta_h, h.T @ (y - y_hat)


def _without_theta_y(x, y, h, y_hat, theta_y):
    slope_y = y - y_hat
    return _gradients(x, slope_y, slope_y[:, None] * h * (1 - h), h)


MISTAKES = (
    # sigmoid
    Mistake("sigmoid.no_minus", "sigmoid", lambda z: 1 / (1 + np.exp(z)),
            "The minus sign of the exponent is missing: sigma(z) = 1 / (1 + exp(-z))."),
    Mistake("sigmoid.tanh", "sigmoid", np.tanh,
            "This is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1."),
    Mistake("sigmoid.exp_only", "sigmoid", lambda z: np.exp(-z),
            "This is exp(-z) alone; the sigmoid is 1 / (1 + exp(-z))."),
    Mistake("sigmoid.derivative", "sigmoid", lambda z: _sigma(z) * (1 - _sigma(z)),
            "This is the derivative of the sigmoid, sigma (1 - sigma), not the sigmoid itself."),
    Mistake("sigmoid.clipped_at_5", "sigmoid", lambda z: _sigma(np.clip(z, -5, 5)),
            "z is clipped to [-5, 5]: beyond 5 the sigmoid still changes, by 0.7 percent."),
    Mistake("sigmoid.e_as_2_718", "sigmoid", lambda z: 1 / (1 + 2.718**-z),
            "e is taken as 2.718; np.exp and math.exp know all its digits."),
    # forward
    Mistake("forward.no_hidden_sigmoid", "forward",
            lambda x, theta_h, theta_y: (x @ theta_h, _sigma(x @ theta_h @ theta_y)),
            "The hidden layer is the weighted sum alone; h_j is the sigmoid of it."),
    Mistake("forward.no_output_sigmoid", "forward",
            lambda x, theta_h, theta_y: (_sigma(x @ theta_h), _sigma(x @ theta_h) @ theta_y),
            "y_hat is the weighted sum alone; it is the sigmoid of it."),
    Mistake("forward.relu", "forward",
            lambda x, theta_h, theta_y: (np.maximum(0, x @ theta_h), _sigma(np.maximum(0, x @ theta_h) @ theta_y)),
            "The hidden layer uses max(0, z); in this network every unit is a sigmoid."),
    Mistake("forward.tanh", "forward",
            lambda x, theta_h, theta_y: (np.tanh(x @ theta_h), _sigma(np.tanh(x @ theta_h) @ theta_y)),
            "The hidden layer uses tanh; in this network every unit is a sigmoid."),
    Mistake("forward.swapped", "forward", lambda *arguments: _forward(*arguments)[::-1],
            "The two results are exchanged: return h first, then y_hat."),
    Mistake("forward.one_added", "forward",
            lambda x, theta_h, theta_y: (_sigma(x @ theta_h + 1), _sigma(_sigma(x @ theta_h + 1) @ theta_y + 1)),
            "1 is added to each weighted sum; this network has no bias terms of its own."),
    # log_likelihood
    Mistake("log_likelihood.mean", "log_likelihood",
            lambda y, y_hat: np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
            "This is the average over the datapoints; the log likelihood is a sum, so leave out the division by n."),
    Mistake("log_likelihood.sign", "log_likelihood",
            lambda y, y_hat: -np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
            "The sign is opposite: this is the loss, which one minimises; the log likelihood is never above 0."),
    Mistake("log_likelihood.mean_and_sign", "log_likelihood",
            lambda y, y_hat: -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
            "This is the average loss: leave out the minus sign and the division by n."),
    Mistake("log_likelihood.log2", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log2(y_hat) + (1 - y) * np.log2(1 - y_hat)),
            "The logarithm is to base 2; the log likelihood takes the natural logarithm, np.log."),
    Mistake("log_likelihood.log10", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log10(y_hat) + (1 - y) * np.log10(1 - y_hat)),
            "The logarithm is to base 10; the log likelihood takes the natural logarithm, np.log."),
    Mistake("log_likelihood.only_y", "log_likelihood", lambda y, y_hat: np.sum(y * np.log(y_hat)),
            "Only the datapoints with y = 1 count here; the term (1 - y) log(1 - y_hat) is missing."),
    Mistake("log_likelihood.plus_y_hat", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 + y_hat)),
            "The second logarithm is of 1 + y_hat; it is of 1 - y_hat."),
    Mistake("log_likelihood.likelihood", "log_likelihood", lambda y, y_hat: np.prod(np.where(y == 1, y_hat, 1 - y_hat)),
            "This is the likelihood itself, a product; the sum of the logarithms is wanted."),
    # backprop
    Mistake("backprop.mean", "backprop", _average,
            "This is the average over the images; the log likelihood is a sum, so leave out the division by n."),
    Mistake("backprop.sign", "backprop", _backprop(scale=-1.0),
            "Every entry has the opposite sign: the handout climbs the log likelihood, this descends the loss."),
    Mistake("backprop.plus_for_minus", "backprop",
            _backprop(slope_y=lambda y, y_hat: (y / y_hat + (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)),
            "dLL/dy_hat has a minus between its terms, y over y_hat and 1 - y over 1 - y_hat; a slide prints a plus."),
    Mistake("backprop.no_second_term", "backprop", _backprop(slope_y=lambda y, y_hat: y * (1 - y_hat)),
            "The second term of dLL/dy_hat, minus 1 - y over 1 - y_hat, is missing."),
    Mistake("backprop.squared_loss", "backprop",
            _backprop(slope_y=lambda y, y_hat: (y - y_hat) * y_hat * (1 - y_hat)),
            "There is an extra factor y_hat (1 - y_hat), as for the squared loss; in the log likelihood it cancels."),
    Mistake("backprop.no_output_derivative", "backprop",
            _backprop(slope_y=lambda y, y_hat: y / y_hat - (1 - y) / (1 - y_hat)),
            "The derivative of the output's sigmoid, y_hat (1 - y_hat), is missing from the chain."),
    Mistake("backprop.no_hidden_derivative", "backprop", _backprop(hidden=np.ones_like),
            "The derivative of the hidden sigmoid, h (1 - h), is missing from the chain."),
    Mistake("backprop.one_minus_h_squared", "backprop", _backprop(hidden=lambda h: 1 - h**2),
            "1 - h^2 is the derivative of tanh; that of the sigmoid is h (1 - h)."),
    Mistake("backprop.one_plus_h", "backprop", _backprop(hidden=lambda h: h * (1 + h)),
            "The derivative of the hidden sigmoid is h (1 - h), not h (1 + h)."),
    Mistake("backprop.sigmoid_of_h", "backprop", _backprop(hidden=lambda h: _sigma(h) * (1 - _sigma(h))),
            "The sigmoid is applied to h once more; h has already been through it, so its derivative is h (1 - h)."),
    Mistake("backprop.no_theta_y", "backprop", _without_theta_y,
            "The factor theta_y[j] is missing: dy_hat/dh_j contains it."),
    Mistake("backprop.x_j_for_x_i", "backprop", _x_j_for_x_i,
            "x_j stands where x_i must: the derivative of h_j for theta_h[i, j] is h_j (1 - h_j) x_i. Slides err."),
    Mistake("backprop.first_only", "backprop", _on_rows(slice(None, 1)),
            "Only the first image counts; add up the gradients of all images."),
    Mistake("backprop.last_only", "backprop", _on_rows(slice(-1, None)),
            "Only the last image counts; add up the gradients of all images."),
    Mistake("backprop.last_skipped", "backprop", _last_skipped,
            "The last image is left out; the loop ends one too early."),
    Mistake("backprop.swapped", "backprop", lambda *arguments: _right(*arguments)[::-1],
            "The two results are exchanged: return grad_theta_h first, then grad_theta_y."),
)  # fmt: skip
