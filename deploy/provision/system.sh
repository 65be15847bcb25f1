#!/bin/sh
# Installs the system packages a purpose needs, by apt, only those whose programs are missing; quick when none is.
# Usage: system.sh embedded|server|test   (each includes the ones before it)
set -eu
LC_ALL=C.UTF-8
export LC_ALL

missing=""
need() { # need PACKAGE COMMAND...: the package unless the command succeeds
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
program() { command -v "$1" || test -x "/usr/sbin/$1"; }
language() { tesseract --list-langs 2>/dev/null | grep -qx "$1"; }
font() { find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" -name "$1" 2>/dev/null | grep -q .; }
postgres() { command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; }

for_embedded() {
    need tesseract-ocr program tesseract
    need tesseract-ocr-vie language vie
    need tesseract-ocr-osd language osd
    # The demo typesets its scans with these; both hold every Vietnamese glyph.
    need fonts-dejavu-core font DejaVuSerif.ttf
    need fonts-liberation font 'LiberationSerif-Regular.ttf'
}
for_server() {
    need rabbitmq-server test -x /usr/lib/rabbitmq/bin/rabbitmq-server
    need postgresql postgres
    need util-linux program setpriv
}
for_test() {
    need chromium program chromium
    need poppler-utils program pdftoppm
    need git program git
}

case "${1:-embedded}" in
    embedded) for_embedded ;;
    server) for_embedded; for_server ;;
    test) for_embedded; for_server; for_test ;;
    *) echo "usage: $0 embedded|server|test" >&2; exit 2 ;;
esac
for extra in ${2:-}; do
    missing="$missing $extra"
done
[ -n "$missing" ] || exit 0

echo "==> installing:$missing" >&2
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "These packages are missing, and there is no sudo. As root, run:  apt-get install$missing" >&2
        exit 1
    fi
    as_root="sudo"
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This is no Debian or Ubuntu. Install what these packages hold by your system's own means:$missing" >&2
    exit 1
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
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300 "$@" >&2; }
# shellcheck disable=SC2086  # a list of words
apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; }
