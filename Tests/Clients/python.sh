#!/usr/bin/env bash
# Checks the types and the format of the Python client, installs it as pip does, and runs its tests against the built
# program, inside the frameworks it has adapters for. Usage: Tests/Clients/python.sh PATH_OF_AKIN
set -eu
akin=$(realpath "$1")
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A copy, since pip builds beside the sources; with what links of it lead to.
cp -RL clients/python "$work/client"

if ! scripts/venv.sh clients >"$work/venv.log" 2>&1; then
  tail -n 3 "$work/venv.log"
  echo "no packages from PyPI: the client is tested without them"
  PYTHONPATH="$work/client/src" python3 clients/python/tests "$akin"
  exit
fi

python=$PWD/.venv/clients/bin/python
(cd clients/python && "$python" -m ruff check --quiet --no-cache . && "$python" -m ruff format --check --quiet --no-cache .)
(cd "$work/client" && "$python" -m mypy --no-error-summary)
# What people download has the types with it, whichever form they take.
(cd "$work/client" && "$python" -c 'from setuptools import build_meta; build_meta.build_sdist("dist"); build_meta.build_wheel("dist")' >"$work/build.log" 2>&1) || cat "$work/build.log"
"$python" -m tarfile --list "$work"/client/dist/*.tar.gz >"$work/sdist.txt"
for file in src/akin/py.typed tests/test_akin.py tests/fake_server.py tests/ecosystem/test_libraries.py examples/notebook.json; do
  grep "/$file" "$work/sdist.txt" >/dev/null || { echo "not in the source distribution: $file" && exit 1; }
done
"$python" -m zipfile --list "$work"/client/dist/*.whl | grep '^akin/py.typed' >/dev/null
"$python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --target "$work/site" "$work/client"

# The oldest Python that the client is for, where it is here, without any package.
if python3.9 -c '' 2>/dev/null; then
  echo "python 3.9:"
  PYTHONPATH="$work/site" python3.9 clients/python/tests "$akin" 'test_a[ks]*.py'
fi
PYTHONPATH="$work/site" "$python" clients/python/tests "$akin"

# What is in the source distribution runs without the repository, and the example from any folder.
mkdir "$work/sdist"
"$python" -m tarfile --extract "$work"/client/dist/*.tar.gz "$work/sdist" 2>/dev/null
cd "$work"
PYTHONPATH="$work/site" "$python" sdist/*/tests "$akin" 'test_[fn]*.py' >"$work/sdist.log" 2>&1 || { cat "$work/sdist.log" && exit 1; }
AKIN=$akin PYTHONPATH="$work/site" "$python" sdist/*/examples/notebook.py >/dev/null
tail -n 1 "$work/sdist.log" | sed 's/python/source distribution/'
