# Alt-m puts the FILE:LINE that akin-fzf finds where the cursor is. For ~/.bashrc: . …/akin.bash
# AKIN_KEY, set before, is another key, as bash's `bind` takes it.

__akin_widget() {
  local found
  found=$(akin-fzf) || return 0
  # One word each, quoted for the shell.
  found=$(while IFS= read -r place; do printf '%q ' "$place"; done <<<"$found")
  READLINE_LINE="${READLINE_LINE:0:READLINE_POINT}$found${READLINE_LINE:READLINE_POINT}"
  READLINE_POINT=$((READLINE_POINT + ${#found}))
}

if [[ $- == *i* ]]; then bind -x "\"${AKIN_KEY-\\em}\": __akin_widget"; fi
