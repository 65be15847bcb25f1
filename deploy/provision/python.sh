#!/bin/sh
# Makes .venv from requirements.lock (versions and hashes pinned) with `kiemdinh` in it; done at once when nothing changed.
set -eu
LC_ALL=C.UTF-8
export LC_ALL PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
cd "$(dirname "$0")/../.."
. deploy/provision/lib.sh

stamp=.venv/.made-from
want=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
want="$want $(pwd -P)"
if [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && [ -x .venv/bin/kiemdinh ]; then
    exit 0
fi

python=$(choose_python) || {
    sh deploy/provision/system.sh embedded
    python=$(choose_python)
}

echo "==> .venv from $python ($("$python" -V 2>&1))" >&2
if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f "$stamp"
# The lock file is complete; left to resolve, pip would stumble over `coverage[toml]` the day a newer coverage comes out.
.venv/bin/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock >&2
# Built with the setuptools of the lock file, not with whatever is newest today.
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e . >&2
.venv/bin/python -m pip check >&2
# Fourteen processes read these at every start: compiled once, each starts four times as fast.
.venv/bin/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
printf '%s\n' "$want" >"$stamp"
