"""The cases of the toy assignment."""

import numpy as np
import pytest
from gradescope_utils.autograder_utils.decorators import number, tags, weight

from autograder import absolute


@pytest.mark.example
@weight(4)
@number("1")
@tags("double")
def test_doubles(student, reference):
    """double: twice the number

    two times z
    """
    z = np.array([1.0, -2.5])
    student.double(z).must_equal(value=reference.double(z), within=absolute(1e-9))


@weight(6)
@number("2")
@tags("both")
def test_sum_and_product(student, reference):
    """both: sum and product"""
    a, b = np.array([3.0, 4.0]), np.array([5.0, 7.0])
    total, product = reference.both(a, b)
    student.both(a, b).must_equal(sum=total, product=product, within=absolute(1e-9))
