#!/usr/bin/env bash
# Runs every test and prints at the end what ran and what did not, and why. `make test` calls it.
# Usage: scripts/test.sh [PYTHON_WITH_THE_INTEROP_PACKAGES]
set -eu
cd "$(dirname "$0")/.."

interop_python=${1-}
akin=.build/release/akin
passed=0
failed=0
skipped=0
report=''

note() { report="$report
  $1"; }

# Runs the step that $1 names; a step that fails does not keep the others from running.
step() {
  local name=$1 start=$SECONDS
  shift
  echo
  echo "==> $name: $*"
  if "$@"; then
    passed=$((passed + 1))
    note "passed   $name ($((SECONDS - start)) s)"
  else
    failed=$((failed + 1))
    note "FAILED   $name ($((SECONDS - start)) s): $*"
  fi
}

skip() {
  skipped=$((skipped + 1))
  note "skipped  $1: $2"
}

summary() {
  echo
  echo "Summary, after $SECONDS s:$report"
  echo "steps: $passed passed, $failed failed, $skipped skipped"
}

interop() {
  if [ -z "$interop_python" ] || [ ! -x "$interop_python" ]; then
    skip "interop (llama.cpp, gguf, tokenizers)" "no Python environment for it; 'make interop' makes one and runs it (it compiles llama.cpp)"
  elif ! "$interop_python" -c 'import gguf, llama_cpp, numpy, safetensors, tokenizers' 2>/dev/null; then
    skip "interop (llama.cpp, gguf, tokenizers)" "$interop_python lacks a package of scripts/requirements-interop.txt; run 'make interop'"
  else
    step "interop" "$interop_python" -m unittest discover --start-directory Tests/Interop
  fi
}

step "system libraries" scripts/setup.sh
# One build for the program and the tests, in the configuration that people run.
step "build" swift build -c release --build-tests
if [ "$failed" -gt 0 ]; then
  summary
  exit 1
fi
step "model" "$akin" pull
step "swift tests" swift test -c release --skip-build --no-parallel
step "transcripts, int8" python3 protocol/run.py --command "$akin serve"
step "transcripts, float32" python3 protocol/run.py --command "$akin serve --precision f32"
step "example clients" Tests/Clients/examples.sh "$akin"
step "C kernels under sanitizers" scripts/sanitize-kernels.sh
if ! command -v nvim >/dev/null 2>&1; then skip "example client for Neovim" "nvim is not installed"; fi
interop
summary
[ "$failed" -eq 0 ]
