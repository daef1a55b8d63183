import sys
import numpy as np

DEBUG = True
calls = 0


def debug(name, value):
    global calls
    calls += 1
    if DEBUG:
        print(f"[{calls}] {name} =\n{value}")
        print(">>> still alive", file=sys.stderr)


def sigmoid(z):
    debug("z", z)
    z = np.clip(z, -500, 500)
    result = 1.0 / (1.0 + np.exp(-z))
    debug("sigmoid(z)", result)
    return result


def forward(x, theta_h, theta_y):
    debug("x.shape", x.shape)
    h = sigmoid(x.dot(theta_h))
    y_hat = sigmoid(h.dot(theta_y))
    debug("h", h)
    debug("y_hat", y_hat)
    return h, y_hat


def log_likelihood(y, y_hat):
    terms = []
    for i in range(len(y)):
        chosen = y_hat[i] if y[i] > 0.5 else 1 - y_hat[i]
        terms.append(np.log(chosen) if chosen > 0 else -np.inf)
        print("datapoint", i, "contributes", terms[-1])
    debug("LL", sum(terms))
    return sum(terms)


def backprop(x, y, h, y_hat, theta_y):
    debug("y - y_hat", y - y_hat)
    back = (y - y_hat).reshape(-1, 1)
    grad_theta_y = (back * h).sum(axis=0)
    grad_theta_h = x.T.dot(back * theta_y.reshape(1, -1) * h * (1 - h))
    debug("grad_theta_h", grad_theta_h)
    debug("grad_theta_y", grad_theta_y)
    print("HERE!!!" * 40)
    return grad_theta_h, grad_theta_y


print("module loaded", "=" * 60)
