#!/usr/bin/env bash
# The store on a PostgreSQL server with pgvector: the same hits as in files, and servers, networks, roles and processes that fail. The
# server comes from PyPI and is the test's own. Usage: Tests/Faults/postgres.sh PATH_OF_AKIN [TEST...]
set -eu
script=$(realpath "$(dirname "$0")/postgres.py")
akin=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! scripts/venv.sh postgres >"$log" 2>&1; then
  tail -n 3 "$log"
  echo "no PostgreSQL server with pgvector from PyPI (scripts/requirements-postgres.txt)"
  exit 77
fi
# A mount namespace of its own, for the tests that fill a disk and hide a library.
for alone in 'unshare --mount' 'unshare --map-root-user --mount'; do
  if $alone sh -c 'mount -t tmpfs -o size=1m tmpfs /mnt' 2>/dev/null; then
    AKIN_TEST_MAY_MOUNT=1 exec $alone .venv/postgres/bin/python "$script" "$akin" "$@"
  fi
done
.venv/postgres/bin/python "$script" "$akin" "$@"
