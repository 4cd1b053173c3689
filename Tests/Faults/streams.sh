#!/usr/bin/env bash
# Clients and pipes that misbehave. Usage: Tests/Faults/streams.sh PATH_OF_AKIN
set -eu
exec python3 "$(dirname "$0")/streams.py" "$1"
