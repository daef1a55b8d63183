"""The bank of attacks in a container: each is shown to harm a naive grader, and our grader contains it, as root with
Docker's default capabilities, half a CPU, and 768 MB, and as an ordinary user.
"""

import pytest

from ..hostile.attack import MODES, attack_all
from ..hostile.bank import ATTACKS

pytestmark = pytest.mark.slow
EVERY_ATTACK = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())


@pytest.fixture(scope="module")
def reports(image, request):
    """Map (name, mode) to the report. All selected attacks run side by side, because they mostly wait."""
    asking = [item.callspec.params for item in request.session.items if "reports" in getattr(item, "fixturenames", ())]
    wanted = [(one["attack"], mode) for one in asking for mode in MODES if one.get("mode", "naive") == mode]
    found = {}
    attack_all(image.parent, wanted, lambda attack, mode, report: found.update({(attack.folder.name, mode): report}))
    return found


@EVERY_ATTACK
def test_naive_grader_falls_for_it(attack, reports):
    """The attack does exactly the harm that it claims."""
    report = reports[attack.folder.name, "naive"]
    assert report["effects"] == attack.naive, report["printed"]


@pytest.mark.parametrize("mode", ["root", "user"])
@EVERY_ATTACK
def test_this_grader_does_not(attack, mode, reports):
    """The attack gets exactly its points. Half a minute later, no process is left, no file is new, the results are the
    same bytes, and the model solution, graded right afterward, gets full points.
    """
    report = reports[attack.folder.name, mode]
    assert report["effects"] == [], report
    assert report["status"] == 0, report["printed"]
