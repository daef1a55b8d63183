from math import *
from numpy import *
import random

def sigmoid(z):
    return where(array(z) < 0, exp(-abs(array(z))), 1) / (1 + exp(-abs(array(z))))

def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    y_hat = sigmoid(h @ theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    return sum(log(where(y == 1, y_hat, 1 - y_hat)))

def backprop(x, y, h, y_hat, theta_y):
    error = y - y_hat
    grad_theta_y = sum(error * h.T, axis=1)
    grad_theta_h = sum([outer(x[k], error[k] * theta_y * h[k] * (1 - h[k])) for k in range(len(x))], 0)
    return grad_theta_h, grad_theta_y
