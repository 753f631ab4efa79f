#!/usr/bin/env bash
# Installs what the side-by-side benchmarks need on Debian: haproxy, nginx, redis, wrk
# and h2load. Starts no service; a fast no-op when everything is there already.
set -euo pipefail

missing=()
for p in haproxy nginx-light wrk nghttp2-client redis-server redis-tools; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || missing+=("$p")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt=(apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }; }

# A policy that denies service starts, only for the time of the install,
# and only where the machine has no policy of its own.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$log" "$policy"' EXIT
fi

# The package lists of a fresh machine may be empty or old.
quietly "${apt[@]}" update
quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
echo "install: done: ${missing[*]}"
