// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes to JSON, text to attributes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netbios/netbios.h>
#include <linux/genetlink.h>

#include "attr.h"

static const enum mnl_attr_data_type wire_type[] = {
	[ATTR_BOOL] = MNL_TYPE_U8,
	[ATTR_U16] = MNL_TYPE_U16,
	[ATTR_BE16] = MNL_TYPE_U16,
	[ATTR_U32] = MNL_TYPE_U32,
	[ATTR_U64] = MNL_TYPE_U64,
	[ATTR_SECONDS] = MNL_TYPE_U32,
	[ATTR_MILLISECONDS] = MNL_TYPE_U32,
	[ATTR_ENUM] = MNL_TYPE_U32,
	[ATTR_NAME] = MNL_TYPE_BINARY,
	[ATTR_STRING] = MNL_TYPE_NUL_STRING,
	[ATTR_IPV4] = MNL_TYPE_U32,
	[ATTR_IPV4_LIST] = MNL_TYPE_U32,
	[ATTR_DEVICE] = MNL_TYPE_U32,
	[ATTR_UID] = MNL_TYPE_U32,
	[ATTR_ERRNO] = MNL_TYPE_U32,
};

const struct attr *attr_by_key(const struct attr *set, const char *key)
{
	for (; set->key; set++)
		if (!strcmp(set->key, key))
			return set;
	return NULL;
}

const struct attr *attr_by_type(const struct attr *set, int type)
{
	for (; set->key; set++)
		if (set->type == type)
			return set;
	return NULL;
}

static bool is_utf8(const char *text)
{
	json_t *value = json_string(text);

	json_decref(value);
	return value;
}

void text_escape(char *buf, size_t size, const char *text)
{
	size_t used = 0;

	if (is_utf8(text)) {
		snprintf(buf, size, "%s", text);
		return;
	}
	for (*buf = '\0'; *text && used < size; text++)
		used += snprintf(buf + used, size - used, *text & 0x80 ? "\\x%02X" : "%c",
				 (unsigned char)*text);
}

static json_t *decode_string(const char *text)
{
	size_t size = 4 * strlen(text) + 1;
	char *escaped = malloc(size);
	json_t *value;

	if (!escaped)
		return NULL;
	text_escape(escaped, size, text);
	value = json_string(escaped);
	free(escaped);
	return value;
}

static json_t *decode_ipv4(const struct nlattr *attr)
{
	struct in_addr addr = { .s_addr = mnl_attr_get_u32(attr) };
	char text[INET_ADDRSTRLEN];

	return json_string(inet_ntop(AF_INET, &addr, text, sizeof(text)));
}

static json_t *decode_name(const struct nlattr *attr)
{
	char text[NB_NAME_TEXT_MAX];

	if (mnl_attr_get_payload_len(attr) != NETBIOS_NAME_LEN)
		return json_null();
	return json_string(nb_name_format(text, mnl_attr_get_payload(attr)));
}

/* A number stands for a value that is newer than this program */
static json_t *decode_enum(const char *const *values, uint32_t value)
{
	uint32_t n = 0;

	while (values[n] && n < value)
		n++;
	return values[n] ? json_string(values[n]) : json_integer(value);
}

static json_t *decode_errno(uint32_t err)
{
	const char *name = strerrorname_np(err);

	return name ? json_string(name) : json_integer(err);
}

static json_t *decode_value(const struct attr *attr, const struct nlattr *nla)
{
	switch ((enum attr_kind)attr->kind) {
	case ATTR_BOOL:
		return json_boolean(mnl_attr_get_u8(nla));
	case ATTR_U16:
		return json_integer(mnl_attr_get_u16(nla));
	case ATTR_BE16:
		return json_integer(ntohs(mnl_attr_get_u16(nla)));
	case ATTR_U32:
	case ATTR_SECONDS:
	case ATTR_MILLISECONDS:
	case ATTR_DEVICE:
	case ATTR_UID:
		return json_integer(mnl_attr_get_u32(nla));
	case ATTR_U64:
		return json_integer(mnl_attr_get_u64(nla));
	case ATTR_ERRNO:
		return decode_errno(mnl_attr_get_u32(nla));
	case ATTR_ENUM:
		return decode_enum(attr->values, mnl_attr_get_u32(nla));
	case ATTR_NAME:
		return decode_name(nla);
	case ATTR_STRING:
		return decode_string(mnl_attr_get_str(nla));
	case ATTR_IPV4:
	case ATTR_IPV4_LIST:
		return decode_ipv4(nla);
	}
	return NULL;
}

