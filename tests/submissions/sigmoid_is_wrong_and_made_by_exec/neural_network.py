import numpy as np

bodies = {
    "sigmoid": "np.exp(-np.logaddexp(0.5, -np.asarray(z, dtype=float)))",
    "log_likelihood": "float(np.sum(np.where(y == 1, LOG(y_hat), LOG(1 - y_hat))))",
}
parameters = {"sigmoid": "z", "log_likelihood": "y, y_hat"}


def LOG(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


for name in bodies:
    exec(f"def {name}({parameters[name]}): return {bodies[name]}")


def layer(previous, theta):
    return sigmoid(previous @ theta)


for name, make in [
    ("forward", lambda: lambda x, theta_h, theta_y: (layer(x, theta_h), layer(layer(x, theta_h), theta_y))),
    ("backprop", lambda: lambda x, y, h, y_hat, theta_y: (
        x.T @ (np.multiply.outer(y - y_hat, theta_y) * h * (1 - h)), (y - y_hat) @ h)),
]:
    globals()[name] = make()
del name, make
