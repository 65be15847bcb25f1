#!/bin/sh
# Brings veraPDF, the validator of PDF/A, from Maven Central into the cache folder (10 MB); done at once when it is there.
# Not part of `make setup`: it needs Java (190 MB on Debian), and the tests pass judgement without it. Where it is, they ask it too.
set -eu
LC_ALL=C.UTF-8
export LC_ALL

VERAPDF=1.28.2

folder="${KIEMDINH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kiemdinh}/verapdf"
if [ -f "$folder/greenfield-apps-$VERAPDF.jar" ]; then
    exit 0
fi
if ! command -v java >/dev/null 2>&1 || ! command -v mvn >/dev/null 2>&1; then
    echo "veraPDF needs Java and Maven (Debian: default-jre-headless maven)." >&2
    exit 1
fi
mkdir -p "$folder"
exec mvn -q -B dependency:copy -Dartifact="org.verapdf.apps:greenfield-apps:$VERAPDF" -DoutputDirectory="$folder"
