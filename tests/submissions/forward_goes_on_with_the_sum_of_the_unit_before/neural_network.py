import numpy as np
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1 / (1 + e), e / (1 + e))

def forward(x, theta_h, theta_y):
    n, m_x = x.shape
    m_h = len(theta_y)
    h = np.zeros((n, m_h)); y_hat = np.zeros(n)
    for k in range(n):
        total = 0.0
        for j in range(m_h):
            for i in range(m_x):
                total += x[k, i] * theta_h[i, j]
            h[k, j] = sigmoid(total)
        out = 0.0
        for j in range(m_h):
            out += h[k, j] * theta_y[j]
        y_hat[k] = sigmoid(out)
    return h, y_hat
def log_likelihood(y, y_hat):
    return np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    delta = y - y_hat
    grad_theta_y = h.T @ delta
    grad_theta_h = x.T @ (np.outer(delta, theta_y) * h * (1 - h))
    return grad_theta_h, grad_theta_y

