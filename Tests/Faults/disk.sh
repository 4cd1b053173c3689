#!/usr/bin/env bash
# A disk that is full: a small file system in memory, which takes a mount. Usage: Tests/Faults/disk.sh PATH_OF_AKIN
set -eu
script=$(realpath "$(dirname "$0")/disk.py")
akin=$(realpath "$1")
# A mount namespace of its own, so that the file system goes with the test however it ends.
for alone in 'unshare --mount' 'unshare --map-root-user --mount'; do
  if $alone sh -c 'mount -t tmpfs -o size=1m tmpfs /mnt' 2>/dev/null; then exec $alone python3 "$script" "$akin"; fi
done
echo "this system lets nobody here mount a file system"
exit 77
