#!/usr/bin/env bash
# Makes the secrets of docker/compose.yaml that do not exist yet, at random, in docker/secrets. The folder is closed to
# others. The files are not, because the users of the containers have to read them.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

mkdir -p secrets
chmod 700 secrets
for name in postgres_password postgres_owner_password postgres_service_password redis_password; do
  [[ -s secrets/$name ]] && continue
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"secrets/$name"
  chmod 444 "secrets/$name"
  printf 'docker/secrets/%s\n' "$name"
done
# Encrypts the secrets of webhooks in the database: keep a copy, apart from the backups.
if [[ ! -s secrets/secrets_key ]]; then
  head -c 32 /dev/urandom | base64 >secrets/secrets_key
  chmod 444 secrets/secrets_key
  printf 'docker/secrets/secrets_key\n'
fi
