import csv

import numpy as np

with open("data/digits-train.csv") as handle:
    TRAIN = [[float(v) for v in row] for row in csv.reader(handle)]


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    return x.T @ ((y - y_hat)[:, None] * theta_y * h * (1 - h)), h.T @ (y - y_hat)
