import numpy as np

def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1, e)/(1 + e)

def forward(x, theta_h, theta_y):
    h = sigmoid(x@theta_h)
    y_hat = sigmoid(h@theta_y)
    return h, y_hat

def log_likelihood(y, y_hat):
    return np.sum(y*np.log(y_hat) + (1 - y)*np.log(1 - y_hat))

def backprop(x, y, h, y_hat, theta_y):
    dLL_dyhat = y/y_hat - (1 - y)/(1 - y_hat)
    dyhat = y_hat*(1 - y_hat)
    grad_theta_y = (dLL_dyhat*dyhat)@h
    grad_theta_h = x.T@((dLL_dyhat*dyhat)[:, None]*theta_y*h*(1 - h))
    return grad_theta_h, grad_theta_y
