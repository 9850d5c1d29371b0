#!/usr/bin/env bash
# Builds the image, starts docker/compose.yaml, and breaks it in the ways that happen in production: an instance killed
# under load, a rolling replacement under load, a reboot in the worst order, down and up. Prints figures; the last line is
# 'N passed, N failed'.
#
#   docker/test.sh             about five minutes, once the image is built
#   docker/test.sh --short     two minutes: up, an order to CLOSED, the rolling replacement, a backup restored
#
# MES_DOCKER_KEPT   what is kept between runs (default: /var/cache/mes-docker)
#
# Without a Docker engine to reach, it installs and starts one from Debian's packages, in a network namespace of its own
# and with its own data. Base images that cannot be pulled are stood in for by local ones (docker/standins.sh).
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

short=
[[ ${1:-} != --short ]] || short=1
kept=${MES_DOCKER_KEPT:-/var/cache/mes-docker}
patience=120
port=18080
passed=0
failed=0
work=$(mktemp -d "${TMPDIR:-/tmp}/mes-docker.XXXXXX")
chmod 711 "$work"
engine_pid=
namespace=
loads=()
in_namespace=()

export COMPOSE_PROJECT_NAME=mes-test MES_PORT=$port MES_IMAGE=mes-api:test MES_INSTANCES=2 COMPOSE_ANSI=never COMPOSE_PROGRESS=quiet
export COMPOSE_DISABLE_ENV_FILE=1

say() { printf '==> %s\n' "$*"; }
now() { date +%s%3N; }
compose() { docker compose -f compose.yaml "$@"; }
on_network() { "${in_namespace[@]}" "$@"; }

pass() { passed=$((passed + 1)); printf 'ok    %s\n' "$*"; }
miss() { failed=$((failed + 1)); printf 'FAIL  %s\n' "$*"; }
# check TEXT COMMAND...: one test.
check() { local text=$1; shift; if "$@"; then pass "$text"; else miss "$text"; fi; }

