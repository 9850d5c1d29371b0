#!/usr/bin/env bash
# Breaks real instances of the service on real PostgreSQL and Redis, and checks from the recorded history that none ever told
# an old status. Arguments: --seconds 60 --seed 1 --instances 3 --faults kill-instance,redis-old-dump (all unless given).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
work=$(mktemp -d "${TMPDIR:-/tmp}/mes-chaos.XXXXXX")
chmod 711 "$work"
status=0
dotnet build Mes.sln -c Release --nologo -v quiet
dotnet Mes.Chaos/bin/Release/net10.0/Mes.Chaos.dll --service Mes.Api/bin/Release/net10.0/Mes.Api.dll --work "$work" "$@" || status=$?
if ((status == 0)); then rm -rf -- "$work"; else echo "logs: $work"; fi
exit "$status"
