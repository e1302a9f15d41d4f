# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: libnss_netbios as glibc loads it, for a user who may do
# nothing.

# lookup DATABASE NAME: as getent finds it, by NetBIOS alone
lookup()
{
	LD_LIBRARY_PATH=$REPO_DIR/userspace/build limited "$((PATIENCE * 2))" one \
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		getent --service=netbios "$1" "$2"
}

# finds DATABASE NAME ADDRESS
finds()
{
	lookup "$1" "$2" > "$WORK/found" 2>&1
	cat "$WORK/found"
	grep -qw "^$3" "$WORK/found"
}

# getent's own word for "not found", and nothing else
not_found()
{
	local status=0

	lookup hosts "$1" || status=$?
	[ "$status" = 2 ]
}

questions()
{
	in_host one nbctl stats | awk '$1 == "upcalls" { print $2 }'
}

# unasked COMMAND...: without a question to the helper
unasked()
{
	local before after

	before=$(questions)
	"$@" || return
	after=$(questions)
	echo "questions to the helper: ${before:-0}, then ${after:-0}"
	[ "${before:-0}" = "${after:-0}" ]
}

asked()
{
	! unasked "$@"
}

now_ms()
{
	echo "${EPOCHREALTIME/[.,]/}" | cut -c1-13
}

# within MIN MAX COMMAND...: so many milliseconds, and what it takes to start getent
# here, which is USUAL
within()
{
	local start min=$1 max=$(($2 + 3 * USUAL + 500)) took status=0

	start=$(now_ms)
	"${@:3}" || status=$?
	took=$(($(now_ms) - start))
	echo "took $took ms, of $min to $max"
	[ "$status" = 0 ] && [ "$took" -ge "$min" ] && [ "$took" -le "$max" ]
}

measure_usual()
{
	local start

	start=$(now_ms)
	lookup hosts TWO > /dev/null
	USUAL=$(($(now_ms) - start))
	echo "# getent: $USUAL ms for a name in the cache"
}

# by_nsswitch NAME: as every program does, because of a line in nsswitch.conf
by_nsswitch()
{
	echo "hosts: files netbios" > "$WORK/nsswitch.conf"
	chmod 644 "$WORK/nsswitch.conf"
	# shellcheck disable=SC2016 # it is that shell's
	in_host one unshare --mount sh -c '
		mount --bind "$1" /etc/nsswitch.conf &&
		LD_LIBRARY_PATH=$2 exec setpriv --reuid=65534 --regid=65534 --clear-groups \
			python3 -c "import socket, sys; print(socket.gethostbyname(sys.argv[1]))" "$3"
		' sh "$WORK/nsswitch.conf" "$REPO_DIR/userspace/build" "$1"
}

# readme_sed LINE: what the command of README.md makes of a line, done twice
readme_sed()
{
	local command

	command=$(grep '^sed .* /etc/nsswitch.conf$' "$REPO_DIR/README.md") || return
	command=${command/\/etc\/nsswitch.conf/\"\$WORK\/edited\"}
	printf '%s\n' "passwd: files systemd" "$1" > "$WORK/edited"
	eval "$command" && eval "$command" && cat "$WORK/edited" &&
		[ "$(grep -o netbios "$WORK/edited")" = netbios ]
}

nss_readme()
{
	point "README.md adds netbios once, at the end" \
		says "hosts: files dns netbios" readme_sed "hosts: files dns"
	point "and in front of resolved, which ends the search" \
		says 'hosts: files netbios resolve [!UNAVAIL=return] dns' \
		readme_sed "hosts: files resolve [!UNAVAIL=return] dns"
}

no_samba()
{
	! pgrep -l '^(smbd|nmbd|winbindd|samba)$'
}

is_pending()
{
	in_host one nbctl node | grep -Eq '^pending +[1-9]'
}

# a helper that is killed while somebody waits for it
dies_meanwhile()
{
	start waits one env "LD_LIBRARY_PATH=$REPO_DIR/userspace/build" \
		getent --service=netbios hosts DIESPC
	until_ok "a question" is_pending || return
	helper_kill one
	wait "${PIDS[waits]}"
	[ $? = 2 ]
}

# stopped_meanwhile COMMAND...: it is stopped and goes on, and then is answered
stopped_meanwhile()
{
	kill -STOP "${PIDS[helper-one]}"
	one_ctl cache flush
	start waits one env "LD_LIBRARY_PATH=$REPO_DIR/userspace/build" \
		"PYTHONPATH=$REPO_DIR/userspace/python" "$@"
	until_ok "a question" is_pending || return
	kill -STOP "${PIDS[waits]}"
	kill -CONT "${PIDS[waits]}"
	kill -CONT "${PIDS[helper-one]}"
	wait "${PIDS[waits]}" && grep -w ^10.9.0.2 "$WORK/waits.log"
}

# the helper is not asked, and then is again
nss_negative()
{
	point "a name that nobody has is not found" not_found NOSUCHPC
	point "and not asked for again" unasked not_found NOSUCHPC
	[ "$MODE" = full ] || return
	point "which takes no longer than one that is there" within 0 0 not_found NOSUCHPC
	point "the cache says so" says negative in_host one nbctl cache show NOSUCHPC
	one_ctl cache flush
	point "if it is emptied, it is asked for" asked not_found NOSUCHPC
}

nss_waits()
{
	kill -STOP "${PIDS[helper-one]}"
	# 4 s for both suffixes
	point "a helper that does not answer keeps nobody waiting" \
		within 3500 4000 lookup_fails hosts WAITSPC
	point "but what is in the cache" within 0 0 finds hosts TWO 10.9.0.2
	if [ "$MODE" = full ]; then
		point "who is stopped meanwhile still gets the answer of the Python module" \
			stopped_meanwhile python3 -B -c \
			"import netbios; print(*netbios.find('TWO<00>', timeout=20))"
		point "and that of getent" stopped_meanwhile getent --service=netbios hosts TWO
		kill -STOP "${PIDS[helper-one]}"
		# the question would be there for the next helper
		point "nor one that dies meanwhile" within 0 4000 dies_meanwhile
	else
		helper_kill one
	fi
	point "without a helper the cache is still there" finds hosts TWO 10.9.0.2
	point "and what is not in it is not found at once" \
		within 0 0 lookup_fails hosts OTHERPC
	helper_start one
}

test_nss()
{
	point "getent hosts finds a workstation" finds hosts TWO 10.9.0.2
	point "getaddrinfo() does" finds ahostsv4 TWO 10.9.0.2
	point "case does not count" finds hosts two 10.9.0.2
	point "a file server is found by its own name" finds hosts FILES 10.9.0.2
	point "and this node, too" finds hosts ONE 10.9.0.1
	if [ "$MODE" = full ]; then
		point "a program finds it, with a line in nsswitch.conf" \
			says 10.9.0.2 by_nsswitch TWO
		point "without Samba" no_samba
	fi
	nss_readme
	measure_usual
	nss_negative
	point "what is no name of a host is not asked for" unasked not_found pc.example.com
	point "nor what is too long" unasked not_found SIXTEENLETTERSPC
	point "nor an empty one" unasked not_found ""
	point "a group is no host" not_found WORKERS
	finds hosts TWO 10.9.0.2 > /dev/null
	nss_waits
}

lookup_fails()
{
	! lookup "$@"
}
