# -*- coding: utf-8 -*-
"""
Created on Sun Nov  9 21:14:02

@author: jonas
"""

import numpy as np


def gd(grad, x0, lr, n):
    x = x0
    liste = [x]
    for i in range(n):
        x = x - lr*grad(x)
        liste.append(x)
    return np.array(liste, dtype=float)


def ascent(grad, x0, lr, n):
    x = x0
    liste = [x]
    for i in range(n):
        x = x + lr*grad(x)
        liste.append(x)
    return np.array(liste, dtype=float)


def gd_tol(f, grad, u0, lr, tol, max_iter):
    u = u0
    L = [f(u)]
    t = 0
    while True:
        u = u - lr*grad(u)
        t = t + 1
        L.append(f(u))
        if L[-2] - L[-1] < tol or t == max_iter:
            return u, L[-1], t


def x2_after(lr, x0, t):
    for i in range(0, t):
        x0 -= lr*2*x0
    return x0


def x2_verdict(lr):
    if lr == 0:
        raise ValueError('lr = 0')
    x1 = x2_after(lr, 1.0, 1)
    x2 = x2_after(lr, 1.0, 2)
    if x1 == 0:
        return 'one step'
    if x2 == 1.0:
        return 'oscillate'
    if abs(x2) < 1.0:
        return 'converge'
    return 'diverge'


def alvarez_factor():
    start = int(input('start (-50 to 49): '))
    x = start
    for i in range(10):
        x -= 2*(2*x)
    return abs(x)//abs(start)


def basins(x0s, lr, n):
    x = x0s.copy()
    for i in range(n):
        x = x - lr*(x**3 - x + 1/10)
    return 1*(x > 0)


steps = int(input('How many steps? '))
print(gd(lambda x: 2*x, np.array([8.]), 0.25, steps))
