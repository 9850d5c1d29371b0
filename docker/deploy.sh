#!/usr/bin/env bash
# Replaces the running instances by instances of a new image, one after the other. No request fails meanwhile.
#
#   docker compose -f docker/compose.yaml build && docker/deploy.sh
#   MES_IMAGE=registry.example/mes-api:1.2.3 docker/deploy.sh
#
# First the schema is brought up to date, with which the old instances go on working. An instance that does not become
# ready ends the deployment: it is removed, and the old ones stay.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

patience=${MES_DEPLOY_PATIENCE:-120} # seconds, for one instance to become ready

compose() { docker compose -f compose.yaml "$@"; }
instances() { compose ps -q api; }

compose run --rm --no-deps migrate
mapfile -t old < <(instances)
count=${#old[@]}
((count > 0)) || { echo 'no instance is running: docker compose up -d' >&2; exit 1; }

for one in "${old[@]}"; do
  before=$(instances)
  compose up -d --no-deps --no-recreate --scale "api=$((count + 1))" api
  new=$(grep -vxF "$before" < <(instances))
  deadline=$((SECONDS + patience))
  until [[ $(docker inspect -f '{{.State.Health.Status}}' "$new") == healthy ]]; do
    if ((SECONDS >= deadline)); then
      docker logs --tail 20 "$new" >&2
      docker rm -f "$new" >/dev/null
      echo 'the new instance did not become ready: it is removed, and the old ones stay' >&2
      exit 1
    fi
    sleep 0.5
  done
  sleep 2 # The proxy finds it within this time.
  docker stop -t 40 "$one" >/dev/null
  docker rm "$one" >/dev/null
  printf 'replaced %s by %s\n' "${one:0:12}" "${new:0:12}"
done
