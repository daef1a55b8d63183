import numpy as np


def sigmoid(t, cutoff=600, *, verbose=False):
    if verbose:
        print("sigmoid of", t)
    t = np.maximum(np.minimum(t, cutoff), -cutoff)
    return 1 / (1 + np.exp(-t))


def forward(images, W1, W2, activation=sigmoid, return_hidden=True):
    a1 = activation(np.inner(images, W1.T))
    a2 = activation(np.inner(a1, W2))
    return (a1, a2) if return_hidden else a2


def log_likelihood(labels, predictions, epsilon=1e-16, **unused):
    positive = labels == 1
    return (np.log(predictions[positive] + epsilon).sum()
            + np.log(1 - predictions[~positive] + epsilon).sum())


def backprop(images, labels, a1, a2, W2, learning_rate=None, *extra):
    d2 = labels - a2
    dW2 = sum(d * row for d, row in zip(d2, a1))
    d1 = np.einsum("n,h,nh->nh", d2, W2, a1 - a1 ** 2)
    dW1 = sum(np.multiply.outer(pixels, d) for pixels, d in zip(images, d1))
    return dW1, dW2
