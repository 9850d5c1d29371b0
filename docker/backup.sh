#!/usr/bin/env bash
# Writes a backup of the database of docker/compose.yaml to a file, while the service runs.
#
#   docker/backup.sh FILE
#
# Redis needs none: it holds copies. The secrets in docker/secrets and docker/.env are not part of it.
set -euo pipefail
file=${1:?which file}
compose() { docker compose -f "$(dirname -- "${BASH_SOURCE[0]}")/compose.yaml" "$@"; }

umask 077
trap 'rm -f -- "$file.new"' EXIT
compose exec -T postgres pg_dump -U postgres -d mes --format=custom >"$file.new"
# A dump that broke off must not take the place of a good one.
compose exec -T postgres pg_restore --list <"$file.new" | grep 'TABLE DATA public orders ' >/dev/null ||
  { echo 'the backup is not complete' >&2; exit 1; }
mv -- "$file.new" "$file"
printf '%s, %s bytes\n' "$file" "$(stat -c %s -- "$file")"
