#!/usr/bin/env bash
# Writes the manual page from what the commands say of themselves:  manual.sh JAR VERSION
set -euo pipefail

jar=$1
java=java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
help() { "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dsluice.config=/etc/sluice -jar "$jar" "$@" --help; }
# Text as it is: backslashes and dots at the beginning of a line mean something in a manual page.
verbatim() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e 's/^\([.'"'"']\)/\\\&\1/'; }

cat <<TXT
.TH SLUICE 1 "" "sluice ${2//-/\\-}" "Sluice"
.SH NAME
sluice \\- limits for Ceph's S3 gateway that hold for the whole cluster
.SH SYNOPSIS
.B sluice
.I COMMAND
.RI [ OPTIONS ]
.SH DESCRIPTION
A sidecar runs beside each radosgw. S3 clients talk to it; it finds user, bucket and operation of each request, and
forwards the request or answers 503 Slow Down. Sidecars tell each other what they have admitted, so that a limit holds
however many gateways there are.
.SH COMMANDS
TXT
for command in proxy check explain limits rgw-user replay quota relay keygen; do
  printf '.SS %s\n.nf\n' "${command//-/\\-}"
  help "$command" | verbatim
  printf '.fi\n'
done
cat <<'TXT'
.SH FILES
.TP
.I /etc/sluice/sluice.conf
Settings, read at start. The address of the gateway is the one that has no default elsewhere.
.TP
.I /etc/sluice/limits.conf
Limits. A change is in force within a second; a file with a mistake changes nothing.
.TP
.I /var/lib/sluice
What the sidecar writes: limits that were set by command, their audit log, and what long limits have used.
.TP
.I /var/log/sluice
For the access log, which access\-log.file in sluice.conf switches on.
.SH ENVIRONMENT
.TP
.B JAVA_HOME
The Java to use, 17 or newer; else the one on the PATH.
.TP
.B SLUICE_JAVA_OPTS
More options for the JVM, such as \-Xmx512m. They override those of /usr/share/sluice/jvm.options.
.SH EXIT STATUS
.TP
.B 0
Done; for a service: stopped by a signal.
.TP
.B 1
Failed, such as a port that is taken.
.TP
.B 2
Bad usage or bad configuration.
.TP
.B 3
The heap was full. The last lines of the output say what was in it.
TXT
