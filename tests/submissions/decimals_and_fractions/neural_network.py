from decimal import Decimal, getcontext
from fractions import Fraction
import numpy as np
getcontext().prec = 30

def sigmoid(z):
    a = np.asarray(z)
    f = lambda t: float(1 / (1 + (-Decimal(float(t))).exp()))
    out = np.array([f(t) for t in a.ravel()]).reshape(a.shape)
    return out if a.shape else out.item()

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return [h, sigmoid(h @ theta_y)]

def log_likelihood(y, y_hat):
    total = Decimal(0)
    for a, b in zip(y, y_hat):
        q = Decimal(float(b)) if a == 1 else 1 - Decimal(float(b))
        total += q.ln()
    return total

def backprop(x, y, h, y_hat, theta_y):
    F = lambda a: np.array([Fraction(float(v)) for v in a.ravel()], dtype=object).reshape(a.shape)
    d = F(y) - F(y_hat)
    g = d[:, None] * F(theta_y) * F(h) * (1 - F(h))
    return [F(x.T @ g.astype(float)), F(h).T @ d]
