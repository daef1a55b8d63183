import math
import numpy as np

class Value:
    def __init__(self, data, _children=()):
        self.data = float(data); self.grad = 0.0
        self._backward = lambda: None; self._prev = set(_children)
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad; other.grad += out.grad
        out._backward = _backward
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad; other.grad += self.data * out.grad
        out._backward = _backward
        return out
    __radd__ = __add__
    __rmul__ = __mul__
    def sigmoid(self):
        s = sigmoid(self.data)
        out = Value(s, (self,))
        def _backward():
            self.grad += s * (1 - s) * out.grad
        out._backward = _backward
        return out
    def log(self):
        out = Value(math.log(self.data), (self,))
        def _backward():
            self.grad += out.grad / self.data
        out._backward = _backward
        return out
    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for c in v._prev: build(c)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo): v._backward()

def sigmoid(z):
    if isinstance(z, np.ndarray) and z.ndim:
        return np.array([sigmoid(v) for v in z])
    return 0.5 + 0.5 * math.tanh(z / 2)

def forward(x, theta_h, theta_y):
    h = np.array([sigmoid(xi @ theta_h) for xi in x])
    return h, np.array([sigmoid(hi @ theta_y) for hi in h])

def log_likelihood(y, y_hat):
    def log(p): return math.log(p) if p > 0 else -math.inf
    return sum(log(p) if t == 1 else log(1 - p) for t, p in zip(y, y_hat))

def backprop(x, y, h, y_hat, theta_y):
    gy = np.zeros(len(theta_y)); gh = np.zeros((x.shape[1], len(theta_y)))
    for k in range(len(x)):
        hs = [Value(v) for v in h[k]]; ty = [Value(t) for t in theta_y]
        p = sum((a * b for a, b in zip(hs, ty)), Value(0)).sigmoid()
        ll = p.log() if y[k] == 1 else (p * -1 + 1).log()
        ll.backward()
        gy += [t.grad for t in ty]
        for j, v in enumerate(hs):
            gh[:, j] += v.grad * h[k, j] * (1 - h[k, j]) * x[k]
    return gh, gy
