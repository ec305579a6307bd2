# Sourced before each command of a shell: takes up what the command before left, and leaves it for the next. It and
# what it defines run with standard error closed off, so that `set -x` writes no trace of them.
__wavecrew_dir=$1
__wavecrew_command=$(<"$1/command")
__wavecrew_status=$2
builtin set --

__wavecrew_save() {
  local __wavecrew_status=$?
  # Written straight to the file: a substitution would run in a subshell, where some options differ.
  builtin set +o >|"$__wavecrew_dir/options"
  builtin shopt -p >>"$__wavecrew_dir/options"
  builtin set +eufx
  # If the EXIT trap is not ours any more, this process would run it too early.
  builtin trap - EXIT ERR DEBUG RETURN
  builtin compgen -A variable >|"$__wavecrew_dir/variables"
  builtin compgen -A function >|"$__wavecrew_dir/functions"
  {
    while IFS= builtin read -r __wavecrew_name; do
      case $__wavecrew_name in
        __wavecrew_* | BASH | BASHOPTS | BASHPID | BASH_* | COMP_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS) ;;
        HISTCMD | HOSTTYPE | LINENO | MACHTYPE | OPTIND | OSTYPE | PIPESTATUS | PPID | PWD | RANDOM | SECONDS) ;;
        SHELLOPTS | SHLVL | SRANDOM | UID | _) ;;
        *) builtin declare -p -- "$__wavecrew_name" ;;
      esac
    done <"$__wavecrew_dir/variables"
    while IFS= builtin read -r __wavecrew_name; do
      case $__wavecrew_name in
        __wavecrew_*) ;;
        *)
          builtin declare -f -- "$__wavecrew_name"
          case $(builtin declare -F -p -- "$__wavecrew_name") in
            "declare -fx "*) builtin printf 'declare -fx -- %q\n' "$__wavecrew_name" ;;
          esac
          ;;
      esac
    done <"$__wavecrew_dir/functions"
    builtin alias -p
    builtin umask -p
    builtin printf 'set --'
    [ "$#" -eq 0 ] || builtin printf ' %q' "$@"
    builtin printf '\n'
    while IFS= builtin read -r __wavecrew_name; do
      builtin printf '%s\n' "$__wavecrew_name"
    done <"$__wavecrew_dir/options"
    builtin printf '# complete\n'
  } >|"$__wavecrew_dir/state.new"
  { builtin pwd -P || builtin printf '%s\n' "$PWD"; } >|"$__wavecrew_dir/cwd.new"
  return "$__wavecrew_status"
}

if [ -f "$__wavecrew_dir/state" ]; then
  # What the command before removed from the environment stays removed.
  for __wavecrew_name in $(builtin compgen -e); do
    [ "$__wavecrew_name" = PWD ] || builtin unset -v "$__wavecrew_name"
  done
  . "$__wavecrew_dir/state"
fi

# Sets `$?`, and turns the trace on again where it was on. Under `set -e` a failure has no successor.
case $- in
  *e*) __wavecrew_status=0 ;;
esac
case $- in
  *x*)
    builtin set +x
    eval "__wavecrew_last() { builtin set -x; return $__wavecrew_status; }"
    ;;
  *) eval "__wavecrew_last() { return $__wavecrew_status; }" ;;
esac
builtin trap '{ __wavecrew_save "$@"; } 2>/dev/null' EXIT
