# Completion of sluice's commands and options in bash.
_sluice() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "proxy check explain limits rgw-user replay quota relay keygen --help" -- "$current")
    return
  fi
  case $previous in
    -c | --config | --limits | --token-file)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      return
      ;;
    --op)
      mapfile -t COMPREPLY < <(compgen -W "read write list delete" -- "$current")
      return
      ;;
  esac
  local words="--help"
  case ${COMP_WORDS[1]} in
    proxy | check | quota | relay) words+=" --config" ;;
    explain) words+=" --user --bucket --op --address --admin --token-file --json" ;;
    limits)
      words+=" --admin --token-file --config --explain --gateways --json"
      if [ "$COMP_CWORD" = 2 ]; then words+=" list set delete import"; fi
      if [ "$COMP_CWORD" = 3 ]; then words+=" user bucket tenant each-user each-bucket anonymous total"; fi
      ;;
    rgw-user) words+=" --radosgw-admin --uid" ;;
    replay) words+=" --limits --json" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  case ${COMP_WORDS[1]} in
    keygen | rgw-user | replay) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
  esac
}
complete -F _sluice sluice
