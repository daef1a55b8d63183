"""Everything is right but backprop, whose output is made of escape sequences: it clears the screen, hides what follows,
sets the title of the window, fills the clipboard, and asks the terminal to type an answer."""
import numpy as np

CLEAR, HIDE = "\x1b[2J\x1b[3J\x1b[H", "\x1b[8m"
TITLE, CLIPBOARD = "\x1b]0;100 of 100\x07", "\x1b]52;c;cm0gLXJmIC4=\x07"
LINK, ASK = "\x1b]8;;http://127.0.0.1:9/\x1b\\here\x1b]8;;\x1b\\", "\x1b[6n\x1bP$q\"p\x1b\\"
# The same in the eight-bit form, which some terminals take as well.
EIGHT_BIT = "\x9b2J\x9d0;100 of 100\x9c\x90\x9e\x9f"


def sigmoid(z):
    shrinking = np.exp(-np.abs(z))
    return np.where(np.greater_equal(z, 0), 1.0, shrinking) / (1.0 + shrinking)


def forward(x, theta_h, theta_y):
    h = sigmoid(x @ theta_h)
    return h, sigmoid(h @ theta_y)


def log_likelihood(y, y_hat):
    with np.errstate(divide="ignore"):
        return float(np.sum(np.log(np.where(y == 1, y_hat, 1 - y_hat))))


def backprop(x, y, h, y_hat, theta_y):
    print(CLEAR + TITLE + CLIPBOARD + LINK + ASK + EIGHT_BIT)
    raise type("Error" + CLEAR + TITLE, (Exception,), {})(EIGHT_BIT + CLIPBOARD + HIDE)
