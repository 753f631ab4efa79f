# Starts sluice.jar. Sourced by ./sluice and by the Debian package's /usr/bin/sluice, which set:
#   java     the java command
#   jar      sluice.jar
#   options  jvm.options
#   cache    a folder for the class archive; it is made where the folder can be written to
#   own      options for the log's configuration and the folder of the settings; none: ()

# Returns memory that the compilers have freed to the system. The first releases of Java 17 don't have the option, so it is
# tried once for each JVM.
trim=-XX:TrimNativeHeapInterval=2000
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-1}

# Class-data sharing: an archive of the classes that a start loads, made once per JVM; without it a start takes
# twice as long. It holds no code of its own: the JVM ignores one that doesn't fit.
archive() {
  local jvm
  jvm=$(stat -Lc '%d-%i-%s-%Y' "$(type -P "$java")" 2>/dev/null) || {
    echo "sluice: no Java found: install JDK 17 or newer" >&2
    exit 1
  }
  archive=$cache/sluice-$jvm.jsa
  local trims=${archive%.jsa}.trims
  if { [ ! -f "$archive" ] || [ "$jar" -nt "$archive" ]; } && [ -w "$cache" ]; then
    if "$java" "$trim" -version >/dev/null 2>&1; then touch "$trims"; fi
    # To a name of its own first: two starts at once must not read half an archive.
    "$java" "@$options" -XX:ArchiveClassesAtExit="$archive.$$" -Xlog:disable -jar "$jar" warm-up >/dev/null 2>&1 &&
      mv -f "$archive.$$" "$archive" || rm -f "$archive.$$"
  fi
  found=()
  if [ -f "$trims" ]; then found+=("$trim"); fi
  if [ -f "$archive" ]; then found+=(-XX:SharedArchiveFile="$archive" -Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off); fi
}

# Becomes the JVM with the arguments of the command.
launch() {
  local found
  archive
  # shellcheck disable=SC2086  # a list of options
  exec "$java" "@$options" "${found[@]}" "${own[@]}" ${SLUICE_JAVA_OPTS:-} -jar "$jar" "$@"
}
