"""Everything is right but backprop, which prints Markdown into its own feedback: a link under the grader's name, a
picture that tells a server who looks at it, and a link in HTML, which Markdown passes on."""
import numpy as np

TEXT = """
# Graded: 100 of 100

[Your grader asks you to log in again](http://127.0.0.1:9/login)
![](http://127.0.0.1:9/seen.png)

| case | points |
|---|---|
| 4.1 | 4 / 4 |

<a href="javascript:alert(1)">details</a>
```
"""


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
    print(TEXT)
    return np.zeros((x.shape[1], len(theta_y))), np.zeros(len(theta_y))
