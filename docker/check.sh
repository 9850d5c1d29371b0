#!/usr/bin/env bash
# Checks what is in docker/ without an engine: the alerts with their tests, the configuration of Prometheus, and the
# manifests of Kubernetes against the schemas. Takes seconds, and on Debian and Ubuntu installs what is missing.
# docker/test.sh runs all of it for real.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

install() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=120 update || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=120 \
    install --no-install-recommends "$@" >/dev/null
}
command -v promtool >/dev/null || install prometheus
command -v npm >/dev/null || install npm

for script in ./*.sh ./*/*.sh; do bash -n "$script"; done
(
  cd observability
  promtool check config --syntax-only prometheus.yml
  promtool check rules alerts.yml
  promtool test rules alerts.test.yml
)
(
  cd kubernetes/check
  npm ci --silent --ignore-scripts --no-audit --no-fund
  npm run --silent check
)
