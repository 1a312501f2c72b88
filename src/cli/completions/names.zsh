_presswatch_watches() {
    _presswatch_names watches
}
_presswatch_sources() {
    _presswatch_names sources
}
_presswatch_names() {
    local -a names
    names=("${(@f)$(command presswatch completions --names $1 -- "${(@Q)words}" 2>/dev/null)}")
    [[ -n ${names[1]} ]] && compadd -a names
}
