#!/usr/bin/env bash
# Builds everything and runs every test against real PostgreSQL and Redis servers.
#
#   ./test.sh                              all tests
#   ./test.sh --filter Category=Unit       arguments are passed on to dotnet test
#
# MES_TEST_POSTGRES   an Npgsql connection string whose user may create databases
# MES_TEST_REDIS      host:port
#
# For each of the two that is not set, the script starts a private server on a free port, with its data
# in a temporary folder, and stops it at the end. On Debian and Ubuntu it installs missing packages. The board's page is
# tested in Chromium, which must be on the PATH.
#
# The last line is 'N passed, N failed' (', N skipped' if any). The exit code is 0 only if tests ran
# and all of them passed. Every server is present here, so a skipped test counts as a failure.
set -euo pipefail
exec </dev/null

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cd -- "$root"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

start_limit=60
work=
command_pid=
started_pid=
started_redis=
postgres_pid=
redis_pid=
second_redis_pid=
second_redis=
postgres_bin=
summary=

say() { printf '==> %s\n' "$*"; }

# Ends the run. A run that ends before the tests are counted counts as one failure.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Asks the shell and not the system, where another process may have the id of a server that has ended.
alive() { [[ -n $1 && $'\n'$(jobs -pr)$'\n' == *$'\n'"$1"$'\n'* ]]; }

# end SIGNAL PID: sends the signal, waits at most ten seconds, then sends SIGKILL. A negative id means a group.
end() {
  local signal=$1 pid=$2 try
  kill -s "$signal" -- "$pid" || return 0
  for ((try = 0; try < 100; try++)); do
    kill -0 -- "$pid" || return 0
    sleep 0.1
  done
  kill -s KILL -- "$pid" || return 0
  wait "${pid#-}" || true
} 2>/dev/null # hides the messages in which bash announces the end of each process

on_exit() {
  local status=$? pid
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  [[ -z $command_pid ]] || end TERM "-$command_pid"
  for pid in "$started_pid" "$redis_pid" "$second_redis_pid" "$postgres_pid"; do
    # PostgreSQL's fast shutdown; SIGTERM would wait for clients.
    if alive "$pid"; then
      end INT "$pid"
    fi
  done
  [[ -z $work ]] || rm -rf -- "$work"
  if ((status != 0)) && [[ -z $summary ]]; then
    summary='0 passed, 1 failed'
  fi
  printf '\n%s\n' "$summary"
  exit "$status"
}
trap on_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs a command in the background, in its own process group. The script then handles a signal at once,
# and ends the command's children together with it.
run() {
  local status=0
  set -m
  "$@" &
  command_pid=$!
  set +m
  wait "$command_pid" || status=$?
  kill -s KILL -- "-$command_pid" 2>/dev/null || true
  command_pid=
  return "$status"
}

check_sdk() {
  local version
  command -v dotnet >/dev/null ||
    fail 'the .NET 10 SDK is needed and dotnet was not found: https://dotnet.microsoft.com/download/dotnet/10.0'
  version=$(dotnet --version 2>/dev/null) && [[ $version == 10.* ]] ||
    fail "the .NET 10 SDK is needed (see global.json); installed: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' -)"
}

# Prefers version 15, on which the service runs in production, then the newest one.
find_postgres() {
  local bin version best=0
  for bin in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin "$(dirname -- "$(command -v initdb || echo /)")"; do
    [[ -x $bin/initdb && -x $bin/postgres ]] || continue
    version=$("$bin/postgres" --version | sed -n 's/.*) \([0-9]*\).*/\1/p')
    if ((version == 15)); then
      postgres_bin=$bin
      return 0
    fi
    if ((version > best && version > 15)); then
      best=$version
      postgres_bin=$bin
    fi
  done
  [[ -n $postgres_bin ]]
}

find_redis() {
  local version
  command -v redis-server >/dev/null || return 1
  version=$(redis-server --version | sed -n 's/.* v=\([0-9]*\)\..*/\1/p')
  ((version >= 7)) || fail "Redis 7 or newer is needed, redis-server on the PATH is version $version"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "installing packages needs root or sudo; install PostgreSQL 15, Redis 7, Node.js 18 and Chromium yourself, or set MES_TEST_POSTGRES and have redis-server, node, npm and chromium on the PATH"
  fi
}

