#!/usr/bin/env bash
# Breaks real instances of the service on real PostgreSQL and Redis, and checks from the recorded history that none ever told
# an old status.
#
#   ./chaos.sh --seconds 60 --seed 1 --instances 3 --faults kill-instance,redis-old-dump
#
# All faults unless some are given. As the first argument:
#
#   --without LEASE   builds the service without one guard of the protocol (Mes.Infrastructure/Guards.cs): the run must then
#                     find what the guard is there for, and fails if it does not
#   --built           uses what 'dotnet build -c Release' has built
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

guard=
built=
case ${1:-} in
  --without)
    guard=${2:?--without needs the name of a guard}
    grep -q "MES_WITHOUT_$guard\$" Mes.Infrastructure/Guards.cs || { echo "no such guard: $guard" >&2; exit 2; }
    shift 2
    ;;
  --built)
    built=1
    shift
    ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/mes-chaos.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user where this one is root

build() { dotnet build "$@" -c Release --nologo -v quiet; }

if [[ -n $built ]]; then
  chaos=Mes.Chaos/bin/Release/net10.0
  service=Mes.Api/bin/Release/net10.0
else
  chaos=$work/artifacts/bin/Mes.Chaos/release
  service=$work/artifacts/bin/Mes.Api/release
  for project in Mes.Chaos Mes.Api; do
    build "$project" --artifacts-path "$work/artifacts" ${guard:+"-p:MesWithoutGuard=$guard"}
  done
fi

# Another version of the service differs in one assembly only.
other=$work/other-service
build Mes.Infrastructure --artifacts-path "$work/other" -p:MesOtherLayout=true ${guard:+"-p:MesWithoutGuard=$guard"}
cp -R "$service" "$other"
cp "$work/other/bin/Mes.Infrastructure/release/Mes.Infrastructure.dll" "$other/"

status=0
dotnet "$chaos/Mes.Chaos.dll" --service "$service/Mes.Api.dll" --other-service "$other/Mes.Api.dll" --work "$work" "$@" || status=$?
if [[ -n $guard ]]; then
  if ((status == 1)); then
    echo "found: without $guard an old status is told"
    status=0
  else
    echo "not found: the run did not notice that $guard is missing"
    status=1
  fi
fi
if ((status == 0)); then rm -rf -- "$work"; else echo "logs: $work"; fi
exit "$status"
