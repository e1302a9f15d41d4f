# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sourced by run-tests.sh: a large file.

LARGE=100

# SMB-001: far more octets than all buffers on the way have room for
test_large()
{
	local SENT=$WORK/large PATIENCE=$((PATIENCE * 3))

	head -c "${LARGE}M" /dev/urandom > "$SENT"
	point "a file of $LARGE MB to a server on 445 by NetBIOS name, and back" \
		same_bytes 139 10.9.0.1 FILES modern --max-protocol=SMB3
	rm -f "$WORK/modern/share/put"
	point "a file of $LARGE MB to a server on 139 by port 445, and back" \
		same_bytes 445 10.9.0.11 OLDPC old --max-protocol=SMB3
	rm -f "$WORK/old/share/put" "$WORK/got" "$SENT"
}
