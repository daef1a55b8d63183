import numpy as np


def sigmoid(z):
<<<<<<< HEAD
    return 1 / (1 + np.exp(-z))
=======
    return np.exp(-np.logaddexp(0, -np.asarray(z)))
>>>>>>> partner/stable-sigmoid


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)
