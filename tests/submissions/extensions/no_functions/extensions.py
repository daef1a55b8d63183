import numpy as np
from neural_network import sigmoid

print(sigmoid(np.zeros(3)))
