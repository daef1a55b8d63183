"""
Neural Network from Scratch
===========================

Implements a simple two-layer neural network with sigmoid activations.
"""
from typing import Tuple, Union
import numpy as np

ArrayLike = Union[float, np.ndarray]


def sigmoid(z: ArrayLike) -> ArrayLike:
    """
    Numerically stable sigmoid.

    Parameters
    ----------
    z : float or np.ndarray

    Returns
    -------
    float or np.ndarray
    """
    if not isinstance(z, (int, float, np.ndarray, np.generic)):
        raise TypeError(f"z must be numeric, got {type(z).__name__}")
    z_arr = np.asarray(z, dtype=np.float64)
    if not np.all(np.isfinite(z_arr)):
        raise ValueError("z must be finite")
    result = np.empty_like(z_arr)
    positive_mask = z_arr >= 0
    negative_mask = ~positive_mask
    result[positive_mask] = 1.0 / (1.0 + np.exp(-z_arr[positive_mask]))
    exp_z = np.exp(z_arr[negative_mask])
    result[negative_mask] = exp_z / (1.0 + exp_z)
    return result.item() if np.isscalar(z) else result


def forward(x: np.ndarray, theta_h: np.ndarray, theta_y: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    if x.ndim != 2:
        raise ValueError(f"x must be 2D, got shape {x.shape}")
    if theta_h.shape[0] != x.shape[1]:
        raise ValueError("Shape mismatch between x and theta_h")
    if theta_y.shape != (theta_h.shape[1],):
        raise ValueError("Shape mismatch between theta_h and theta_y")
    if not (x.flags.c_contiguous and x.flags.writeable):
        raise ValueError("x must be contiguous")
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    assert np.all((0 <= y_hat) & (y_hat <= 1)), "y_hat is not a probability"
    return h, y_hat


def log_likelihood(y: np.ndarray, y_hat: np.ndarray) -> float:
    if y.shape != y_hat.shape:
        raise ValueError("y and y_hat must have the same shape")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("Labels must be 0 or 1")
    if (y_hat < 0).any() or (y_hat > 1).any():
        raise ValueError("Probabilities must lie in [0, 1]")
    with np.errstate(divide="ignore"):
        log_p = np.where(y == 1, np.log(y_hat), np.log(1 - y_hat))
    return float(log_p.sum())


def backprop(x, y, h, y_hat, theta_y):
    n, m_x = x.shape
    if h.shape != (n, theta_y.size) or y.shape != (n,) or y_hat.shape != (n,):
        raise ValueError("inconsistent shapes")
    if not np.allclose(sigmoid(h @ theta_y), y_hat):
        raise ValueError("h, theta_y and y_hat do not belong together")
    error = y - y_hat
    grad_theta_y = h.T @ error
    grad_theta_h = x.T @ (np.outer(error, theta_y) * h * (1.0 - h))
    assert grad_theta_h.shape == (m_x, theta_y.size)
    return grad_theta_h, grad_theta_y


if __name__ == "__main__":
    import sklearn.datasets
    main()
