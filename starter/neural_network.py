"""A neural network with one hidden layer, for one yes-or-no question: is this image the digit 1?

    pixels x  --theta_h-->  hidden units h  --theta_y-->  y_hat, the probability that the answer is yes

The network needs only the four functions below. Every array is a NumPy array of float64.

    name       shape         meaning                                                            range
    x          (n, m_x)      pixels, one row for each image (each *datapoint*)                  0 to 1
    y          (n,)          labels: the right answers                                          0.0 or 1.0
    theta_h    (m_x, m_h)    theta_h[i, j]: the weight from input i to hidden unit j            any
    theta_y    (m_h,)        theta_y[j]: the weight from hidden unit j to the output            any
    h          (n, m_h)      hidden units, one row for each image                               0 to 1
    y_hat      (n,)          P(Y = 1 given x), one probability for each image                   0 to 1

n is the number of images, m_x the number of inputs and m_h the number of hidden units. In the lecture's
network m_x = 40 and m_h = 20, but the functions work for any sizes. None of them changes its arguments. You
may use loops or NumPy's array operations: only the values count.
"""

import numpy as np


def sigmoid(z):
    """Squash any number into a probability: 0.5 at zero, toward 0 on the left and toward 1 on the right.

        z          any shape     any real number; also a single Python float

        returns    shape of z    0 to 1; a single number for a single number

    Raises no error and gives no warning: up to |z| = 10,000 there is no overflow and no nan.

    Equation (1):  sigma(z) = 1 / (1 + e^-z)
    """
    # e^10000 is far too big for a float, and e^-10000 is 0. A fraction keeps its value when you multiply its
    # top and bottom by the same number: which number makes every exponent negative?
    # Your code goes here.
    raise NotImplementedError("Task 1: write sigmoid, then delete this line")


def forward(x, theta_h, theta_y):
    """Predict: from the pixels to the hidden units, and from the hidden units to the probability.

        x          (n, m_x)      pixels, 0 to 1
        theta_h    (m_x, m_h)    weights of the hidden layer
        theta_y    (m_h,)        weights of the output

        returns a pair (h, y_hat)
        h          (n, m_h)      hidden units, 0 to 1
        y_hat      (n,)          P(Y = 1 given x), 0 to 1

    Raises nothing of its own.

    Equations (5) and (6), for one image:
        h_j   = sigma( sum over i of  x_i theta_h[i, j] )
        y_hat = sigma( sum over j of  h_j theta_y[j] )
    """
    # Both equations are the same step: a weighted sum, then sigmoid. There are no extra bias terms.
    # Your code goes here.
    raise NotImplementedError("Task 2: write forward, then delete this line")


def log_likelihood(y, y_hat):
    """Say how well the predictions fit the labels: the log of the probability of seeing exactly these labels.

        y          (n,)          labels, 0.0 or 1.0
        y_hat      (n,)          P(Y = 1 given x), 0 to 1, both ends included

        returns    float         -inf to 0, natural logarithm; 0 is a perfect fit

    Raises nothing. A prediction that is exactly right (y = 1 and y_hat = 1, or y = 0 and y_hat = 0) adds 0,
    not nan. If any prediction is exactly wrong, the result is -inf (or very negative).

    Equation (9):  LL = sum over images of  y log(y_hat) + (1 - y) log(1 - y_hat)
    """
    # log(0) is -inf, and 0 * -inf is nan: take the logarithm only of the probability that the label picks.
    # Your code goes here.
    raise NotImplementedError("Task 3: write log_likelihood, then delete this line")


def backprop(x, y, h, y_hat, theta_y):
    """Find the gradient: how the log likelihood changes with each weight, summed over the images.

        x          (n, m_x)      pixels, 0 to 1
        y          (n,)          labels, 0.0 or 1.0
        h          (n, m_h)      hidden units, as forward returned them
        y_hat      (n,)          predictions, as forward returned them; never exactly 0 or 1
        theta_y    (m_h,)        weights of the output, the same ones that forward used

        returns a pair (grad_theta_h, grad_theta_y)
        grad_theta_h  (m_x, m_h)    dLL / dtheta_h[i, j], the shape of theta_h
        grad_theta_y  (m_h,)        dLL / dtheta_y[j], the shape of theta_y

    Raises nothing of its own. The result is a sum over the images, not an average, and points uphill: adding
    a small multiple of it to the weights makes the log likelihood larger.

    Equations (10) and (11), the chain rule for one image; equation (19) adds up the images:
        dLL / dtheta_y[j]     =  dLL/dy_hat  *  dy_hat/dtheta_y[j]
        dLL / dtheta_h[i, j]  =  dLL/dy_hat  *  dy_hat/dh_j  *  dh_j/dtheta_h[i, j]
    """
    # Walk from the output back to the input, and write one factor of the chain rule at a time. The derivative
    # of sigmoid needs no new exponential: h and y_hat already hold the values of sigmoid. First get it right
    # for a single image; then add up the gradients of all images.
    # Your code goes here.
    raise NotImplementedError("Task 4: write backprop, then delete this line")
