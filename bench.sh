#!/usr/bin/env bash
# Measures the service on its own PostgreSQL (fsync on) and Redis, which it starts.
#
#   ./bench.sh lists --orders 10000,100000,1000000 --seconds 10
#   ./bench.sh scripts --orders 10000,1000000
#   ./bench.sh changes
#   ./bench.sh submits
#   ./bench.sh fairness --orders 10000
#   ./bench.sh events
#   ./bench.sh outage
#   ./bench.sh backlog --orders 10000,4000000
#   ./bench.sh stream
#
# Against other caches, into docs/benchmarks.md:
#
#   ./bench.sh peers                                            about 25 minutes
#   ./bench.sh peers --orders 1000000 --seconds 5 --rounds 5
#   ./bench.sh peers --orders 20000 --seconds 1 --rounds 1      about 5 minutes
#   ./bench.sh peers --parts status-32,board --contenders bare,service,hybrid-local
#
# MES_BENCH_BEFORE   the commit of the earlier build that `peers` and `submits` compare with; empty for none
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

suite=${1:?which suite: lists, scripts, changes, submits, fairness, events, outage, backlog, stream or peers}
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/mes-bench.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user if this one is root
trap 'rm -rf -- "$work"' EXIT

build() { dotnet build "$1" -c Release --nologo -v quiet -clp:NoSummary; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

arguments=(--work "$work" --service Mes.Api/bin/Release/net10.0/Mes.Api.dll)
build Mes.Benchmarks
build Mes.Api
if [[ $suite == peers ]]; then
  if ! command -v wrk >/dev/null; then
    command -v apt-get >/dev/null || { printf 'error: wrk is needed: https://github.com/wg/wrk\n' >&2; exit 1; }
    as_root apt-get update -qq
    as_root apt-get install -y -qq --no-install-recommends wrk fonts-dejavu-core
  fi
  build Mes.Contenders
  arguments+=(--assembly Mes.Contenders/bin/Release/net10.0/Mes.Contenders.dll --documents docs)
fi
if [[ $suite == peers || $suite == submits ]]; then
  # The last commit without near copies, idempotency keys and events.
  before=${MES_BENCH_BEFORE-17b973c}
  if [[ -n $before ]] && git cat-file -e "$before^{commit}" 2>/dev/null; then
    mkdir "$work/before"
    git archive "$before" | tar -x -C "$work/before"
    build "$work/before/Mes.Api"
    arguments+=(--before "$work/before/Mes.Api/bin/Release/net10.0/Mes.Api.dll")
  fi
fi

dotnet Mes.Benchmarks/bin/Release/net10.0/Mes.Benchmarks.dll "$suite" "${arguments[@]}" "$@"
