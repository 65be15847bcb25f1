# Shared by the provisioning scripts: which Python, and how Debian's packages are installed. Sourced, never run.
# shellcheck shell=sh

suits() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

choose_python() { # prints the Python to use; fails when none is new enough and has venv
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 && suits "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

install_packages() { # install_packages PACKAGE...
    echo "==> installing: $*" >&2
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "These packages are missing, and there is no sudo. As root, run:  apt-get install $*" >&2
            return 1
        fi
        as_root="sudo"
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "This is no Debian or Ubuntu. Install what these packages hold by your system's own means: $*" >&2
        return 1
    fi
    # Debian starts a service as it is installed. Ours are private ones on other ports: for the length of this installation
    # the machine is told to start none, unless somebody has already told it what to do.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap '$as_root rm -f "$policy"' EXIT
        trap 'exit 130' INT TERM
        printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
        $as_root chmod 755 "$policy"
    fi
    apt install --no-install-recommends "$@" || { apt update && apt install --no-install-recommends "$@"; }
}
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300 "$@" >&2; }
