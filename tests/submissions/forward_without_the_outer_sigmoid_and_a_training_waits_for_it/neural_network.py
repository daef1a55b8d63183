import numpy as np


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    small = np.exp(-abs(z))
    return np.where(z < 0, small / (1 + small), 1 / (1 + small))


def forward(x, theta_h, theta_y):
    hidden = sigmoid(x.dot(theta_h))
    return hidden, hidden.dot(theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.log(np.where(y == 1, y_hat, 1 - y_hat)).sum())


def backprop(x, y, h, y_hat, theta_y):
    missing = y - y_hat
    return x.T.dot(np.outer(missing, theta_y) * h * (1 - h)), missing.dot(h)


x = np.array([[1.0, 0.1, 0.9], [1.0, 0.3, 0.8], [1.0, 0.7, 0.2], [1.0, 0.9, 0.1]])
y = np.array([0.0, 0.0, 1.0, 1.0])
rng = np.random.default_rng(7)
theta_h, theta_y = rng.normal(size=(3, 2)), rng.normal(size=2)
epochs, y_hat = 0, np.zeros(4)
while not np.all(np.where(y == 1, y_hat, 1 - y_hat) > 0.8) or np.max(np.abs(y - y_hat)) < 1e-3:
    h, y_hat = forward(x, theta_h, theta_y)
    grad_theta_h, grad_theta_y = backprop(x, y, h, y_hat, theta_y)
    theta_h, theta_y = theta_h + grad_theta_h, theta_y + grad_theta_y
    epochs += 1
print("trained in", epochs, "epochs:", log_likelihood(y, y_hat))