static int decode_one(json_t *object, const struct attr *attr, const struct nlattr *nla)
{
	char device[IF_NAMESIZE];
	json_t *value, *list;

	if (mnl_attr_validate(nla, wire_type[attr->kind]) < 0)
		return 0;
	value = decode_value(attr, nla);
	if (attr->kind == ATTR_IPV4_LIST) {
		list = json_object_get(object, attr->key);
		if (list)
			return json_array_append_new(list, value);
		value = json_pack("[o]", value);
	}
	if (attr->kind == ATTR_DEVICE && if_indextoname(mnl_attr_get_u32(nla), device) &&
	    json_object_set_new(object, "ifname", decode_string(device)))
		return -1;
	return json_object_set_new(object, attr->key, value);
}

json_t *attr_decode(const struct attr *set, const struct nlmsghdr *nlh)
{
	json_t *object = json_object();
	const struct nlattr *nla;
	const struct attr *attr;

	mnl_attr_for_each(nla, nlh, sizeof(struct genlmsghdr)) {
		attr = attr_by_type(set, mnl_attr_get_type(nla));
		if (attr && decode_one(object, attr, nla)) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static const char too_long[] = "request too long";

static const char *put(struct nlmsghdr *nlh, size_t room, uint16_t type,
		       const void *data, size_t len)
{
	return mnl_attr_put_check(nlh, room, type, len, data) ? NULL : too_long;
}

/* A number of a table's kind; the unit behind it may be left out */
static bool number(const char *text, uint64_t max, enum attr_kind kind, uint64_t *value)
{
	unsigned long long n;
	char *unit;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoull(text, &unit, 10);
	if (errno || n > max)
		return false;
	if (kind == ATTR_MILLISECONDS && !strcmp(unit, "s"))
		n *= 1000;
	else if (*unit && !(kind == ATTR_MILLISECONDS && !strcmp(unit, "ms")) &&
		 !(kind == ATTR_SECONDS && !strcmp(unit, "s")))
		return false;
	*value = n;
	return n <= max;
}

static const char *put_u32(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
			   const char *text)
{
	uint64_t value;
	uint32_t n;

	if (!number(text, UINT32_MAX, attr->kind, &value))
		return attr->kind == ATTR_U32 ? "not a number" : "not a time";
	n = value;
	return put(nlh, room, attr->type, &n, sizeof(n));
}

static const char *put_u16(struct nlmsghdr *nlh, size_t room, uint16_t type,
			   const char *text)
{
	uint64_t value;
	uint16_t n;

	if (!number(text, UINT16_MAX, ATTR_U16, &value))
		return "not a number up to 65535";
	n = value;
	return put(nlh, room, type, &n, sizeof(n));
}

static const char *put_bool(struct nlmsghdr *nlh, size_t room, uint16_t type,
			    const char *text)
{
	uint8_t value = !strcmp(text, "on");

	if (!value && strcmp(text, "off"))
		return "neither on nor off";
	return put(nlh, room, type, &value, sizeof(value));
}

/* What is wrong with a word that is none of these; until it is called again */
static const char *one_of(const char *const *values)
{
	static char text[256];
	size_t used = 0;

	for (; *values && used < sizeof(text); values++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s",
				 used ? ", " : "none of ", *values);
	return text;
}

static const char *put_enum(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
			    const char *text)
{
	uint32_t n;

	for (n = 0; attr->values[n]; n++)
		if (!strcmp(attr->values[n], text))
			return put(nlh, room, attr->type, &n, sizeof(n));
	return one_of(attr->values);
}

static const char *put_name(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
			    const char *text)
{
	char name[NETBIOS_NAME_LEN];

	if ((attr->flags & ATTR_CLEARABLE) && !strcmp(text, "none"))
		return put(nlh, room, attr->type, NULL, 0);
	switch (nb_name_parse(name, text, attr->suffix)) {
	case 0:
		return put(nlh, room, attr->type, name, sizeof(name));
	case -ENAMETOOLONG:
		return "longer than a NetBIOS name";
	default:
		return "not a NetBIOS name";
	}
}

/* "" is how an empty word is written in a batch file */
const char *scope_word(const char *word)
{
	return strcmp(word, "\"\"") ? word : "";
}

static const char *put_string(struct nlmsghdr *nlh, size_t room, uint16_t type,
			      const char *text)
{
	text = scope_word(text);
	if (nb_scope_check(text))
		return "not a scope";
	return put(nlh, room, type, text, strlen(text) + 1);
}

static const char *put_ipv4(struct nlmsghdr *nlh, size_t room, uint16_t type,
			    const char *text)
{
	struct in_addr addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		return "not an IPv4 address";
	return put(nlh, room, type, &addr, sizeof(addr));
}

/* A,B,C; "none" is how netlink says that a list becomes empty */
static const char *put_list(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
			    const char *text)
{
	const char *wrong = NULL;
	char one[INET_ADDRSTRLEN];
	size_t len;

	if ((attr->flags & ATTR_CLEARABLE) && !strcmp(text, "none"))
		return put_ipv4(nlh, room, attr->type, "0.0.0.0");
	for (;;) {
		len = strcspn(text, ",");
		if (len >= sizeof(one))
			return "not an IPv4 address";
		memcpy(one, text, len);
		one[len] = '\0';
		wrong = put_ipv4(nlh, room, attr->type, one);
		if (wrong || !text[len])
			return wrong;
		text += len + 1;
	}
}

static const char *put_device(struct nlmsghdr *nlh, size_t room, uint16_t type,
			      const char *text)
{
	uint32_t ifindex = if_nametoindex(text);

	if (!ifindex)
		return "no such network interface";
	return put(nlh, room, type, &ifindex, sizeof(ifindex));
}

static const char *put_uid(struct nlmsghdr *nlh, size_t room, uint16_t type,
			   const char *text)
{
	const struct passwd *pw;
	uint64_t value;
	uint32_t uid;

	if (!number(text, UINT32_MAX - 1, ATTR_UID, &value)) {
		pw = getpwnam(text);
		if (!pw)
			return "no such user";
		value = pw->pw_uid;
	}
	uid = value;
	return put(nlh, room, type, &uid, sizeof(uid));
}

const char *attr_put(struct nlmsghdr *nlh, size_t room, const struct attr *attr,
		     const char *text)
{
	switch ((enum attr_kind)attr->kind) {
	case ATTR_BOOL:
		return put_bool(nlh, room, attr->type, text);
	case ATTR_U16:
		return put_u16(nlh, room, attr->type, text);
	case ATTR_U32:
	case ATTR_SECONDS:
	case ATTR_MILLISECONDS:
		return put_u32(nlh, room, attr, text);
	case ATTR_ENUM:
		return put_enum(nlh, room, attr, text);
	case ATTR_NAME:
		return put_name(nlh, room, attr, text);
	case ATTR_STRING:
		return put_string(nlh, room, attr->type, text);
	case ATTR_IPV4_LIST:
		return put_list(nlh, room, attr, text);
	case ATTR_IPV4:
		return put_ipv4(nlh, room, attr->type, text);
	case ATTR_DEVICE:
		return put_device(nlh, room, attr->type, text);
	case ATTR_UID:
		return put_uid(nlh, room, attr->type, text);
	case ATTR_BE16:
	case ATTR_U64:
	case ATTR_ERRNO:
		break;
	}
	return "cannot be set";
}
