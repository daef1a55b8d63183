# no numpy on my school laptop, so lists of lists
from math import exp, log


def sigmoid(z):
    try:
        return [sigmoid(v) for v in z]
    except TypeError:
        z = float(z)
    e = exp(-abs(z))
    return 1 / (1 + e) if z >= 0 else e / (1 + e)


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def forward(x, theta_h, theta_y):
    columns = list(zip(*theta_h))
    h = tuple([sigmoid(dot(row, col)) for col in columns] for row in x)
    y_hat = [sigmoid(dot(row, theta_y)) for row in h]
    return [h, y_hat]


def log_likelihood(y, y_hat):
    probabilities = [p if label == 1 else 1 - p for label, p in zip(y, y_hat)]
    if min(probabilities) <= 0:
        return float("-inf")
    return sum(log(p) for p in probabilities)


def backprop(x, y, h, y_hat, theta_y):
    err = [a - b for a, b in zip(y, y_hat)]
    gy = [sum(e * row[j] for e, row in zip(err, h)) for j in range(len(theta_y))]
    gh = [[sum(e * t * row[j] * (1 - row[j]) * pixels[i] for e, row, pixels in zip(err, h, x))
           for j, t in enumerate(theta_y)]
          for i in range(len(x[0]))]
    return gh, tuple(gy)
