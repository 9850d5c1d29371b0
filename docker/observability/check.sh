#!/usr/bin/env bash
# Asks a Prometheus that scrapes running instances, given by its address, for every query of the dashboards and every
# expression of the alerts. A query of a dashboard must return data; an expression of an alert must be valid.
#
#   docker/observability/check.sh http://127.0.0.1:9090
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
prometheus=$1
failed=0

# query EXPRESSION: how many series it returns.
query() { curl -sf "$prometheus/api/v1/query" --data-urlencode "query=$1" | jq '.data.result | length' || echo 'an error'; }

count=0
while IFS= read -r expression; do
  count=$((count + 1))
  got=$(query "${expression//\$__rate_interval/1m}")
  if [[ $got == 0 || $got == *error* ]]; then
    printf 'FAIL  %s returns %s series\n' "$expression" "$got"
    failed=$((failed + 1))
  fi
done < <(jq -r '.panels[].targets[].expr' grafana/dashboards/*.json)

health=$(curl -sf "$prometheus/api/v1/rules" | jq -r '[.data.groups[].rules[] | select(.health != "ok")] | length')
rules=$(curl -sf "$prometheus/api/v1/rules" | jq '[.data.groups[].rules[]] | length')
((health == 0 && rules > 0)) || failed=$((failed + 1))
printf '%s queries of the dashboards, %s alerts, %s without data or not valid\n' "$count" "$rules" "$failed"
((failed == 0))
