# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2153 # variables shared with "run"
# Sourced by "run": the virtual machine.

# modules that a stock kernel needs before it sees its root and our output
BOOT_MODULES=(virtio_pci 9p 9pnet_virtio overlay virtio_console virtio_rng)

# boot_modules DESTINATION: copy BOOT_MODULES and what they depend on, and write
# the order to load them in
boot_modules()
{
	local module file name release

	release=$(< "$KERNEL_DIR/release")
	for module in "${BOOT_MODULES[@]}"; do
		modprobe -d "$KERNEL_DIR/root" -S "$release" --show-depends "$module" \
			2> /dev/null | awk '$1 == "insmod" { print $2 }' || true
	done | awk '!seen[$0]++' | while read -r file; do
		name=${file##*/}
		case $name in
		*.xz) xz -dc "$file" > "$1/${name%.xz}" ;;
		*.zst) zstd -qdc "$file" > "$1/${name%.zst}" ;;
		*) cp "$file" "$1/" ;;
		esac
		echo "${name%.ko*}.ko" >> "$1/order"
	done
}

# make_initramfs: busybox, guest-init and BOOT_MODULES; kept beside the kernel
make_initramfs()
{
	local key tree=$WORK/initramfs

	key=$(cat "$QEMU_DIR/guest-init" "${BASH_SOURCE[0]}" "$(command -v busybox)" |
		sha256sum | cut -c 1-16)
	INITRAMFS=$KERNEL_DIR/initramfs-$key.cpio
	[ ! -e "$INITRAMFS" ] || return 0
	mkdir -p "$tree/bin" "$tree/dev" "$tree/modules"
	cp "$(command -v busybox)" "$tree/bin/busybox"
	cp "$QEMU_DIR/guest-init" "$tree/init"
	chmod 755 "$tree/init"
	# the kernel opens it for process 1 before anything is mounted
	mknod -m 600 "$tree/dev/console" c 5 1
	boot_modules "$tree/modules"
	(cd "$tree" && find . | cpio -o -H newc --quiet) > "$WORK/initramfs.cpio"
	rm -f "$KERNEL_DIR"/initramfs-*.cpio
	mv "$WORK/initramfs.cpio" "$INITRAMFS"
}

# /dev/kvm may exist on a machine that cannot use it
kvm_usable()
{
	grep -qwE 'vmx|svm' /proc/cpuinfo && { : <> /dev/kvm; } 2> /dev/null
}

# processor_options: print the QEMU options, one per line
processor_options()
{
	if [ "$ICOUNT" = 1 ]; then
		# TCG counts each byte of "rep movsb" as an instruction: without
		# the two flags kernel and libc copy words
		printf '%s\n' -accel tcg,thread=single -cpu max,-erms,-fsrm \
			-icount shift=0,sleep=off,align=off \
			-rtc base=2026-01-01,clock=vm -seed 1
	elif kvm_usable; then
		printf '%s\n' -accel kvm -accel tcg,thread=single -cpu max
	else
		# One thread for all CPUs: with one each, QEMU 7.2 now and then
		# runs an int3 that the kernel had just taken back (static
		# branches, tracepoints), and the guest dies of it. Tests wait
		# more than they compute, and two guests share two processors.
		# "max" costs TCG a fifth level of page tables.
		printf '%s\n' -accel tcg,thread=single \
			-cpu qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+smep,+smap
	fi
}

kernel_arguments()
{
	local arguments="console=ttyS0,115200 panic=-1 oops=panic reboot=t nokaslr"

	arguments+=" no_timer_check tsc=reliable random.trust_cpu=on"
	if [ "$ICOUNT" = 1 ]; then
		# console output would run into the measurement; 5 keeps warnings
		arguments+=" quiet loglevel=5"
	else
		arguments+=" loglevel=7 mitigations=off"
	fi
	echo "$arguments $ARGUMENTS"
}

# share_options TAG PATH EXTRA
share_options()
{
	printf '%s\n' -fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap$3" \
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
}

# start_guest: sets GUEST_PID.  "timeout" also ends the guest when we get killed.
# q35, because "pc" and "microvm" hang now and then under TCG.
start_guest()
{
	local options=()

	mapfile -t options < <(
		processor_options
		share_options hostroot / ,readonly=on
		share_options share "$SHARE" ""
	)
	timeout --foreground -k 5 "$TIMEOUT" qemu-system-x86_64 \
		-machine q35 -smp "$CPUS" -m "$MEMORY" "${options[@]}" \
		-nodefaults -no-user-config -display none -nic none -no-reboot \
		-kernel "$KERNEL_DIR/kernel" -initrd "$INITRAMFS" \
		-append "$(kernel_arguments)" \
		-chardev "file,id=console,path=$WORK/console.log" -serial chardev:console \
		-chardev "file,id=output,path=$WORK/output" -device virtio-serial-pci \
		-device virtserialport,chardev=output,name=nb.output \
		-device virtio-rng-pci < /dev/null > "$WORK/qemu.log" 2>&1 &
	GUEST_PID=$!
}
