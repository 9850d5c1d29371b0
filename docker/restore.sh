#!/usr/bin/env bash
# Puts a backup in the place of the database of docker/compose.yaml. Instances may go on running: they notice that the
# database is another one, and tell nothing of what they had cached. They answer 503 for the moment in which the databases
# change places.
#
#   docker/restore.sh FILE
#
# The database before is kept under another name; the script prints it.
set -euo pipefail
file=$(readlink -f -- "${1:?which file}")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
compose() { docker compose -f compose.yaml "$@"; }
sql() { compose exec -T postgres psql -v ON_ERROR_STOP=1 -qU postgres -d postgres; }

before=mes_before_$(date +%Y%m%d%H%M%S)
sql <<'SQL'
DROP DATABASE IF EXISTS mes_restored;
CREATE DATABASE mes_restored TEMPLATE template0 OWNER mes_owner;
REVOKE ALL ON DATABASE mes_restored FROM PUBLIC;
GRANT CONNECT ON DATABASE mes_restored TO mes;
SQL
compose exec -T postgres pg_restore -U postgres -d mes_restored --exit-on-error <"$file"

sql <<SQL
ALTER DATABASE mes ALLOW_CONNECTIONS false;
SET client_min_messages = error;
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'mes' \g /dev/null
ALTER DATABASE mes RENAME TO $before;
ALTER DATABASE mes_restored RENAME TO mes;
SQL

# The backup may be of an older version.
compose run --rm --no-deps -T migrate
printf 'restored; the database before is %s\n' "$before"