on_exit() {
  local status=$?
  trap - EXIT
  set +e
  rm -f "$work/go"
  ((${#loads[@]} == 0)) || wait "${loads[@]}"
  if ((status != 0 || failed > 0)); then
    for one in api proxy migrate postgres redis; do compose logs --no-color --tail 20 "$one"; done 2>/dev/null
  fi
  compose --profile observability down -v --remove-orphans >/dev/null 2>&1
  if [[ -n $engine_pid ]]; then
    kill -s TERM "$engine_pid" && wait "$engine_pid"
  fi
  [[ -z $namespace ]] || ip netns delete "$namespace"
  rm -rf -- "$work"
  if ((status != 0)) && ((failed == 0)); then failed=1; fi
  printf '\n%s passed, %s failed\n' "$passed" "$failed"
  ((failed == 0))
  exit
}
trap on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- The engine

install() {
  apt-get -qq update || true
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "$@" >"$work/apt.log" 2>&1 ||
    { tail -n 20 "$work/apt.log" >&2; exit 1; }
}

start_engine() {
  local missing=() plugins=$kept/config/cli-plugins
  for one in dockerd:docker.io iptables:iptables mmdebstrap:mmdebstrap ip:iproute2; do
    command -v "${one%%:*}" >/dev/null || missing+=("${one##*:}")
  done
  ((${#missing[@]} == 0)) || install "${missing[@]}"

  # BuildKit and compose are packages from Debian 13 on, which run on 12 as well.
  mkdir -p "$plugins"
  if [[ ! -x $plugins/docker-compose || ! -x $plugins/docker-buildx ]]; then
    say 'Fetching compose and buildx'
    mkdir -p "$work/lists/partial" "$work/plugins"
    echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main' >"$work/trixie.list"
    local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$work/trixie.list" -o Dir::Etc::sourceparts=/dev/null
      -o "Dir::State::lists=$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
    "${apt[@]}" update
    (cd "$work/plugins" && "${apt[@]}" download docker-compose docker-buildx 2>/dev/null)
    for package in "$work"/plugins/*.deb; do dpkg-deb -x "$package" "$work/plugins/root"; done
    cp "$work"/plugins/root/usr/libexec/docker/cli-plugins/docker-{compose,buildx} "$plugins/"
  fi

  namespace=mes-docker-$$
  ip netns add "$namespace"
  in_namespace=(nsenter "--net=/run/netns/$namespace")
  on_network ip link set lo up
  export DOCKER_HOST=unix://$work/docker.sock DOCKER_CONFIG=$kept/config
  "${in_namespace[@]}" dockerd --data-root "$kept/data" --exec-root "$work/exec" -H "$DOCKER_HOST" -p "$work/docker.pid" \
    --log-level error >"$work/engine.log" 2>&1 &
  engine_pid=$!
  until docker info >/dev/null 2>&1; do
    kill -0 "$engine_pid" 2>/dev/null || { tail "$work/engine.log" >&2; exit 1; }
    sleep 0.2
  done
}

# --- The service

status() { on_network curl -s -o /dev/null -w '%{http_code}' --max-time 10 "$@" || true; }
url=http://127.0.0.1:$port/api/v1
# api KEY METHOD PATH [BODY]: the body of the answer, and its status in the last line.
api() {
  on_network curl -s -w '\n%{http_code}\n' --max-time 20 -X "$2" -H "Authorization: Bearer $1" \
    -H 'Content-Type: application/json' ${4:+-d "$4"} "$url/$3" || true
}
code() { tail -n 1; }
id_of() { sed -n 's/^{"id":"\([^"]*\)".*/\1/p'; }
until_served() { # until_served SECONDS: a read works, a few times in a row
  local deadline=$((SECONDS + $1)) row=0
  while ((row < 5)); do
    ((SECONDS < deadline)) || return 1
    if [[ $(status -H "Authorization: Bearer $crm" "$url/orders?limit=1") == 200 ]]; then row=$((row + 1)); else row=0; sleep 0.1; fi
  done
}
key() { compose run --rm --no-deps -T migrate keys create "$@" 2>"$work/key.err"; }

steps=('crm price {"amount":12.5,"currency":"EUR"}' 'crm approval {}' 'anna claim {}' 'anna completion {}' 'anna packaging {}'
  'anna shipment {"carrier":"DHL","trackingNumber":"T1"}' 'crm closure {}')
submission() { printf '{"externalId":"%s","model":{"fileName":"a.stl","sha256":"%064d","polygonCount":5},"material":"PLA","quantity":1}' "$1" 0; }

# closed NAME: an order from submission to CLOSED; prints its id.
closed() {
  local id who action body
  id=$(api "$alpha" POST orders "$(submission "$1")" | id_of)
  for step in "${steps[@]}"; do
    read -r who action body <<<"$step"
    [[ $(api "${!who}" POST "orders/$id/$action" "$body" | code) == 200 ]] || return 1
  done
  printf '%s\n' "$id"
}

# Load: each line of its output is the status of one request. It ends with the file 'go'.
readers() {
  local paths=() i
  for i in $(seq 40); do paths+=("$url/orders/$closed_id/status" "$url/orders?limit=5"); done
  while [[ -e $work/go ]]; do
    printf -- '-o /dev/null\nurl="%s"\n' "${paths[@]}" | sed 's/^-o \(.*\)/output="\1"/' |
      on_network curl -s --rate 100/s --max-time 30 -w '%{http_code}\n' -H "Authorization: Bearer $crm" -K - || echo "broken"
  done
}
writers() {
  local n=0 id who action body got
  while [[ -e $work/go ]]; do
    n=$((n + 1))
    got=$(api "$alpha" POST orders "$(submission "$1-$n")")
    code <<<"$got"
    id=$(id_of <<<"$got")
    [[ -n $id ]] || continue
    for step in "${steps[@]}"; do
      read -r who action body <<<"$step"
      got=$(api "${!who}" POST "orders/$id/$action" "$body" | code)
      printf '%s\n' "$got"
      [[ $got == 200 ]] || break # Whether it was saved is for the reader to look up.
    done
  done
}
start_load() {
  touch "$work/go"
  loads=()
  for n in 1 2; do
    readers >"$work/reads.$n" 2>/dev/null & loads+=($!)
    writers "$1-$n" >"$work/changes.$n" 2>/dev/null & loads+=($!)
  done
}
end_load() {
  rm -f "$work/go"
  wait "${loads[@]}" || true
  loads=()
  reads=$(cat "$work"/reads.* | wc -l)
  changes=$(cat "$work"/changes.* | wc -l)
  failed_reads=$(cat "$work"/reads.* | grep -vc '^200$' || true)
  failed_changes=$(cat "$work"/changes.* | grep -vc '^20[01]$' || true)
  figures="$reads reads ($failed_reads failed), $changes changes ($failed_changes failed)"
}

began=$SECONDS
command -v jq >/dev/null || install jq
if docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1; then
  say "Using the engine at hand"
else
  say 'Starting an engine'
  start_engine
fi

bases=(mcr.microsoft.com/dotnet/sdk:10.0 mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled postgres:15 redis:7 haproxy:3.0)
for base in "${bases[@]}"; do
  if ! docker image inspect "$base" >/dev/null 2>&1 && ! timeout 60 docker pull -q "$base" >/dev/null 2>&1; then
    say 'Making stand-ins for images that cannot be pulled'
    ./standins.sh "$kept/standins"
    break
  fi
done
say "Engine and base images: $((SECONDS - began)) s"

step=$SECONDS
docker build -q -f Dockerfile -t mes-api:test --build-arg REVISION=first .. >"$work/build.log" 2>&1 ||
  { tail -n 30 "$work/build.log" >&2; exit 1; }
pass "the image is built: $((SECONDS - step)) s, $(docker image inspect -f '{{.Size}}' mes-api:test | awk '{ printf "%.0f MB", $1 / 1e6 }')"

./secrets.sh >/dev/null
step=$(now)
compose up -d --quiet-pull >"$work/up.log" 2>&1 || { cat "$work/up.log" >&2; exit 1; }
admin=$(key --role admin --name first)
check 'the output of keys create is the key alone, and nothing complains' \
  test -z "$(grep -v 'Container\|Network' "$work/key.err")" -a "${admin#mes_live_}" != "$admin"
alpha=$(key --role seller --seller alpha)
anna=$(key --role operator --operator anna)
crm=$(key --role service --name crm)
until_served $patience || { miss 'the service is up'; exit 1; }
pass "up, with four keys: $(($(now) - step)) ms"

closed_id=$(closed first) || closed_id=
check 'an order goes through the proxy to CLOSED' \
  test "$(api "$alpha" GET "orders/$closed_id/status" | sed -n 's/.*"status":"\([A-Z_]*\)".*/\1/p')" = CLOSED
hit() { # within 15 s: a moment after the start the cache is not in use yet
  local i
  for i in $(seq 50); do
    on_network curl -s -o /dev/null -D - --max-time 10 -H "Authorization: Bearer $crm" "$url/orders/$closed_id/status" |
      grep -i '^cache-status: mes; hit.$' >/dev/null && return 0
    sleep 0.3
  done
  return 1
}
check 'the cache answers' hit
healthy() { [[ $(compose ps -q api | xargs docker inspect -f '{{.State.Health.Status}}' | sort | uniq -c | awk '{ print $1, $2 }') == "$1 healthy" ]]; }
both_healthy() { local i; for i in $(seq 60); do healthy 2 && return 0; sleep 0.5; done; return 1; }
check 'both instances are healthy, by the health command of an image without a shell' both_healthy
one=$(compose ps -q api | sed -n 1p)
check 'the image has no shell, and the service is no root' \
  test "$(docker exec "$one" /bin/sh -c : 2>&1 | grep -c 'no such file')" = 1 -a "$(docker inspect -f '{{.Config.User}}' "$one")" != ''
check 'the log of the instances has no complaint' test -z "$(compose logs --no-color api | grep -iE 'gss|"@l":"(Error|Fatal)"')"
check 'the proxy sends metrics and health to nobody' test "$(status "http://127.0.0.1:$port/metrics")$(status "http://127.0.0.1:$port/health/ready")" = 404404
check 'the service has neither rights to the schema nor a superuser' test "$(
  compose exec -T postgres psql -U postgres -d mes -Atc "SELECT count(*) FROM pg_stat_activity WHERE usename = 'mes' AND application_name = 'mes'" | awk '{ print ($1 > 0) }'
)$(compose exec -T postgres psql -U postgres -Atc "SELECT bool_or(rolsuper) FROM pg_roles WHERE rolname LIKE 'mes%'")" = 1f

if [[ -z $short ]]; then
# --- A call that waits longer than a proxy would for an answer, unbuffered
start=$(now)
waited=$(api "$crm" GET 'events?start=now&wait=15' | code)
check "a call that waits 15 s for events comes through: $(($(now) - start)) ms" test "$waited" = 200 -a $(($(now) - start)) -gt 10000

# --- kill -9 under load
start_load kill
sleep 4
victim=$(compose ps -q api | sed -n 1p)
docker kill -s KILL "$victim" >/dev/null
sleep 8
end_load
say "kill -9 of an instance under load: $figures"
check 'a killed instance fails no read' test "$failed_reads" = 0
check 'and at most the changes that it was working on' test "$failed_changes" -le 4
both_healthy || { docker start "$victim" >/dev/null; both_healthy || true; } # An engine does not restart what was killed by hand.
fi

# --- Rolling replacement under load
docker build -q -f Dockerfile -t mes-api:test --build-arg REVISION=second .. >"$work/build.log" 2>&1
start_load deploy
sleep 2
step=$(now)
./deploy.sh >"$work/deploy.log" 2>&1 || { cat "$work/deploy.log" >&2; miss 'the deployment'; }
took=$(($(now) - step))
sleep 2
end_load
say "rolling replacement of two instances under load, $took ms: $figures"
check 'a rolling replacement fails no read and no change' test "$failed_reads/$failed_changes" = 0/0
check 'and all instances are of the new image' test "$(compose ps -q api | xargs docker inspect -f '{{index .Config.Labels "org.opencontainers.image.revision"}}' | sort -u)" = second

if [[ -z $short ]]; then
# --- The database hangs
postgres=$(compose ps -q postgres)
docker pause "$postgres" >/dev/null
start=$(now)
hung=$(api "$alpha" POST orders "$(submission hung)" | code)
took=$(($(now) - start))
# Twenty more wait for it, and readers of what is cached do not notice.
others=()
for n in $(seq 20); do api "$alpha" POST orders "$(submission "hung-$n")" >/dev/null & others+=($!); done
sleep 2
start=$(now)
cached=$(on_network curl -s -o /dev/null -D - --max-time 10 -H "Authorization: Bearer $crm" "$url/orders/$closed_id/status" | tr -d '\r')
cached_took=$(($(now) - start))
wait "${others[@]}"
docker unpause "$postgres" >/dev/null
check "and a cached order is told all the same: $cached_took ms" \
  test "$(grep -ciE '^HTTP/1.1 200|^cache-status: mes; hit' <<<"$cached")" = 2 -a "$cached_took" -lt 2000
check "while PostgreSQL hangs a change is answered 503 by the service: $took ms" test "$hung" = 503 -a "$took" -lt 8000
until_served $patience || true

# --- No instance at all: what the proxy itself answers
compose stop api >/dev/null 2>&1
problem=$(on_network curl -s -i --max-time 10 "$url/orders" | tr -d '\r')
check 'without an instance the proxy answers with a problem document' \
  test "$(grep -ciE '^content-type: application/problem\+json|^HTTP/1.1 503|^retry-after: |"type":"/problems/' <<<"$problem")" = 4

# --- A reboot in the worst order: everything is killed, and comes back from the outside in
count=$(api "$crm" GET "orders/$closed_id/history" | wc -c)
mapfile -t apis < <(compose ps -aq api)
proxy=$(compose ps -q proxy) redis=$(compose ps -q redis)
docker kill -s KILL "$proxy" "$redis" "$postgres" >/dev/null
step=$(now)
for one in "$proxy" "${apis[@]}" "$redis" "$postgres"; do docker start "$one" >/dev/null; sleep 0.3; done
check 'after a reboot in the worst order the service comes back by itself' until_served $patience
pass "back after $(($(now) - step)) ms"
check 'and the cache answers again' hit

# --- Down and up
compose down >/dev/null 2>&1
step=$(now)
compose up -d >/dev/null 2>&1
until_served $patience || miss 'up again'
pass "up again after $(($(now) - step)) ms"
check 'nothing is lost: the first order is CLOSED, with its history' \
  test "$(api "$alpha" GET "orders/$closed_id/history" | grep -o '"to"' | wc -l)" = 8
fi

# --- An older backup, restored while the instances run
order=$(api "$alpha" POST orders "$(submission restored)" | id_of)
check 'a backup is made' ./backup.sh "$work/mes.dump"
told() { api "$alpha" GET "orders/$order/status" | sed -n 's/.*"status":"\([A-Z_]*\)".*/\1/p'; }
api "$alpha" POST "orders/$order/cancellation" '{"reason":"test"}' >/dev/null
until [[ $(told) == CANCELLED ]]; do sleep 0.1; done
./restore.sh "$work/mes.dump" >"$work/restore.log" 2>&1 || { cat "$work/restore.log" >&2; miss 'the restore'; }
answers=()
for _ in $(seq 40); do answers+=("$(told)"); sleep 0.05; done
check 'after a restore nothing of the cache before is told, and the order is as in the backup' \
  test "$(printf '%s\n' "${answers[@]}" | grep . | sort -u)" = SUBMITTED
check 'and the cache answers again, from an empty start' hit

if [[ -z $short ]]; then
# --- Seen
say 'Prometheus'
compose --profile observability up -d --no-deps prometheus >/dev/null 2>&1
prometheus=http://127.0.0.1:9090
start_load seen
targets() { on_network curl -sf "$prometheus/api/v1/query" --data-urlencode 'query=count(up == 1)' | jq -r '.data.result[0].value[1]' 2>/dev/null; }
for _ in $(seq 60); do [[ $(targets) == 3 ]] && break; sleep 0.5; done
sleep 25 # Rates need several samples.
check 'both instances and the proxy are scraped' test "$(targets)" = 3
check 'every query of the dashboards returns data, and every alert is valid' \
  on_network ./observability/check.sh "$prometheus"
end_load
check 'each alert fires where it should, and only there' compose exec -T prometheus promtool test rules /etc/prometheus/alerts.test.yml
fi

say "in all: $((SECONDS - began)) s"
