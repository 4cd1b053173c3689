#!/usr/bin/env bash
# The shared model process, and every transcript through a relay. Usage: Tests/Faults/sharing.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."

runtime=$(mktemp -d)
trap 'rm -rf "$runtime"' EXIT
# Each session a process of its own: transcripts begin with counters at zero.
XDG_RUNTIME_DIR=$runtime python3 protocol/run.py --command "$1 serve --shared --shared-idle 0"
python3 Tests/Faults/sharing.py "$1"
