# SPDX-License-Identifier: GPL-2.0
#
# AF_NETBIOS: netbios.ko, its tools and its tests. `make help` lists the goals.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
VERSION := 1.0
PREFIX ?= /usr
DESTDIR ?=

# What the module cannot do without; an out-of-tree module cannot select.
NEEDS := CONFIG_NET CONFIG_INET CONFIG_MODULES

QEMU_RUN := selftests/qemu/run
RESULTS := selftests/run-all.sh

all: module tools

help:
	@echo 'make               netbios.ko for KDIR=$(KDIR), and the tools'
	@echo 'make module        netbios.ko alone'
	@echo 'make tools         netbiosd, nbnsd, nbproxy, nbctl, nbcat, libnetbios'
	@echo 'make check-config  what the kernel at KDIR lacks'
	@echo 'make install       module, tools, man pages (PREFIX, DESTDIR)'
	@echo 'make uninstall     what make install has installed'
	@echo 'make deb           Debian packages in userspace/build/deb: module for DKMS, tools, Python, development'
	@echo 'make demo          the main job, in QEMU, with a real Samba'
	@echo 'make test          everything, on three kernels, in QEMU'
	@echo 'make test-wine     a NetBIOS program for Windows, with Wine (installs 1 GB)'
	@echo 'make lint          checkpatch, sparse, W=1, shellcheck, generated code'
	@echo 'make bench         AF_NETBIOS beside its peers; writes Documentation/bench'
	@echo 'make genl          generated netlink code, from the YAML spec'
	@echo 'make clean'

module: check-config
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

check-config:
	@selftests/check-config.sh $(KDIR) $(NEEDS)

tools:
	$(MAKE) -C userspace

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates \
		modules_install
	$(MAKE) -C userspace install PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	[ -n '$(DESTDIR)' ] || { ldconfig && depmod $(KVER); }

# What it would be is installed elsewhere, so there is no second list of it
uninstall:
	$(MAKE) -s -C userspace uninstall PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)
	rm -f $(DESTDIR)/lib/modules/$(KVER)/updates/netbios.ko*
	-rmdir --ignore-fail-on-non-empty $(DESTDIR)/lib/modules/$(KVER)/updates
	[ -n '$(DESTDIR)' ] || { ldconfig && depmod $(KVER); }

deb:
	@rm -rf userspace/build/deb && mkdir -p userspace/build/deb
	@userspace/packaging/deb.sh $(VERSION) userspace/build/deb

demo:
	selftests/deps.sh build qemu samba
	$(MAKE) -s tools
	$(MAKE) -s -C selftests/interop
	$(QEMU_RUN) -k stock-6.12 -- selftests/demo/demo.sh

test:
	selftests/deps.sh build qemu samba test
	$(RESULTS)

# Wine goes back to its program by iretq, whose frame QEMU 7.2 emulates as one of the
# kernel: without SMAP it may be read.
test-wine:
	selftests/deps.sh build qemu wine
	$(MAKE) -s tools
	selftests/api/wine.sh build
	$(QEMU_RUN) -k stock-6.12 -t 900 -a clearcpuid=smap -- selftests/api/wine.sh

lint:
	selftests/deps.sh build lint
	selftests/lint.sh

bench:
	selftests/deps.sh build qemu samba
	$(MAKE) -s tools
	selftests/bench/run

genl:
	selftests/genl.sh

clean:
	$(MAKE) -C userspace clean
	$(MAKE) -C selftests/net clean
	$(MAKE) -C selftests/api clean
	$(MAKE) -C selftests/interop clean
	$(MAKE) -C selftests/unit clean
	$(MAKE) -C selftests/bench clean
	$(RM) -r selftests/smb/build
	rm -rf kernel/*.o kernel/.*.cmd kernel/test/*.o kernel/test/.*.cmd \
		netbios*.ko netbios*.o netbios*.mod netbios*.mod.c .netbios* \
		Module.symvers modules.order .Module.symvers.cmd .modules.order.cmd

.PHONY: all help module check-config tools install uninstall deb demo test test-wine lint bench genl clean
