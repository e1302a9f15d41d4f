/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of the netlink family as tables: one entry decodes an attribute
 * to JSON, makes it of text, and names it in messages.
 */
#ifndef _NBCTL_ATTR_H
#define _NBCTL_ATTR_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <libmnl/libmnl.h>

enum attr_kind {
	ATTR_BOOL,		/* u8: on, off */
	ATTR_U16,
	ATTR_BE16,
	ATTR_U32,
	ATTR_U64,
	ATTR_SECONDS,		/* u32 */
	ATTR_MILLISECONDS,	/* u32 */
	ATTR_ENUM,		/* u32, index of attr.values */
	ATTR_NAME,		/* 16 octets */
	ATTR_STRING,
	ATTR_IPV4,
	ATTR_IPV4_LIST,		/* the attribute occurs several times: A,B,C */
	ATTR_DEVICE,		/* u32: ifindex */
	ATTR_UID,		/* u32 */
	ATTR_ERRNO,		/* u32: ECONNREFUSED */
};

#define ATTR_SETTABLE	0x1
#define ATTR_CLEARABLE	0x2

/**
 * struct attr - an attribute; a table ends with one that has no key
 * @key: its name in the specification, on the command line and in JSON
 * @type: NETBIOS_A_*
 * @kind: see enum attr_kind
 * @flags: ATTR_SETTABLE: node-set takes it; ATTR_CLEARABLE: "none" is a value
 * @suffix: ATTR_NAME: last octet of names that are given without one
 * @values: ATTR_ENUM: names of the values, NULL at the end
 */
struct attr {
	const char		*key;
	uint16_t		type;
	uint8_t			kind;
	uint8_t			flags;
	uint8_t			suffix;
	const char *const	*values;
};

const struct attr *attr_by_key(const struct attr *set, const char *key);
const struct attr *attr_by_type(const struct attr *set, int type);

/* An object with all attributes of a message that @set knows; NULL: no memory */
json_t *attr_decode(const struct attr *set, const struct nlmsghdr *nlh);

/*
 * Adds an attribute made of text. Returns NULL, or what is wrong with the text;
 * the kernel judges ranges.
 */
const char *attr_put(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
		     const char *text);

/* The scope that a word of a command or of a batch file stands for */
const char *scope_word(const char *word);

/*
 * JSON has to be UTF-8: a scope or an interface name that is not is written with its
 * octets above 7F as \xHH, which takes up to four times the room.
 */
void text_escape(char *buf, size_t size, const char *text);

/* spec.c */
extern const struct attr node_attrs[];
extern const struct attr adapter_attrs[];
extern const struct attr name_attrs[];
extern const struct attr cache_attrs[];
extern const struct attr session_attrs[];
extern const struct attr stats_attrs[];
extern const struct attr alert_attrs[];

#endif /* _NBCTL_ATTR_H */
