# Words for the set-up steps, to be sourced: each message is one line in Vietnamese and one in English.

# say VI EN: tell what is being done.
say() {
    printf '\n• %s\n  %s\n' "$1" "$2" >&2
}

# stop VI EN COMMAND…: tell what is missing and which commands get it, then give up.
stop() {
    printf '\n✗ %s\n  %s\n' "$1" "$2" >&2
    shift 2
    if [ "$#" -gt 0 ]; then
        printf '\n  Hãy chạy / Run:\n' >&2
        printf '      %s\n' "$@" >&2
    fi
    printf '\n' >&2
    exit 1
}
