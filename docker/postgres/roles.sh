#!/bin/sh
# Runs once, when the image has made the database.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
  -v owner_password="$(cat /run/secrets/postgres_owner_password)" \
  -v service_password="$(cat /run/secrets/postgres_service_password)" \
  -f /etc/mes/roles.sql
