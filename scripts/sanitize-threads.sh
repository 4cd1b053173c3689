#!/usr/bin/env bash
# Compiles the connection, the engine, what they are made of, and their tests with the thread sanitizer, and runs the
# tests. Rooms are compiled one by one and not by the package manager, so that none is compiled that has no threads; the
# libraries of others come from the release build, which must be there. Prints as its last line what ran.
# Usage: scripts/sanitize-threads.sh [jsonrpc|engine|all] (all)
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "$(uname -s)" != Linux ]; then
  echo "the libraries are linked as Linux wants them"
  exit 77
fi
what=${1:-all}
built=$(realpath .build/release)
checkouts=$(realpath .build/checkouts)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
objects=()

flags=(-sanitize=thread -O -swift-version 6 -package-name akin -parse-as-library -I "$work" -I Sources/CJansson -I Sources/CNettle
  -Xcc "-fmodule-map-file=$built/CKernels.build/module.modulemap"
  -Xcc "-fmodule-map-file=$built/CFileGuard.build/module.modulemap"
  -Xcc "-fmodule-map-file=$built/CNeighbors.build/module.modulemap" -I "$built/Modules"
  -I "$checkouts/swift-system/Sources/CSystem/include"
  -I "$checkouts/swift-subprocess/Sources/_SubprocessCShims/include")

room() { # name, folder
  local sources
  mapfile -t sources < <(find "$2" -name '*.swift')
  echo "compiling $1"
  swiftc "${flags[@]}" -wmo -c -module-name "$1" -emit-module -emit-module-path "$work/$1.swiftmodule" \
    -o "$work/$1.o" "${sources[@]}"
  objects+=("$work/$1.o")
}

run() { # test module, filter
  local status=0
  swiftc -sanitize=thread -swift-version 6 -parse-as-library Tests/ThreadSanitizer/Runner.swift "${objects[@]}" \
    -ljansson -lnettle -lstdc++ -o "$work/$1"
  "$work/$1" --no-parallel --filter "$2" >"$work/log" 2>&1 || status=$?
  if grep -q 'WARNING: ThreadSanitizer' "$work/log"; then
    grep -A 30 'WARNING: ThreadSanitizer' "$work/log" | head -n 120
    echo "the thread sanitizer found races in $1"
    exit 1
  fi
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$work/log"
    exit 1
  fi
  grep 'Test run with' "$work/log" | tail -n 1
}

room Synchronization Tests/ThreadSanitizer/Module
room Platform Sources/Platform
room JSON Sources/JSON
room AkinTestSupport Tests/AkinTestSupport
if [ "$what" != engine ]; then
  room JSONRPC Sources/JSONRPC
  room JSONRPCTests Tests/JSONRPCTests
  run JSONRPCTests 'RPCConnection|FaultyStream|MessageTests|MessageFraming'
  objects=("$work/Synchronization.o" "$work/Platform.o" "$work/JSON.o" "$work/AkinTestSupport.o")
fi
if [ "$what" != jsonrpc ]; then
  for library in CFileGuard CKernels CNeighbors Subprocess _SubprocessCShims SystemPackage CSystem; do
    mapfile -t -O "${#objects[@]}" objects < <(find "$built/$library.build" -name '*.o')
  done
  room Digests Sources/Digests
  room Tokenizers Sources/Tokenizers
  room ModelFiles Sources/ModelFiles
  room Encoder Sources/Encoder
  room Engine Sources/Engine
  room EngineTests Tests/EngineTests
  run EngineTests 'EngineTests'
fi
echo "thread sanitizer: no race in $what"
