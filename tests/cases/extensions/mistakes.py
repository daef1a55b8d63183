"""Common mistakes in the extra credit as formulas, under the rules of ../mistakes.py.

A training is followed for at most two hundred steps: a mistake in a long training also shows in a short one of the same
case, or in the open case before it.
"""

import numpy as np

from autograder import Mistake

# The longest single-datapoint training that is followed. Longer ones come after short ones.
MOST_STEPS = 200


def _sigma(z):
    return 1 / (1 + np.exp(-z))


def _sigma_twice(z):
    return _sigma(_sigma(z))


def _slope(s):
    """Return the derivative of the sigmoid, given the sigmoid's value."""
    return s * (1 - s)


def _step(z):
    return np.where(z >= 0, 1.0, 0.0)


def _as_it_is(z):
    return z


def _if_several(formula, counted=0):
    """Return the formula, but raise ValueError for a single datapoint, where another entry gives the same answer.

    Args:
        counted: position of the argument with one row for each datapoint.
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
        if not np.any(results):
            raise ValueError("zeros have many causes")
        return results

    return not_zero


def _refuse_many(steps):
    if steps > MOST_STEPS:
        raise ValueError("what is wrong here has been wrong in fewer steps")


# logistic_gradient


def _logistic(difference, times=1.0):
    """Return a wrong gradient of logistic regression, from labels and weighted sums; its sum over datapoints is
    right.
    """
    return lambda x, y, theta: times * (difference(y, x @ theta) @ x)


def _residual(y, z):
    return y - _sigma(z)


def _squared_residual(y, z):
    """Return the downhill slope of the squared error, which has one more factor."""
    return (y - _sigma(z)) * _slope(_sigma(z))


def _averaged(formula):
    """Return a gradient that is divided by the number of datapoints."""
    return _if_several(lambda x, *others: formula(x, *others) / len(x))


def _on_rows(rows, difference=_residual):
    """Return a wrong gradient that uses only some of the datapoints."""
    return lambda x, y, theta: difference(y[rows], x[rows] @ theta) @ x[rows]


# train_logistic


def _climbed(gradient, epochs=lambda epochs: epochs, rate=lambda eta, n: eta, first=np.zeros):  # noqa: ARG005
    """Return a wrong whole-batch training.

    Args:
        gradient: what a step adds, from x, y, theta.
        epochs: the number of steps, from the right number.
        rate: the step size, from eta and the number of datapoints.
        first: the initial weights, from their number.
    """

    def formula(x, y, eta, given):
        theta = first(x.shape[1])
        for _ in range(epochs(given)):
            theta = theta + rate(eta, len(x)) * gradient(x, y, theta)
        return theta

    return formula


_uphill = _logistic(_residual)


def _one_by_one(x, y, eta, epochs):
    _refuse_many(epochs)
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        for x_k, y_k in zip(x, y):
            theta = theta + eta * _residual(y_k, x_k @ theta) * x_k
    return theta


def _one_an_epoch(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    for k in range(epochs):
        at = k % len(x)
        theta = theta + eta * _residual(y[at], x[at] @ theta) * x[at]
    return theta


def _not_added(x, y, eta, epochs):
    theta = np.zeros(x.shape[1])
    for _ in range(epochs):
        theta = eta * _uphill(x, y, theta)
    return theta


# neuron_loss and squared_loss


def _loss_of(of_differences, output=_sigma):
    """Return a wrong error of one neuron, from the array of y_hat - y over the datapoints."""
    return lambda x, y, w: of_differences(output(x @ w) - y)


def _half_of_squares(differences):
    return np.sum(differences**2) / 2


def _likelihood(y, y_hat):
    return np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


# neuron_gradient


def _neuron(difference=lambda y, z: _sigma(z) - y, slope=lambda z: _slope(_sigma(z)), times=1.0):
    """Return a wrong gradient of one neuron for one datapoint.

    Args:
        difference: from the label and the weighted sum.
        slope: the derivative of the output, from the weighted sum.
    """
    return lambda x_k, y_k, w: times * difference(y_k, x_k @ w) * slope(x_k @ w) * x_k


_downhill = _neuron()


def _one(z):
    return np.ones_like(z)


# train_neuron_sgd and train_perceptron


def _as_given(order, _):
    return order


def _eta(eta, _):
    return eta


def _stochastic(slope, order=_as_given, rate=_eta, first=np.copy):
    """Return a wrong training of one unit, one datapoint at a time.

    Args:
        slope: what a step subtracts, from x_k, y_k and w.
        order: the datapoints of the steps, from the given order and n.
        rate: the step size, from eta and n.
        first: the initial weights, from the given ones.
    """

    def formula(x, y, w, eta, given):
        _refuse_many(len(given))
        w = first(w)
        for k in order(given, len(x)):
            w = w - rate(eta, len(x)) * slope(x[k], y[k], w)
        return w

    return formula


def _whole_batch(slope):
    """Return a wrong training of one unit in which every step uses all datapoints."""

    def formula(x, y, w, eta, order):
        _refuse_many(len(order))
        for _ in order:
            w = w - eta * sum(slope(x_k, y_k, w) for x_k, y_k in zip(x, y))
        return w

    return formula


def _always_from_the_first(slope):
    """Return a wrong training of one unit that computes every slope at the initial weights, and adds up all of them."""

    def formula(x, y, w, eta, order):
        _refuse_many(len(order))
        return w - eta * sum(slope(x[k], y[k], w) for k in order)

    return formula


def _last_step_alone(slope):
    """Return a wrong training of one unit that starts every step at the initial weights, so that only the last
    counts.
    """

    def formula(x, y, w, eta, order):
        step = eta * slope(x[order[-1]], y[order[-1]], w)
        if not step.any():
            raise ValueError("w as it was given has other causes")
        return w - step

    return formula


def _perceptron(x_k, y_k, w):
    """What the perceptron's rule subtracts, before the factor eta."""
    return (_step(x_k @ w) - y_k) * x_k


def _perceptron_with(answer):
    """Return the perceptron's rule with another answer, computed from the weighted sum."""
    return lambda x_k, y_k, w: (answer(x_k @ w) - y_k) * x_k


def _np_sign(x, w):
    if np.all(x @ w):
        raise ValueError("without a sum of 0, the answers are 1 and -1")
    return np.sign(x @ w)


def _ended_when_right(x, y, first, eta, order):
    w = first
    for k in order:
        if _step(x[k] @ w) == y[k]:
            break
        w = w - eta * _perceptron(x[k], y[k], w)
    if np.array_equal(w, _stochastic(_perceptron)(x, y, first, eta, order[:-1])):
        raise ValueError("the last step may be missing for other reasons")
    return w


# Wrong orders of the datapoints: a name, the order from the given one and n, the sentence that follows the function's
# name, and a sentence for staff.
ORDERS = (
    ("in_turn", lambda _, n: range(n),
     "takes each datapoint once, from the first to the last; it must follow order, where some come several times.",
     "Loops over the data out of habit. What is `order` for? Let them write down the first three steps."),
    ("in_turn_again", lambda order, n: np.arange(len(order)) % n,
     "makes as many steps as order has entries, but takes the datapoints in turn; entry t says which one step t needs.",
     "Knows how many steps there are, and does not look at which. What is `order[0]` here?"),
    ("sorted", lambda order, _: np.sort(order),
     "sorts order, or counts how often each datapoint comes; the steps must be made in the order that is given.",
     "Believes that the order makes no difference, as in a sum. Each step starts where the one before has led."),
    ("reversed", lambda order, _: order[::-1],
     "goes through order from its end to its beginning.",
     "pop() takes the last entry, and [::-1] turns it round. Which datapoint is the first step about?"),
    ("repeats_skipped", lambda order, _: np.array(list(dict.fromkeys(order.tolist()))),
     "takes every datapoint of order only the first time that it comes; make a step for each entry.",
     "Remembers what it has seen. Practice makes perfect: a datapoint teaches something each time."),
    ("first_of_order", lambda order, _: np.full(len(order), order[0]),
     "makes every step with order[0], the same datapoint; step t needs order[t].",
     "An index that does not move, or a lookup before the loop. Let them print k in the loop."),
    ("counted_from_1", lambda order, _: order - 1,
     "takes the row before the right one, order[t] - 1; datapoints are counted from 0, as Python does.",
     "Believes that the data are numbered from 1. What does x[-1] mean in Python?"),
    ("last_step_missing", lambda order, _: order[:-1],
     "leaves out the last step of order.",
     "Subtracts the 1 twice: the end of a range does not belong to it. Or a return before the update."),
    ("first_step_only", lambda order, _: order[:1],
     "makes only the first step of order: is the return inside the loop?",
     "A return that is indented too far, mostly. Read the indentation aloud."),
)  # fmt: skip


