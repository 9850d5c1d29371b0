#!/usr/bin/env bash
# Measures the service on its own PostgreSQL (fsync on) and Redis, which it starts.
#
#   ./bench.sh lists --orders 10000,100000,1000000 --seconds 10
#   ./bench.sh scripts --orders 10000,1000000
#   ./bench.sh changes
#   ./bench.sh fairness --orders 10000
#   ./bench.sh outage
#   ./bench.sh backlog --orders 10000,4000000
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

suite=${1:?which suite: lists, scripts, changes, fairness, outage or backlog}
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/mes-bench.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user if this one is root
trap 'rm -rf -- "$work"' EXIT
for project in Mes.Benchmarks Mes.Api; do
  dotnet build "$project" -c Release --nologo -v quiet -clp:NoSummary
done

dotnet Mes.Benchmarks/bin/Release/net10.0/Mes.Benchmarks.dll "$suite" --work "$work" --service Mes.Api/bin/Release/net10.0/Mes.Api.dll "$@"
