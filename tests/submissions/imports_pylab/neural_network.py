from pylab import *

def sigmoid(z):
    return exp(minimum(z, 0)) / (1 + exp(-abs(z)))

def forward(x, theta_h, theta_y):
    h = sigmoid(dot(x, theta_h))
    return h, sigmoid(dot(h, theta_y))

def log_likelihood(y, y_hat):
    return log(y_hat[y == 1]).sum() + log(1 - y_hat[y == 0]).sum()

def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T @ (d[:, newaxis] * theta_y * h * (1 - h)), h.T @ d

figure(figsize=(4, 3))
plot(linspace(-5, 5), sigmoid(linspace(-5, 5)))
xlabel('z'); title(r'$\sigma(z)$'); grid(True)
xticks([-5, 5]); yticks([0, 1])
savefig('sigmoid.png')
show()
