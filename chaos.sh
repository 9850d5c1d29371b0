#!/usr/bin/env bash
# Injects faults into real instances of the service on real PostgreSQL and Redis. Checks from the recorded history that
# no instance ever returned an old status.
#
#   ./chaos.sh --seconds 60 --seed 1 --instances 3 --faults kill-instance,redis-old-dump,redis-refuses
#   ./chaos.sh --seconds 60 --cluster          on a Redis Cluster, with its own faults
#
# By default a run tries all faults. Those that set the database's clock need libfaketime. On Debian and Ubuntu the
# script installs it if it is missing; elsewhere the run leaves these faults out. Options that must come first:
#
#   --without LEASE   builds a copy of the service without this guard of the protocol (Mes.Chaos/Mutations), and fails
#                     unless the run finds the violation that the guard prevents; by default with the mutation's faults
#   --built           uses the output of 'dotnet build -c Release'
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

mutations=Mes.Chaos/Mutations

# Lists the guards that can be taken out, each with the first line of its mutation.
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
chmod 711 "$work" # PostgreSQL runs as another user if this one is root

build() { dotnet build "$@" -c Release --nologo -tl:off -v:quiet >"$work/build.log" || { cat "$work/build.log" >&2; exit 2; }; }

# mutate NAME: builds a copy of the service with this mutation, and leaves the path of the result in 'mutant'.
# Style rules do not apply to the copy.
mutate() {
  local sources=$variants/$1/sources
  rm -rf -- "$sources"
  dotnet "$chaos/Mes.Chaos.dll" mutate "$mutations/$1.mutation" "$sources"
  build "$sources/Mes.Api" --artifacts-path "$variants/$1/artifacts" \
    -p:TreatWarningsAsErrors=false -p:EnforceCodeStyleInBuild=false -p:RunAnalyzers=false
  mutant=$variants/$1/artifacts/bin/Mes.Api/release/Mes.Api.dll
}

if [[ -n $built ]]; then
  variants=$PWD/Mes.Chaos/obj/variants # Kept for the next run.
  chaos=Mes.Chaos/bin/Release/net10.0
  service=Mes.Api/bin/Release/net10.0/Mes.Api.dll
else
  variants=$work/variants
  chaos=$work/artifacts/bin/Mes.Chaos/release
  service=$work/artifacts/bin/Mes.Api/release/Mes.Api.dll
  build Mes.Chaos --artifacts-path "$work/artifacts"
  [[ -n $guard ]] || build Mes.Api --artifacts-path "$work/artifacts"
fi

# Finds libfaketime where Debian and its derivatives install it. Elsewhere, set MES_CHAOS_FAKETIME to its path.
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

# Runs in the background, so that the script passes a signal on at once. The run then ends its servers.
dotnet "$chaos/Mes.Chaos.dll" --work "$work" --service "$service" "${variant[@]}" ${faketime[@]+"${faketime[@]}"} "$@" &
run=$!
trap 'kill -s TERM "$run" 2>/dev/null || true' INT TERM HUP
status=0
wait "$run" || status=$?
while kill -0 "$run" 2>/dev/null; do wait "$run" || status=$?; done # A trapped signal ends the wait, not the run.

if ((status == 0)); then rm -rf -- "$work"; else echo "logs: $work"; fi
exit "$status"
