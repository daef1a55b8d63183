import numpy as np

def sigmoid(z):
    z = np.asarray(z, dtype=float)
    result = np.empty(z.shape)
    for i, v in enumerate(z.flat):
        result.flat[i] = 1 / (1 + np.exp(-v)) if v > 0 else 1 - 1 / (1 + np.exp(v))
    return result

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = h @ theta_y
    return h, y_hat

def log_likelihood(y, y_hat):
    picked = [p if t == 1 else 1 - p for t, p in zip(y, y_hat)]
    return float(np.sum([np.log(p) if p else -np.inf for p in picked]))

def backprop(x, y, h, y_hat, theta_y):
    err = y - y_hat
    return x.T @ (err[:, None] * theta_y * h * (1 - h)), err @ h
