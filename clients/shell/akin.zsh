# Alt-m puts the FILE:LINE that akin-fzf finds where the cursor is. For ~/.zshrc: source …/akin.zsh
# AKIN_KEY, set before, is another key, as zsh's `bindkey` takes it.

akin-widget() {
  local found
  found=$(akin-fzf </dev/tty)
  zle reset-prompt
  [[ -n $found ]] || return 0
  # One word each, quoted for the shell.
  LBUFFER+="${(j: :)${(q)${(f)found}}} "
}
zle -N akin-widget
bindkey "${AKIN_KEY-^[m}" akin-widget
