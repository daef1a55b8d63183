from scipy.special import expit as sigmoid, xlog1py, xlogy


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    # xlogy(0, 0) is 0, exactly what we need
    return (xlogy(y, y_hat) + xlog1py(1 - y, -y_hat)).sum()


def backprop(x, y, h, y_hat, theta_y):
    delta_out = y - y_hat                                # (n,)
    delta_hidden = delta_out[:, None] * theta_y * h * (1 - h)   # (n, m_h)
    return x.T @ delta_hidden, h.T @ delta_out
