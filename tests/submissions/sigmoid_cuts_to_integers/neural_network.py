import numpy as np


def sigmoid(z):
    z = np.asarray(z)
    out = np.zeros(z.shape, dtype=int)      # <- everything stored in here loses its decimals
    for idx, v in np.ndenumerate(z):
        if v >= 0:
            out[idx] = 1 / (1 + np.exp(-v))
        else:
            out[idx] = np.exp(v) / (1 + np.exp(v))
    return out


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        yes = np.log(y_hat, where=y == 1, out=np.zeros(len(y)))
        no = np.log(1 - y_hat, where=y == 0, out=np.zeros(len(y)))
    return yes.sum() + no.sum()


def backprop(x, y, h, y_hat, theta_y):
    step = (y - y_hat).reshape((len(y), 1))
    return x.T @ (step @ theta_y.reshape((1, -1)) * h * (1 - h)), (h.T @ step).ravel()
