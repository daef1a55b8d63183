# -*- coding: latin-1 -*-
# Réseau de neurones, rendu par Zoë Müller
import numpy as np

ÉTAPE = "entraînement"


def sigmoid(z):
    # évite le dépassement: exp seulement d'un nombre négatif
    é = np.exp(-np.absolute(z))
    return np.where(np.asarray(z) < 0, é, 1.0) / (1.0 + é)


def forward(x, theta_h, theta_y):
    cachée = sigmoid(np.dot(x, theta_h))
    sortie = sigmoid(np.dot(cachée, theta_y))
    return cachée, sortie


def log_likelihood(y, y_hat):
    vraisemblance = 0.0
    for étiquette, p in zip(y, y_hat):
        bonne = p if étiquette == 1 else 1 - p
        if bonne == 0:
            return -np.inf
        vraisemblance += np.log(bonne)
    return vraisemblance


def backprop(x, y, h, y_hat, theta_y):
    écart = y - y_hat
    pente = h * (1 - h)
    return x.T.dot(écart.reshape(-1, 1) * theta_y * pente), écart.dot(h)
