import numpy as np

np.loadtxt("weights.txt")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))
