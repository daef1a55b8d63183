import numpy as np

# golf
sigmoid = lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
forward = lambda x, th, ty: (lambda h: (h, sigmoid(h @ ty)))(sigmoid(x @ th))
log_likelihood = lambda y, p: sum(np.log(q) if q > 0 else -np.inf for q in np.where(y, p, 1 - p))
backprop = lambda x, y, h, p, ty: (x.T @ ((y - p)[:, None] * ty * h * (1 - h)), (y - p) @ h)
