# Sourced before each command of a shell: takes up what the command before left, and leaves it for the next. It and
# what it defines run with standard error closed off, so that `set -x` writes no trace of them.
# The state holds our own variables too, so it comes first.
[ ! -f "$1/state" ] || . "$1/state"
__wavecrew_dir=$1
__wavecrew_status=$2
__wavecrew_command=
while IFS= read -r __wavecrew_line || [ -n "$__wavecrew_line" ]; do
  __wavecrew_command="$__wavecrew_command$__wavecrew_line
"
done <"$1/command"
set --

__wavecrew_save() {
  __wavecrew_status=$?
  __wavecrew_options=$(set +o)
  set +eufx
  trap - EXIT
  {
    set
    export -p
    echo "umask $(umask)"
    echo "$__wavecrew_options"
    echo '# complete'
  } >|"$__wavecrew_dir/state.new"
  { pwd -P || printf '%s\n' "$PWD"; } >|"$__wavecrew_dir/cwd.new"
  return "$__wavecrew_status"
}

# Sets `$?`, and turns the trace on again where it was on. Under `set -e` a failure has no successor.
case $- in
  *e*) __wavecrew_status=0 ;;
esac
case $- in
  *x*)
    set +x
    eval "__wavecrew_last() { set -x; return $__wavecrew_status; }"
    ;;
  *) eval "__wavecrew_last() { return $__wavecrew_status; }" ;;
esac
trap '{ __wavecrew_save; } 2>/dev/null' EXIT
