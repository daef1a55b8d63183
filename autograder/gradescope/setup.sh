#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. It makes a separate virtual environment beside the
# grader and does not change the system's python3, because Gradescope's harness uses that. If anything here fails, the
# build must fail and say why: an image that cannot grade is worse than none.
set -Eeuo pipefail
umask 022           # submissions run as another user, who must be able to read the environment (never the grader)

source=/autograder/source
env=/autograder/env
step="starting"
trap 'echo "setup.sh FAILED while $step (line $LINENO). The image cannot grade; the reason is above." >&2' ERR

step="looking for Python 3.10 or newer"
python=
for name in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then python=$name; break; fi
done
if [ -z "$python" ]; then
    echo "This base image has no Python 3.10 or newer: choose Ubuntu 22.04 under Configure Autograder." >&2
    false
fi

step="installing system packages"
missing=()
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=("$("$python" -c '
import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
# The library behind the system call filter, looked up in the same way as by the grader's bindings.
"$python" -c 'import ctypes; ctypes.CDLL("libseccomp.so.2")' 2>/dev/null || missing+=(libseccomp2)
if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "This image lacks ${missing[*]}, and has no apt-get to install it: choose Ubuntu 22.04 as the base image." >&2
        false
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get -q update
    apt-get -q install -y --no-install-recommends "${missing[@]}"
fi

step="making the virtual environment"
rm -rf "$env"
"$python" -m venv "$env"

step="installing the grader's packages"
"$env/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
    --requirement "$source/autograder/gradescope/requirements.txt"

# A submission may import matplotlib, which would otherwise list the system's fonts again in each fresh container.
step="listing fonts for matplotlib"
mkdir -p "$env/matplotlib"
MPLCONFIGDIR=$env/matplotlib MPLBACKEND=Agg "$env/bin/python" -I -c 'import matplotlib.font_manager'

# Every submission gets a fresh container: bytecode compiled here need not be compiled again for each of them.
step="compiling the grader"
"$env/bin/python" -I -m compileall -q "$source/autograder" "$source/tests"

# Print which protections against hostile programs this image and its kernel have, for instructors who read the log.
step="trying the protections"
(cd "$source" && "$env/bin/python" -I -c '
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("autograder", run_name="__main__", alter_sys=True)
' "$source" doctor)

# Grade an empty program in the same way as submissions, so that a failure shows up here first. This also leaves
# pytest's compiled cases behind.
step="grading an empty program"
trial=$(mktemp -d)
mkdir "$trial/submission" "$trial/results"
file=$("$env/bin/python" -I -c '
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from autograder import assignment
print(assignment.load(pathlib.Path(sys.argv[1], "tests", "cases")).file)' "$source")
echo "# nothing" >"$trial/submission/$file"
AUTOGRADER_SUBMISSION=$trial/submission AUTOGRADER_RESULTS=$trial/results bash "$source/run_autograder"
"$env/bin/python" -I -c '
import json, sys
results = json.load(open(sys.argv[1], encoding="utf-8"))
most = sum(test["max_score"] for test in results["tests"])
got = sum(test["score"] for test in results["tests"])
sys.exit(None if most > 0 and got == 0 else f"The trial gave {got} of {most} points, but an empty program must get 0, and there must be points to get.")
' "$trial/results/results.json"
rm -rf "$trial"

echo "setup.sh: $("$env/bin/python" --version) and the grader are ready in $env."
