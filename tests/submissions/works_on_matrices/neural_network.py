import numpy as np

def sigmoid(z):
    a = np.abs(z)
    s = 1.0 / (1.0 + np.exp(-a))
    return np.where(z >= 0, s, 1.0 - s) if np.ndim(z) else float(np.where(z >= 0, s, 1.0 - s))

def forward(x, theta_h, theta_y):
    X = np.asmatrix(x)
    Th = np.asmatrix(theta_h)
    Ty = np.asmatrix(theta_y).T
    H = sigmoid(np.asarray(X * Th))
    Yhat = sigmoid(np.asarray(np.asmatrix(H) * Ty))
    return H, np.asmatrix(Yhat).A1

def log_likelihood(y, y_hat):
    yh = np.asmatrix(y_hat).T
    yy = np.asmatrix(y).T
    one = np.ones(yy.shape)
    p = np.multiply(yy, yh) + np.multiply(one - yy, one - yh)
    return np.log(p).sum()

def backprop(x, y, h, y_hat, theta_y):
    X = np.asmatrix(x); H = np.asmatrix(h)
    d = np.asmatrix(y - y_hat).T              # n x 1
    gy = H.T * d
    dh = np.multiply(d * np.asmatrix(theta_y), np.multiply(H, 1 - H))
    gh = X.T * dh
    return np.asarray(gh), np.asarray(gy).ravel()
