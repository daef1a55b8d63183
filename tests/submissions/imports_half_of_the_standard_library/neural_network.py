import abc, argparse, bisect, cProfile, csv, datetime, decimal, enum, fractions, hashlib, heapq, inspect
import itertools, json, logging, logging.handlers, operator, pathlib, pickle, pprint, random, secrets, statistics
import string, tempfile, textwrap, timeit, typing, unittest, urllib.parse
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import numpy as np
import numpy.testing as npt
from numpy import fft, ma
from numpy.polynomial import Polynomial
from scipy import optimize

logging.basicConfig(level=logging.INFO)
log = logging.getLogger(__name__)
STARTED = datetime.datetime.strptime("2024-02-29 12:00", "%Y-%m-%d %H:%M")
TEMPLATE = string.Template("layer $name of size $size")


class Layer(enum.Enum):
    HIDDEN = 1
    OUTPUT = 2


def sigmoid(z):
    positive = np.exp(-np.abs(z))
    result = np.where(np.asarray(z) >= 0, 1, positive) / (1 + positive)
    npt.assert_array_less(-1e-9, result)
    return result


def forward(x, theta_h, theta_y):
    log.info(TEMPLATE.substitute(name=Layer.HIDDEN, size=theta_h.shape))
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    np.testing.assert_equal(h.shape, (len(x), len(theta_y)))
    return h, y_hat


def log_likelihood(y, y_hat):
    return functools_free_sum(np.log(max(p, 1e-300)) for p in np.where(y == 1, y_hat, 1 - y_hat))


def functools_free_sum(terms):
    return list(itertools.accumulate(terms, operator.add))[-1]


def backprop(x, y, h, y_hat, theta_y):
    error = np.subtract(y, y_hat)
    return x.T @ (error[:, None] * theta_y * h * (1 - h)), error @ h
