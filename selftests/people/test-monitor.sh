# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: nbctl monitor while events come by the thousand. On host
# four, which has no helper: a name is registered when it is added, and gone when it is
# deleted, each with one event.

# both_start COMMAND...: monitors for programs and for people, run by COMMAND
both_start()
{
	start events-json four "$@" nbctl -j monitor
	start events-text four "$@" nbctl monitor name
	log_has events-json start
	log_has events-text start
}

# both_signal SIGNAL
both_signal()
{
	kill "-$1" "${PIDS[events-json]}" "${PIDS[events-text]}"
}

# both_end STATUS: with which they end
both_end()
{
	local name status ends=()

	both_signal TERM
	for name in events-json events-text; do
		status=0
		wait "${PIDS[$name]}" || status=$?
		unset "PIDS[$name]"
		ends+=("$status")
	done
	echo "exit status: ${ends[*]}"
	[ "${ends[*]}" = "$1 $1" ]
}

# events PREFIX COUNT RATE
events()
{
	./events.py make "$@" | in_host four nbctl -b -
}

# marked: a name more, which both print if they have read what came before: while the
# buffer is full, it is lost as well
MARKS=0
marked()
{
	local mark

	MARKS=$((MARKS + 1)) mark=MARK-$MARKS
	in_host four nbctl name add "$mark" state registered
	sleep 0.2
	has "$WORK/events-json.log" "$mark<20>" && has "$WORK/events-text.log" "$mark<20>"
}

# seen PREFIX COUNT [lost]: by both
seen()
{
	local form

	until_ok "an event that is not lost" marked || return
	for form in json text; do
		./events.py check "$1" "$2" "$form" "$WORK/events-$form.log" "${@:3}" || return
	done
}

test_monitor()
{
	[ "$MODE" = full ] || return
	both_start
	# more than the buffer holds; as quick as the guest can, if that is less: see the rates
	events EACH- 10000 1500
	log_has events-json "EACH-04999<20>"
	log_has events-text "EACH-04999<20>"
	point "of 10000 events, 1500 a second, each is printed once" seen EACH- 10000
	sed -n 's/^# /# monitor: /p' "$WORK/point"
	point "and the end is none of an error" both_end 0
	# a user whose buffer is small, and who does not read
	both_start setpriv --reuid=65534 --regid=65534 --clear-groups
	both_signal STOP
	events MANY- 4000 100000
	both_signal CONT
	log_has events-json '"lost"'
	log_has events-text 'Z lost'
	point "when there are too many, it says so and goes on" seen MANY- 4000 lost
	point "and ends with an error" both_end 1
}
