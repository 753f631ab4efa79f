#!/usr/bin/env bash
# Makes the Debian package from the jar:  build.sh JAR FOLDER
# The same sources give the same bytes: all times are the build's (project.build.outputTimestamp in pom.xml).
set -euo pipefail

jar=$1
dist=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../.." && pwd)

pom() { sed -n "s|.*<$1>\(.*\)</$1>.*|\1|p" "$source/pom.xml" | head -n 1; }
SOURCE_DATE_EPOCH=$(date -d "$(pom project.build.outputTimestamp)" +%s)
export SOURCE_DATE_EPOCH
# A snapshot comes before its release.
version=$(pom version)
version=${version/-SNAPSHOT/~snapshot}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022
chmod 755 "$root"

# put MODE SOURCE TARGET
put() { install -D -m "$1" "$2" "$root/$3"; }

put 644 "$jar" usr/share/sluice/sluice.jar
put 644 "$source/packaging/jvm.options" usr/share/sluice/jvm.options
put 644 "$source/packaging/launch.sh" usr/share/sluice/launch.sh
put 755 "$here/sluice" usr/bin/sluice
put 644 "$here/sluice.service" lib/systemd/system/sluice.service
put 644 "$here/completion.bash" usr/share/bash-completion/completions/sluice
for example in relay quota-service quotas limits; do
  put 644 "$source/config/$example.conf" "usr/share/doc/sluice/examples/$example.conf"
done
# What the sidecar writes is in its own folder.
sed 's|limits-overlay = "limits-overlay.conf"|limits-overlay = "/var/lib/sluice/limits-overlay.conf"|
     s|quotas-overlay = "quotas-overlay.conf"|quotas-overlay = "/var/lib/sluice/quotas-overlay.conf"|
     s|state-file = ""|state-file = "/var/lib/sluice/state"|
     s|dir = "data"|dir = "/var/lib/sluice/data"|' "$source/config/sluice.conf" >"$root/sluice.conf"
put 640 "$root/sluice.conf" etc/sluice/sluice.conf
rm "$root/sluice.conf"
put 644 "$here/limits.conf" etc/sluice/limits.conf
put 644 "$here/copyright" usr/share/doc/sluice/copyright
mkdir -p "$root/usr/share/man/man1"
"$here/manual.sh" "$jar" "$version" | gzip -9n >"$root/usr/share/man/man1/sluice.1.gz"
sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -R -d "@$SOURCE_DATE_EPOCH")/" "$here/changelog" |
  gzip -9n >"$root/usr/share/doc/sluice/changelog.gz"
chmod 644 "$root/usr/share/man/man1/sluice.1.gz" "$root/usr/share/doc/sluice/changelog.gz"

mkdir -p "$root/DEBIAN"
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
sed "s/@VERSION@/$version/; s/@SIZE@/$size/" "$here/control" >"$root/DEBIAN/control"
printf '%s\n' /etc/sluice/sluice.conf /etc/sluice/limits.conf >"$root/DEBIAN/conffiles"
install -m 755 "$here/postinst" "$here/prerm" "$here/postrm" "$root/DEBIAN/"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
  >"$root/DEBIAN/md5sums"
find "$root" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$dist"
package=$dist/sluice_${version}_all.deb
dpkg-deb --root-owner-group --uniform-compression -Zxz --build "$root" "$package" >/dev/null
echo "$package"
