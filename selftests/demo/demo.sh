#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh: what AF_NETBIOS does, with a real Samba on the other side. Runs in the
# guest (make demo); exit status 0 only if every step happened.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
export NB_DEMO_START=${EPOCHREALTIME/./}
echo "AF_NETBIOS on Linux $(uname -r), $(uname -m)"
./sessions.sh && ./names.sh
