"""Extra credit: the rest of the story, from one neuron to ten digits.

You do not need anything here for the first hundred points. You write four small programs that learn: logistic
regression, one neuron with a squared error, the perceptron, and a network with several outputs that reads all ten
digits.

    name       shape         meaning                                                            range
    x          (n, m_x)      inputs, one row for each datapoint; x_k is one row, (m_x,)         any
    y          (n,)          labels, one for each datapoint; y_k is one of them                 0.0 or 1.0
               (n, K)        with several outputs: 1.0 in the column of the right class         0.0 or 1.0
    theta, w   (m_x,)        weights of a single unit                                           any
    W          (m_x, m_h)    W[i, j]: the weight from input i to hidden unit j                  any
    V          (m_h, K)      V[j, k]: the weight from hidden unit j to output k                 any
    h          (n, m_h)      hidden units, one row for each datapoint                           0 to 1
    y_hat      (n, K)        outputs, one row for each datapoint                                0 to 1
    eta        number        how large a step is                                                above 0
    order      (steps,)      whole numbers: which datapoint each step uses; row 0 is the first  0 to n - 1

K is the number of classes. No function changes its arguments: begin with a copy of the weights, or write
`w = w + ...` and never `w += ...`. You may use loops or NumPy's array operations.

There are two directions, and the names say which one: a *likelihood* should become as large as possible, so training
adds its gradient; an *error* should become as small as possible, so training subtracts its gradient.
"""

import numpy as np
from neural_network import sigmoid


def logistic_gradient(x, y, theta):
    """Find the gradient of the log likelihood of logistic regression, summed over the datapoints.

        x          (n, m_x)      inputs
        y          (n,)          labels, 0.0 or 1.0
        theta      (m_x,)        weights

        returns    (m_x,)        dLL / dtheta, uphill

    Raises nothing of its own.

    Equation (22):  dLL / dtheta_i = sum over datapoints of  (y - sigma(theta . x)) x_i
    """
    # A network without a hidden layer: the right answer minus the prediction, times the input.
    # BEGIN SOLUTION task 5
    return (y - sigmoid(x @ theta)) @ x
    # END SOLUTION


def train_logistic(x, y, eta, epochs):
    """Train logistic regression: climb the log likelihood, with all datapoints in every step.

        x          (n, m_x)      inputs
        y          (n,)          labels, 0.0 or 1.0
        eta        number        step size
        epochs     whole number  how many steps

        returns    (m_x,)        theta after the last step

    Raises nothing of its own.

    Equation (23):  theta <- theta + eta dLL / dtheta,  beginning with theta = 0
    """
    # Zero is a fair beginning here: there is no hidden layer whose units would all stay the same.
    # BEGIN SOLUTION task 6
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = theta + eta * logistic_gradient(x, y, theta)
    return theta
    # END SOLUTION


def neuron_loss(x, y, w):
    """Find the squared error of one neuron, summed over the datapoints.

        x          (n, m_x)      inputs
        y          (n,)          labels, 0.0 or 1.0
        w          (m_x,)        weights

        returns    float         0 or more; 0 is a perfect fit

    Raises nothing of its own.

    Equation (24):  E = 1/2 sum over datapoints of  (y_hat - y)^2,  where y_hat = sigma(w . x)
    """
    # The half is there for the derivative: it cancels the 2 that comes from the square.
    # BEGIN SOLUTION task 7
    y_hat = sigmoid(x @ w)
    return float(np.sum((y_hat - y) ** 2) / 2)
    # END SOLUTION


def neuron_gradient(x_k, y_k, w):
    """Find the gradient of the squared error of one neuron for a single datapoint.

        x_k        (m_x,)        inputs of one datapoint
        y_k        number        its label, 0.0 or 1.0
        w          (m_x,)        weights

        returns    (m_x,)        dE_k / dw, uphill: where the error grows

    Raises nothing of its own.

    Equation (25):  dE_k / dw_i = (y_hat - y) y_hat (1 - y_hat) x_i
    """
    # There is one more factor than in logistic regression, and the sign is opposite: handout, "Why the extra factor".
    # BEGIN SOLUTION task 8
    y_hat = sigmoid(x_k @ w)
    return (y_hat - y_k) * y_hat * (1 - y_hat) * x_k
    # END SOLUTION


def train_neuron_sgd(x, y, w, eta, order):
    """Train one neuron by stochastic gradient descent: one datapoint, one step.

        x          (n, m_x)      inputs
        y          (n,)          labels, 0.0 or 1.0
        w          (m_x,)        first weights
        eta        number        step size
        order      (steps,)      whole numbers: the datapoint of each step; some come several times

        returns    (m_x,)        w after the last step

    Raises nothing of its own.

    Equation (26):  w <- w - eta dE_k / dw,  for each k in order
    """
    # The order is an argument, so two people who train the same neuron get the same weights.
    # BEGIN SOLUTION task 9
    for k in order:
        w = w - eta * neuron_gradient(x[k], y[k], w)
    return w
    # END SOLUTION


def perceptron_predict(x, w):
    """Say yes or no: on which side of the line does each datapoint lie?

        x          (n, m_x)      inputs
        w          (m_x,)        weights

        returns    (n,)          1.0 where w . x is at least 0, otherwise 0.0

    Raises nothing of its own.

    Equation (27):  y_hat = 1 if w . x >= 0, else 0
    """
    # Exactly 0 counts as yes.
    # BEGIN SOLUTION task 10
    return np.where(x @ w >= 0, 1.0, 0.0)
    # END SOLUTION


