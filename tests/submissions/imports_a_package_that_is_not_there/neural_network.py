import numpy as np
import torch


def sigmoid(z):
    return torch.sigmoid(torch.as_tensor(z)).numpy()


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    return -torch.nn.functional.binary_cross_entropy(torch.tensor(y_hat), torch.tensor(y), reduction="sum").item()


def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    return x.T @ (np.outer(error, theta_y) * h * (1 - h)), error @ h
