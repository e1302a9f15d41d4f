# SPDX-License-Identifier: GPL-2.0
"""What bash offers behind unfinished command lines."""
import os
import subprocess

USERSPACE = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))

# Asked once for all lines: a line in, the words that it could go on with out
COMPLETE = r"""
. /usr/share/bash-completion/bash_completion
. "$1"
compopt() { :; }
function=$(complete -p "$2") function=${function##*-F } function=${function%% *}
while IFS= read -r COMP_LINE; do
	read -ra COMP_WORDS <<< "$COMP_LINE"
	[[ $COMP_LINE != *' ' ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE} COMPREPLY=()
	"$function" "$2" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
	echo "${COMPREPLY[*]}"
done
"""


def complete(program, lines, file=None):
    """{line: set of words}; file: in which the completion is, if not of that name"""
    path = os.path.join(USERSPACE, "completion", file or program)
    env = dict(os.environ, PATH=os.path.join(USERSPACE, "build") + ":" + os.environ["PATH"])
    done = subprocess.run(["bash", "-c", COMPLETE, "bash", path, program],
                          input="".join(line + "\n" for line in lines), text=True,
                          capture_output=True, timeout=120, env=env, check=False)
    answers = done.stdout.split("\n")
    assert len(answers) == len(lines) + 1, done.stderr
    return {line: set(answer.split()) for line, answer in zip(lines, answers)}
