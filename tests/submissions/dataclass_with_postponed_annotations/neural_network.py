from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


@dataclass
class Layer:
    inputs: np.ndarray
    weights: np.ndarray
    tags: list[str] = field(default_factory=list)

    def activate(self) -> np.ndarray | float:
        return sigmoid(np.dot(self.inputs, self.weights))


class Gradients(NamedTuple):
    theta_h: np.ndarray
    theta_y: np.ndarray


def sigmoid(z: float | np.ndarray) -> float | np.ndarray:
    """1 / (1 + exp(-z)), computed on |z|."""
    tail = np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))
    return np.where(np.greater_equal(z, 0), 1 - tail, tail)


def forward(x: np.ndarray, theta_h: np.ndarray, theta_y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    hidden = Layer(x, theta_h, ["hidden"]).activate()
    output = Layer(hidden, theta_y, ["output"]).activate()
    return hidden, output


def log_likelihood(y: np.ndarray, y_hat: np.ndarray) -> float:
    total: float = 0.0
    for truth, belief in zip(y.tolist(), y_hat.tolist(), strict=True):
        match truth, belief:
            case (1.0, 0.0) | (0.0, 1.0):
                total = float("-inf")
            case (1.0, _):
                total += np.log(belief)
            case _:
                total += np.log1p(-belief)
    return float(total)


def backprop(x, y, h, y_hat, theta_y) -> Gradients:
    error = y - y_hat
    by_hidden = h * (1 - h) * theta_y * error[:, np.newaxis]
    return Gradients(theta_h=(by_hidden.T @ x).T, theta_y=h.T @ error)
