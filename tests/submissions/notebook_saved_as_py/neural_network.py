{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "# Homework 6"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "\"\"\"CS109, Deep Learning assignment.\"\"\"\n",
    "import numpy as np\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "def sigmoid(z):\n",
    "    \"\"\"Only ever takes exp of something negative, so nothing overflows.\"\"\"\n",
    "    small = np.exp(-np.abs(z))\n",
    "    return np.where(np.asarray(z) >= 0, 1 / (1 + small), small / (1 + small))[()]\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "def forward(x, theta_h, theta_y):\n",
    "    h = sigmoid(x @ theta_h)\n",
    "    return h, sigmoid(h @ theta_y)\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "def log_likelihood(y, y_hat):\n",
    "    # probability that the network gave to what really happened\n",
    "    p = np.where(y == 1, y_hat, 1 - y_hat)\n",
    "    with np.errstate(divide=\"ignore\"):\n",
    "        return np.log(p).sum()\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "def backprop(x, y, h, y_hat, theta_y):\n",
    "    # (y / y_hat - (1 - y) / (1 - y_hat)) * y_hat * (1 - y_hat)  ==  y - y_hat\n",
    "    error = y - y_hat\n",
    "    delta = np.outer(error, theta_y) * h * (1 - h)\n",
    "    return x.T @ delta, h.T @ error\n"
   ]
  }
 ],
 "metadata": {
  "kernelspec": {
   "display_name": "Python 3",
   "language": "python",
   "name": "python3"
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
