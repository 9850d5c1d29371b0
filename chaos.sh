#!/usr/bin/env bash
# Breaks real instances of the service on real PostgreSQL and Redis, and checks from the recorded history that none ever told
# an old status.
#
#   ./chaos.sh --seconds 60 --seed 1 --instances 3 --faults kill-instance,redis-old-dump,redis-refuses
#   ./chaos.sh --seconds 60 --cluster          on a Redis Cluster, with faults of its own
#
# All faults unless some are given. Those that set the database's clock need libfaketime, which is installed on Debian and
# Ubuntu where it is missing, and are left out elsewhere. Before these arguments:
#
#   --without LEASE   builds a copy of the service without this guard of the protocol (Mes.Chaos/Mutations), and fails
#                     unless the run finds what the guard is there for; tries the mutation's faults unless some are given
#   --built           uses what 'dotnet build -c Release' has built
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

mutations=Mes.Chaos/Mutations

# The guards that can be taken out: what their mutations begin with.
guards() {
  local file
  for file in "$mutations"/*.mutation; do
    if grep -q '^Found: ' "$file"; then
      printf '  %-10s %s\n' "$(basename -- "$file" .mutation)" "$(head -n 1 -- "$file")"
    fi
  done
}

guard=
built=
while :; do
  case ${1:-} in
    --without)
      guard=${2:-}
      if ! grep -qs '^Found: ' "$mutations/$guard.mutation"; then
        printf '%s\n' "--without needs the name of a guard, and '$guard' is none. These are:" >&2
        guards >&2
        exit 2
      fi
      shift 2
      ;;
    --built)
      built=1
      shift
      ;;
    *) break ;;
  esac
done

work=$(mktemp -d "${TMPDIR:-/tmp}/mes-chaos.XXXXXX")
chmod 711 "$work" # PostgreSQL runs as another user where this one is root

build() { dotnet build "$@" -c Release --nologo -tl:off -v:quiet >"$work/build.log" || { cat "$work/build.log" >&2; exit 2; }; }

# mutate NAME: builds a copy of the service's sources with this mutation, and leaves its path in 'mutant'. The rules of style
# do not matter there.
mutate() {
  local sources=$variants/$1/sources
  rm -rf -- "$sources"
  dotnet "$chaos/Mes.Chaos.dll" mutate "$mutations/$1.mutation" "$sources"
  build "$sources/Mes.Api" --artifacts-path "$variants/$1/artifacts" \
    -p:TreatWarningsAsErrors=false -p:EnforceCodeStyleInBuild=false -p:RunAnalyzers=false
  mutant=$variants/$1/artifacts/bin/Mes.Api/release/Mes.Api.dll
}

if [[ -n $built ]]; then
  variants=$PWD/Mes.Chaos/obj/variants # Kept for the next time.
  chaos=Mes.Chaos/bin/Release/net10.0
  service=Mes.Api/bin/Release/net10.0/Mes.Api.dll
else
  variants=$work/variants
  chaos=$work/artifacts/bin/Mes.Chaos/release
  service=$work/artifacts/bin/Mes.Api/release/Mes.Api.dll
  build Mes.Chaos --artifacts-path "$work/artifacts"
  [[ -n $guard ]] || build Mes.Api --artifacts-path "$work/artifacts"
fi

# libfaketime, as Debian and its relatives have it; elsewhere it may be named by MES_CHAOS_FAKETIME.
find_faketime() {
  local file
  for file in "${MES_CHAOS_FAKETIME:-}" /usr/lib/*-linux-gnu/faketime/libfaketime.so.1 /usr/lib/faketime/libfaketime.so.1; do
    [[ -f $file ]] && printf '%s\n' "$file" && return 0
  done
  return 1
}

install_faketime() {
  local as_root=()
  command -v apt-get >/dev/null || return 1
  if ((EUID != 0)); then
    command -v sudo >/dev/null || return 1
    as_root=(sudo)
  fi
  {
    "${as_root[@]+"${as_root[@]}"}" apt-get -qq -o DPkg::Lock::Timeout=120 update || true
    "${as_root[@]+"${as_root[@]}"}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
      install --no-install-recommends faketime
  } </dev/null >"$work/apt.log" 2>&1
}

if [[ -n $guard ]]; then
  mutate "$guard"
  service=$mutant
  variant=(--without "$mutations/$guard.mutation")
else
  mutate OTHER-LAYOUT
  variant=(--other-service "$mutant")
fi

faketime=()
if [[ " $* " != *' --cluster '* ]]; then
  if find_faketime >/dev/null || install_faketime && find_faketime >/dev/null; then
    faketime=(--fake-time "$(find_faketime)")
  else
    echo 'libfaketime is missing: clock-back and clock-forward are left out'
  fi
fi

# In the background, so that a signal is passed on at once: the run then ends what it has started.
dotnet "$chaos/Mes.Chaos.dll" --work "$work" --service "$service" "${variant[@]}" ${faketime[@]+"${faketime[@]}"} "$@" &
run=$!
trap 'kill -s TERM "$run" 2>/dev/null || true' INT TERM HUP
status=0
wait "$run" || status=$?
while kill -0 "$run" 2>/dev/null; do wait "$run" || status=$?; done # A trapped signal ends the wait, not the run.

if ((status == 0)); then rm -rf -- "$work"; else echo "logs: $work"; fi
exit "$status"
