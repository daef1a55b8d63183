import matplotlib.pyplot as plt
import numpy as np

plt.style.use("ggplot")

# first look at the sigmoid
fig = plt.figure(figsize=(4, 3))
grid = np.linspace(-6, 6, 50)
plt.plot(grid, 1 / (1 + np.exp(-grid)), label="sigmoid")
plt.xlabel("z")
plt.legend()
plt.title("Activation")
plt.show()


def sigmoid(z):
    e = np.exp(-abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat


def log_likelihood(y, y_hat):
    tiny = 1e-12
    return np.sum(np.log(np.clip(np.where(y > 0.5, y_hat, 1 - y_hat), tiny, 1)))


def backprop(x, y, h, y_hat, theta_y):
    n_in, n_hid = x.shape[1], h.shape[1]
    dy = y - y_hat
    g_y = np.array([np.dot(dy, h[:, j]) for j in range(n_hid)])
    g_h = np.empty((n_in, n_hid))
    for j in range(n_hid):
        g_h[:, j] = x.T @ (dy * theta_y[j] * h[:, j] * (1 - h[:, j]))
    return g_h, g_y


plt.figure()
plt.bar(range(4), log_likelihood(np.ones(4), np.linspace(0.2, 0.8, 4)) * np.arange(4))
plt.show()
plt.close("all")
