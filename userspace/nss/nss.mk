# SPDX-License-Identifier: GPL-2.0
# libnss_netbios, included by ../Makefile. It has what it needs of libnetbios in it.

nss_lib := libnss_netbios.so.2
nss_pic := $(patsubst %.c,$(BUILD)/pic/%.o,$(wildcard nss/*.c) libnetbios/name.c libnetbios/socket.c)

$(BUILD)/$(nss_lib): $(nss_pic) nss/nss.map
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(nss_lib) \
		-Wl,--version-script,nss/nss.map -Wl,-z,defs -o $@ $(nss_pic)

nss: $(BUILD)/$(nss_lib)

install-nss: nss
	$(INSTALL) -d $(libdir)
	$(INSTALL) -m 755 $(BUILD)/$(nss_lib) $(libdir)

.PHONY: nss install-nss
