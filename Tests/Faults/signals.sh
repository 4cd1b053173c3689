#!/usr/bin/env bash
# Signals at any moment. Usage: Tests/Faults/signals.sh PATH_OF_AKIN
set -eu
exec python3 "$(dirname "$0")/signals.py" "$1"
