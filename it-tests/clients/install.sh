#!/usr/bin/env bash
# Installs the S3 clients of this Debian that the tests run: awscli, s3cmd,
# rclone, boto3. A fast no-op when they are there.
set -euo pipefail

missing=()
for p in awscli s3cmd rclone python3-boto3; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || missing+=("$p")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "install: already there"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt=(apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }; }
# The package lists of a fresh machine may be empty or old.
quietly "${apt[@]}" update
quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
echo "install: done: ${missing[*]}"