def _orders(function, with_order):
    """Return the entries about the order of the steps for one function; `with_order` makes a formula from an order."""
    return tuple(
        Mistake(f"{function}.{what}", function, with_order(order), f"{function} {sentence}", staff)
        for what, order, sentence, staff in ORDERS
    )


# forward_multi


def _forward(hidden=_sigma, output=_sigma, kept=None):
    """Return a wrong forward, with other functions of the weighted sums.

    Args:
        hidden: applied to the sums of the hidden layer, for the outputs.
        output: applied to the sums of the outputs.
        kept: applied to the sums of the hidden layer, for the returned h; default `hidden`.
    """
    return lambda x, W, V: ((kept or hidden)(x @ W), output(hidden(x @ W) @ V))


def _softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def _normalized(z):
    return _sigma(z) / _sigma(z).sum(axis=1, keepdims=True)


def _winner_takes_all(z):
    return np.eye(z.shape[1])[z.argmax(axis=1)]


def _without_units(units):
    """Return a wrong forward that sums over these hidden units only."""

    def formula(x, W, V):
        h = _sigma(x @ W)
        return h, _sigma(h[:, units] @ V[units])

    return formula


def _last_in_every_row(x, W, V):
    h, y_hat = _forward()(x, W, V)
    return np.tile(h[-1], (len(h), 1)), y_hat


# backprop_multi


def _output_slope(y, y_hat):
    return (y_hat - y) * _slope(y_hat)


def _through_all(d, V, _):
    return d @ V.T


def _backprop(at_outputs=_output_slope, back=_through_all, hidden=_slope, at_outputs_for_W=None, times=1.0):
    """Return a wrong backprop.

    Args:
        at_outputs: the slope at the outputs' weighted sums, from y and y_hat.
        back: the part of it that reaches the hidden units, from the slope, V and y.
        hidden: derivative of a hidden unit by its weighted sum, from h.
        at_outputs_for_W: the slope at the outputs, as passed back to W; default `at_outputs`.
    """

    def formula(x, y, h, y_hat, V):
        slope_h = back((at_outputs_for_W or at_outputs)(y, y_hat), V, y)
        return times * (x.T @ (slope_h * hidden(h))), times * (h.T @ at_outputs(y, y_hat))

    return formula


_right_backprop = _backprop()


def _of_output(outputs):
    """Return a backward pass that reaches the hidden units from some of the outputs only."""
    return lambda d, V, _: d[:, outputs] @ V[:, outputs].T


def _if_more_outputs(back):
    """Return the backward pass, but raise ValueError for a single output, where it is right."""

    def several(d, V, y):
        if d.shape[1] == 1:
            raise ValueError("with one output nothing is wrong")
        return back(d, V, y)

    return several


def _both_averaged(x, y, h, y_hat, V):
    grad_W, grad_V = _right_backprop(x, y, h, y_hat, V)
    return grad_W / len(x), grad_V / len(x)


def _of_datapoints(rows):
    """Return a wrong backprop that uses only some of the datapoints."""
    return lambda x, y, h, y_hat, V: _right_backprop(x[rows], y[rows], h[rows], y_hat[rows], V)


def _after_the_update(x, y, h, y_hat, V):
    return _right_backprop(x, y, h, y_hat, V - h.T @ _output_slope(y, y_hat))


# train_multi_sgd


def _one_step(x, y, W, V, eta, backprop=_right_backprop):
    """Return the weights after one step downhill with these datapoints."""
    h, y_hat = _forward()(x, W, V)
    grad_W, grad_V = backprop(x, y, h, y_hat, V)
    return W - eta * grad_W, V - eta * grad_V


def _network(step=_one_step, order=_as_given, rate=_eta):
    """Return a wrong training of the network, one datapoint at a time.

    Args:
        step: from x, y, W, V, and the step size to new weights.
        order: the datapoints of the steps, from the given order and n.
        rate: the step size, from eta and n.
    """

    def formula(x, y, W, V, eta, given):
        _refuse_many(len(given))
        for k in order(given, len(x)):
            W, V = step(x[[k]], y[[k]], W, V, rate(eta, len(x)))
        return W, V

    return formula


def _step_with(backprop):
    """Return a step with a wrong gradient."""
    return lambda x, y, W, V, eta: _one_step(x, y, W, V, eta, backprop)


def _outputs_first(x, y, W, V, eta):
    h, y_hat = _forward()(x, W, V)
    V = V - eta * (h.T @ _output_slope(y, y_hat))
    return W - eta * _right_backprop(x, y, h, y_hat, V)[0], V


def _hidden_first(x, y, W, V, eta):
    W, _ = _one_step(x, y, W, V, eta)
    return W, _one_step(x, y, W, V, eta)[1]


def _all_at_once(x, y, W, V, eta, order):
    _refuse_many(len(order))
    for _ in order:
        W, V = _one_step(x, y, W, V, eta)
    return W, V


def _at_the_first_weights(x, y, W, V, eta, order):
    _refuse_many(len(order))
    steps = [_one_step(x[[k]], y[[k]], W, V, eta) for k in order]
    return tuple(first + sum(one[i] - first for one in steps) for i, first in enumerate((W, V)))


def _last_alone(x, y, W, V, eta, order):
    return _one_step(x[order[-1:]], y[order[-1:]], W, V, eta)


def _beginning_with_zeros(x, y, W, V, eta, order):
    return _network()(x, y, np.zeros_like(W), np.zeros_like(V), eta, order)


# two_guesses


def _guesses(choose, of=1):
    """Return wrong guesses, read from the outputs, or from the hidden units if `of` is 0."""
    return lambda x, W, V: choose(_forward()(x, W, V)[of])


def _two_largest(y_hat):
    return np.argsort(-y_hat, axis=1)[:, :2]


def _first_and_last(y_hat):
    return np.argsort(-y_hat, axis=1)[:, [0, -1]]


