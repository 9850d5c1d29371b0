#!/usr/bin/env bash
# Breaks real instances of the service on real PostgreSQL and Redis, and checks from the recorded history that none ever told
# an old status.
#
#   ./chaos.sh --seconds 60 --seed 1 --instances 3 --faults kill-instance,redis-old-dump
#
# All faults unless some are given. --without LEASE (as the first argument) builds the service without one guard of the
# protocol (Mes.Infrastructure/Guards.cs): the run must then find what the guard is there for, and fails if it does not.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

guard=
if [[ ${1:-} == --without ]]; then
  guard=${2:?--without needs the name of a guard}
  shift 2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/mes-chaos.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user where this one is root
for project in Mes.Chaos Mes.Api; do
  dotnet build "$project" -c Release --nologo -v quiet --artifacts-path "$work/artifacts" ${guard:+"-p:MesWithoutGuard=$guard"}
done

status=0
dotnet "$work/artifacts/bin/Mes.Chaos/release/Mes.Chaos.dll" --service "$work/artifacts/bin/Mes.Api/release/Mes.Api.dll" --work "$work" "$@" || status=$?
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
