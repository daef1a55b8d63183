import numpy as np

# helper functions first


def dsigmoid(a):
    return a * (1 - a)


def stable(v):
    if v >= 0:
        return 1 / (1 + np.exp(-v))
    return np.exp(v) / (1 + np.exp(v))


def sigmoid(z):
    z = np.asarray(z, float)
    return np.fromiter((stable(v) for v in z.flat), float, z.size).reshape(z.shape)


def forward(x, theta_h, theta_y):
    hs, ps = [], []
    for img in x:
        hid = sigmoid(img @ theta_h)
        hs.append(hid)
        ps.append(sigmoid(hid @ theta_y))
    return np.vstack(hs), np.array(ps)


def log_likelihood(y, y_hat):
    return sum([np.log(q) if q > 0 else float("-inf") for q in 1 - np.abs(y - y_hat)])


def one_image(x, y, h, p, theta_y):
    gy = (y - p) * h
    gh = np.array([[(y - p) * theta_y[j] * dsigmoid(h[j]) * xi for j in range(len(h))] for xi in x])
    return gh, gy


def backprop(x, y, h, y_hat, theta_y):
    parts = [one_image(*args, theta_y) for args in zip(x, y, h, y_hat)]
    return sum(p[0] for p in parts), sum(p[1] for p in parts)