MISTAKES = (
    # logistic_gradient
    Mistake("logistic_gradient.sign", "logistic_gradient", _logistic(_residual, -1),
            "Every entry has the opposite sign: y - y_hat leads uphill, to more likelihood; y_hat - y leads downhill.",
            "The direction of other courses, which descend a loss. Ask which way is up."),
    Mistake("logistic_gradient.mean", "logistic_gradient", _averaged(_uphill),
            "This is the average over the datapoints; the log likelihood is a sum, so leave out the division by n.",
            "The gradient of an average loss, as in libraries. The function decides: LL is a sum."),
    Mistake("logistic_gradient.mean_and_sign", "logistic_gradient", _averaged(_logistic(_residual, -1)),
            "This is the gradient of the average loss: leave out the minus sign and the division by n.",
            "Both habits of libraries. Derive dLL/dtheta once from the log likelihood itself."),
    Mistake("logistic_gradient.squared_loss", "logistic_gradient", _logistic(_squared_residual),
            "There is an extra factor y_hat (1 - y_hat), as for a squared error; in the log likelihood it cancels.",
            "The neuron's gradient with the other sign. Which function does logistic regression climb?"),
    Mistake("logistic_gradient.squared_loss_and_sign", "logistic_gradient", _logistic(_squared_residual, -1),
            "This is the gradient of the squared error, which neuron_gradient needs; here take the log likelihood's, "
            "which points uphill and has no factor y_hat (1 - y_hat).",
            "One gradient for both. Let them differentiate the two functions side by side."),
    Mistake("logistic_gradient.no_sigmoid", "logistic_gradient", _logistic(lambda y, z: y - z),
            "The sigmoid is missing: the prediction is sigma(theta . x), and not the weighted sum itself.",
            "Linear regression. Ask what a prediction of 3.7 would mean."),
    Mistake("logistic_gradient.step", "logistic_gradient", _unless_zero(_logistic(lambda y, z: y - _step(z))),
            "The prediction is cut to 0 or 1, as the perceptron's is; the gradient needs the probability itself.",
            "Learns from wrong decisions only. What should a datapoint that is barely right teach?"),
    Mistake("logistic_gradient.sigmoid_twice", "logistic_gradient", _logistic(lambda y, z: y - _sigma_twice(z)),
            "The sigmoid is applied twice: sigma(theta . x) is the prediction already.",
            "Two helpers that both apply it. Which numbers does y_hat run between?"),
    Mistake("logistic_gradient.absolute", "logistic_gradient",
            _logistic(lambda y, z: np.abs(y - _sigma(z))),
            "The sign of y - y_hat is lost: a datapoint with y = 0 must pull the other way.",
            "Takes a difference for a distance. What should a datapoint with y = 0 teach?"),
    Mistake("logistic_gradient.all_as_ones", "logistic_gradient", _logistic(lambda y, z: np.ones_like(y) - _sigma(z)),
            "The labels are not used: it is 1 - y_hat instead of y - y_hat, as if all y were 1.",
            "Ask what the unit would learn from this: to say 1, whatever the datapoint."),
    Mistake("logistic_gradient.errors_first", "logistic_gradient",
            _if_several(lambda x, y, theta: np.sum(_residual(y, x @ theta)) * x.sum(axis=0)),
            "The differences y - y_hat are added up before they meet their x; multiply for each datapoint, then add.",
            "A sum of products is no product of sums. Let them try two datapoints by hand."),
    Mistake("logistic_gradient.no_x", "logistic_gradient",
            lambda x, y, theta: np.full(len(theta), np.sum(_residual(y, x @ theta))),
            "The factor x_i is missing, so all entries are the same: multiply each difference y - y_hat by its x_i.",
            "Stops one link too early. Which weight should move more, that of a black pixel or of a white one?"),
    Mistake("logistic_gradient.x_transposed", "logistic_gradient",
            lambda x, y, theta: x @ _residual(y, x @ theta),
            "x is multiplied from the wrong side: the sum runs over the datapoints, the rows of x, so it needs x.T.",
            "It runs only where there are as many datapoints as inputs. Let them write shapes beside the names."),
    Mistake("logistic_gradient.first_only", "logistic_gradient", _on_rows(slice(None, 1)),
            "Only the first datapoint counts; add up all of them.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("logistic_gradient.last_only", "logistic_gradient", _on_rows(slice(-1, None)),
            "Only the last datapoint counts; add up all of them.",
            "An = where += was meant, or the start value inside the loop."),
    Mistake("logistic_gradient.first_skipped", "logistic_gradient", _unless_zero(_on_rows(slice(1, None))),
            "The first datapoint is left out; the loop begins one too late, since Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python."),
    Mistake("logistic_gradient.last_skipped", "logistic_gradient", _unless_zero(_on_rows(slice(None, -1))),
            "The last datapoint is left out; the loop ends one too early.",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    # train_logistic
    Mistake("train_logistic.descent", "train_logistic", _climbed(_logistic(_residual, -1)),
            "This goes downhill: the likelihood should become as large as possible, so add eta times the gradient.",
            "Gradient descent of other courses. Ask which way is up, and which of the two the handout wants here."),
    Mistake("train_logistic.mean", "train_logistic", _climbed(_uphill, rate=lambda eta, n: eta / n),
            "Every step is divided by the number of datapoints; the gradient is their sum, and eta belongs to the sum.",
            "A mean where the handout has a sum. What would that do to the step with 1,000 datapoints?"),
    Mistake("train_logistic.eta_ignored", "train_logistic", _climbed(_uphill, rate=lambda *_: 1.0),
            "eta is not used: every step adds the gradient itself.",
            "Takes eta for decoration. What happens if the gradient is 80 and all weights are 0.1?"),
    Mistake("train_logistic.one_step_too_few", "train_logistic", _climbed(_uphill, lambda epochs: epochs - 1),
            "There is one step too few.",
            "range(1, epochs) makes epochs - 1 steps. Count with epochs = 1."),
    Mistake("train_logistic.one_step_too_many", "train_logistic", _climbed(_uphill, lambda epochs: epochs + 1),
            "There is one step too many.",
            "range(epochs + 1), or a step before the loop. Count with epochs = 1."),
    Mistake("train_logistic.one_step_only", "train_logistic", _climbed(_uphill, lambda _: 1),
            "There is only one step: is the return inside the loop, or the line that sets theta to 0?",
            "Indented too far, mostly. Read the indentation aloud."),
    Mistake("train_logistic.begins_with_ones", "train_logistic", _climbed(_uphill, first=np.ones),
            "theta begins with ones; equation (23) begins with theta = 0.",
            "Zeros were a mistake in the hidden layer of the network. Why are they none here?"),
    Mistake("train_logistic.constant_added", "train_logistic",
            lambda x, *others: _climbed(_uphill)(np.column_stack((np.ones(len(x)), x)), *others),
            "A constant input is added to x, with a weight of its own; use x as it is given.",
            "A bias out of habit. What is in the first column of x?"),
    Mistake("train_logistic.gradient_kept", "train_logistic",
            lambda x, y, eta, epochs: epochs * eta * _uphill(x, y, np.zeros(x.shape[1])),
            "The gradient is computed once, at theta = 0; it changes with theta, so compute it again in every step.",
            "Before the loop instead of inside it. Where does the hiker look who only looks once?"),
    Mistake("train_logistic.not_added", "train_logistic", _not_added,
            "theta becomes eta times the gradient; add each step to the theta before it.",
            "An = where += is meant. Where is what the first step has learned?"),
    Mistake("train_logistic.one_by_one", "train_logistic", _one_by_one,
            "Every datapoint makes a step of its own; here one step takes the sum over all datapoints.",
            "Stochastic gradient ascent, which comes two tasks later. How many steps does the docstring promise?"),
    Mistake("train_logistic.one_an_epoch", "train_logistic", _one_an_epoch,
            "Every step takes a single datapoint; here each takes the sum over all datapoints.",
            "Takes an epoch for a step with one datapoint. What does (22) sum over?"),
    Mistake("train_logistic.squared_loss", "train_logistic", _climbed(_logistic(_squared_residual)),
            "There is an extra factor y_hat (1 - y_hat) in every step, as for a squared error; here it cancels.",
            "Trains the neuron of the next tasks. Which function does logistic regression climb?"),
    Mistake("train_logistic.no_sigmoid", "train_logistic", _climbed(_logistic(lambda y, z: y - z)),
            "The sigmoid is missing in the steps: the prediction is sigma(theta . x), and not the weighted sum itself.",
            "Linear regression. Ask what a prediction of 3.7 would mean."),
    # neuron_loss
    Mistake("neuron_loss.no_half", "neuron_loss", _loss_of(lambda d: np.sum(d**2)),
            "The 1/2 in front of the sum is missing.",
            "A different function with the same lowest point. The half takes away the 2 of the derivative."),
    Mistake("neuron_loss.mean", "neuron_loss", _if_several(_loss_of(lambda d: np.mean(d**2))),
            "This is the mean of the squared differences; E is half their sum.",
            "The mean squared error of libraries. What does (24) divide by?"),
    Mistake("neuron_loss.half_of_mean", "neuron_loss", _if_several(_loss_of(lambda d: np.mean(d**2) / 2)),
            "This is half the mean of the squared differences; E is half their sum: leave out the division by n.",
            "A mean out of habit. What does (24) divide by?"),
    Mistake("neuron_loss.absolute", "neuron_loss", _loss_of(lambda d: np.sum(np.abs(d))),
            "These are the differences without their signs, added up; E takes their squares, and half the sum.",
            "Another way to measure distance. Which one has a derivative everywhere?"),
    Mistake("neuron_loss.not_squared", "neuron_loss", _loss_of(lambda d: np.sum(d) / 2),
            "The differences are not squared (y_hat - y**2 squares y alone), so that those above 0 and below 0 cancel "
            "each other.",
            "Can this be 0 although every prediction is wrong? Let them find an example."),
    Mistake("neuron_loss.square_of_sum", "neuron_loss", _if_several(_loss_of(lambda d: np.sum(d) ** 2 / 2)),
            "The differences are added up before they are squared; square each of them first.",
            "Brackets: the square of a sum is no sum of squares."),
    Mistake("neuron_loss.difference_of_squares", "neuron_loss",
            lambda x, y, w: np.sum(_sigma(x @ w) ** 2 - y**2) / 2,
            "Both numbers are squared, and then subtracted; E squares the difference y_hat - y.",
            "(a - b)^2 is not a^2 - b^2. Try a = 0, b = 1."),
    Mistake("neuron_loss.root", "neuron_loss", _if_several(_loss_of(lambda d: np.sqrt(np.sum(d**2)))),
            "This is the square root of the sum of squares, the length of y_hat - y; E is half the sum itself.",
            "np.linalg.norm gives a length. What does (24) look like without the root?"),
    Mistake("neuron_loss.log_likelihood", "neuron_loss", lambda x, y, w: _likelihood(y, _sigma(x @ w)),
            "This is the log likelihood; E is half the sum of the squared differences y_hat - y.",
            "The function of logistic regression. The neuron has another, which is why its gradient differs."),
    Mistake("neuron_loss.cross_entropy", "neuron_loss", lambda x, y, w: -_likelihood(y, _sigma(x @ w)),
            "This is minus the log likelihood; E is half the sum of the squared differences y_hat - y.",
            "The usual loss of libraries. The neuron has another, which is why its gradient differs."),
    Mistake("neuron_loss.no_sigmoid", "neuron_loss", _loss_of(_half_of_squares, _as_it_is),
            "The sigmoid is missing: y_hat is sigma(w . x), and not the weighted sum itself.",
            "The error of linear regression. Draw one unit: sum, then sigmoid."),
    Mistake("neuron_loss.step", "neuron_loss", _unless_zero(_loss_of(_half_of_squares, _step)),
            "y_hat is cut to 0 or 1 before it is compared: this counts wrong decisions, and gives half their number.",
            "A perceptron's errors. A step has no slope to go down."),
    Mistake("neuron_loss.first_only", "neuron_loss",
            _if_several(lambda x, y, w: (_sigma(x[0] @ w) - y[0]) ** 2 / 2),
            "Only the first datapoint counts; add up all of them.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("neuron_loss.last_only", "neuron_loss",
            _if_several(lambda x, y, w: (_sigma(x[-1] @ w) - y[-1]) ** 2 / 2),
            "Only the last datapoint counts; add up all of them.",
            "An = where += was meant, or the start value inside the loop."),
    # neuron_gradient
    Mistake("neuron_gradient.sign", "neuron_gradient", _neuron(times=-1),
            "Every entry has the opposite sign, as with y - y_hat instead of y_hat - y, or y_hat - 1 instead of 1 - "
            "y_hat; the gradient of E points uphill, and training subtracts it.",
            "y - y_hat as in logistic regression. The minus belongs to the step, not to the gradient."),
    Mistake("neuron_gradient.no_derivative", "neuron_gradient", _neuron(slope=_one),
            "The derivative of the sigmoid, y_hat (1 - y_hat), is missing: it cancels in the log likelihood, but not "
            "in a squared error.",
            "The gradient of logistic regression, downhill. Which link of the chain is missing?"),
    Mistake("neuron_gradient.log_likelihood", "neuron_gradient", _neuron(slope=_one, times=-1),
            "This is the gradient of the log likelihood, (y - y_hat) x; the gradient of the squared error is (y_hat - "
            "y) y_hat (1 - y_hat) x.",
            "Logistic regression once more. Let them differentiate the two functions side by side."),
    Mistake("neuron_gradient.doubled", "neuron_gradient", _neuron(times=2),
            "Every entry is twice what it should be: the 2 that comes down from the square cancels the 1/2 of E.",
            "The derivative of the square without the half in front."),
    Mistake("neuron_gradient.half", "neuron_gradient", _neuron(times=0.5),
            "Every entry is half of what it should be: the 1/2 of E is kept, and the 2 of the square is lost.",
            "Differentiates the bracket and not the square. What is the derivative of u^2 / 2?"),
    Mistake("neuron_gradient.sigmoid_of_y_hat", "neuron_gradient",
            _neuron(slope=lambda z: _slope(_sigma_twice(z))),
            "The sigmoid is applied to y_hat once more; y_hat has already been through it, so its derivative is "
            "y_hat (1 - y_hat).",
            "Calls a derivative that expects the sum with what came out of the unit."),
    Mistake("neuron_gradient.derivative_at_the_sum", "neuron_gradient", _neuron(slope=_slope),
            "z (1 - z) of the weighted sum is used where y_hat (1 - y_hat) belongs, with y_hat = sigma(z).",
            "The derivative is written with the value of the sigmoid. Where must it be positive?"),
    Mistake("neuron_gradient.derivative_twice", "neuron_gradient", _neuron(slope=lambda z: _slope(_sigma(z)) ** 2),
            "The factor y_hat (1 - y_hat) is there twice.",
            "Once in a helper and once outside it. Which arrow of the drawing would the second one belong to?"),
    Mistake("neuron_gradient.y_hat_alone", "neuron_gradient", _neuron(slope=_sigma),
            "y_hat alone is used as the derivative of the sigmoid; that derivative is y_hat (1 - y_hat).",
            "A factor lost in copying. Where is the slope of the sigmoid steepest?"),
    Mistake("neuron_gradient.one_minus_y_hat", "neuron_gradient", _neuron(slope=lambda z: 1 - _sigma(z)),
            "The derivative of the sigmoid is y_hat (1 - y_hat); the first factor is missing.",
            "A factor lost in copying. Where is the slope of the sigmoid steepest?"),
    Mistake("neuron_gradient.one_plus_y_hat", "neuron_gradient",
            _neuron(slope=lambda z: _sigma(z) * (1 + _sigma(z))),
            "The derivative of the sigmoid is y_hat (1 - y_hat), not y_hat (1 + y_hat).",
            "A sign slip. Where is the slope of the sigmoid steepest?"),
    Mistake("neuron_gradient.one_minus_y_hat_squared", "neuron_gradient", _neuron(slope=lambda z: 1 - _sigma(z) ** 2),
            "1 - y_hat^2 is the derivative of tanh; the derivative of the sigmoid is y_hat (1 - y_hat).",
            "From a text whose units are tanh."),
    Mistake("neuron_gradient.no_sigmoid", "neuron_gradient", _neuron(lambda y, z: z - y, _one),
            "The sigmoid is missing altogether: this is the gradient of (w . x - y)^2 / 2.",
            "Linear regression. Draw one unit: sum, then sigmoid."),
    Mistake("neuron_gradient.squared_difference", "neuron_gradient", _neuron(lambda y, z: (_sigma(z) - y) ** 2),
            "The difference y_hat - y is squared here; in the derivative of the square it is not.",
            "Error and derivative of the error mixed up. A square loses the sign, which says where to go."),
    Mistake("neuron_gradient.no_difference", "neuron_gradient", _neuron(lambda _, z: np.ones_like(z)),
            "The factor y_hat - y is missing: this is the gradient of y_hat, not of the error.",
            "Stops one link too early. How does a label come in?"),
    Mistake("neuron_gradient.no_x", "neuron_gradient",
            lambda x_k, y_k, w: (_sigma(x_k @ w) - y_k) * _slope(_sigma(x_k @ w)),
            "This is one number, but each weight has its own: the factor x_i is missing.",
            "Stops one link too early. How many numbers does a gradient have?"),
    Mistake("neuron_gradient.not_added_up", "neuron_gradient",
            lambda x_k, y_k, w: (_sigma(x_k * w) - y_k) * _slope(_sigma(x_k * w)) * x_k,
            "Every w_i x_i goes through the sigmoid alone; add them up first, since y_hat is one number: use @ for *.",
            "* where a sum of products is meant. Let them print the shape of y_hat."),
    Mistake("neuron_gradient.w_for_x", "neuron_gradient",
            lambda x_k, y_k, w: (_sigma(x_k @ w) - y_k) * _slope(_sigma(x_k @ w)) * w,
            "w is used where x belongs: the derivative of w . x for w_i is x_i.",
            "Differentiates by x. What is held fixed, and what is moved?"),
    # train_neuron_sgd
    Mistake("train_neuron_sgd.ascent", "train_neuron_sgd", _stochastic(_neuron(times=-1)),
            "This goes uphill: the error should become as small as possible, so subtract eta times its gradient.",
            "Gradient ascent of logistic regression. Ask which way is down, and what is to become small."),
    Mistake("train_neuron_sgd.no_derivative", "train_neuron_sgd", _stochastic(_neuron(slope=_one)),
            "Every step lacks the derivative of the sigmoid, y_hat (1 - y_hat), as in logistic regression.",
            "A good training for another function. Which one does the neuron make small?"),
    Mistake("train_neuron_sgd.doubled", "train_neuron_sgd", _stochastic(_neuron(times=2)),
            "Every step is twice as large: the 2 that comes down from the square cancels the 1/2 of E.",
            "The derivative of the square without the half in front."),
    Mistake("train_neuron_sgd.eta_ignored", "train_neuron_sgd", _stochastic(_downhill, rate=lambda *_: 1.0),
            "eta is not used: every step subtracts the gradient itself.",
            "Takes eta for decoration. How far does a step go, and who says so?"),
    Mistake("train_neuron_sgd.eta_divided", "train_neuron_sgd", _stochastic(_downhill, rate=lambda eta, n: eta / n),
            "Every step is divided by the number of datapoints; a step is about one datapoint, and eta is its size.",
            "A mean, where nothing is added up. How many datapoints is one step about?"),
    Mistake("train_neuron_sgd.whole_batch", "train_neuron_sgd", _whole_batch(_downhill),
            "Every step takes all datapoints; it must take the one that order names.",
            "The whole-batch step of logistic regression. What does *stochastic* mean here?"),
    Mistake("train_neuron_sgd.first_weights_kept", "train_neuron_sgd", _always_from_the_first(_downhill),
            "Every gradient is taken at the first weights; each step must use the w from the step before.",
            "The update goes into a second variable, which nobody reads. Where does the second step begin?"),
    Mistake("train_neuron_sgd.last_step_alone", "train_neuron_sgd", _last_step_alone(_downhill),
            "Only the last step is left: every step begins at the first weights again.",
            "new = w - ... in the loop, and w never changes. Where does the second step begin?"),
    Mistake("train_neuron_sgd.begins_with_zeros", "train_neuron_sgd", _stochastic(_downhill, first=np.zeros_like),
            "The first weights are ignored: the training begins with zeros instead of w.",
            "Copied from train_logistic, which has no first weights. What is the argument w for?"),
    Mistake("train_neuron_sgd.step", "train_neuron_sgd", _stochastic(_perceptron),
            "This is the rule of the perceptron: y_hat is cut to 0 or 1, and the derivative of the sigmoid is missing.",
            "Two tasks mixed up. What does the neuron's y_hat run between?"),
    *_orders("train_neuron_sgd", lambda order: _stochastic(_downhill, order)),
    # perceptron_predict
    Mistake("perceptron_predict.strict", "perceptron_predict", lambda x, w: np.where(x @ w > 0, 1.0, 0.0),
            "Exactly 0 counts as yes: the condition is w . x >= 0, and not > 0.",
            "np.heaviside(z, 0), sign, or rounding sigma(0) = 0.5 do the same. Which side is the line on?"),
    Mistake("perceptron_predict.signs", "perceptron_predict", lambda x, w: np.where(x @ w >= 0, 1.0, -1.0),
            "The answers are 1 and -1; here they are 1 and 0, as the labels are.",
            "From a text whose labels are 1 and -1. Both work, if labels and answers agree."),
    Mistake("perceptron_predict.np_sign", "perceptron_predict", _np_sign,
            "np.sign answers 1, -1, and 0 for a sum of exactly 0; here a yes is 1, also at 0, and a no is 0.",
            "From a text whose labels are 1 and -1. What does it say of a point on the line?"),
    Mistake("perceptron_predict.opposite", "perceptron_predict", lambda x, w: np.where(x @ w >= 0, 0.0, 1.0),
            "Yes and no are swapped: return 1 where w . x is at least 0, otherwise 0.",
            "The branches of an if, or < for >=. Try it with one datapoint."),
    Mistake("perceptron_predict.sigmoid", "perceptron_predict", lambda x, w: _sigma(x @ w),
            "This is the sigmoid of the sum; a perceptron only says 1 or 0.",
            "The neuron of the last tasks. In 1958 nobody needed a derivative."),
    Mistake("perceptron_predict.sum", "perceptron_predict", lambda x, w: x @ w,
            "This is the weighted sum itself; the decision is missing: 1 where the sum is at least 0, otherwise 0.",
            "Stops before the last step. What is a yes?"),
    Mistake("perceptron_predict.all_ones", "perceptron_predict", lambda x, _w: np.ones(len(x)),
            "Every datapoint gets 1, as when a sigmoid, which is always above 0, is compared with 0 instead of 0.5.",
            "Mixes up the sum and its sigmoid. Where is the sigmoid's middle?"),
    Mistake("perceptron_predict.half", "perceptron_predict", lambda x, w: np.where(x @ w >= 0.5, 1.0, 0.0),
            "The sum is compared with 0.5, which is the middle of the sigmoid; the sum's own middle is 0.",
            "Mixes up the sum and its sigmoid. Which sum has sigma = 0.5?"),
    Mistake("perceptron_predict.relu", "perceptron_predict", lambda x, w: np.maximum(0, x @ w),
            "This is max(0, w . x); a perceptron says 1 where the sum is at least 0, otherwise 0.",
            "The rectifier of other networks. What is a yes?"),
    Mistake("perceptron_predict.first_input_skipped", "perceptron_predict",
            lambda x, w: _step(x[:, 1:] @ w[1:]),
            "The first input is left out of the sum: Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python; or the constant 1 is taken for no input."),
    Mistake("perceptron_predict.last_input_skipped", "perceptron_predict",
            lambda x, w: _step(x[:, :-1] @ w[:-1]),
            "The last input is left out of the sum; the loop ends one too early.",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    # train_perceptron
    Mistake("train_perceptron.opposite", "train_perceptron", _stochastic(lambda *a: -_perceptron(*a)),
            "Every step goes the wrong way: add eta (y - y_hat) x.",
            "w - eta (y - y_hat) x, or y_hat - y. Try one datapoint with y = 1 that gets a no."),
    Mistake("train_perceptron.eta_ignored", "train_perceptron", _stochastic(_perceptron, rate=lambda *_: 1.0),
            "eta is not used: every step adds x, or takes it away, as it is.",
            "Many texts have no eta in this rule, since it only scales. With first weights it does not."),
    Mistake("train_perceptron.doubled", "train_perceptron", _stochastic(lambda *a: 2 * _perceptron(*a)),
            "Every step is twice as large, as when labels and answers are 1 and -1: then y - y_hat is 2 or -2.",
            "From a text whose labels are 1 and -1. What is y - y_hat there?"),
    Mistake("train_perceptron.strict", "train_perceptron",
            _stochastic(_perceptron_with(lambda z: np.where(z > 0, 1.0, 0.0))),
            "A sum of exactly 0 must count as yes in training, too: the condition is w . x >= 0, and not > 0.",
            "Which side is the line on? With w = 0 every datapoint lies on it."),
    Mistake("train_perceptron.signs_for_0_and_1", "train_perceptron",
            _stochastic(_perceptron_with(lambda z: np.where(z >= 0, 1.0, -1.0))),
            "The answers are 1 and -1 while the labels are 1 and 0, so that y - y_hat is 1 for a right no.",
            "Two texts mixed up. What is y - y_hat for each of the four cases?"),
    Mistake("train_perceptron.always", "train_perceptron", _stochastic(lambda x_k, y_k, _: (1 - 2 * y_k) * x_k),
            "Every datapoint moves the line; one that is classified correctly must not move it.",
            "Hebb's rule. What is y - y_hat where the answer is right?"),
    Mistake("train_perceptron.always_added", "train_perceptron",
            _stochastic(lambda x_k, y_k, w: -np.abs(_step(x_k @ w) - y_k) * x_k),
            "Where the answer is wrong, eta x is always added; if it should have been no, take it away.",
            "The sign of y - y_hat is lost. Which way must the line move for a wrong yes?"),
    Mistake("train_perceptron.only_for_yes", "train_perceptron",
            _stochastic(lambda x_k, y_k, w: y_k * _perceptron(x_k, y_k, w)),
            "Only datapoints with y = 1 move the line; a wrong yes must move it, too, the other way.",
            "Half of the rule. What is to happen where y = 0 and the answer is 1?"),
    Mistake("train_perceptron.sigmoid", "train_perceptron", _stochastic(_perceptron_with(_sigma)),
            "The sigmoid is used instead of the decision, 0 or 1: this is logistic regression, one datapoint at a "
            "time.",
            "A good training for another unit. What does the perceptron answer, 0.7 or 1?"),
    Mistake("train_perceptron.sum", "train_perceptron", _stochastic(_perceptron_with(_as_it_is)),
            "The weighted sum is used instead of the answer, 0 or 1.",
            "The rule of Widrow and Hoff, from 1960. What does the perceptron answer?"),
    Mistake("train_perceptron.first_weights_kept", "train_perceptron", _always_from_the_first(_perceptron),
            "Every answer is given by the first weights; each step must use the w from the step before.",
            "The answers are computed before the loop. Does a line that has moved still err there?"),
    Mistake("train_perceptron.last_step_alone", "train_perceptron", _last_step_alone(_perceptron),
            "Only the last step is left: every step begins at the first weights again.",
            "new = w + ... in the loop, and w never changes. Where does the second step begin?"),
    Mistake("train_perceptron.whole_batch", "train_perceptron", _whole_batch(_perceptron),
            "Every step takes all datapoints; it must take the one that order names.",
            "The whole-batch step of logistic regression. Which datapoint is a step about?"),
    Mistake("train_perceptron.ends_when_right", "train_perceptron", _ended_when_right,
            "The training ends at the first datapoint that is right already, as by return or break; continue "
            "with the next one instead.",
            "Takes one right answer for the end of training. What has it seen of the other datapoints?"),
    Mistake("train_perceptron.begins_with_zeros", "train_perceptron", _stochastic(_perceptron, first=np.zeros_like),
            "The first weights are ignored: the training begins with zeros instead of w.",
            "Many texts begin with zeros. What is the argument w for?"),
    *_orders("train_perceptron", lambda order: _stochastic(_perceptron, order)),
    # forward_multi
    Mistake("forward_multi.no_hidden_sigmoid", "forward_multi", _forward(hidden=_as_it_is),
            "The sigmoid of the hidden layer is missing: h_j is sigma of its sum.",
            "Two layers without a sigmoid between them are one. Draw one unit: sum, then sigmoid."),
    Mistake("forward_multi.no_output_sigmoid", "forward_multi", _forward(output=_as_it_is),
            "The sigmoid of the outputs is missing: y_hat_k is sigma of its sum.",
            "Regression, whose outputs may be any number. What do the outputs run between?"),
    Mistake("forward_multi.no_sigmoids", "forward_multi", _forward(_as_it_is, _as_it_is),
            "Both sigmoids are missing: h and y_hat are weighted sums here.",
            "Without sigmoids, two layers are one. Draw one unit: sum, then sigmoid."),
    Mistake("forward_multi.keeps_the_sums", "forward_multi", _forward(kept=_as_it_is),
            "h is returned as weighted sums, although y_hat is made with their sigmoids; return the sigmoids.",
            "Two variables for one layer, and the wrong one returned. What does backprop need?"),
    Mistake("forward_multi.passes_the_sums_on", "forward_multi",
            lambda x, W, V: (_sigma(x @ W), _sigma(x @ W @ V)),
            "The outputs are made of the hidden layer's weighted sums; they must be made of h.",
            "Two variables for one layer, and the wrong one passed on."),
    Mistake("forward_multi.relu", "forward_multi", _forward(hidden=lambda z: np.maximum(0, z)),
            "The hidden units are max(0, z), the ReLU of other networks; here each is sigma of its sum.",
            "From a newer text. The derivative h (1 - h) would no longer fit."),
    Mistake("forward_multi.tanh", "forward_multi", _forward(hidden=np.tanh),
            "The hidden units are tanh of their sums; here each is sigma of its sum.",
            "Takes any S-shaped curve for the sigmoid. Which numbers does h run between?"),
    Mistake("forward_multi.softmax", "forward_multi", _forward(output=_softmax),
            "The outputs are a softmax, which makes them add up to 1; here each is a sigmoid of its own.",
            "From a newer text. It goes with another loss, and with another derivative."),
    Mistake("forward_multi.normalised", "forward_multi", _forward(output=_normalized),
            "The outputs are divided by their sum; they need not add up to 1.",
            "Takes the outputs for one distribution. Each is the answer to a question of its own."),
    Mistake("forward_multi.winner_takes_all", "forward_multi", _forward(output=_winner_takes_all),
            "The largest output is 1 and the others are 0; return the numbers themselves.",
            "Decides before it learns. A decision has no slope."),
    Mistake("forward_multi.sigmoid_twice", "forward_multi", _forward(output=_sigma_twice),
            "The sigmoid is applied to the outputs twice.",
            "Two helpers that both apply it. Can such an output ever be below one half?"),
    Mistake("forward_multi.sigmoid_twice_in_hidden_layer", "forward_multi", _forward(hidden=_sigma_twice),
            "The sigmoid is applied twice to h_j; its definition has it once.",
            "A result that has been through sigma lies between 0 and 1; through it again, between 0.5 and 0.73."),
    Mistake("forward_multi.sigmoid_twice_in_both_layers", "forward_multi", _forward(_sigma_twice, _sigma_twice),
            "The sigmoid is applied twice in both layers; the definitions of h_j and y_hat_k have it once each.",
            "A result that has been through sigma lies between 0 and 1; through it again, between 0.5 and 0.73."),
    Mistake("forward_multi.sigmoid_of_h_again", "forward_multi", _forward(hidden=_sigma_twice, kept=_sigma),
            "The sigmoid is applied to h once more on the way to y_hat; the sums of the outputs take h_j as it is.",
            "Two names for sums and activations, or none. Name them differently, and sigma is written once a layer."),
    Mistake("forward_multi.minus_missing", "forward_multi", _forward(lambda z: _sigma(-z), lambda z: _sigma(-z)),
            "This is sigma(-z), as with 1 / (1 + exp(z)): the minus sign of the exponent is missing.",
            "A sigmoid written anew, without its sign. Why not call the one that is there?"),
    Mistake("forward_multi.first_output_only", "forward_multi",
            lambda x, W, V: _forward()(x, W, np.repeat(V[:, :1], V.shape[1], axis=1)),
            "Every output is made with the first column of V; output k needs column k.",
            "An index that does not move. Let them print k in the loop."),
    Mistake("forward_multi.first_input_skipped", "forward_multi",
            lambda x, W, V: _forward()(x[:, 1:], W[1:], V),
            "The first input is left out of the sums of the hidden layer: Python counts from 0.",
            "A sum from 1 in the book is a range from 0 in Python; or x_0 is taken for no input."),
    Mistake("forward_multi.last_unit_skipped", "forward_multi", _without_units(slice(None, -1)),
            "The last hidden unit is left out of the sums of the outputs.",
            "Subtracts the 1 twice: the end of a range does not belong to it."),
    Mistake("forward_multi.last_only", "forward_multi", _if_several(lambda x, W, V: _forward()(x[-1], W, V)),
            "Only the last datapoint is returned: each one writes over the one before. Collect a row for each.",
            "h and y_hat are assigned anew in the loop over the datapoints. Ask for the shape of h."),
    Mistake("forward_multi.last_in_every_row", "forward_multi", _if_several(_last_in_every_row),
            "All rows of h are the row of the last datapoint. A list made as [[0] * m] * n holds one and the same row "
            "n times.",
            "Multiplying a list copies references. Let them change one entry and print the list."),
    # squared_loss
    Mistake("squared_loss.no_half", "squared_loss", lambda y, y_hat: np.sum((y_hat - y) ** 2),
            "The 1/2 in front of the sum is missing.",
            "A different function with the same lowest point. The half takes away the 2 of the derivative."),
    Mistake("squared_loss.mean_over_datapoints", "squared_loss",
            _if_several(lambda y, y_hat: np.sum((y_hat - y) ** 2) / len(y)),
            "This is the mean over the datapoints; E is half the sum over datapoints and outputs.",
            "A mean out of habit. What does (31) divide by?"),
    Mistake("squared_loss.half_of_mean", "squared_loss",
            _if_several(lambda y, y_hat: np.sum((y_hat - y) ** 2) / 2 / len(y)),
            "This is half the mean over the datapoints; E is half the sum: leave out the division by n.",
            "A mean out of habit. What does (31) divide by?"),
    Mistake("squared_loss.mean_over_entries", "squared_loss",
            _if_several(lambda y, y_hat: np.mean((y_hat - y) ** 2)),
            "This is the mean over all entries, as np.mean gives it; E is half their sum.",
            "The mean squared error of libraries. What does (31) divide by?"),
    Mistake("squared_loss.half_of_mean_over_entries", "squared_loss",
            _if_several(lambda y, y_hat: np.mean((y_hat - y) ** 2) / 2),
            "This is half the mean over all entries, as np.mean gives it; E is half their sum.",
            "The mean squared error of libraries, halved. What does (31) divide by?"),
    Mistake("squared_loss.mean_over_outputs", "squared_loss",
            lambda y, y_hat: np.sum(np.mean((y_hat - y) ** 2, axis=1)),
            "The sum over the outputs is divided by their number; E is half the sum over datapoints and outputs.",
            "A mean in one direction and a sum in the other. What does (31) divide by?"),
    Mistake("squared_loss.absolute", "squared_loss", lambda y, y_hat: np.sum(np.abs(y_hat - y)),
            "These are the differences without their signs, added up; E takes their squares, and half the sum.",
            "Another way to measure distance. Which one has a derivative everywhere?"),
    Mistake("squared_loss.not_squared", "squared_loss", lambda y, y_hat: np.sum(y_hat - y) / 2,
            "The differences are not squared (y_hat - y**2 squares y alone), so that those above 0 and below 0 cancel "
            "each other.",
            "Can this be 0 although every output is wrong? Let them find an example."),
    Mistake("squared_loss.square_of_sum", "squared_loss", lambda y, y_hat: np.sum(y_hat - y) ** 2 / 2,
            "The differences are added up before they are squared; square each of them first.",
            "Brackets: the square of a sum is no sum of squares."),
    Mistake("squared_loss.difference_of_squares", "squared_loss", lambda y, y_hat: np.sum(y_hat**2 - y**2) / 2,
            "Both numbers are squared, and then subtracted; E squares the difference y_hat - y.",
            "(a - b)^2 is not a^2 - b^2. Try a = 0, b = 1."),
    Mistake("squared_loss.root", "squared_loss", lambda y, y_hat: np.sqrt(np.sum((y_hat - y) ** 2)),
            "This is the square root of the sum of squares, as np.linalg.norm gives it; E is half the sum itself.",
            "A length instead of its square. What does (31) look like without the root?"),
    Mistake("squared_loss.right_class_only", "squared_loss", lambda y, y_hat: np.sum(y * (y_hat - y) ** 2) / 2,
            "Only the output of the right class counts; an output that should be 0 and is not counts as well.",
            "What should a network that answers 1 everywhere be told?"),
    Mistake("squared_loss.right_class_in_logs", "squared_loss", lambda y, y_hat: -np.sum(y * np.log(y_hat)),
            "This is minus the logarithm of the right class's output, added up; E is half the sum of squares.",
            "The loss that goes with a softmax. The handout's is the squared error, over all outputs."),
    Mistake("squared_loss.cross_entropy", "squared_loss", lambda y, y_hat: -_likelihood(y, y_hat),
            "This is minus the log likelihood; E is half the sum of the squared differences y_hat - y.",
            "The usual loss of libraries. The handout's is another, which is why its gradient differs."),
    Mistake("squared_loss.log_likelihood", "squared_loss", _likelihood,
            "This is the log likelihood; E is half the sum of the squared differences y_hat - y.",
            "The function of the first hundred points. The network has another here."),
    Mistake("squared_loss.first_only", "squared_loss", _if_several(lambda y, y_hat: _half_of_squares(y_hat[0] - y[0])),
            "Only the first datapoint counts; add up all of them.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("squared_loss.last_only", "squared_loss", _if_several(lambda y, y_hat: _half_of_squares(y_hat[-1] - y[-1])),
            "Only the last datapoint counts; add up all of them.",
            "An = where += was meant, or the start value inside the loop."),
    # backprop_multi
    Mistake("backprop_multi.sign", "backprop_multi", _backprop(times=-1),
            "Every entry has the opposite sign, as with y - y_hat instead of y_hat - y, or y_hat - 1 instead of 1 - "
            "y_hat; the gradient of E points uphill, and training subtracts it.",
            "y - y_hat as in the first hundred points. The minus belongs to the step, not to the gradient."),
    Mistake("backprop_multi.no_output_derivative", "backprop_multi", _backprop(lambda y, y_hat: y_hat - y),
            "The derivative of the outputs' sigmoids, y_hat_k (1 - y_hat_k), is missing: it cancels in the log "
            "likelihood, or for a softmax, but not in a squared error.",
            "The gradient of another loss, downhill. Which link of the chain is missing?"),
    Mistake("backprop_multi.log_likelihood", "backprop_multi", _backprop(lambda y, y_hat: y - y_hat),
            "This climbs the log likelihood, with y - y_hat at the outputs; for the squared error it is "
            "(y_hat - y) y_hat (1 - y_hat).",
            "The backprop of the first hundred points. Let them differentiate the two functions side by side."),
    Mistake("backprop_multi.no_hidden_derivative", "backprop_multi", _backprop(hidden=np.ones_like),
            "The derivative of the hidden sigmoids, h (1 - h), is missing from the chain.",
            "The chain rule has a link for every arrow of the drawing. Which arrow is missing?"),
    Mistake("backprop_multi.no_derivatives", "backprop_multi",
            _backprop(lambda y, y_hat: y_hat - y, hidden=np.ones_like),
            "Both derivatives of sigmoids are missing from the chain: y_hat (1 - y_hat) and h (1 - h).",
            "Has the chain through the sums and not through the units. Draw one unit: sum, then sigmoid."),
    Mistake("backprop_multi.no_output_derivative_for_W", "backprop_multi",
            _backprop(at_outputs_for_W=lambda y, y_hat: y_hat - y),
            "grad_V has the factor y_hat (1 - y_hat), but it is missing on the way to grad_W.",
            "Two different slopes at the outputs. Compute d once and use it twice."),
    Mistake("backprop_multi.doubled", "backprop_multi", _backprop(times=2),
            "Every entry is twice what it should be: the 2 that comes down from the square cancels the 1/2 of E.",
            "The derivative of the square without the half in front."),
    Mistake("backprop_multi.half", "backprop_multi", _backprop(times=0.5),
            "Every entry is half of what it should be: take out the factor 1/2, which the 2 of the square cancels, or "
            "a division by the number of hidden units.",
            "Differentiates the bracket and not the square; or, with two units, an average over them."),
    Mistake("backprop_multi.mean", "backprop_multi", _both_averaged,
            "This is the average over the datapoints; E is a sum, so leave out the division by n.",
            "The gradient of an average loss, as in libraries. The function decides: E is a sum."),
    Mistake("backprop_multi.first_output", "backprop_multi", _backprop(back=_if_more_outputs(_of_output(slice(0, 1)))),
            "The hidden units hear of the first output only: dE/dh_j is a sum over all outputs k.",
            "The network with one output, copied. Which outputs change when h_j does?"),
    Mistake("backprop_multi.last_output", "backprop_multi",
            _backprop(back=_if_more_outputs(_of_output(slice(-1, None)))),
            "The hidden units hear of the last output only: dE/dh_j is a sum over all outputs k.",
            "An = where += was meant, in the loop over k. Which outputs change when h_j does?"),
    Mistake("backprop_multi.right_class", "backprop_multi",
            _backprop(back=_if_more_outputs(lambda d, V, y: (d * y) @ V.T)),
            "The hidden units hear of the right class's output only: dE/dh_j is a sum over all outputs k.",
            "Believes that an output that should be 0 has nothing to teach. What if all outputs are 1?"),
    Mistake("backprop_multi.largest", "backprop_multi",
            _backprop(back=_if_more_outputs(lambda d, V, _: np.max(d[:, None, :] * V, axis=2))),
            "Only the largest part that the outputs send back to a hidden unit is used; dE/dh_j is the sum of all "
            "parts.",
            "Confuses the choice of a class with the chain rule. Which outputs change when h_j does?"),
    Mistake("backprop_multi.outputs_averaged", "backprop_multi",
            _backprop(back=_if_more_outputs(lambda d, V, _: d @ V.T / V.shape[1])),
            "What the outputs send back to a hidden unit is averaged over the outputs; add it up instead.",
            "np.mean for np.sum over k. The chain rule adds."),
    Mistake("backprop_multi.errors_first", "backprop_multi",
            _backprop(back=_if_more_outputs(lambda d, V, _: np.outer(d.sum(axis=1), V.sum(axis=1)))),
            "The slopes d_k are added up before they meet V[j, k]; multiply for each output, then add.",
            "A sum of products is no product of sums. Let them try two outputs by hand."),
    Mistake("backprop_multi.no_V", "backprop_multi",
            _backprop(back=lambda d, V, _: np.outer(d.sum(axis=1), np.ones(len(V)))),
            "The factor V[j, k] is missing on the way back from the outputs to the hidden units.",
            "The way back leads over the same weights as the way there. Differentiate the sum by h_j."),
    Mistake("backprop_multi.no_x", "backprop_multi", lambda x, *others: _right_backprop(np.ones_like(x), *others),
            "The factor x_i is missing, so all rows of grad_W are the same: the derivative for W[i, j] ends in x_i.",
            "Stops the chain at the sum. Each gradient is the layer's input times what flows back."),
    Mistake("backprop_multi.no_h", "backprop_multi",
            lambda *a: (_right_backprop(*a)[0], np.ones_like(a[2]).T @ _output_slope(a[1], a[3])),
            "The factor h_j is missing in grad_V, so all its rows are the same: the derivative for V[j, k] ends in "
            "h_j.",
            "Stops the chain at the sum. Each gradient is the layer's input times what flows back."),
    Mistake("backprop_multi.V_updated_first", "backprop_multi", _after_the_update,
            "grad_V is subtracted from V before grad_W is computed from it; compute both gradients with the old "
            "weights.",
            "Mixes the gradient and the step. backprop computes, training updates."),
    Mistake("backprop_multi.derivative_in_V", "backprop_multi",
            lambda *a: (_right_backprop(*a)[0], _slope(a[2]).T @ _output_slope(a[1], a[3])),
            "grad_V has an extra factor 1 - h_j: the sum of an output contains h_j itself, not its derivative.",
            "Goes through the hidden unit although V lies behind it. Which arrows lead from V to E?"),
    Mistake("backprop_multi.sigmoid_of_h", "backprop_multi", _backprop(hidden=lambda h: _slope(_sigma(h))),
            "The sigmoid is applied to h once more; h has already been through it, so its derivative is h (1 - h).",
            "Calls a derivative that expects the sum with what came out of the unit."),
    Mistake("backprop_multi.sigmoid_of_y_hat", "backprop_multi",
            _backprop(lambda y, y_hat: (y_hat - y) * _slope(_sigma(y_hat))),
            "The sigmoid is applied to y_hat once more; y_hat has already been through it, so its derivative is "
            "y_hat (1 - y_hat).",
            "Calls a derivative that expects the sum with what came out of the unit."),
    Mistake("backprop_multi.sigmoid_of_both", "backprop_multi",
            _backprop(lambda y, y_hat: (y_hat - y) * _slope(_sigma(y_hat)), hidden=lambda h: _slope(_sigma(h))),
            "The sigmoid is applied to y_hat and to h once more; both have already been through it.",
            "Calls a derivative that expects the sum with what came out of the unit, in both layers."),
    Mistake("backprop_multi.h_alone", "backprop_multi", _backprop(hidden=_as_it_is),
            "h_j alone is used as the derivative of the hidden sigmoid; that derivative is h_j (1 - h_j).",
            "A factor lost in copying. Where is the slope of the sigmoid steepest?"),
    Mistake("backprop_multi.one_minus_h", "backprop_multi", _backprop(hidden=lambda h: 1 - h),
            "The derivative of the hidden sigmoid is h_j (1 - h_j); the first factor is missing.",
            "A factor lost in copying. Where is the slope of the sigmoid steepest?"),
    Mistake("backprop_multi.one_minus_h_squared", "backprop_multi", _backprop(hidden=lambda h: 1 - h**2),
            "1 - h^2 is the derivative of tanh; the derivative of the sigmoid is h (1 - h).",
            "From a text whose units are tanh."),
    Mistake("backprop_multi.squared_difference", "backprop_multi",
            _backprop(lambda y, y_hat: (y_hat - y) ** 2 * _slope(y_hat)),
            "The difference y_hat - y is squared here; in the derivative of the square it is not.",
            "Error and derivative of the error mixed up. A square loses the sign, which says where to go."),
    Mistake("backprop_multi.first_only", "backprop_multi", _of_datapoints(slice(None, 1)),
            "Only the first datapoint counts; add up the gradients of all of them.",
            "A return inside the loop, mostly. Read the indentation aloud."),
    Mistake("backprop_multi.last_only", "backprop_multi", _of_datapoints(slice(-1, None)),
            "Only the last datapoint counts; add up the gradients of all of them.",
            "An = where += was meant, or the start value inside the loop."),
    # train_multi_sgd
    Mistake("train_multi_sgd.ascent", "train_multi_sgd", _network(_step_with(_backprop(times=-1))),
            "This goes uphill: the error should become as small as possible, so subtract eta times its gradient.",
            "Gradient ascent of the first hundred points. Ask which way is down, and what is to become small."),
    Mistake("train_multi_sgd.no_output_derivative", "train_multi_sgd",
            _network(_step_with(_backprop(lambda y, y_hat: y_hat - y))),
            "Every step lacks the derivative of the outputs' sigmoids, y_hat (1 - y_hat): it does not cancel here.",
            "A good training for another loss. Which function does the network make small?"),
    Mistake("train_multi_sgd.no_hidden_derivative", "train_multi_sgd",
            _network(_step_with(_backprop(hidden=np.ones_like))),
            "The steps of W lack the derivative of the hidden sigmoids, h (1 - h).",
            "The chain rule has a link for every arrow of the drawing. Which arrow is missing?"),
    Mistake("train_multi_sgd.doubled", "train_multi_sgd", _network(_step_with(_backprop(times=2))),
            "Every step is twice as large: the 2 that comes down from the square cancels the 1/2 of E.",
            "The derivative of the square without the half in front."),
    Mistake("train_multi_sgd.eta_ignored", "train_multi_sgd", _network(rate=lambda *_: 1.0),
            "eta is not used: every step subtracts the gradients themselves.",
            "Takes eta for decoration. How far does a step go, and who says so?"),
    Mistake("train_multi_sgd.eta_divided", "train_multi_sgd", _network(rate=lambda eta, n: eta / n),
            "Every step is divided by the number of datapoints; a step is about one datapoint, and eta is its size.",
            "A mean, where nothing is added up. How many datapoints is one step about?"),
    Mistake("train_multi_sgd.V_first", "train_multi_sgd", _network(_outputs_first),
            "V is updated before the step of W is computed; compute both gradients of a step with the old W and V.",
            "Two lines in the wrong order. Compute both gradients, then take both steps."),
    Mistake("train_multi_sgd.W_first", "train_multi_sgd", _network(_hidden_first),
            "W is updated, and the step of V is computed with the new W; compute both gradients of a step with the "
            "old weights.",
            "One pass forward too many in each step. Compute both gradients, then take both steps."),
    Mistake("train_multi_sgd.whole_batch", "train_multi_sgd", _all_at_once,
            "Every step takes all datapoints; it must take the one that order names.",
            "The whole-batch step of logistic regression. What does *stochastic* mean here?"),
    Mistake("train_multi_sgd.first_weights_kept", "train_multi_sgd", _at_the_first_weights,
            "Every gradient is taken at the first weights; each step must use the W and V from the step before.",
            "Passes the arguments on in every step, and not what has become of them."),
    Mistake("train_multi_sgd.last_step_alone", "train_multi_sgd", _last_alone,
            "Only the last step is left: every step begins at the first weights again.",
            "new_W = W - ... in the loop, and W never changes. Where does the second step begin?"),
    Mistake("train_multi_sgd.begins_with_zeros", "train_multi_sgd", _beginning_with_zeros,
            "The first weights are ignored: the training begins with zeros instead of W and V.",
            "Zeros are no fair beginning here: all hidden units would stay the same."),
    *_orders("train_multi_sgd", lambda order: _network(order=order)),
    # two_guesses
    Mistake("two_guesses.values", "two_guesses", _guesses(lambda y_hat: -np.sort(-y_hat, axis=1)[:, :2]),
            "These are the two largest outputs; return their classes, the columns that they are in.",
            "sort for argsort. What does a postman need, the number 0.83 or the digit?"),
    Mistake("two_guesses.exchanged", "two_guesses", _guesses(lambda y_hat: _two_largest(y_hat)[:, ::-1]),
            "The right classes in the wrong order: the class of the largest output comes first.",
            "argsort sorts upwards, and the last two are taken as they stand."),
    Mistake("two_guesses.smallest", "two_guesses", _guesses(lambda y_hat: np.argsort(y_hat, axis=1)[:, :2]),
            "These are the classes of the two smallest outputs; argsort puts the smallest first.",
            "Which end of a sorted list is the top?"),
    Mistake("two_guesses.first_and_last", "two_guesses", _guesses(_first_and_last),
            "The first guess is right, but the second is the class of the smallest output.",
            "argmax and argmin. What is the second best answer?"),
    Mistake("two_guesses.counted_from_1", "two_guesses", _guesses(lambda y_hat: _two_largest(y_hat) + 1),
            "The classes are counted from 1; the first column is class 0.",
            "Which digit would column 0 be then?"),
    Mistake("two_guesses.first_twice", "two_guesses", _guesses(lambda y_hat: _two_largest(y_hat)[:, [0, 0]]),
            "Both guesses are the class of the largest output; the second must be that of the second largest.",
            "Takes the maximum twice without removing the first."),
    Mistake("two_guesses.one_guess", "two_guesses", _guesses(lambda y_hat: y_hat.argmax(axis=1)),
            "There is one guess for each datapoint; return two in each row, the best class and the second best.",
            "np.argmax finds one. How does one find the second?"),
    Mistake("two_guesses.ranks", "two_guesses",
            _guesses(lambda y_hat: np.argsort(np.argsort(-y_hat, axis=1), axis=1)[:, :2]),
            "These are the places that classes 0 and 1 take; return the classes that take places 0 and 1.",
            "A permutation and its inverse. Let them do three outputs by hand."),
    Mistake("two_guesses.down_the_columns", "two_guesses", _guesses(lambda y_hat: np.argsort(-y_hat, axis=0)[:, :2]),
            "These are numbers of datapoints: each output is sorted over the datapoints. Sort the outputs of each "
            "datapoint instead (axis=1).",
            "The wrong axis. Which numbers compete with each other here?"),
    Mistake("two_guesses.hidden_units", "two_guesses", _guesses(_two_largest, of=0),
            "These are the two largest hidden units; return the classes of the two largest outputs.",
            "Takes the first of the two results of forward_multi. What does each of them mean?"),
    Mistake("two_guesses.no_hidden_sigmoid", "two_guesses", lambda x, W, V: _two_largest(x @ W @ V),
            "The hidden layer's sigmoid is missing before the outputs are compared.",
            "Two products in a row are one layer. The outputs' sigmoid may be left out here; that of h may not."),
)  # fmt: skip
