# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: the module goes from below its users. Runs alone.

scenario_unload()
{
	local status=0

	hosts_up one=10.9.8.1
	helper_up one <<< 'permanent-name = ONE'
	soon_held one 'ONE<00>' registered
	start_ready start watcher one nbctl monitor
	# what others closed may drain yet
	point "a helper does not keep the module" until_ok "rmmod" rmmod netbios
	wait "${PIDS[helper-one]}" || status=$?
	unset "PIDS[helper-one]"
	point "but ends with it" is "$status" = 1
	point "and says why" helper_log one "netbios.ko was unloaded"
	status=0
	wait "${PIDS[watcher]}" || status=$?
	unset "PIDS[watcher]"
	point "and so does who watches events" is "$status" = 3
	point "a program sees that there is nothing" \
		says "is the module netbios loaded" limited "$PATIENCE" one nbctl node
	insmod "$NB_MODULE_DIR/netbios.ko"
	helper_start one
	point "loaded again, all is as at first" soon_held one 'ONE<00>' registered
}
