"""Common mistakes as formulas: what a student with this mistake would return, and what to say about it.

A cause is named only if exactly one formula reproduces everything that the function returned, so two entries may not
coincide on the inputs of a case where both are wrong. Mistakes that are mathematically the same share an entry, whose
sentence names both. A formula raises ValueError where its answer has other causes too: for one image, where an average
is no mistake, or when it returns only zeros. Formulas are vectorized, without regard for style; their arguments are the
contract's.
"""

import numpy as np

from autograder import Mistake


def _sigma(z):
    return 1 / (1 + np.exp(-z))


def _if_several(formula, counted=0):
    """Return the formula, but raise ValueError for a single datapoint, where another entry gives the same answer.

    Args:
        formula: takes the function's arguments.
        counted: position of the argument with one entry for each datapoint.
    """

    def several(*arguments):
        if len(arguments[counted]) == 1:
            raise ValueError("with one datapoint this is another mistake, or none")
        return formula(*arguments)

    return several


def _unless_zero(formula):
    """Return the formula, but raise ValueError where it returns only zeros, because they have many causes."""

    def not_zero(*arguments):
        results = formula(*arguments)
        if not any(np.any(result) for result in results):
            raise ValueError("zeros have many causes")
        return results

    return not_zero


# sigmoid


def _softmax(z):
    return np.exp(z) / np.sum(np.exp(z))


# forward


def _forward(hidden=_sigma, output=_sigma, kept=None):
    """Return a wrong forward, with other functions of the weighted sums.

    Args:
        hidden: applied to the sums of the hidden layer, for the output layer.
        output: applied to the sum of the output.
        kept: applied to the sums of the hidden layer, for the returned h; default `hidden`.
    """

    def formula(x, theta_h, theta_y):
        sums = x @ theta_h
        return (kept or hidden)(sums), output(hidden(sums) @ theta_y)

    return formula


