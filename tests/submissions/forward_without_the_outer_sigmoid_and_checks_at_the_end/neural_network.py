import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-np.clip(z, -500, 500)))


def forward(x, theta_h, theta_y):
    h = sigmoid(np.dot(x, theta_h))
    y_hat = np.dot(h, theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for label, prediction in zip(y, y_hat):
        total += np.log(prediction if label == 1 else 1 - prediction)
    return total


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    delta = np.outer(error, theta_y) * h * (1 - h)
    return x.T.dot(delta), h.T.dot(error)


# --- checks, run on every import ---
x = np.array([[0.2, 0.9], [0.5, 0.1]])
theta_h = np.array([[0.1, -0.4, 0.3], [0.7, 0.2, -0.6]])
theta_y = np.array([2.5, 1.5, 0.9])
y = np.array([1.0, 0.0])

assert np.allclose(sigmoid(np.array([0.0, 1.0])), [0.5, 0.73105858])
h, y_hat = forward(x, theta_h, theta_y)
assert h.shape == (2, 3)
assert np.all((0 < y_hat) & (y_hat < 1)), "probabilities must lie between 0 and 1"
assert log_likelihood(y, y_hat) < 0
grad_theta_h, grad_theta_y = backprop(x, y, h, y_hat, theta_y)
for j in range(3):
    step = np.eye(3)[j] * 1e-6
    up, down = (log_likelihood(y, forward(x, theta_h, theta_y + s)[1]) for s in (step, -step))
    assert abs((up - down) / 2e-6 - grad_theta_y[j]) < 1e-6
print("all checks passed")
