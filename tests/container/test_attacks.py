"""The bank of attacks in a container: proven dangerous against a naive grader, and contained by ours, as root with
Docker's default capabilities, half a CPU and 768 MB, and as an ordinary user.
"""

import pytest

from ..hostile.attack import MODES, attack_all
from ..hostile.bank import ATTACKS

pytestmark = pytest.mark.slow
EVERY_ATTACK = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())


@pytest.fixture(scope="module")
def reports(image, request):
    """(name, mode) -> what was seen. All that were selected run side by side; most of the time is waiting."""
    asking = [item.callspec.params for item in request.session.items if "reports" in getattr(item, "fixturenames", ())]
    wanted = [(one["attack"], mode) for one in asking for mode in MODES if one.get("mode", "naive") == mode]
    found = {}
    attack_all(image.parent, wanted, lambda attack, mode, report: found.update({(attack.folder.name, mode): report}))
    return found


@EVERY_ATTACK
def test_naive_grader_falls_for_it(attack, reports):
    """It does exactly the harm that it says."""
    report = reports[attack.folder.name, "naive"]
    assert report["effects"] == attack.naive, report["printed"]


@pytest.mark.parametrize("mode", ["root", "user"])
@EVERY_ATTACK
def test_this_grader_does_not(attack, mode, reports):
    """Exactly its points; and half a minute later no process is left, no file is new, the results are the same bytes,
    and the model solution, graded right after, gets everything.
    """
    report = reports[attack.folder.name, mode]
    assert report["effects"] == [], report
    assert report["status"] == 0, report["printed"]
