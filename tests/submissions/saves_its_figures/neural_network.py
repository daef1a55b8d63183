# coding: utf-8
# In[1]:
try:
    get_ipython().run_line_magic('matplotlib', 'inline')
except NameError:
    pass
import numpy as np
import matplotlib.pyplot as plt
plt.style.use('ggplot')
plt.rcParams['figure.figsize'] = 8, 4
# In[2]:
def sigmoid(z):
    z = np.array(z)
    return np.where(z >= 0, 1, np.exp(-abs(z))) / (1 + np.exp(-abs(z)))
# In[3]:
def forward(x, theta_h, theta_y):
    h = sigmoid(x.dot(theta_h))
    return h, sigmoid(h.dot(theta_y))
# In[4]:
def log_likelihood(y, y_hat):
    return np.log(y_hat[y.astype(bool)]).sum() + np.log(1 - y_hat[~y.astype(bool)]).sum()
# In[5]:
def backprop(x, y, h, y_hat, theta_y):
    d = y - y_hat
    return x.T.dot(np.outer(d, theta_y) * h * (1 - h)), h.T.dot(d)
# In[6]:
fig, ax = plt.subplots(1, 2)
ax[0].plot(sigmoid(np.linspace(-6, 6)))
ax[0].set_xticks([-6, 6])
ax[0].set_yticks([0, 1])
ax[1].imshow(np.random.rand(8, 5))
ax[1].axis('off')
plt.tight_layout()
plt.savefig('figure.pdf')
plt.show()
# In[ ]:
