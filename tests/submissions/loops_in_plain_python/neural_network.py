import math
import numpy as np

# I write everything as loops first, straight from the handout.
# It is slow but I can follow it.


def sigmoid(z):
    if np.ndim(z) == 0:
        if z >= 0:
            return 1.0 / (1.0 + math.exp(-z))
        else:
            return math.exp(z) / (1.0 + math.exp(z))
    result = np.zeros(np.shape(z))
    for index in np.ndindex(np.shape(z)):
        result[index] = sigmoid(z[index])
    return result


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    m_x = theta_h.shape[0]
    m_h = theta_h.shape[1]
    h = np.zeros((n, m_h))
    y_hat = np.zeros(n)
    for k in range(n):
        for j in range(m_h):
            total = 0.0
            for i in range(m_x):
                total += x[k, i] * theta_h[i, j]
            h[k, j] = sigmoid(total)
        total = 0.0
        for j in range(m_h):
            total += h[k, j] * theta_y[j]
        y_hat[k] = sigmoid(total)
    return h, y_hat


def log_likelihood(y, y_hat):
    total = 0.0
    for k in range(len(y)):
        if y[k] == 1:
            if y_hat[k] == 0:
                return -math.inf
            total += math.log(y_hat[k])
        else:
            if y_hat[k] == 1:
                return -math.inf
            total += math.log(1 - y_hat[k])
    return total


def backprop(x, y, h, y_hat, theta_y):
    n = x.shape[0]
    m_x = x.shape[1]
    m_h = h.shape[1]
    grad_theta_h = np.zeros((m_x, m_h))
    grad_theta_y = np.zeros(m_h)
    for k in range(n):
        for j in range(m_h):
            # dLL/dy_hat * dy_hat/dtheta_y
            grad_theta_y[j] += (y[k] / y_hat[k] - (1 - y[k]) / (1 - y_hat[k])) * y_hat[k] * (1 - y_hat[k]) * h[k, j]
            for i in range(m_x):
                # dLL/dy_hat * dy_hat/dh * dh/dtheta_h
                grad_theta_h[i, j] += (
                    (y[k] / y_hat[k] - (1 - y[k]) / (1 - y_hat[k]))
                    * y_hat[k] * (1 - y_hat[k]) * theta_y[j]
                    * h[k, j] * (1 - h[k, j]) * x[k, i]
                )
    return grad_theta_h, grad_theta_y
