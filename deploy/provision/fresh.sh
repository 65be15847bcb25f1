#!/bin/sh
# Tries the committed state as a newcomer does: a bare Debian, an empty home, one command; says what held. Needs root.
# Usage: fresh.sh SUITE TARGET [WHO...]   SUITE: bookworm, trixie…   TARGET: run, test   WHO: root, user (an ordinary one with sudo)
# What was installed by hand on a developer's machine hides what the project forgets to install: here nothing was.
# The bare system is made once (debootstrap) and kept in the cache folder; every try gets a copy of its own, in its own
# namespaces for mounts and processes, so that nothing is left behind however the try ends.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
cd "$(dirname "$0")/../.."

BARE=ca-certificates,git,make,python3,sudo # what a newcomer has before the two commands of the README
PATIENCE_S=900                             # until the story is told

say() { echo "fresh $suite $target as $who: $*"; }

# ---- inside the namespaces: everything mounted or started here ends with this process

mounted() { # mounted ROOT: gives it the kernel's file systems
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount -t sysfs -o ro sys "$1/sys"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs -o mode=1777 shm "$1/dev/shm"
}

as_newcomer() { # as_newcomer ROOT COMMAND: replaces this shell by the command, in the clone, with an empty home
    home=/root
    [ "$who" = root ] || home=/home/newcomer
    # shellcheck disable=SC2046  # words
    exec chroot --userspec="$([ "$who" = root ] && echo 0:0 || echo newcomer:newcomer)" "$1" /usr/bin/env -i \
        HOME="$home" LANG=C.UTF-8 TERM=dumb CI="${CI:-}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        $(env | grep -iE '^(pip_(index_url|extra_index_url|trusted_host|cert|default_timeout)|go(proxy|sumdb|nosumdb)|(https?|no)_proxy|ssl_cert_file)=' || true) \
        sh -c "cd $home/kiemdinh && exec $2"
}

try_run() { # the story is told, the portal answers, Ctrl-C ends it, nothing stays
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    began=$(date +%s)
    # In a session of its own: Ctrl-C reaches a whole process group, make and what it started alike.
    setsid sh "$0" --newcomer "$suite" "$target" "$who" "$root" "make run DATA=data PORT=$port" >"$log" 2>&1 &
    launcher=$!
    while ! grep -q '^Đã sẵn sàng: ' "$log"; do
        kill -0 "$launcher" 2>/dev/null || { tail -n 25 "$log"; say "ENDED before it was ready"; return 1; }
        [ $(($(date +%s) - began)) -lt "$PATIENCE_S" ] || { tail -n 25 "$log"; say "NOT READY after $PATIENCE_S s"; return 1; }
        sleep 0.5
    done
    took=$(($(date +%s) - began))
    grep -E '^(==>|✓|✕)' "$log"
    python3 -c 'import sys, urllib.request as u; sys.exit(u.urlopen(sys.argv[1], timeout=20).status != 200)' \
        "http://127.0.0.1:$port/api/v1/health" || { say "the portal does NOT answer"; return 1; }
    kill -INT "-$launcher"
    waited=0
    while kill -0 "$launcher" 2>/dev/null; do
        waited=$((waited + 1))
        [ "$waited" -lt 60 ] || { say "does NOT end on Ctrl-C"; return 1; }
        sleep 1
    done
    wait "$launcher" && code=0 || code=$?
    case "$code" in 0 | 2 | 130) ;; *) tail -n 25 "$log"; say "ended with code $code"; return 1 ;; esac
    # Process 1 is this shell; ps is not part of a bare Debian.
    left=$(for one in /proc/[0-9]*; do readlink "$one/exe" 2>/dev/null || true; done | grep -c "$root/" || true)
    [ "$left" = 0 ] || { say "left $left processes running"; return 1; }
    say "HELD: story told and ready after $took s, portal answered, ended, nothing left running"
}

try_test() {
    began=$(date +%s)
    setsid sh "$0" --newcomer "$suite" "$target" "$who" "$root" "make test" >"$log" 2>&1 && code=0 || code=$?
    took=$(($(date +%s) - began))
    grep -E '^(==>|FAILED|ERROR|=+ .* =+$|coverage)' "$log" | tail -n 60
    [ "$code" = 0 ] || { tail -n 40 "$log"; say "FAILED with code $code after $took s"; return 1; }
    say "HELD: make test passed in $took s"
}

if [ "${1:-}" = --newcomer ]; then
    suite=$2 target=$3 who=$4
    as_newcomer "$5" "$6"
fi
if [ "${1:-}" = --inside ]; then
    suite=$2 target=$3 who=$4 root=$5 log=$6
    mounted "$root"
    mount -t proc proc /proc
    "try_$target"
    exit
fi

# ---- outside: the bare system, its copy, the clone

suite=${1:-bookworm} target=${2:-run} who=""
case "$target" in
    run) tries="root user" ;;
    test) tries="root" ;;
    *) echo "usage: $0 SUITE run|test [root] [user]" >&2; exit 2 ;;
esac
if [ $# -gt 2 ]; then shift 2; tries="$*"; fi
[ "$(id -u)" -eq 0 ] || { echo "This makes a system of its own: run it as root." >&2; exit 2; }
[ -z "$(git status --porcelain)" ] || echo "Not committed, so not tried: $(git status --porcelain | wc -l) files." >&2

for program in debootstrap unshare; do
    command -v "$program" >/dev/null || {
        . deploy/provision/lib.sh
        install_packages debootstrap util-linux
    }
done

cache="${KIEMDINH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kiemdinh}/fresh"
base="$cache/$suite"
mkdir -p "$cache" artefacts
if [ ! -e "$base.ready" ]; then
    echo "==> a bare $suite, made once in $base" >&2
    rm -rf "$base"
    debootstrap --variant=minbase --include="$BARE" "$suite" "$base" ${MIRROR:+"$MIRROR"} >"$cache/$suite.log" 2>&1 || {
        tail -n 5 "$cache/$suite.log" >&2
        exit 3
    }
    : >"$base.ready"
fi

root=$(mktemp -d "${TMPDIR:-/var/tmp}/kiemdinh-fresh.XXXXXX")
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 130' INT TERM

as_here() { # how this machine reaches its package registries: that is the network, not the machine
    cp /etc/resolv.conf /etc/hosts "$1/etc/"
    cp /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf.d/99* "$1/etc/apt/apt.conf.d/" 2>/dev/null || true
    cp --remove-destination /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    cp -r /usr/local/share/ca-certificates/. "$1/usr/local/share/ca-certificates/" 2>/dev/null || true
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$1/etc/"
}

held=0
for who in $tries; do
    rm -rf --one-file-system "$root"
    cp -a "$base" "$root"
    as_here "$root"
    if [ "$who" = user ]; then
        chroot "$root" useradd --create-home --shell /bin/sh newcomer
        echo 'newcomer ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/newcomer"
        git clone -q . "$root/home/newcomer/kiemdinh"
        chroot "$root" chown -R newcomer:newcomer /home/newcomer
    else
        git clone -q . "$root/root/kiemdinh"
    fi
    unshare --mount --pid --fork --kill-child=KILL \
        sh deploy/provision/fresh.sh --inside "$suite" "$target" "$who" "$root" "artefacts/fresh-$suite-$target-$who.log" || held=1
done
exit "$held"
