import numpy as np


def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


def forward(x, theta_h, theta_y):
    n = x.shape[0]
    h = np.array([sigmoid(theta_h.T @ x[k]) for k in range(n)])
    y_hat = np.array([sigmoid(theta_y @ h[k]) for k in range(n)])
    return h, y_hat


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1.0, y_hat, 1.0 - y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    m_x, m_h = x.shape[1], h.shape[1]
    grad_theta_h = np.zeros((m_x, m_h))
    grad_theta_y = np.zeros(m_h)
    for k in range(x.shape[0]):
        dLL_dyhat = y[k] / y_hat[k] - (1 - y[k]) / (1 - y_hat[k])
        dyhat_dz = y_hat[k] * (1 - y_hat[k])
        for j in range(m_h):
            grad_theta_y[j] += dLL_dyhat * dyhat_dz * h[k, j]
            for i in range(m_x):
                # slide 47: dh_j / dtheta_ij = h_j (1 - h_j) x_j
                dh_dtheta = h[k, j] * (1 - h[k, j]) * x[k, j % m_x]
                grad_theta_h[i, j] += dLL_dyhat * dyhat_dz * theta_y[j] * dh_dtheta
    return grad_theta_h, grad_theta_y
