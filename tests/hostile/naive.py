"""A deliberately naive grader: what the attacks of submissions/hostile are measured against.

    python naive.py CASES SUBMISSION WORKPLACE RESULTS

It grades the way most courses do: the student's files are copied beside the cases, pytest imports everything into one
process, the answers are compared with np.allclose, and that same process writes the results. The cases are the real
ones; only the `student` they are given is naive. Never run it on a program that you have not read.
"""

import importlib
import json
import os
import resource
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

RESULTS = "NAIVE_RESULTS"
RETURNS = {"forward": ("h", "y_hat"), "backprop": ("grad_theta_h", "grad_theta_y")}


class NaiveStudent:
    """A student whose functions, such as `student.forward(x, ...)`, are called in this process."""

    def __getattr__(self, name):
        function = getattr(importlib.import_module("neural_network"), name)

        def call(*arguments):
            with warnings.catch_warnings(record=True) as noticed:
                warnings.simplefilter("always")
                return NaiveAnswer(name, function(*arguments), noticed)

        return call


class NaiveAnswer:
    """What a function returned, trusted without any check."""

    def __init__(self, function, returned, noticed):
        self.values = list(returned) if function in RETURNS else [returned]
        self._named = dict(zip(RETURNS.get(function, ("value",)), self.values))
        self.value = self.values[0]
        self._noticed = noticed

    def __iter__(self):
        return iter(self.values)

    def must_equal(self, within, **want):
        """Compare with np.allclose."""
        for name, wanted in want.items():
            got = self._named[name]
            limit = within.limit
            if within.kind == "of_largest":
                limit *= np.max(np.abs(wanted))
            assert np.allclose(got, wanted, rtol=limit if within.kind == "relative" else 0, atol=limit), (name, got)
        return self

    def must_have_shapes(self, **shapes):
        """Check the shapes that the answer itself reports."""
        for name, shape in shapes.items():
            assert np.shape(self._named[name]) == shape
        return self

    def must_be_finite(self):
        """Check that there is no nan or infinity."""
        assert all(np.all(np.isfinite(value)) for value in self.values)
        return self

    def must_not_warn(self):
        """Check that there was no RuntimeWarning."""
        assert not [one for one in self._noticed if issubclass(one.category, RuntimeWarning)]
        return self

    def must_not_change_arguments(self):
        """Check nothing."""
        return self

    def must(self, holds, **_):
        """Check any other condition."""
        assert holds
        return self


@pytest.fixture
def student():
    """Return the submitted functions."""
    return NaiveStudent()


@pytest.fixture
def reference():
    """Return the right answers."""
    return importlib.import_module("reference")


class Results:
    """Collects a test result for each case, and writes them at the end of the session."""

    def __init__(self):
        self.tests = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):  # noqa: ARG002  pluggy goes by the names
        """Record a test after its body has run."""
        report = yield
        if report.when == "call":
            points = float(item.obj.__weight__)
            self.tests.append({
                "name": item.obj.__doc__, "score": points if report.passed else 0, "max_score": points,
                "output": f"{report.longreprtext}\n{report.capstdout}{report.capstderr}",
            })  # fmt: skip
        return report

    def pytest_sessionfinish(self):
        """Write the file that Gradescope reads."""
        # Many courses declare HTML or Markdown, to use tables and colors.
        content = {"output_format": "html", "test_output_format": "html", "tests": self.tests}
        with open(os.environ[RESULTS], "w", encoding="utf-8") as file:
            json.dump(content, file, indent=4)


def pytest_configure(config):
    """Register the plugin that writes the results."""
    config.addinivalue_line("markers", "example: as in the cases")
    config.pluginmanager.register(Results())


def main(cases, submission, workplace, results):
    """Copy everything into one folder, and run pytest there."""
    grader, workplace = Path(cases).resolve().parents[1], Path(workplace) / "tests" / "cases"
    # The submission may be /dev/zero, whose copy would otherwise never end.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
    # The extra credit also has a module named `reference`, and one process can import only one.
    shutil.copytree(cases, workplace, ignore=shutil.ignore_patterns("extensions"))
    (workplace / "pytest.ini").unlink()
    shutil.copytree(submission, workplace, dirs_exist_ok=True, symlinks=True)
    (workplace.parents[1] / "datasets").symlink_to(grader / "datasets")
    path = os.pathsep.join([str(workplace), str(grader), str(Path(__file__).resolve().parent)])
    os.environ.update({"PYTHONPATH": path, RESULTS: str(results)})
    os.chdir(workplace)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-p", "naive", "-q", "--tb=short", "."])


if __name__ == "__main__":
    main(*sys.argv[1:])
