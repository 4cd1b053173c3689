#!/usr/bin/env bash
# Runs every test and prints at the end what ran and what did not, and why. `make test` calls it.
# Usage: scripts/test.sh [PYTHON_WITH_THE_INTEROP_PACKAGES]
set -euo pipefail
cd "$(dirname "$0")/.."

interop_python=${1-}
akin=.build/release/akin
passed=0
failed=0
skipped=0
report=''
output=$(mktemp)
faults=$(mktemp)
beside=$(mktemp)
trap 'rm -f "$output" "$faults" "$beside"' EXIT

note() { report="$report
  $1"; }

# Runs the step that $1 names; a step that fails does not keep the others from running. One that ends with 77 was
# skipped: the last line it printed says why. Any other last line is shown in the summary: it counts the step's cases.
step() {
  local name=$1 start=$SECONDS status=0 last
  shift
  echo
  echo "==> $name: $*"
  "$@" 2>&1 </dev/null | tee "$output" || status=$?
  last=$(tail -n 1 "$output" | cut -c 1-100)
  case "$status" in
    0)
      passed=$((passed + 1))
      note "passed   $name ($((SECONDS - start)) s): $last"
      ;;
    77) skip "$name" "$last" ;;
    *)
      failed=$((failed + 1))
      note "FAILED   $name ($((SECONDS - start)) s): $*"
      excerpt "$name" >>"$faults"
      ;;
  esac
}

# What the step that $1 names printed about what went wrong: a log of 20,000 lines is often shown without its middle.
excerpt() {
  echo
  echo "FAILED   $1, of its output:"
  { grep -E '✘|FAIL|[Ff]ailed|not ok|[Ee]rror:' "$output" || tail -n 12 "$output"; } | grep -v '✔' | tail -n 24 | cut -c 1-300
}

skip() {
  skipped=$((skipped + 1))
  note "skipped  $1: $2"
}

summary() {
  echo
  echo "Summary, after $SECONDS s:$report"
  cat "$faults"
  echo "steps: $passed passed, $failed failed, $skipped skipped"
}

# A command that has run beside others: its status, and the file of what it printed.
ended() {
  cat "$2"
  return "$1"
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

step "programs and libraries" scripts/setup.sh --test
# One build for the program and the tests, in the configuration that people run.
# A target that imports another one says so in Package.swift.
step "build" swift build -c release --build-tests --explicit-target-dependency-import-check error
if [ "$failed" -gt 0 ]; then
  summary
  exit 1
fi
step "model" "$akin" pull
step "swift tests" swift test -c release --skip-build --no-parallel
step "transcripts, int8" python3 protocol/run.py --command "$akin serve"
step "schemas" python3 protocol/schemas.py --command "$akin serve"
step "examples of the documents" python3 protocol/examples.py --command "$akin"
step "transcripts, float32" python3 protocol/run.py --command "$akin serve --precision f32"
for script in Tests/Clients/*.sh Tests/Faults/*.sh; do
  if [ -x "$script" ]; then step "$(basename "$(dirname "$script")" | tr '[:upper:]' '[:lower:]'), $(basename "$script" .sh)" "$script" "$akin"; fi
done
step "figures of docs/scale.md" python3 Benchmarks/scale.py --check
step "attacks" scripts/attack.sh "$akin"
step "damaged documents" python3 scripts/fuzz_documents.py "$akin" --count 50
# Each of these two keeps one core busy for two minutes, and no test of theirs waits for a moment: they run side by side.
status=0
scripts/sanitize-threads.sh >"$beside" 2>&1 </dev/null &
step "C kernels under sanitizers" scripts/sanitize-kernels.sh
wait $! || status=$?
step "threads under a sanitizer" ended "$status" "$beside"
interop
summary
[ "$failed" -eq 0 ]
