#!/bin/sh
# Makes .venv-mutation from mutation.lock: the mutation tester apart, for its packages are nobody else's; done at once when it is there.
set -eu
LC_ALL=C.UTF-8
export LC_ALL PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
cd "$(dirname "$0")/../.."

stamp=.venv-mutation/.made-from
want="$(sha256sum deploy/provision/mutation.lock | cut -d' ' -f1) $(pwd -P)"
[ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && exit 0
echo "==> .venv-mutation" >&2
rm -rf .venv-mutation
.venv/bin/python -m venv .venv-mutation
.venv-mutation/bin/python -m pip install --quiet --no-deps --require-hashes -r deploy/provision/mutation.lock >&2
printf '%s\n' "$want" >"$stamp"