def _right_forward(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma(h @ theta_y)


def _relu(z):
    return np.maximum(0, z)


def _as_it_is(z):
    return z


def _transposed_if_square(x, theta_h, theta_y):
    square = theta_h.shape[0] == theta_h.shape[1]
    return _right_forward(x, theta_h.T if square else theta_h, theta_y)


def _indices_exchanged(x, theta_h, theta_y):
    m_x, m_h = theta_h.shape
    if m_h > m_x:
        raise ValueError("there is no x_j for the last j")
    h = _sigma(x[:, :m_h] @ theta_h.T)
    return h, _sigma(h[:, :m_h] @ theta_y)


def _first_unit_one(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    h[:, 0] = 1
    return h, _sigma(h @ theta_y)


def _without_inputs(inputs):
    """Return a wrong forward that sums over these inputs only."""
    return lambda x, theta_h, theta_y: _right_forward(x[:, inputs], theta_h[inputs], theta_y)


def _without_units(units):
    """Return a wrong forward that sums over these hidden units only."""

    def formula(x, theta_h, theta_y):
        h = _sigma(x @ theta_h)
        return h, _sigma(h[:, units] @ theta_y[units])

    return formula


def _black_and_white(x, theta_h, theta_y):
    return _right_forward((x > 0.5).astype(float), theta_h, theta_y)


def _divided_by_255(x, theta_h, theta_y):
    return _right_forward(x / 255, theta_h, theta_y)


def _hidden_sums_run_on(x, theta_h, theta_y):
    return _of_hidden(_sigma(np.cumsum(x @ theta_h, axis=1)), theta_y)


def _output_sums_run_on(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma(np.cumsum(h @ theta_y))


def _sums_of_images_too(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma(np.sum(h * theta_y))


def _sums_of_units(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma((h * theta_y).sum(axis=0))


def _sigmoid_of_each_term(x, theta_h, theta_y):
    h = _sigma(x[:, :, None] * theta_h).sum(axis=1)
    return h, _sigma(h * theta_y).sum(axis=1)


def _terms_not_added(x, theta_h, theta_y):
    h = _sigma(x @ theta_h)
    return h, _sigma(h * theta_y)


def _sigmoid_before_sums(x, theta_h, theta_y):
    h = _sigma(x) @ theta_h
    return h, _sigma(h) @ theta_y


def _last_image_in_every_row(x, theta_h, theta_y):
    h, y_hat = _right_forward(x, theta_h, theta_y)
    return np.tile(h[-1], (len(h), 1)), y_hat


def _of_hidden(h, theta_y):
    """Return this h, and the y_hat that follows from it."""
    return h, _sigma(h @ theta_y)


def _averages_inputs(x, theta_h, theta_y):
    h = _sigma(x @ theta_h / len(theta_h))
    return h, _sigma(h @ theta_y / len(theta_y))


# log_likelihood


def _terms(y, y_hat):
    """Return the logarithm of the probability of each label."""
    return np.log(np.where(y == 1, y_hat, 1 - y_hat))


def _two_terms(first, second):
    """Return a wrong log likelihood: the sum of `first` where y = 1 and of `second` where y = 0."""
    return lambda y, y_hat: np.sum(np.where(y == 1, first(y_hat), second(y_hat)))


def _clipped(least):
    """Return a wrong log likelihood that keeps y_hat at least `least` away from 0 and 1."""
    return lambda y, y_hat: np.sum(_terms(y, np.clip(y_hat, least, 1 - least)))


def _exchanged(least):
    """Return a log likelihood with y and y_hat exchanged, where `least` keeps the logarithms finite."""

    def formula(y, y_hat):
        sure = np.clip(y, least, 1 - least)
        return np.sum(y_hat * np.log(sure) + (1 - y_hat) * np.log(1 - sure))

    return formula


def _on_points(points):
    """Return a wrong log likelihood that uses only some of the datapoints."""

    def formula(y, y_hat):
        if len(y[points]) == 0:
            raise ValueError("zero has many causes")
        return np.sum(_terms(y[points], y_hat[points]))

    return formula


def _entropy(_y, y_hat):
    return np.sum(y_hat * np.log(y_hat) + (1 - y_hat) * np.log(1 - y_hat))


def _all_pairs(y, y_hat):
    return y.sum() * np.log(y_hat).sum() + (1 - y).sum() * np.log(1 - y_hat).sum()


def _log_of_product(y, y_hat):
    likelihood = np.where(y == 1, y_hat, 1 - y_hat)
    if not likelihood.all():
        raise ValueError("the sum of the logarithms is -inf, too")
    return np.log(np.prod(likelihood))


def _begun_anew(label):
    """Return a log likelihood whose sum restarts at every datapoint with this label."""

    def formula(y, y_hat):
        last = np.flatnonzero(y == label).max(initial=0)
        return np.sum(_terms(y, y_hat)[last:])

    return formula


def _ended_at(label):
    """Return a log likelihood whose sum ends after the first datapoint with this label."""

    def formula(y, y_hat):
        found = np.flatnonzero(y == label)
        return np.sum(_terms(y, y_hat)[: found[0] + 1 if len(found) else None])

    return formula


# backprop


def _residual(y, y_hat):
    return y - y_hat


def _squared_slope(y, y_hat):
    return (y - y_hat) * y_hat * (1 - y_hat)


def _slope_at_y_hat(y, y_hat):
    return y / y_hat - (1 - y) / (1 - y_hat)


def _hidden_slope(h):
    return h * (1 - h)


def _backprop(slope=_residual, slope_for_h=None, hidden=_hidden_slope, times_h=1.0, times_y=1.0):
    """Return a wrong backprop.

    Args:
        slope: derivative of the log likelihood by the output's weighted sum, from y and y_hat.
        slope_for_h: the same, as passed back to the hidden layer; default `slope`.
        hidden: derivative of a hidden unit by its weighted sum, from h.
        times_h, times_y: factors of the two gradients.
    """

    def formula(x, y, h, y_hat, theta_y):
        at_h = np.outer((slope_for_h or slope)(y, y_hat), theta_y) * hidden(h)
        return times_h * (x.T @ at_h), times_y * (h.T @ slope(y, y_hat))

    return formula


_right = _backprop()


def _averaged(formula, of_h=True, of_y=True):
    """Return a backprop that divides both gradients, or one, by the number of images."""

    def average(x, y, h, y_hat, theta_y):
        grad_theta_h, grad_theta_y = formula(x, y, h, y_hat, theta_y)
        return grad_theta_h / (len(y) if of_h else 1), grad_theta_y / (len(y) if of_y else 1)

    return average


def _on_rows(rows):
    """Return a wrong backprop that uses only some of the images."""
    return _unless_zero(lambda x, y, h, y_hat, theta_y: _right(x[rows], y[rows], h[rows], y_hat[rows], theta_y))


def _last_only(of_h=True, of_y=True):
    """Return a wrong backprop of which one gradient, or both, uses only the last image."""

    def formula(x, y, h, y_hat, theta_y):
        last, every = _right(x[-1:], y[-1:], h[-1:], y_hat[-1:], theta_y), _right(x, y, h, y_hat, theta_y)
        return last[0] if of_h else every[0], last[1] if of_y else every[1]

    return _if_several(formula, 1)


def _left_at_zero(inputs=slice(0, 0), units=slice(0, 0)):
    """Return a wrong backprop whose loops skip some inputs, or some hidden units."""

    def formula(*arguments):
        grad_theta_h, grad_theta_y = _right(*arguments)
        grad_theta_h[inputs], grad_theta_h[:, units], grad_theta_y[units] = 0, 0, 0
        return grad_theta_h, grad_theta_y

    return _unless_zero(formula)


def _rounded(formula):
    """Return the formula, but raise ValueError where rounding makes every y_hat the same: that has other causes too."""

    def formula_of_several(x, y, h, y_hat, theta_y):
        if len(np.unique(np.round(y_hat))) == 1:
            raise ValueError("y without y_hat, or minus 1, gives the same")
        return formula(x, y, h, y_hat, theta_y)

    return formula_of_several


def _without_brackets(y, y_hat):
    return (y / y_hat - (1 - y) / 1 - y_hat) * y_hat * (1 - y_hat)


def _numerator_without_brackets(y, y_hat):
    return (y / y_hat - 1 - y / (1 - y_hat)) * y_hat * (1 - y_hat)


def _without_x(x, y, h, y_hat, theta_y):
    return _right(np.ones_like(x), y, h, y_hat, theta_y)[0], h.T @ (y - y_hat)


def _without_h(x, y, h, y_hat, theta_y):
    return _right(x, y, h, y_hat, theta_y)[0], np.full(len(theta_y), np.sum(y - y_hat))


def _x_j_for_x_i(x, y, h, y_hat, theta_y):
    if h.shape[1] > x.shape[1]:
        raise ValueError("there is no x_j for the last j")
    slope_h = np.outer(y - y_hat, theta_y) * h * (1 - h)
    grad_theta_h = np.tile((slope_h * x[:, : h.shape[1]]).sum(axis=0), (x.shape[1], 1))
    return grad_theta_h, h.T @ (y - y_hat)


def _without_theta_y(x, y, h, y_hat, theta_y):
    return _right(x, y, h, y_hat, np.ones_like(theta_y))


def _updated_first(rate):
    """Return a wrong backprop that updates theta_y before using it."""

    def formula(x, y, h, y_hat, theta_y):
        return _right(x, y, h, y_hat, theta_y + rate * (h.T @ (y - y_hat)))

    return formula


def _sums_over_units(x, y, h, y_hat, theta_y):
    through_all = (y - y_hat) * ((h * (1 - h)) @ theta_y)
    return np.outer(x.T @ through_all, np.ones_like(theta_y)), h.T @ (y - y_hat)


def _per_image(x, y, h, y_hat, theta_y):
    slope_h = np.outer(y - y_hat, theta_y) * h * (1 - h)
    return x[:, :, None] * slope_h[:, None, :], (y - y_hat)[:, None] * h


MISTAKES = (
    # sigmoid
    Mistake("sigmoid.no_minus", "sigmoid", lambda z: 1 / (1 + np.exp(z)),
            "This is sigma(-z), as if the minus sign in the exponent were missing: sigma(z) = 1 / (1 + exp(-z)).",
            "Copied without its sign, or the two branches of a stable form exchanged. Let them draw sigma: it rises."),
    Mistake("sigmoid.tanh", "sigmoid", np.tanh,
            "This is tanh, which runs from -1 to 1; the sigmoid runs from 0 to 1.",
            "Takes any S-shaped curve for the sigmoid. Ask why y_hat must be a probability."),
    Mistake("sigmoid.doubled_minus_one", "sigmoid", lambda z: 2 * _sigma(z) - 1,
            "This is 2 sigma(z) - 1, which is tanh(z / 2) and runs from -1 to 1; the sigmoid runs from 0 to 1.",
            "The bipolar sigmoid of other texts, or a tanh not moved and squeezed. Ask why y_hat is a probability."),
    Mistake("sigmoid.double_argument", "sigmoid", lambda z: (1 + np.tanh(z)) / 2,
            "This is sigma(2 z), for instance (1 + tanh(z)) / 2; in the sigmoid's definition z is not doubled.",
            "Knows that sigma is a tanh, moved and squeezed, but not that tanh takes z / 2. Compare the slopes at 0."),
    Mistake("sigmoid.exp_only", "sigmoid", lambda z: np.exp(-z),
            "This is exp(-z) alone; the sigmoid is 1 / (1 + exp(-z)).",
            "Stopped after the first step, or returned the wrong variable. Ask for the value at 0."),
    Mistake("sigmoid.one_not_added", "sigmoid", np.exp,
            "The 1 that the definition of the sigmoid adds to exp(-z) is missing; what is left is exp(z).",
            "Nothing keeps the value below 1. Ask what happens to a probability for large z."),
    Mistake("sigmoid.no_brackets", "sigmoid", lambda z: 1 + np.exp(-z),
            "The denominator needs parentheses: 1 / 1 + exp(-z) divides only the 1, so this is 1 + exp(-z).",
            "Order of operations in code, not mathematics: a fraction bar groups, a slash does not."),
    Mistake("sigmoid.no_brackets_below_exp", "sigmoid", lambda z: 2 * np.exp(z),
            "The denominator needs parentheses: exp(z) / 1 + exp(z) divides only by the 1, so this is 2 exp(z).",
            "Order of operations in code, not mathematics: a fraction bar groups, a slash does not."),
    Mistake("sigmoid.minus_in_denominator", "sigmoid", lambda z: 1 / (1 - np.exp(-z)),
            "The denominator of the sigmoid is 1 plus exp(-z); here it is 1 minus exp(-z), which is 0 at z = 0.",
            "The minus of the exponent has slipped down. Ask for the value at 0: this one has none."),
    Mistake("sigmoid.derivative", "sigmoid", lambda z: _sigma(z) * (1 - _sigma(z)),
            "This is the derivative of the sigmoid, sigma (1 - sigma), not the sigmoid itself.",
            "Mixes up the function and the derivative that backprop needs. Where is each used?"),
    Mistake("sigmoid.relu", "sigmoid", lambda z: np.maximum(0, z),
            "This is max(0, z), the ReLU of other networks; the sigmoid runs from 0 to 1.",
            "From other courses or the web. Ask why y_hat must be a probability."),
    Mistake("sigmoid.step", "sigmoid", lambda z: np.where(np.asarray(z) > 0, 1.0, 0.0),
            "Only 0 and 1 come out, as from a threshold; the sigmoid also gives the probabilities between them.",
            "Decides too early: a step has no slope, so nothing could be learned by its gradient."),
    Mistake("sigmoid.softmax", "sigmoid", _softmax,
            "This is a softmax, whose entries depend on one another; the sigmoid takes each z by itself.",
            "Softmax chooses among classes; here every entry is a yes or no of its own."),
    Mistake("sigmoid.absolute_value", "sigmoid", lambda z: _sigma(np.abs(z)),
            "This is sigma of the absolute value of z: exp(-|z|) cannot overflow, but z < 0 needs its own formula.",
            "Half of the stable form. The other half: sigma(-z) = 1 - sigma(z)."),
    Mistake("sigmoid.nan_for_large_z", "sigmoid", lambda z: np.exp(z) / (1 + np.exp(z)),
            "exp(z) / (1 + exp(z)) is infinity over infinity for large z, hence nan; for z > 0 divide by exp(z) first.",
            "Right on paper; floats end at 1e308. One form for each sign of z never takes exp of a large number."),
    Mistake("sigmoid.clipped_at_5", "sigmoid", lambda z: _sigma(np.clip(z, -5, 5)),
            "z is clipped to [-5, 5]: beyond 5 the sigmoid still changes, by 0.7 percent.",
            "Clips against overflow, but far too early: floats are safe up to 700."),
    Mistake("sigmoid.clipped_at_10", "sigmoid", lambda z: _sigma(np.clip(z, -10, 10)),
            "z is clipped to [-10, 10]: beyond 10 the sigmoid still changes, by 0.005 percent; exp is safe up to 700.",
            "Clips against overflow, but too early: floats are safe up to 700."),
    Mistake("sigmoid.result_clipped_at_0_01", "sigmoid", lambda z: np.clip(_sigma(z), 0.01, 0.99),
            "The result is kept between 0.01 and 0.99; the sigmoid gets closer to 0 and 1 than that.",
            "Protects a later logarithm in the wrong place: the care belongs into log_likelihood."),
    Mistake("sigmoid.e_as_2_718", "sigmoid", lambda z: 1 / (1 + 2.718**-z),
            "e is taken as 2.718; use np.exp or math.exp, which have all its digits.",
            "Types constants by hand. Show np.exp."),
    Mistake("sigmoid.e_as_2_7", "sigmoid", lambda z: 1 / (1 + 2.7**-z),
            "e is taken as 2.7; use np.exp or math.exp, which have all its digits.",
            "Types constants by hand. Show np.exp."),
    # forward
    Mistake("forward.no_hidden_sigmoid", "forward", _forward(hidden=_as_it_is),
            "The hidden layer is only the weighted sum; h_j must be the sigmoid of it.",
            "Without the sigmoid two layers are no more than one. Show that the product of two matrices is a matrix."),
    Mistake("forward.no_output_sigmoid", "forward", _forward(output=_as_it_is),
            "y_hat is only the weighted sum; it must be the sigmoid of that sum.",
            "A sum is no probability. Ask what log_likelihood does with a y_hat of 1.3."),
    Mistake("forward.no_sigmoids", "forward", _forward(_as_it_is, _as_it_is),
            "Both layers are only weighted sums; h_j and y_hat must be the sigmoids of them.",
            "Has the sums and not the units. Draw one unit: sum, then sigmoid."),
    Mistake("forward.sums_kept", "forward", _forward(kept=_as_it_is),
            "h holds the weighted sums; return their sigmoids as h, as backprop expects.",
            "Returns the wrong variable. Name sums and activations differently."),
    Mistake("forward.sums_passed_on", "forward",
            lambda x, theta_h, theta_y: (_sigma(x @ theta_h), _sigma(x @ theta_h @ theta_y)),
            "y_hat is made from the weighted sums of the hidden layer; make it from h_j, their sigmoids.",
            "Uses the wrong variable on the way to the output. Name sums and activations differently."),
    Mistake("forward.sigmoid_twice", "forward", _forward(output=lambda z: _sigma(_sigma(z))),
            "The sigmoid is applied twice to y_hat; its definition has it once.",
            "A result that has been through sigma lies between 0 and 1; through it again, between 0.5 and 0.73."),
    Mistake("forward.sigmoid_twice_in_hidden_layer", "forward", _forward(hidden=lambda z: _sigma(_sigma(z))),
            "The sigmoid is applied twice to h_j; its definition has it once.",
            "A result that has been through sigma lies between 0 and 1; through it again, between 0.5 and 0.73."),
    Mistake("forward.sigmoid_twice_in_both_layers", "forward", _forward(*2 * (lambda z: _sigma(_sigma(z)),)),
            "The sigmoid is applied twice in both layers; the definitions of h_j and y_hat have it once each.",
            "A result that has been through sigma lies between 0 and 1; through it again, between 0.5 and 0.73."),
    Mistake("forward.sigmoid_of_h_again", "forward", _forward(hidden=lambda z: _sigma(_sigma(z)), kept=_sigma),
            "The sigmoid is applied to h once more on the way to y_hat; the sum over j takes h_j as it is.",
            "Two names for sums and activations, or none. Name them differently, and sigma is written once a layer."),
    Mistake("forward.relu", "forward", _forward(hidden=_relu),
            "The hidden layer uses max(0, z); in this network every unit is a sigmoid.",
            "From other courses or the web. Its derivative in backprop would be another one, too."),
    Mistake("forward.tanh", "forward", _forward(hidden=np.tanh),
            "The hidden layer uses tanh; in this network every unit is a sigmoid.",
            "From other courses or the web. Its derivative in backprop would be another one, too."),
    Mistake("forward.tanh_everywhere", "forward", _forward(np.tanh, np.tanh),
            "Both layers use tanh; every unit is a sigmoid, and y_hat must be a probability.",
            "Takes any S-shaped curve for the sigmoid. Ask what a negative y_hat would mean."),
    Mistake("forward.minus_missing", "forward",
            _forward(*2 * (lambda z: _sigma(-z),)),
            "This uses sigma(-z), as if the minus sign in the exponent were missing: sigma(z) = 1 / (1 + exp(-z)).",
            "Wrote sigma a second time inside forward. Let forward call sigmoid."),
    Mistake("forward.one_minus_y_hat", "forward", _forward(output=lambda z: _sigma(-z)),
            "This is 1 - y_hat, the probability of y = 0; y_hat is the probability of y = 1.",
            "The label that y_hat speaks of. Ask which digit a y_hat of 0.99 means."),
    Mistake("forward.softmax_in_hidden_layer", "forward",
            lambda x, theta_h, theta_y: _of_hidden(np.exp(x @ theta_h) / np.exp(x @ theta_h).sum(1, keepdims=True),
                                                   theta_y),
            "The hidden layer is a softmax, so its units add up to 1; each h_j is the sigmoid of its own sum.",
            "Softmax chooses among units; here each is a yes or no of its own."),
    Mistake("forward.softmax_over_images", "forward", _if_several(_forward(output=_softmax)),
            "y_hat is a softmax over the images, so it adds up to 1; each image has a sigmoid of its own.",
            "Softmax chooses among classes of one image. Ask why one image should change another's probability."),
    Mistake("forward.y_hat_rounded", "forward", _forward(output=lambda z: np.where(z > 0, 1.0, 0.0)),
            "y_hat is the decision, 0 or 1, here; return the probability itself, which the log likelihood needs.",
            "Decides too early: a step has no slope. Rounding comes after learning, to count what is right."),
    Mistake("forward.clipped_at_0_05", "forward", _forward(output=lambda z: np.clip(_sigma(z), 0.05, 0.95)),
            "y_hat is kept between 0.05 and 0.95; return it as it is, however close to 0 or 1.",
            "Protects a later logarithm in the wrong place: the care belongs into log_likelihood."),
    Mistake("forward.swapped", "forward", lambda *arguments: _right_forward(*arguments)[::-1],
            "The two results are swapped: return h first, then y_hat.",
            "Read the order of the results in the stub again."),
    Mistake("forward.one_added", "forward",
            _forward(*2 * (lambda z: _sigma(z + 1),)),
            "1 is added to each weighted sum; this network has no bias terms of its own.",
            "A bias is a weight of a constant input, not a constant. Here x_0 = 1 can be such an input."),
    Mistake("forward.one_added_to_output", "forward", _forward(output=lambda z: _sigma(z + 1)),
            "1 is added to the weighted sum of y_hat; this network has no bias terms of its own.",
            "A bias is a weight of a constant input, not a constant, and the hidden layer has no such unit."),
    Mistake("forward.first_unit_one", "forward", _first_unit_one,
            "h_0 is set to 1 as if it were a bias unit; it is a hidden unit like the others, the sigmoid of its sum.",
            "Took the sum from 0 for one with a bias. Count: 20 hidden units, 20 parameters in theta_y."),
    Mistake("forward.first_input_skipped", "forward", _without_inputs(slice(1, None)),
            "The first input is left out of the weighted sums of h_j; Python counts from 0, so the sum begins there.",
            "A sum from 1 in the book is a range from 0 in Python."),
    Mistake("forward.last_input_skipped", "forward", _without_inputs(slice(None, -1)),
            "The last input is left out of the weighted sums of h_j: let i run through range(x.shape[1]).",
            "Subtracts the 1 twice, or takes the number of hidden units, one fewer here, for that of inputs."),
    Mistake("forward.first_input_only", "forward", _without_inputs(slice(None, 1)),
            "Only the first input counts in the weighted sums of h_j, as if the loop over i ran to x.shape[0], the "
            "number of images.",
            "The number of images taken for that of inputs, or a return in the loop. Let them print x.shape."),
    Mistake("forward.last_input_only", "forward", _without_inputs(slice(-1, None)),
            "Only the last input counts in the weighted sums of h_j, as if = were used instead of +=.",
            "An = where += was meant, or total = 0 inside the loop over i. Let them compute h_1 by hand."),
    Mistake("forward.hidden_sums_run_on", "forward", _hidden_sums_run_on,
            "The weighted sum of each hidden unit goes on from the sum of the unit before; start each at 0.",
            "total = 0 stands outside the loop over j. Let them compute h_1 alone, by hand."),
    Mistake("forward.output_sums_run_on", "forward", _if_several(_output_sums_run_on),
            "The weighted sum of each y_hat goes on from the sum of the image before; start each at 0.",
            "total = 0 stands outside the loop over the images. Let them compute the second y_hat alone, by hand."),
    Mistake("forward.first_unit_skipped", "forward", _without_units(slice(1, None)),
            "The first hidden unit is left out of the weighted sum of y_hat, as if the loop over j began at 1, or = "
            "were used instead of +=.",
            "A sum from 1 in the book is a range from 0 in Python. With two units, an = for += leaves the same."),
    Mistake("forward.last_unit_skipped", "forward", _without_units(slice(None, -1)),
            "The last hidden unit is left out of the weighted sum of y_hat: let j run through range(len(theta_y)).",
            "Subtracts the 1 twice, or takes the number of images, one fewer here, for that of hidden units."),
    Mistake("forward.averages", "forward", _averages_inputs,
            "The weighted sums are divided by the number of their terms; leave out the division.",
            "Sum and average exchanged. With an average, more inputs would never make the network surer."),
    Mistake("forward.x_forgotten", "forward",
            lambda x, theta_h, theta_y: _of_hidden(_sigma(np.tile(theta_h.sum(0), (len(x), 1))), theta_y),
            "h is made from the sums of theta_h's columns alone, the same for every image; multiply each weight by "
            "x_i.",
            "A weighted sum weighs something. Ask why all images have the same h."),
    Mistake("forward.theta_y_forgotten", "forward",
            lambda x, theta_h, theta_y: _right_forward(x, theta_h, np.ones_like(theta_y)),
            "y_hat is made from the sum of the h_j alone; multiply each h_j by its weight theta_y[j].",
            "A weighted sum weighs something. Ask what theta_y is there for."),
    Mistake("forward.indices_exchanged", "forward", _indices_exchanged,
            "The indices of theta_h are swapped in the sum of h_j: it must run over the inputs i, with theta_h[i, j].",
            "i belongs to inputs, j to hidden units, everywhere. Let them write shapes beside the names."),
    Mistake("forward.transposed_if_square", "forward", _transposed_if_square,
            "theta_h is transposed when it is square: theta_h[i, j] leads from input i to hidden unit j, always.",
            "Guesses the orientation from the shape. For 4 inputs and 4 units there is nothing to guess from."),
    Mistake("forward.reshaped", "forward",
            lambda x, theta_h, theta_y: _right_forward(x, theta_h.reshape(theta_h.shape[::-1]).T, theta_y),
            "theta_h is reshaped where a transpose is meant: reshape keeps the order and mixes the weights up.",
            "Takes reshape for a transpose because the shapes agree. Try both on a 2 x 3 array."),
    Mistake("forward.images_added_up", "forward",
            _if_several(lambda x, theta_h, theta_y: _right_forward(x.sum(0), theta_h, theta_y)),
            "The images are added up before the first layer; each row of x has an h and a y_hat of its own.",
            "Summing over images belongs to the log likelihood. Rows are images, columns are inputs."),
    Mistake("forward.first_image_only", "forward",
            lambda x, theta_h, theta_y: _right_forward(x[:1], theta_h, theta_y),
            "Only the first image went through the network; each row of x has an h and a y_hat of its own.",
            "Wrote the equations for one image, as the handout does, and forgot the rest. Ask for the shape of h."),
    Mistake("forward.last_image_only", "forward",
            _if_several(lambda x, theta_h, theta_y: _right_forward(x[-1], theta_h, theta_y)),
            "Only the last image is returned: each image writes over the one before. Collect a row for each.",
            "h and y_hat are assigned anew in the loop over the images. Ask for the shape of h."),
    Mistake("forward.last_image_in_every_row", "forward", _if_several(_last_image_in_every_row),
            "All rows of h are the row of the last image. A list made as [[0] * m] * n holds one and the same row n "
            "times.",
            "Multiplying a list copies references. Let them change one entry and print the list."),
    Mistake("forward.images_added_up_in_y_hat", "forward", _if_several(_sums_of_images_too),
            "The sum for y_hat runs over the images, too, so one number is left; each image has its own y_hat.",
            "np.sum without axis adds up everything. axis=1 adds along a row; h @ theta_y needs no axis."),
    Mistake("forward.summed_along_images", "forward", _sums_of_units,
            "y_hat has one number for each hidden unit, not for each image: the sum over the hidden units is missing, "
            "or runs along axis 0, over the images, instead of axis 1.",
            "axis=0 adds down a column. Ask which side is gone after a sum along axis 0, and which must be."),
    Mistake("forward.sigmoid_of_each_term", "forward", _sigmoid_of_each_term,
            "The sigmoid is applied to each term, and its values are added up; first add up the terms, then apply it "
            "to the sum.",
            "Sum and sigmoid exchanged. A probability cannot be above 1: ask for y_hat with many hidden units."),
    Mistake("forward.terms_not_added", "forward", _terms_not_added,
            "y_hat has a column for each hidden unit: the terms h_j theta_y[j] are not added up. * "
            "only multiplies; use @.",
            "* where a sum of products is meant. Let them print the shapes of h * theta_y and of h @ theta_y."),
    Mistake("forward.sigmoid_before_sums", "forward", _sigmoid_before_sums,
            "The sigmoid is applied to the inputs of each layer; first add up the weighted inputs, then apply it to "
            "their sum.",
            "The two halves of a unit exchanged. Draw one unit: sum, then sigmoid."),
    Mistake("forward.sigmoid_one_layer_late", "forward",
            lambda x, theta_h, theta_y: (x @ theta_h, _sigma(x @ theta_h) @ theta_y),
            "h and y_hat are weighted sums: the hidden layer's sigmoid is applied only inside the sum of y_hat. Return "
            "h_j as sigmoids, and y_hat as the sigmoid of its sum.",
            "Applies sigma to what goes in, not to what comes out. Draw one unit: sum, then sigmoid."),
    Mistake("forward.black_and_white", "forward", _black_and_white,
            "x is cut or rounded to 0 and 1 before the first layer; use its gray values as they are.",
            "Preprocessing that nobody asked for. It costs information and hides in tests with pixels of 0 and 1."),
    Mistake("forward.divided_by_255", "forward", _divided_by_255,
            "x is divided by 255, as gray values from 0 to 255 would be; these already run from 0 to 1.",
            "A line from programs for other images. Let them print x.max()."),
    # log_likelihood
    Mistake("log_likelihood.mean", "log_likelihood", lambda y, y_hat: np.mean(_terms(y, y_hat)),
            "This is the average over the datapoints; the log likelihood is a sum, so leave out the division by n.",
            "The loss of other courses is an average. Ask which step of the derivation would divide by n."),
    Mistake("log_likelihood.sign", "log_likelihood", lambda y, y_hat: -np.sum(_terms(y, y_hat)),
            "The sign is opposite: this is the loss, which is minimized; the log likelihood is never above 0.",
            "The loss of other courses. Ask what the logarithm of a probability can be."),
    Mistake("log_likelihood.mean_and_sign", "log_likelihood", _if_several(lambda y, y_hat: -np.mean(_terms(y, y_hat))),
            "This is the average loss: leave out the minus sign and the division by n.",
            "Cross entropy as libraries print it. Derive the likelihood once from the product of probabilities."),
    Mistake("log_likelihood.log2", "log_likelihood", lambda y, y_hat: np.sum(_terms(y, y_hat)) / np.log(2),
            "The logarithm is to base 2; the log likelihood takes the natural logarithm, np.log.",
            "Entropy in bits. The gradient in the handout holds for the natural logarithm alone."),
    Mistake("log_likelihood.log10", "log_likelihood", lambda y, y_hat: np.sum(_terms(y, y_hat)) / np.log(10),
            "The logarithm is to base 10; the log likelihood takes the natural logarithm, np.log.",
            "log is log10 on pocket calculators. The gradient holds for the natural logarithm alone."),
    Mistake("log_likelihood.log2_and_mean", "log_likelihood",
            _if_several(lambda y, y_hat: np.mean(_terms(y, y_hat)) / np.log(2)),
            "This is the average of logarithms to base 2; the log likelihood is the sum of natural ones.",
            "Two slips, both from entropy in bits per symbol. Fix one and look at the number again."),
    Mistake("log_likelihood.only_y", "log_likelihood", lambda y, y_hat: np.sum(y * np.log(y_hat)),
            "Only the datapoints with y = 1 count here; the term (1 - y) log(1 - y_hat) is missing.",
            "Cross entropy over classes, with one class. What does an image with y = 0 contribute?"),
    Mistake("log_likelihood.only_y_and_sign", "log_likelihood", lambda y, y_hat: -np.sum(y * np.log(y_hat)),
            "Only the datapoints with y = 1 count here, with the opposite sign: add the term (1 - y) log(1 - y_hat), "
            "and leave out the minus sign.",
            "Cross entropy over classes, with one class. What does an image with y = 0 contribute?"),
    Mistake("log_likelihood.only_not_y", "log_likelihood", lambda y, y_hat: np.sum((1 - y) * np.log(1 - y_hat)),
            "Only the datapoints with y = 0 count here; the term y log(y_hat) is missing.",
            "An = where += was meant, mostly. What does an image with y = 1 contribute?"),
    Mistake("log_likelihood.all_as_ones", "log_likelihood", _two_terms(np.log, np.log),
            "The labels are not used: every datapoint adds log(y_hat), as if all y were 1.",
            "Ask what the best y_hat would be for this function: 1, whatever the image."),
    Mistake("log_likelihood.all_as_zeros", "log_likelihood", _two_terms(*2 * (lambda p: np.log(1 - p),)),
            "Every datapoint adds log(1 - y_hat), as if all y were 0. If you compare y with something: the labels are "
            "the numbers 0.0 and 1.0.",
            "Compares with True by `is`, or with the text '1', which is never so. Let them print y[0] and its type."),
    Mistake("log_likelihood.second_factor_missing", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) + np.log(1 - y_hat)),
            "The factor (1 - y) before the second logarithm is missing, so images with y = 1 count in both terms.",
            "The factors y and 1 - y switch one of the two terms off. Try one image with y = 1."),
    Mistake("log_likelihood.wrong_label", "log_likelihood", _two_terms(lambda p: np.log(1 - p), np.log),
            "This is the log likelihood of the opposite labels: y belongs to log(y_hat), 1 - y to log(1 - y_hat).",
            "The two terms are exchanged. Try one image with y = 1 and y_hat = 0.9: it is likely, so near 0."),
    Mistake("log_likelihood.no_brackets", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) + 1 - y * np.log(1 - y_hat)),
            "1 - y needs parentheses: + 1 - y * log(1 - y_hat) multiplies only the y; write (1 - y) * log(1 - y_hat).",
            "Order of operations in code: a product comes before a difference."),
    Mistake("log_likelihood.log_of_one", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) - y_hat),
            "The bracket of the second logarithm closes too early: log(1) - y_hat is only minus y_hat; write "
            "log(1 - y_hat).",
            "A bracket closed too early. Read it aloud: the log of the probability of y = 0."),
    Mistake("log_likelihood.second_factor_y_hat", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) + (1 - y_hat) * np.log(1 - y_hat)),
            "The second term begins with 1 - y_hat; its first factor is 1 - y, with the label.",
            "A slip in typing, or one name for two things. Which of the two is 0 or 1?"),
    Mistake("log_likelihood.entropy", "log_likelihood", _entropy,
            "The labels are not used: y_hat stands before the logarithms, where y and 1 - y belong.",
            "The entropy of the predictions. It is largest for a sure network, right or wrong. What are labels for?"),
    Mistake("log_likelihood.sigmoid_again", "log_likelihood", lambda y, y_hat: np.sum(_terms(y, _sigma(y_hat))),
            "The sigmoid is applied to y_hat once more; y_hat has already been through it.",
            "Takes y_hat for the weighted sum. What comes out of forward is a probability already."),
    Mistake("log_likelihood.minus_for_plus", "log_likelihood",
            _two_terms(np.log, lambda p: -np.log(1 - p)),
            "There is a minus between the two terms of the log likelihood, or y - 1 instead of 1 - y; add the two "
            "terms.",
            "Carried over from dLL/dy_hat, where the minus belongs, or from a misplaced loss."),
    Mistake("log_likelihood.plus_y_hat", "log_likelihood",
            _two_terms(np.log, lambda p: np.log(1 + p)),
            "The second logarithm is of 1 + y_hat, which is log1p(y_hat); it must be of 1 - y_hat.",
            "A sign slip, or log1p without the minus. A logarithm above 0 cannot come from a probability."),
    Mistake("log_likelihood.first_plus_one", "log_likelihood",
            _two_terms(np.log1p, lambda p: np.log(1 - p)),
            "The first logarithm is of 1 + y_hat, as log1p(y_hat) takes it; it must be of y_hat alone.",
            "log1p(p) is log(1 + p): made for the second term with a minus, never for the first."),
    Mistake("log_likelihood.log1p", "log_likelihood",
            _two_terms(np.log1p, lambda p: np.log1p(1 - p)),
            "1 is added to each probability before its logarithm, as log1p does; take the logarithm of the "
            "probability alone.",
            "Adds 1 to avoid log(0). That changes every term: now certain is log 2, and impossible is 0."),
    Mistake("log_likelihood.one_minus_outside", "log_likelihood",
            _two_terms(np.log, lambda p: 1 - np.log(p)),
            "The second term has 1 - log(y_hat); the 1 - belongs inside the logarithm, log(1 - y_hat).",
            "A bracket closed too early. Read it aloud: the log of the probability of y = 0."),
    Mistake("log_likelihood.no_log", "log_likelihood", _two_terms(lambda p: p, lambda p: 1 - p),
            "The logarithms are missing: the probabilities are added; the log likelihood adds their logarithms.",
            "Probabilities of independent images multiply; only their logarithms add."),
    Mistake("log_likelihood.likelihood", "log_likelihood", lambda y, y_hat: np.prod(np.where(y == 1, y_hat, 1 - y_hat)),
            "This is the likelihood itself, a product; return the sum of the logarithms.",
            "One step before the end of the derivation. Ask what 2,000 factors of 0.5 make of a float."),
    Mistake("log_likelihood.log_of_product", "log_likelihood", _log_of_product,
            "The probabilities are multiplied first, and the product of many is too small for a float: add their "
            "logarithms.",
            "Right on paper; floats end at 1e-308. That is why one takes the logarithm before the product."),
    Mistake("log_likelihood.log_of_sum", "log_likelihood",
            _if_several(lambda y, y_hat: np.log(np.sum(np.where(y == 1, y_hat, 1 - y_hat)))),
            "This is the logarithm of a sum of probabilities; the log likelihood is the sum of their logarithms.",
            "log and sum exchanged. A product becomes a sum under the logarithm; a sum stays what it is."),
    Mistake("log_likelihood.squared_error", "log_likelihood", lambda y, y_hat: np.sum((y - y_hat) ** 2),
            "This is the sum of squared differences between y and y_hat; the log likelihood adds logarithms.",
            "The loss of linear regression. Which probability would have this as its logarithm?"),
    Mistake("log_likelihood.mean_squared_error", "log_likelihood",
            _if_several(lambda y, y_hat: np.mean((y - y_hat) ** 2)),
            "This is the mean of squared differences between y and y_hat; the log likelihood is a sum of logarithms.",
            "The loss of linear regression. Which probability would have this as its logarithm?"),
    Mistake("log_likelihood.exchanged_1e_12", "log_likelihood", _exchanged(1e-12),
            "y and y_hat are swapped, so the logarithms are of the labels, kept finite by 1e-12; y comes first.",
            "Order of arguments. Labels are 0 or 1, and log(0) has no value: a logarithm of labels makes no sense."),
    Mistake("log_likelihood.exchanged_1e_15", "log_likelihood", _exchanged(1e-15),
            "y and y_hat are swapped, so the logarithms are of the labels, kept finite by 1e-15; y comes first.",
            "Order of arguments. Labels are 0 or 1, and log(0) has no value: a logarithm of labels makes no sense."),
    Mistake("log_likelihood.added_1e_3", "log_likelihood",
            _two_terms(lambda p: np.log(p + 1e-3), lambda p: np.log(1 - p + 1e-3)),
            "0.001 is added inside the logarithms, which changes every term; the log likelihood adds nothing there.",
            "Care against log(0) that costs accuracy: 1e-15 would do, or no term where its factor is 0."),
    Mistake("log_likelihood.clipped_at_1e_2", "log_likelihood", _clipped(1e-2),
            "y_hat is kept between 0.01 and 0.99; the log likelihood takes it as it is.",
            "Care against log(0) that costs accuracy: 1e-15 would do, or no term where its factor is 0."),
    Mistake("log_likelihood.clipped_at_1e_5", "log_likelihood", _clipped(1e-5),
            "y_hat is kept 0.00001 away from 0 and 1, so a certain and right prediction does not add exactly 0.",
            "Care against log(0) that costs accuracy: 1e-15 would do, or no term where its factor is 0."),
    Mistake("log_likelihood.nan_at_limits", "log_likelihood",
            lambda y, y_hat: np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)),
            "0 times log(0) gives nan, but must count as 0: leave out the term whose factor, y or 1 - y, is 0.",
            "Right on paper. In floats 0 * -inf is nan, and one nan makes the sum nan: choose the term by y instead."),
    Mistake("log_likelihood.per_image", "log_likelihood", _terms,
            "There is one term for each datapoint here; the log likelihood is their sum, a single number.",
            "The sum is forgotten. Which step of the derivation makes one number of n?"),
    Mistake("log_likelihood.all_pairs", "log_likelihood", _if_several(_all_pairs),
            "Every label is paired with every prediction: a column and a row make an n x n table, and this is its sum.",
            "Broadcasting of (n, 1) with (n,). Let them print the shape before the sum."),
    Mistake("log_likelihood.first_only", "log_likelihood", _if_several(_on_points(slice(None, 1))),
            "Only the first datapoint counts; the log likelihood is the sum over all of them.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("log_likelihood.last_only", "log_likelihood", _if_several(_on_points(slice(-1, None))),
            "Only the last datapoint counts; the log likelihood is the sum over all of them.",
            "An = where += was meant, or the start value inside the loop."),
    Mistake("log_likelihood.first_skipped", "log_likelihood", _on_points(slice(1, None)),
            "The first datapoint is left out; the loop begins one too late, since Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python."),
    Mistake("log_likelihood.last_skipped", "log_likelihood", _on_points(slice(None, -1)),
            "The last datapoint is left out: the loop ends one too early, as with range(n - 1).",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    Mistake("log_likelihood.begins_anew_at_1", "log_likelihood", _begun_anew(1),
            "The sum starts over at every datapoint with y = 1: use += there instead of =.",
            "An = for += in one branch of an if. Let them add up three datapoints by hand, line by line."),
    Mistake("log_likelihood.begins_anew_at_0", "log_likelihood", _begun_anew(0),
            "The sum starts over at every datapoint with y = 0: use += there instead of =.",
            "An = for += in one branch of an if. Let them add up three datapoints by hand, line by line."),
    Mistake("log_likelihood.ends_at_1", "log_likelihood", _ended_at(1),
            "The sum ends with the first datapoint with y = 1: is there a return inside the loop?",
            "A return in one branch of an if. Read the indentation aloud."),
    Mistake("log_likelihood.ends_at_0", "log_likelihood", _ended_at(0),
            "The sum ends with the first datapoint with y = 0: is there a return inside the loop?",
            "A return in one branch of an if. Read the indentation aloud."),
    # backprop
    Mistake("backprop.mean", "backprop", _averaged(_right),
            "This is the average over the images; the log likelihood is a sum, so leave out the division by n.",
            "The gradient of an average loss, as in other courses. The function decides: LL is a sum."),
    Mistake("backprop.sign", "backprop", _backprop(times_h=-1, times_y=-1),
            "Every entry has the opposite sign: the gradient must point uphill on the log likelihood; this one points "
            "downhill.",
            "y_hat - y for y - y_hat: gradient descent of other courses. Ask which way is up."),
    Mistake("backprop.mean_and_sign", "backprop", _if_several(_averaged(_backprop(times_h=-1, times_y=-1)), 1),
            "This is the gradient of the average loss: leave out the minus sign and the division by n.",
            "Both habits of libraries. Derive dLL/dy_hat once from the log likelihood itself."),
    Mistake("backprop.sign_of_theta_h", "backprop", _backprop(times_h=-1),
            "Every entry of grad_theta_h has the opposite sign, as if h (h - 1) were used for the derivative h (1 - "
            "h).",
            "grad_theta_y is right, so the slip lies between y_hat and theta_h: mostly in the derivative of h_j."),
    Mistake("backprop.sign_of_theta_y", "backprop", _backprop(times_y=-1),
            "Every entry of grad_theta_y has the opposite sign; both gradients must point uphill on the log "
            "likelihood.",
            "Two different residuals in one function. Compute y - y_hat once and use it twice."),
    Mistake("backprop.mean_of_theta_h", "backprop", _averaged(_right, of_y=False),
            "grad_theta_h alone is divided by the number of images; both gradients are sums over the images.",
            "A mean where the other has a sum. Why should the two differ?"),
    Mistake("backprop.mean_of_theta_y", "backprop", _averaged(_right, of_h=False),
            "grad_theta_y alone is divided by the number of images; both gradients are sums over the images.",
            "A mean where the other has a sum. Why should the two differ?"),
    Mistake("backprop.half", "backprop", _backprop(times_h=0.5, times_y=0.5),
            "Every entry is half of what it should be: take out the factor 1/2, or a division by the number of hidden "
            "units.",
            "The 1/2 of the squared loss, which is there to cancel a 2; or, with two units, an average over them."),
    Mistake("backprop.doubled", "backprop", _backprop(times_h=2, times_y=2),
            "Every entry is twice what it should be; the derivative of the log likelihood has no factor 2.",
            "The 2 of the squared loss. Differentiate log(y_hat) instead."),
    Mistake("backprop.plus_for_minus", "backprop", _backprop(lambda y, y_hat: np.abs(y - y_hat)),
            "The sign of y - y_hat is lost: the two terms of dLL/dy_hat, y over y_hat and (1 - y) over (1 - y_hat), "
            "have a minus between them, where a slide prints a plus.",
            "Copied faithfully from the slide, or |y - y_hat| for y - y_hat, which is the same. Differentiate "
            "log(1 - y_hat): the inner derivative is -1."),
    Mistake("backprop.no_second_term", "backprop", _backprop(lambda y, y_hat: y * (1 - y_hat)),
            "The second term of dLL/dy_hat, minus (1 - y) over (1 - y_hat), is missing.",
            "What should an image with y = 0 teach the network?"),
    Mistake("backprop.no_first_term", "backprop", _unless_zero(_backprop(lambda y, y_hat: -(1 - y) * y_hat)),
            "The first term of dLL/dy_hat, y over y_hat, is missing.",
            "What should an image with y = 1 teach the network?"),
    Mistake("backprop.all_as_ones", "backprop", _backprop(lambda y, y_hat: np.ones_like(y) - y_hat),
            "The labels are not used: it is 1 - y_hat instead of y - y_hat for every image, as if all y were 1.",
            "Ask what the network would learn from this: to say 1, whatever the image."),
    Mistake("backprop.y_alone", "backprop", _backprop(lambda y, _: y),
            "y is used where y - y_hat belongs, as if y_hat were forgotten, or rounded to 0 before it is subtracted.",
            "The gradient must stop where y_hat is right. Ask what this one does for an image already learned."),
    Mistake("backprop.squared_difference", "backprop", _backprop(lambda y, y_hat: (y - y_hat) ** 2),
            "The difference y - y_hat is squared here; in the derivative of the log likelihood it is not.",
            "Loss and derivative of the loss mixed up. A square loses the sign, which says where to go."),
    Mistake("backprop.squared_loss", "backprop", _backprop(_squared_slope),
            "There is an extra factor y_hat (1 - y_hat), as for the squared loss; in the log likelihood it cancels.",
            "Derived for (y - y_hat)^2, or dLL/dy_hat taken as y - y_hat. Let them cancel the fraction on paper."),
    Mistake("backprop.squared_loss_and_mean", "backprop", _if_several(_averaged(_backprop(_squared_slope)), 1),
            "This is the averaged derivative of the squared loss: leave out the division by n, and the extra factor "
            "y_hat (1 - y_hat), which cancels in the log likelihood.",
            "Mean squared error of other courses. Which function does the handout climb?"),
    Mistake("backprop.squared_loss_and_sign", "backprop", _backprop(_squared_slope, times_h=-1, times_y=-1),
            "This descends the squared loss: the sign is opposite, and there is an extra factor y_hat (1 - y_hat), "
            "which cancels in the log likelihood.",
            "Squared loss, downhill, as in other courses. Which function does the handout climb?"),
    Mistake("backprop.squared_loss_doubled", "backprop", _backprop(_squared_slope, times_h=2, times_y=2),
            "This is the derivative of the squared loss with its factor 2; the log likelihood has neither the 2 nor "
            "the factor y_hat (1 - y_hat).",
            "Squared loss, differentiated correctly. Which function does the handout climb?"),
    Mistake("backprop.squared_loss_doubled_and_sign", "backprop", _backprop(_squared_slope, times_h=-2, times_y=-2),
            "This descends the squared loss: the sign is opposite, and there are the extra factors 2 and "
            "y_hat (1 - y_hat), which the log likelihood does not have.",
            "Squared loss, downhill, with the 2 of its square. Which function does the handout climb?"),
    Mistake("backprop.squared_loss_and_sigmoid_again", "backprop",
            _backprop(lambda y, y_hat: (y - y_hat) * _hidden_slope(_sigma(y_hat)),
                      hidden=lambda h: _hidden_slope(_sigma(h))),
            "The sigmoid is applied to y_hat and h once more; its derivative is h (1 - h). Also, y - y_hat has an "
            "extra factor at the output, as for the squared loss; it cancels in the log likelihood.",
            "Copied from a text with the squared loss whose derivative expects the sums. What is left of dLL/dy_hat?"),
    Mistake("backprop.squared_loss_for_theta_h", "backprop", _backprop(slope_for_h=_squared_slope),
            "grad_theta_h has an extra factor y_hat (1 - y_hat), as for the squared loss; in the log likelihood it "
            "cancels, as it does in grad_theta_y.",
            "Cancelled in one gradient and multiplied again in the other. Compute y - y_hat once and use it twice."),
    Mistake("backprop.no_output_derivative", "backprop", _backprop(_slope_at_y_hat),
            "The derivative of the output's sigmoid, y_hat (1 - y_hat), is missing from the chain.",
            "The chain rule has a link for every arrow of the drawing. Which arrow is missing?"),
    Mistake("backprop.no_output_derivative_for_theta_h", "backprop", _backprop(slope_for_h=_slope_at_y_hat),
            "The derivative of the output's sigmoid, y_hat (1 - y_hat), is missing on the way to theta_h; "
            "grad_theta_y has it.",
            "The same link stands in both chains. Compute y - y_hat once and use it twice."),
    Mistake("backprop.no_brackets", "backprop", _backprop(_without_brackets),
            "The denominator 1 - y_hat of dLL/dy_hat needs parentheses: (1 - y) / 1 - y_hat divides by 1 alone.",
            "Order of operations in code, not mathematics: a fraction bar groups, a slash does not."),
    Mistake("backprop.no_brackets_above", "backprop", _backprop(_numerator_without_brackets),
            "The numerator 1 - y of dLL/dy_hat needs parentheses: - 1 - y / (1 - y_hat) divides only the y.",
            "Order of operations in code, not mathematics: a fraction bar groups, a slash does not."),
    Mistake("backprop.no_hidden_derivative", "backprop", _backprop(hidden=np.ones_like),
            "The derivative of the hidden sigmoid, h (1 - h), is missing from the chain.",
            "The chain rule has a link for every arrow of the drawing. Which arrow is missing?"),
    Mistake("backprop.output_derivative_for_hidden", "backprop",
            _backprop(slope_for_h=_squared_slope, hidden=np.ones_like),
            "y_hat (1 - y_hat) is used in grad_theta_h where the derivative of the hidden sigmoid, h_j (1 - h_j), "
            "belongs.",
            "Two units, two derivatives. Each is made of its own unit's output: which unit does the chain go through?"),
    Mistake("backprop.no_derivatives", "backprop", _backprop(_slope_at_y_hat, hidden=np.ones_like),
            "Both derivatives of sigmoids are missing from the chain: y_hat (1 - y_hat) and h (1 - h).",
            "Has the chain through the sums and not through the units. Draw one unit: sum, then sigmoid."),
    Mistake("backprop.one_minus_h_squared", "backprop", _backprop(hidden=lambda h: 1 - h**2),
            "1 - h^2 is the derivative of tanh; the derivative of the sigmoid is h (1 - h).",
            "From a text whose units are tanh."),
    Mistake("backprop.one_plus_h", "backprop", _backprop(hidden=lambda h: h * (1 + h)),
            "The derivative of the hidden sigmoid is h (1 - h), not h (1 + h).",
            "A sign slip. Where is the slope of the sigmoid steepest?"),
    Mistake("backprop.h_alone", "backprop", _backprop(hidden=lambda h: h),
            "h_j alone is used as the derivative of the hidden sigmoid; that derivative is h_j (1 - h_j).",
            "dy_hat/dtheta_y[j] and dh_j/dtheta_h[i, j] mixed up, or 1 - h lost. Where is sigma steepest?"),
    Mistake("backprop.one_minus_h", "backprop", _backprop(hidden=lambda h: 1 - h),
            "The derivative of the hidden sigmoid is h_j (1 - h_j); the first factor is missing.",
            "A factor lost in copying. Where is the slope of the sigmoid steepest?"),
    Mistake("backprop.sigmoid_of_h", "backprop", _backprop(hidden=lambda h: _hidden_slope(_sigma(h))),
            "The sigmoid is applied to h once more; h has already been through it, so its derivative is h (1 - h).",
            "Calls a derivative that expects the sum with what came out of the unit."),
    Mistake("backprop.sigmoid_of_y_hat", "backprop",
            _backprop(lambda y, y_hat: _slope_at_y_hat(y, y_hat) * _hidden_slope(_sigma(y_hat))),
            "The sigmoid is applied to y_hat once more; y_hat has already been through it, so its derivative is "
            "y_hat (1 - y_hat).",
            "Calls a derivative that expects the sum with what came out of the unit."),
    Mistake("backprop.sigmoid_of_both", "backprop",
            _backprop(lambda y, y_hat: _slope_at_y_hat(y, y_hat) * _hidden_slope(_sigma(y_hat)),
                      hidden=lambda h: _hidden_slope(_sigma(h))),
            "The sigmoid is applied to y_hat and h once more; both have already been through it, so their derivatives "
            "are y_hat (1 - y_hat) and h (1 - h).",
            "Calls a derivative that expects the sum with what came out of the unit, in both layers."),
    Mistake("backprop.derivative_in_theta_y", "backprop",
            lambda x, y, h, y_hat, theta_y: (_right(x, y, h, y_hat, theta_y)[0], (h * (1 - h)).T @ (y - y_hat)),
            "grad_theta_y has an extra factor 1 - h_j: dy_hat/dtheta_y[j] contains h_j itself, not its derivative.",
            "Goes through the hidden unit although theta_y lies behind it. Which arrows lead from theta_y to LL?"),
    Mistake("backprop.no_theta_y", "backprop", _without_theta_y,
            "The factor theta_y[j] is missing: dy_hat/dh_j contains it.",
            "The way back leads over the same weights as the way there. Differentiate the sum by h_j."),
    Mistake("backprop.no_x", "backprop", _without_x,
            "The factor x_i is missing, so all rows of grad_theta_h are the same: dh_j/dtheta_h[i, j] ends in x_i.",
            "Stops the chain at the sum. Each gradient is the layer's input times what flows back."),
    Mistake("backprop.no_h", "backprop", _without_h,
            "The factor h_j is missing in grad_theta_y: dy_hat/dtheta_y[j] contains it.",
            "Stops the chain at the sum. Each gradient is the layer's input times what flows back."),
    Mistake("backprop.theta_y_updated_by_0_01", "backprop", _updated_first(0.01),
            "theta_y is updated (here with a step of 0.01) before grad_theta_h is computed from it; compute both "
            "gradients with the old weights.",
            "Mixes the gradient and the step. backprop computes, training updates."),
    Mistake("backprop.theta_y_updated_by_0_1", "backprop", _updated_first(0.1),
            "theta_y is updated (here with a step of 0.1) before grad_theta_h is computed from it; compute both "
            "gradients with the old weights.",
            "Mixes the gradient and the step. backprop computes, training updates."),
    Mistake("backprop.theta_y_updated_by_1", "backprop", _updated_first(1.0),
            "grad_theta_y is added to theta_y before grad_theta_h is computed from it; compute both gradients with "
            "the old weights.",
            "Mixes the gradient and the step. backprop computes, training updates."),
    Mistake("backprop.x_j_for_x_i", "backprop", _x_j_for_x_i,
            "x_j is used where x_i belongs: the derivative of h_j for theta_h[i, j] is h_j (1 - h_j) x_i; the notes "
            "print x_j.",
            "Copied faithfully from the notes. i belongs to inputs, j to hidden units: rows of the gradient differ."),
    Mistake("backprop.sums_over_units", "backprop", _sums_over_units,
            "The columns of grad_theta_h are all the same: it adds up over the hidden units, but theta_h[i, j] leads "
            "to h_j alone.",
            "A sum too many. Which hidden units change when theta_h[i, j] does?"),
    Mistake("backprop.h_for_x", "backprop",
            lambda _x, y, h, y_hat, theta_y: (_right(h, y, h, y_hat, theta_y)[0], h.T @ (y - y_hat)),
            "grad_theta_h is made with h where x belongs: the derivative of h_j for theta_h[i, j] ends in x_i.",
            "Each gradient is the layer's input times what flows back. What goes into theta_h?"),
    Mistake("backprop.x_for_h", "backprop",
            lambda x, y, h, y_hat, theta_y: (_right(x, y, h, y_hat, theta_y)[0], x.T @ (y - y_hat)),
            "grad_theta_y is made with x where h belongs: the derivative of y_hat for theta_y[j] contains h_j.",
            "Logistic regression, without the hidden layer. What goes into theta_y?"),
    Mistake("backprop.per_image", "backprop", _if_several(_per_image, 1),
            "There is one gradient for each image here; the log likelihood is a sum over the images, so add them up.",
            "The sum is forgotten. A gradient has the shape of its parameters."),
    Mistake("backprop.first_only", "backprop", _on_rows(slice(None, 1)),
            "Only the first image counts; add up the gradients of all images.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("backprop.last_only", "backprop", _on_rows(slice(-1, None)),
            "Only the last image counts; add up the gradients of all images.",
            "An = where += was meant, or the start value inside the loop."),
    Mistake("backprop.last_only_for_theta_h", "backprop", _last_only(of_y=False),
            "Only the last image counts in grad_theta_h; use += there, too, as in grad_theta_y.",
            "An = where += was meant, in one of two lines. Which images should theta_h learn from?"),
    Mistake("backprop.last_only_for_theta_y", "backprop", _last_only(of_h=False),
            "Only the last image counts in grad_theta_y; use += there, too, as in grad_theta_h.",
            "An = where += was meant, in one of two lines. Which images should theta_y learn from?"),
    Mistake("backprop.first_skipped", "backprop", _on_rows(slice(1, None)),
            "The first image is left out; the loop begins one too late.",
            "A sum from 1 in the book is a range from 0 in Python."),
    Mistake("backprop.last_skipped", "backprop", _on_rows(slice(None, -1)),
            "The last image is left out; the loop ends one too early.",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    Mistake("backprop.first_input_skipped", "backprop", _left_at_zero(inputs=slice(0, 1)),
            "The first row of grad_theta_h is 0: the loop over the inputs i begins at 1, and Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python; or x_0 is taken for a bias."),
    Mistake("backprop.last_input_skipped", "backprop", _left_at_zero(inputs=slice(-1, None)),
            "The last row of grad_theta_h is 0: the loop over the inputs i ends one too early.",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    Mistake("backprop.first_unit_skipped", "backprop", _left_at_zero(units=slice(0, 1)),
            "The derivatives of the first hidden unit are 0: the loop over j begins at 1, and Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python; or h_0 is taken for a bias."),
    Mistake("backprop.last_unit_skipped", "backprop", _left_at_zero(units=slice(-1, None)),
            "The derivatives of the last hidden unit are 0: the loop over j ends too early.",
            "Subtracts the 1 twice; or, with two units, a return in the loop over j. Read the indentation aloud."),
    Mistake("backprop.y_hat_rounded", "backprop", _rounded(_backprop(lambda y, y_hat: y - np.round(y_hat))),
            "y_hat is rounded to 0 or 1 before it is used; the difference y - y_hat needs the probability itself.",
            "Learns from wrong decisions only, like a perceptron. What should an image that is barely right teach?"),
    Mistake("backprop.clipped_at_0_01", "backprop", _backprop(lambda y, y_hat: y - np.clip(y_hat, 0.01, 0.99)),
            "y_hat is kept between 0.01 and 0.99 before it is used; use it as it is given.",
            "Care against division by 0 that costs accuracy. The fraction cancels to y - y_hat: nothing is divided."),
    Mistake("backprop.transposed", "backprop",
            lambda *arguments: (_right(*arguments)[0].T, _right(*arguments)[1]),
            "grad_theta_h is transposed: entry [i, j] belongs to theta_h[i, j], from input i to hidden unit j.",
            "A gradient has the shape of its parameters. Let them write shapes beside the names."),
    Mistake("backprop.swapped", "backprop", lambda *arguments: _right(*arguments)[::-1],
            "The two results are swapped: return grad_theta_h first, then grad_theta_y.",
            "Read the order of the results in the stub again."),
)  # fmt: skip
