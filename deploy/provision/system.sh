#!/bin/sh
# Installs what a purpose needs of the system, by apt, only what is missing; quick when nothing is.
# Usage: system.sh embedded|server|test|bench   (each includes the ones before it; deploy/provision/requirements.py is the table)
set -eu
LC_ALL=C.UTF-8
export LC_ALL
cd "$(dirname "$0")/../.."
. deploy/provision/lib.sh

purpose=${1:-embedded}
case "$purpose" in
    embedded | server | test | bench) ;;
    *) echo "usage: $0 embedded|server|test|bench" >&2; exit 2 ;;
esac

# Debian splits `venv` off; an older Ubuntu has 3.11 beside its own.
python=$(choose_python) || {
    install_packages python3 python3-venv
    python=$(choose_python) || {
        install_packages python3.11 python3.11-venv
        python=$(choose_python) || { echo "No Python 3.11 or newer with venv; set PYTHON=/path/to/python3" >&2; exit 1; }
    }
}

missing=$("$python" -m deploy.provision.requirements "$purpose")
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086  # a list of words
install_packages $missing
"$python" -m deploy.provision.requirements "$purpose" --check || {
    echo "These are still missing or too old after installing; see above, then run the same command again." >&2
    exit 1
}