# For the linters of the API's description, the checks of the board's scripts, and for what the documents show in TypeScript.
find_node() {
  local version
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  version=$(node --version)
  version=${version#v}
  ((${version%%.*} >= 18)) || fail "Node.js 18 or newer is needed, node on the PATH is version $version"
}

find_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

install_missing() {
  local packages=()
  if [[ -z ${MES_TEST_POSTGRES:-} ]] && ! find_postgres; then
    packages+=(postgresql)
  fi
  # Needed even if MES_TEST_REDIS is set, because some tests stop and restart their own Redis.
  if ! find_redis; then
    packages+=(redis-server)
  fi
  if ! find_node; then
    packages+=(nodejs npm)
  fi
  if ! find_chromium; then
    packages+=(chromium fonts-dejavu-core)
  fi
  ((${#packages[@]} > 0)) || return 0

  command -v apt-get >/dev/null ||
    fail "missing: ${packages[*]}. Only Debian's and Ubuntu's packages are installed automatically; install PostgreSQL 15, Redis 7, Node.js 18 and Chromium yourself, or set MES_TEST_POSTGRES and have redis-server, node, npm and chromium on the PATH"
  say "Installing what is missing: ${packages[*]}"
  # An update may fail for a package source that is not needed. If it is, the installation below fails.
  as_root apt-get -qq -o DPkg::Lock::Timeout=120 update || true
  if [[ ${packages[0]} == postgresql ]] && apt-cache show postgresql-15 >/dev/null 2>&1; then
    packages[0]=postgresql-15
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
    install --no-install-recommends "${packages[@]}" >"$work/apt.log" 2>&1 || {
    tail -n 30 "$work/apt.log" >&2
    fail "apt-get could not install ${packages[*]}"
  }
  [[ -n ${MES_TEST_POSTGRES:-} ]] || find_postgres ||
    fail 'PostgreSQL 15 or newer is needed and this distribution has only older ones; set MES_TEST_POSTGRES'
  find_redis || fail 'redis-server was installed but is not on the PATH'
  find_node || fail 'nodejs and npm were installed but are not on the PATH'
  find_chromium || fail 'chromium was installed but is not on the PATH'
}

# PostgreSQL refuses to run as root. setpriv replaces itself by the server, which keeps the process id.
server_user=()
choose_server_user() {
  local user=nobody
  ((EUID == 0)) || return 0
  if id postgres >/dev/null 2>&1; then
    user=postgres
  fi
  server_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --init-groups)
  chmod 711 "$work"
  mkdir "$work/servers"
  chown "$user:$(id -g "$user")" "$work/servers"
  "${server_user[@]}" test -w "$work/servers" ||
    fail "the user $user, who runs the servers, cannot reach $work; set TMPDIR to a folder that every user can enter"
}

# Below the ports that systems hand out to clients. Otherwise a client could get the port in the meantime.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  printf '%s\n' "$port"
}

# start NAME READY COMMAND...: starts a server in the background, with its output in servers/NAME.log, and
# waits until the command READY succeeds. Leaves the process id in started_pid. Fails if the server ends.
start() {
  local name=$1 ready=$2 deadline=$((SECONDS + start_limit))
  shift 2
  set -m
  "${server_user[@]+"${server_user[@]}"}" "$@" >"$work/servers/$name.log" 2>&1 &
  started_pid=$!
  set +m
  until "$ready"; do
    if ! alive "$started_pid"; then
      wait "$started_pid" 2>/dev/null || true
      return 1
    fi
    if ((SECONDS >= deadline)); then
      end KILL "$started_pid"
      return 1
    fi
    sleep 0.05
  done
}

show_log() {
  printf -- '--- last lines of the log of %s\n' "$1" >&2
  tail -n 30 "$work/servers/$1.log" >&2 || true
}

postgres_ready() { [[ $(sed -n 8p "$work/servers/postgres/postmaster.pid" 2>/dev/null) == ready* ]]; }

start_postgres() {
  local data=$work/servers/postgres password port try
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s\n' "$password" >"$work/servers/password"
  chmod 644 "$work/servers/password"
  "${server_user[@]+"${server_user[@]}"}" "$postgres_bin/initdb" --pgdata="$data" --username=postgres \
    --pwfile="$work/servers/password" --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync \
    >"$work/servers/initdb.log" 2>&1 || {
    show_log initdb
    fail 'initdb failed'
  }
  rm -f -- "$work/servers/password"

  # The data is temporary, so it need not survive a power failure. A killed server still recovers.
  for ((try = 0; try < 5; try++)); do
    port=$(free_port)
    if start postgres postgres_ready "$postgres_bin/postgres" -D "$data" -p "$port" \
      -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 \
      -c timezone=UTC -c fsync=off -c full_page_writes=off; then
      postgres_pid=$started_pid
      export MES_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Password=$password;Database=postgres"
      say "PostgreSQL $("$postgres_bin/postgres" --version | sed 's/.*) \([0-9.]*\).*/\1/') on port $port"
      return 0
    fi
  done
  show_log postgres
  fail 'PostgreSQL did not start'
}

redis_ready() { grep -q 'Ready to accept connections' "$work/servers/$redis_name.log" 2>/dev/null; }

# start_redis NAME: leaves the address in started_redis and the process id in started_pid.
start_redis() {
  local redis_name=$1 port try
  mkdir -p "$work/servers/$redis_name"
  chmod 777 "$work/servers/$redis_name"
  for ((try = 0; try < 5; try++)); do
    port=$(free_port)
    if start "$redis_name" redis_ready redis-server --bind 127.0.0.1 --port "$port" --dir "$work/servers/$redis_name" \
      --save '' --appendonly no --daemonize no; then
      started_redis=127.0.0.1:$port
      say "Redis $(redis-server --version | sed 's/.* v=\([0-9.]*\).*/\1/') on port $port"
      return 0
    fi
  done
  show_log "$redis_name"
  fail 'Redis did not start'
}

# run_tests NAME ARGUMENT...: the results go into the folder NAME, and temporary files into one that the script deletes
# even after an interrupted run.
run_tests() {
  local name=$1
  shift
  mkdir -p "$work/results/$name" "$work/tmp"
  TMPDIR=$work/tmp dotnet test Mes.sln -c Release --no-build --nologo -tl:off \
    --results-directory "$work/results/$name" --logger trx "$@"
}

# Most tests wait most of the time, so two halves at once take little longer than one. A test must not see what one of
# the other half does, so each half has its own Redis; in PostgreSQL each fixture has its own database.
run_halves() {
  local caching status=0
  MES_TEST_REDIS=$second_redis run_tests caching --filter 'FullyQualifiedName~Mes.Tests.Caching|FullyQualifiedName~Mes.Tests.Browser' &
  caching=$!
  run_tests others --filter 'FullyQualifiedName!~Mes.Tests.Caching&FullyQualifiedName!~Mes.Tests.Browser' || status=$?
  wait "$caching" || status=$?
  return "$status"
}

# Prints the numbers of all, passed and failed tests in the result files.
count_results() {
  cat -- "$work"/results/*/*.trx 2>/dev/null |
    sed -n 's/.*<Counters total="\([0-9]*\)" executed="[0-9]*" passed="\([0-9]*\)" failed="\([0-9]*\)".*/\1 \2 \3/p' |
    awk '{ total += $1; passed += $2; failed += $3 } END { print total + 0, passed + 0, failed + 0 }'
}

work=$(mktemp -d "${TMPDIR:-/tmp}/mes-test.XXXXXX")
# dotnet cannot start without a home, which some CI systems do not set.
if [[ -z ${HOME:-} ]]; then
  export HOME=$work/home
  mkdir "$HOME"
fi

check_sdk
install_missing
choose_server_user
mkdir -p "$work/servers"
[[ -n ${MES_TEST_POSTGRES:-} ]] || start_postgres
if [[ -z ${MES_TEST_REDIS:-} ]]; then
  start_redis redis
  redis_pid=$started_pid MES_TEST_REDIS=$started_redis
fi
if (($# == 0)); then
  start_redis second_redis
  second_redis_pid=$started_pid second_redis=$started_redis
fi
export MES_TEST_POSTGRES MES_TEST_REDIS MES_TEST_REQUIRE_SERVERS=1

say 'Restoring'
run dotnet restore Mes.sln --locked-mode --disable-build-servers -tl:off -v:quiet -warnaserror || fail 'the restore failed'
say 'Building'
run dotnet build Mes.sln -c Release --no-restore --nologo --disable-build-servers -tl:off -v:quiet -warnaserror || fail 'the build failed'
say 'Testing'
test_status=0
if (($# == 0)); then
  run run_halves || test_status=$?
else
  run run_tests some "$@" || test_status=$?
fi

read -r total passed failed < <(count_results)
skipped=$((total - passed - failed))
if ((test_status != 0 && failed == 0)); then
  printf 'error: the test run ended with code %s and no failed test: it broke off, which counts as a failure\n' "$test_status" >&2
  failed=1
fi
for server in postgres redis second_redis; do
  pid=${server}_pid
  if [[ -n ${!pid} ]] && ! alive "${!pid}"; then
    show_log "$server"
    printf 'error: the server %s ended during the tests\n' "$server" >&2
    ((failed > 0)) || failed=1
  fi
done
if ((skipped > 0)); then
  printf 'error: with every server present no test may be skipped\n' >&2
fi
if ((total == 0)); then
  printf 'error: no test ran\n' >&2
fi

summary="$passed passed, $failed failed"
if ((skipped > 0)); then
  summary+=", $skipped skipped"
fi
((total > 0 && failed == 0 && skipped == 0)) || exit 1
