# Sourced by the scripts beside it: strict mode, the repository's root as working folder, messages.
set -euo pipefail

script_file=$(readlink -f "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "$(basename "$script_file")" "$*" >&2
  exit 1
}

# The comment block at the top of the calling script is its help.
show_help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$script_file"; }

# help_only "$@": prints the help and ends when that is all that was asked for.
help_only() {
  case "${1:-}" in
    -h | --help)
      show_help
      exit 0
      ;;
  esac
}

# no_arguments "$@": for scripts that take none but --help.
no_arguments() {
  help_only "$@"
  [ $# -eq 0 ] || die "unknown argument '$1'; see --help"
}

# quietly LOG COMMAND...: the command's output goes to LOG, and to the screen only when the command fails.
quietly() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "failed: $*"
  fi
}
