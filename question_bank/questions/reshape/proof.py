# What the statement gives: the check evaluates each expression after this.
import numpy

x = numpy.zeros((6000, 28, 28), dtype=numpy.uint8)
