#!/usr/bin/env bash
# Embeds in clusters of Spark, Ray and Dask on this machine, each with two workers of which one is killed, and in DuckDB.
# Usage: Tests/Clients/clusters.sh PATH_OF_AKIN [MODULE ...]
set -eu
AKIN=$(realpath "$1")
export AKIN
shift
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! scripts/venv.sh scale >"$work/venv.log" 2>&1; then
  tail -n 3 "$work/venv.log"
  echo "no packages from PyPI for Spark, Ray and Dask (scripts/requirements-scale.txt)"
  exit 77
fi
python=$PWD/.venv/scale/bin/python
modules=${*-test_duckdb test_dask test_ray}
if [ $# -eq 0 ] && command -v java >/dev/null; then modules="$modules test_spark"; fi

cd clients/python/tests/scale
export PYTHONPATH=$PWD/../../src:$PWD PYTHONWARNINGS=ignore TMPDIR=$work
ran=0
for module in $modules; do
  # A cluster that never comes up would wait for ever.
  if ! timeout 1200 "$python" -m unittest "$module" >"$work/$module.log" 2>&1; then
    tail -n 60 "$work/$module.log"
    echo "$module failed"
    exit 1
  fi
  count=$(sed -n 's/^Ran \([0-9]*\) test.*/\1/p' "$work/$module.log")
  echo "$module: $count passed"
  ran=$((ran + count))
done
command -v java >/dev/null || echo "no java: Spark is not tried"
echo "clusters: $ran passed, 0 failed"
