# Names of watches and sources; everything else is completed above.
_presswatch_or_names() {
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} what= quote= name
    # Bash makes three words of `--watch=NAME`.
    if [[ $word == = ]]; then
        word=
    elif [[ $option == = ]]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case ${COMP_WORDS[1]}:$option in
        init:*) ;;
        *:--watch) what=watches ;;
        *:--source) what=sources ;;
    esac
    if [[ -z $what ]]; then
        _presswatch "$@"
        return
    fi
    case $word in
        [\"\']*) quote=${word:0:1} word=${word:1} ;;
        *) word=${word//\\/} ;;
    esac
    COMPREPLY=()
    while IFS= read -r name; do
        [[ $name == "$word"* ]] || continue
        # Within quotes bash inserts the name as it is.
        if [[ -z $quote ]]; then
            printf -v name %q "$name"
        fi
        COMPREPLY+=("$name")
    done < <(command presswatch completions --names "$what" -- "${COMP_WORDS[@]}" 2>/dev/null)
}
