#!/usr/bin/env bash
# Akin beside its peers. Usage: Benchmarks/run_peers.sh PYTHON [options of compare_peers.py], where PYTHON has the packages of
# scripts/requirements-peers.txt. A quiet machine is needed for figures that mean anything: it says how busy this one is.
set -eu
cd "$(dirname "$0")/.."
python=$1
shift

swift build -c release --package-path Benchmarks
echo "load average before: $(cut -d ' ' -f 1-3 /proc/loadavg 2>/dev/null || uptime)"
"$python" Benchmarks/compare_peers.py "$@"
# The rest is of the default model.
case " $* " in *" --model"*) exit 0 ;; esac
"$python" Benchmarks/compare_tokenizers.py
"$python" Benchmarks/server.py
"$python" Benchmarks/startup.py
"$python" Benchmarks/memory.py