def train_perceptron(x, y, w, eta, order):
    """Train a perceptron by the rule of 1958: move the line whenever its answer is wrong.

        x          (n, m_x)      inputs
        y          (n,)          labels, 0.0 or 1.0
        w          (m_x,)        first weights
        eta        number        step size
        order      (steps,)      whole numbers: the datapoint of each step; some come several times

        returns    (m_x,)        w after the last step

    Raises nothing of its own.

    Equation (28):  w <- w + eta (y - y_hat) x,  for each k in order
    """
    # A datapoint with a right answer moves nothing: y - y_hat is 0 there, and otherwise 1 or -1.
    # BEGIN SOLUTION task 11
    for k in order:
        y_hat = 1.0 if x[k] @ w >= 0 else 0.0
        w = w + eta * (y[k] - y_hat) * x[k]
    return w
    # END SOLUTION


def forward_multi(x, W, V):
    """Predict with several outputs: from the inputs to the hidden units, and from there to every output.

        x          (n, m_x)      inputs
        W          (m_x, m_h)    weights of the hidden layer
        V          (m_h, K)      weights of the outputs

        returns a pair (h, y_hat)
        h          (n, m_h)      hidden units, 0 to 1
        y_hat      (n, K)        outputs, 0 to 1; they need not add up to 1

    Raises nothing of its own.

    Equations (29) and (30), for one datapoint:
        h_j     = sigma( sum over i of  x_i W[i, j] )
        y_hat_k = sigma( sum over j of  h_j V[j, k] )
    """
    # V holds K columns side by side, and each is like theta_y.
    # BEGIN SOLUTION task 12
    h = sigmoid(x @ W)
    return h, sigmoid(h @ V)
    # END SOLUTION


def squared_loss(y, y_hat):
    """Find the squared error of a network, summed over the datapoints and over the outputs.

        y          (n, K)        1.0 in the column of the right class, otherwise 0.0
        y_hat      (n, K)        outputs

        returns    float         0 or more; 0 is a perfect fit

    Raises nothing of its own.

    Equation (31):  E = 1/2 sum over datapoints and outputs of  (y_hat_k - y_k)^2
    """
    # BEGIN SOLUTION task 13
    return float(np.sum((y_hat - y) ** 2) / 2)
    # END SOLUTION


def backprop_multi(x, y, h, y_hat, V):
    """Find the gradient of the squared error, summed over the datapoints.

        x          (n, m_x)      inputs
        y          (n, K)        1.0 in the column of the right class, otherwise 0.0
        h          (n, m_h)      hidden units, as forward_multi returned them
        y_hat      (n, K)        outputs, as forward_multi returned them
        V          (m_h, K)      weights of the outputs, the same ones that forward_multi used

        returns a pair (grad_W, grad_V)
        grad_W     (m_x, m_h)    dE / dW[i, j], the shape of W
        grad_V     (m_h, K)      dE / dV[j, k], the shape of V

    Raises nothing of its own. The gradient points uphill, where the error grows.

    Equations (32) to (35), for one datapoint:
        d_k           = (y_hat_k - y_k) y_hat_k (1 - y_hat_k)
        dE / dV[j, k] = d_k h_j
        dE / dh_j     = sum over k of  d_k V[j, k]
        dE / dW[i, j] = dE / dh_j  h_j (1 - h_j)  x_i
    """
    # Every hidden unit affects every output: that is why there is a sum over k.
    # BEGIN SOLUTION task 14
    d = (y_hat - y) * y_hat * (1 - y_hat)  # (n, K)    dE/dz of the outputs
    slope_h = d @ V.T  # (n, m_h)  dE/dh: the matrix product sums over the outputs
    slope_z = slope_h * h * (1 - h)  # (n, m_h)  back through the sigmoids of the hidden layer
    return x.T @ slope_z, h.T @ d
    # END SOLUTION


def train_multi_sgd(x, y, W, V, eta, order):
    """Train the network by stochastic gradient descent: one datapoint, one step.

        x          (n, m_x)      inputs
        y          (n, K)        1.0 in the column of the right class, otherwise 0.0
        W          (m_x, m_h)    first weights of the hidden layer
        V          (m_h, K)      first weights of the outputs
        eta        number        step size
        order      (steps,)      whole numbers: the datapoint of each step; some come several times

        returns a pair (W, V)
        W          (m_x, m_h)    weights of the hidden layer after the last step
        V          (m_h, K)      weights of the outputs after the last step

    Raises nothing of its own.

    Equation (36):  W <- W - eta dE_k / dW  and  V <- V - eta dE_k / dV,  for each k in order
    """
    # Both gradients of a step come from the same old weights. x[[k]] is a table with a single datapoint.
    # BEGIN SOLUTION task 15
    for k in order:
        h, y_hat = forward_multi(x[[k]], W, V)
        grad_W, grad_V = backprop_multi(x[[k]], y[[k]], h, y_hat, V)
        W, V = W - eta * grad_W, V - eta * grad_V
    return W, V
    # END SOLUTION


def two_guesses(x, W, V):
    """Name the two classes that the network finds most likely.

        x          (n, m_x)      inputs
        W          (m_x, m_h)    weights of the hidden layer
        V          (m_h, K)      weights of the outputs

        returns    (n, 2)        whole numbers from 0 to K - 1: the class of the largest output, then of the second

    Raises nothing of its own.
    """
    # BEGIN SOLUTION task 16
    _, y_hat = forward_multi(x, W, V)
    return np.argsort(-y_hat, axis=1)[:, :2]
    # END SOLUTION
