"""Gradient ascent: small random first weights, then one step uphill in each epoch."""

import time
from typing import NamedTuple

import numpy as np

from .digits import accuracy_of
from .functions import Stop

HIDDEN = 20
EPOCHS = 100  # at most; fewer if one takes long
FEWEST = 5
STEP = 0.015  # The gradient is a sum over 80 images: at twice this step the log likelihood falls at times.
SPREAD = 0.1  # Standard deviation of the first weights. From zeros all hidden units would stay equal.
SEED = 109


class Fit(NamedTuple):
    """How well the network fits the training images after some epochs."""

    epoch: int
    log_likelihood: float
    accuracy: float  # share of the images on whose digit the network bets, 0 to 1
    theta_h: np.ndarray
    theta_y: np.ndarray


def first_weights(m_x, spread=SPREAD, seed=SEED):
    """Small random weights, the same in every run: theta_h (m_x, HIDDEN) and theta_y (HIDDEN,)."""
    random = np.random.RandomState(seed)
    return random.normal(0, spread, (m_x, HIDDEN)), random.normal(0, spread, HIDDEN)


def seconds_for_a_pass(network, x, y, theta_h, theta_y):
    """How long one epoch will take, in seconds: a pass forward over all images and one back."""
    fastest = np.inf
    for _ in range(3):  # The first pass of a fast program mostly wakes NumPy up.
        begin = time.perf_counter()
        h, y_hat = network.forward(x, theta_h, theta_y)
        network.score(y, y_hat)
        network.backprop(x, y, h, y_hat, theta_y)
        fastest = min(fastest, time.perf_counter() - begin)
        if fastest > 0.1:
            break
    return fastest


def affordable_epochs(pass_s, budget_s):
    """As many epochs as fit into some seconds, within what makes sense."""
    return int(min(EPOCHS, max(FEWEST, budget_s / max(pass_s, 1e-9))))


def gradient_ascent(network, x, y, theta_h, theta_y, epochs, step=STEP):
    """Yield the Fit before the first epoch and after each one.

    x          (n, m_x)      pixels, 0 to 1
    y          (n,)          labels, 0.0 or 1.0
    theta_h    (m_x, m_h)    the first weights of the hidden layer
    theta_y    (m_h,)        the first weights of the output
    """
    h, y_hat = network.forward(x, theta_h, theta_y)
    yield Fit(0, network.score(y, y_hat), accuracy_of(y, y_hat), theta_h, theta_y)
    for epoch in range(1, epochs + 1):
        # Both gradients belong to the same weights, so both are found before either array takes its step.
        grad_theta_h, grad_theta_y = network.backprop(x, y, h, y_hat, theta_y)
        theta_h = theta_h + step * grad_theta_h
        theta_y = theta_y + step * grad_theta_y
        h, y_hat = network.forward(x, theta_h, theta_y)
        yield Fit(epoch, network.score(y, y_hat), accuracy_of(y, y_hat), theta_h, theta_y)


def check_it_climbs(fits):
    """Raise Stop when the log likelihood does what it cannot do if everything is right."""
    epoch, now = fits[-1].epoch, fits[-1].log_likelihood
    if np.isnan(now):
        raise Stop(
            f"The log likelihood is nan (not a number) after {epoch} epochs. That comes from 0 times log(0), or from "
            "the logarithm of a negative number. Look at log_likelihood, then at forward."
        )
    if np.isinf(now):
        raise Stop(
            f"The log likelihood is {now} after {epoch} epochs: some y_hat is exactly 0 or 1, and wrong. With right "
            "functions that does not happen here. Does backprop average, or add up twice? Run `pytest`."
        )
    if now > 1e-9:
        raise Stop(
            f"The log likelihood is {now:.4g}, but the logarithm of a probability is never above 0. Does "
            "log_likelihood have the opposite sign?"
        )
    if epoch >= 3 and all(fits[k].log_likelihood < fits[k - 1].log_likelihood for k in (-1, -2, -3)):
        raise Stop(
            f"The log likelihood fell three epochs in a row, to {now:.2f}. Training adds the gradient to the "
            "weights, so the gradient has to point uphill. Does backprop have the opposite sign? Run `pytest`."
        )
    if epoch == 3 and _units_are_equal(fits[-1]):
        raise Stop(
            "All hidden units have stayed equal: they began with equal weights, so they get equal gradients forever, "
            "and twenty equal units are worth no more than one. With all weights zero the gradient for theta_h is "
            "zero as well. That is why the first weights are random, and small."
        )
    if epoch == 3 and fits[0].log_likelihood == now:
        raise Stop("The log likelihood does not move. Does backprop return only zeros? Run `pytest`.")


def _units_are_equal(fit):
    """Whether all hidden units have the same weights, as they keep when they begin with the same ones."""
    return len(fit.theta_y) > 1 and bool(np.ptp(fit.theta_h, axis=1).max() < 1e-12 and np.ptp(fit.theta_y) < 1e-12)
