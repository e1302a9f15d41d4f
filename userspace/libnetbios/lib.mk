# SPDX-License-Identifier: GPL-2.0
# libnetbios, included by ../Makefile.
#
# Two libraries come from these sources. The public one, shared and static,
# has the API of include/netbios/ and nothing else to see. libcommon.a is for the
# project's own programs: the plain functions of the API, the packet codecs in
# wire/, and the netlink client in netlink/. It is never installed.

# The ABI: lib_major changes when a program has to be built anew
lib_major := 1
lib_version := $(lib_major).0.0
lib_map := libnetbios/libnetbios.map
pydir := $(DESTDIR)$(PREFIX)/lib/python3/dist-packages
lib_headers := $(wildcard libnetbios/include/netbios/*.h)

lib_src := $(wildcard libnetbios/*.c libnetbios/ncb/*.c) $(wildcard netlink/*.c wire/ns_*.c)
lib_pic := $(lib_src:%.c=$(BUILD)/pic/%.o)
lib_so := libnetbios.so.$(lib_version)

common_src := $(wildcard libnetbios/*.c netlink/*.c wire/*.c)
common_obj := $(common_src:%.c=$(BUILD)/obj/%.o)

library: $(BUILD)/libnetbios.so $(BUILD)/libnetbios.a $(BUILD)/netbios.pc

$(BUILD)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(NB_CFLAGS) $(CFLAGS) -fPIC -pthread -MMD -MP -c -o $@ $<

# Made anew: ar would keep the objects of files that are gone
$(BUILD)/libcommon.a: $(common_obj)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/$(lib_so): $(lib_pic) $(lib_map)
	$(CC) $(CFLAGS) $(LDFLAGS) -shared -pthread -Wl,-Bsymbolic-functions \
		-Wl,-soname,libnetbios.so.$(lib_major) \
		-Wl,--version-script,$(lib_map) -Wl,-z,defs -o $@ $(lib_pic) $(MNL_LIBS)

$(BUILD)/libnetbios.so: $(BUILD)/$(lib_so)
	ln -sf $(lib_so) $(BUILD)/libnetbios.so.$(lib_major)
	ln -sf $(lib_so) $@

# The same symbols as in the shared one: all others become local
$(BUILD)/libnetbios.symbols: $(lib_map)
	sed -nE 's/^[[:blank:]]+([A-Za-z_]+);.*/\1/p' $< > $@

$(BUILD)/libnetbios.a: $(lib_pic) $(BUILD)/libnetbios.symbols
	rm -f $@ $(BUILD)/pic/libnetbios.o
	$(LD) -r -o $(BUILD)/pic/libnetbios.o $(lib_pic)
	$(OBJCOPY) --keep-global-symbols=$(BUILD)/libnetbios.symbols $(BUILD)/pic/libnetbios.o
	$(AR) rcs $@ $(BUILD)/pic/libnetbios.o

# Paths are known when it is installed, so it is made anew each time
$(BUILD)/netbios.pc: libnetbios/netbios.pc.in FORCE
	@mkdir -p $(@D)
	sed 's,@prefix@,$(PREFIX),; s,@version@,$(lib_version),' $< > $@

# A page is found by the name of each function that it is about
install-library: library
	$(INSTALL) -d $(pydir)
	$(INSTALL) -m 644 python/netbios.py $(pydir)
	$(INSTALL) -d $(libdir)/pkgconfig $(incdir)/netbios $(incdir)/linux $(mandir)/man3
	$(INSTALL) -m 755 $(BUILD)/$(lib_so) $(libdir)
	ln -sf $(lib_so) $(libdir)/libnetbios.so.$(lib_major)
	ln -sf $(lib_so) $(libdir)/libnetbios.so
	$(INSTALL) -m 644 $(BUILD)/libnetbios.a $(libdir)
	$(INSTALL) -m 644 $(BUILD)/netbios.pc $(libdir)/pkgconfig
	$(INSTALL) -m 644 $(lib_headers) $(incdir)/netbios
	$(INSTALL) -m 644 ../uapi/linux/netbios.h ../uapi/linux/netbios_netlink.h $(incdir)/linux
	for page in $(wildcard $(docdir)/*.3); do \
		$(INSTALL) -m 644 $$page $(mandir)/man3 || exit; \
		for name in $$(sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \([A-Za-z_]*\).*/\1/p' $$page); do \
			[ -e $(docdir)/$$name.3 ] || ln -sf $${page##*/} $(mandir)/man3/$$name.3; \
		done; \
	done

.PHONY: library install-library FORCE
