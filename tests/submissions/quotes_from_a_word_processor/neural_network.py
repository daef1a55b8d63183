import numpy as np


def sigmoid(z):
    “““The logistic function.”””
    return np.exp(-np.logaddexp(0, –np.asarray(z)))
