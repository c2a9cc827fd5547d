/** The shells that can be taught. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;
export type CompletionShell = (typeof completionShells)[number];

const BASH = `# postern completion for bash; source it: source <(postern completion bash)
_postern() {
  local value text current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value text; do
    [[ "$value" == "$current"* ]] && COMPREPLY+=("$(printf '%q' "$value")")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  return 0
}
complete -o default -F _postern postern
`;

const ZSH = `#compdef postern
# postern completion for zsh; source it: source <(postern completion zsh)
_postern() {
  local value text
  local -a found
  while IFS=$'\\t' read -r value text; do
    found+=("\${value//:/\\\\:}:$text")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe postern found
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_postern" ]; then
  _postern "$@"
else
  compdef _postern postern
fi
`;

const FISH = `# postern completion for fish; source it: postern completion fish | source
function __postern_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l found (command $before[1] __complete -- $before[2..-1] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c postern -f -a '(__postern_complete)'
`;

/** Scripts that ask `postern __complete` for every candidate, so that they never lag behind the program. */
export const completionScripts: Readonly<Record<CompletionShell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
