// SPDX-License-Identifier: GPL-2.0
/*
 * A small generic netlink client on libmnl: one socket, one request at a time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netbios_netlink.h>

#include "genl.h"

#define GROUPS_MAX	8

/* A table that changes while it is read is read again, but not for ever */
#define DUMP_TRIES	10

/* A NODE_SET with everything or a cache entry with all addresses fits well */
#define REQUEST_MAX	4096

/* Events arrive in bursts while names are loaded in thousands */
#define EVENT_RCVBUF	(4 << 20)

struct group {
	char		name[GENL_NAMSIZ];
	uint32_t	id;
};

struct nb_genl {
	struct mnl_socket *sock;
	uint32_t	portid;
	uint32_t	seq;
	uint16_t	family;
	struct group	groups[GROUPS_MAX];
	unsigned int	n_groups;
	nb_genl_fn	fn;
	void		*data;
	int		fn_err;
	bool		interrupted;
	int		culprit;
	char		message[256];
	char		request[REQUEST_MAX];
	char		answer[64 << 10];
};

int nb_genl_fd(const struct nb_genl *genl)
{
	return mnl_socket_get_fd(genl->sock);
}

size_t nb_genl_room(const struct nb_genl *genl)
{
	return sizeof(genl->request);
}

const char *nb_genl_message(const struct nb_genl *genl)
{
	return genl->message;
}

int nb_genl_culprit(const struct nb_genl *genl)
{
	return genl->culprit;
}

static struct nlmsghdr *begin(struct nb_genl *genl, uint16_t type, uint8_t cmd,
			      uint8_t version, uint16_t flags)
{
	struct genlmsghdr *hdr;
	struct nlmsghdr *nlh;

	nlh = mnl_nlmsg_put_header(genl->request);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	nlh->nlmsg_seq = ++genl->seq;
	hdr = mnl_nlmsg_put_extra_header(nlh, sizeof(*hdr));
	hdr->cmd = cmd;
	hdr->version = version;
	return nlh;
}

struct nlmsghdr *nb_genl_new(struct nb_genl *genl, uint8_t cmd, uint16_t flags)
{
	return begin(genl, genl->family, cmd, NETBIOS_FAMILY_VERSION, flags);
}

/* Which attribute of the request begins at @offset, nested ones included */
static int attr_at(const struct nb_genl *genl, uint32_t offset)
{
	const struct nlmsghdr *nlh = (const void *)genl->request;
	const char *target = genl->request + offset;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		const char *start = (const char *)attr;

		if (target >= start && target < start + mnl_attr_get_len(attr))
			return mnl_attr_get_type(attr);
	}
	return -1;
}

/* Extended acknowledgement: attributes behind the (capped) request */
static void read_extack(struct nb_genl *genl, const struct nlmsghdr *nlh,
			size_t hdrlen)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, hdrlen) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
				snprintf(genl->message, sizeof(genl->message),
					 "%s", mnl_attr_get_str(attr));
			break;
		case NLMSGERR_ATTR_OFFS:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
				genl->culprit = attr_at(genl, mnl_attr_get_u32(attr));
			break;
		case NLMSGERR_ATTR_MISS_TYPE:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
				genl->culprit = mnl_attr_get_u32(attr);
			break;
		}
	}
}

static int on_error(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	struct nb_genl *genl = data;
	size_t hdrlen = sizeof(*err);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*err)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	/* NETLINK_CAP_ACK: only the header of the request is quoted */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		hdrlen += err->msg.nlmsg_len - sizeof(err->msg);
	read_extack(genl, nlh, hdrlen);
	if (!err->error)
		return MNL_CB_STOP;
	errno = err->error < 0 ? -err->error : err->error;
	return MNL_CB_ERROR;
}

static int on_done(const struct nlmsghdr *nlh, void *data)
{
	struct nb_genl *genl = data;
	int err;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(err))
		return MNL_CB_STOP;
	memcpy(&err, mnl_nlmsg_get_payload(nlh), sizeof(err));
	read_extack(genl, nlh, sizeof(err));
	if (err >= 0)
		return MNL_CB_STOP;
	errno = -err;
	return MNL_CB_ERROR;
}

/* The controller tells of all families: one that goes may be ours */
static int on_controller(struct nb_genl *genl, uint8_t cmd, const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	if (cmd != CTRL_CMD_DELFAMILY)
		return 0;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) >= 0 &&
		    mnl_attr_get_u16(attr) == genl->family)
			return -ENODEV;
	return 0;
}

static int on_data(const struct nlmsghdr *nlh, void *data)
{
	const struct genlmsghdr *hdr = mnl_nlmsg_get_payload(nlh);
	struct nb_genl *genl = data;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*hdr))
		return MNL_CB_OK;
	if (nlh->nlmsg_type == GENL_ID_CTRL && genl->family) {
		if (!genl->fn_err)
			genl->fn_err = on_controller(genl, hdr->cmd, nlh);
		return MNL_CB_OK;
	}
	if (genl->fn && !genl->fn_err)
		genl->fn_err = genl->fn(hdr->cmd, nlh, genl->data);
	/* What follows is read all the same: the socket must stay in step */
	return MNL_CB_OK;
}

/*
 * libmnl gives up at the first message of an interrupted dump and would leave
 * the rest in the socket, for the next request to stumble over. So the flag is
 * taken note of and off, and the dump read to its end.
 */
static void take_interrupted(struct nb_genl *genl, size_t size)
{
	struct nlmsghdr *nlh = (void *)genl->answer;
	int left = size;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (!(nlh->nlmsg_flags & NLM_F_DUMP_INTR))
			continue;
		nlh->nlmsg_flags &= ~NLM_F_DUMP_INTR;
		genl->interrupted = true;
	}
}

static int run_once(struct nb_genl *genl, uint32_t seq, uint32_t portid)
{
	mnl_cb_t control[NLMSG_MIN_TYPE] = {
		[NLMSG_ERROR] = on_error,
		[NLMSG_DONE] = on_done,
	};
	ssize_t len;
	int ret;

	len = mnl_socket_recvfrom(genl->sock, genl->answer, sizeof(genl->answer));
	if (len < 0)
		return -errno;
	take_interrupted(genl, len);
	ret = mnl_cb_run2(genl->answer, len, seq, portid, on_data, genl, control,
			  NLMSG_MIN_TYPE);
	return ret < 0 ? -errno : ret;
}

int nb_genl_run(struct nb_genl *genl, nb_genl_fn fn, void *data)
{
	const struct nlmsghdr *nlh = (const void *)genl->request;
	int ret;

	genl->fn = fn;
	genl->data = data;
	genl->fn_err = 0;
	genl->interrupted = false;
	genl->culprit = -1;
	genl->message[0] = '\0';

	if (mnl_socket_sendto(genl->sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	do {
		ret = run_once(genl, nlh->nlmsg_seq, genl->portid);
	} while (ret == MNL_CB_OK);
	if (ret < 0)
		return ret;
	if (genl->fn_err)
		return genl->fn_err;
	return genl->interrupted ? -EINTR : 0;
}

int nb_genl_dump(struct nb_genl *genl, uint8_t cmd, nb_genl_fn fn,
		 void (*restart)(void *data), void *data)
{
	int tries, err = -EINTR;

	for (tries = 0; tries < DUMP_TRIES && err == -EINTR; tries++) {
		if (restart)
			restart(data);
		nb_genl_new(genl, cmd, NLM_F_DUMP);
		err = nb_genl_run(genl, fn, data);
	}
	return err;
}

int nb_genl_listen(struct nb_genl *genl, nb_genl_fn fn, void *data)
{
	int ret;

	genl->fn = fn;
	genl->data = data;
	genl->fn_err = 0;
	/* Events carry no sequence number and no port of ours */
	ret = run_once(genl, 0, 0);
	return ret < 0 ? ret : genl->fn_err;
}

static void add_group(struct nb_genl *genl, const struct nlattr *nest)
{
	struct group *group = &genl->groups[genl->n_groups];
	const struct nlattr *attr;

	if (genl->n_groups == GROUPS_MAX)
		return;
	memset(group, 0, sizeof(*group));
	mnl_attr_for_each_nested(attr, nest) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_MCAST_GRP_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
				group->id = mnl_attr_get_u32(attr);
			break;
		case CTRL_ATTR_MCAST_GRP_NAME:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
				snprintf(group->name, sizeof(group->name), "%s",
					 mnl_attr_get_str(attr));
			break;
		}
	}
	genl->n_groups++;
}

static int on_family(uint8_t cmd, const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr, *nest;
	struct nb_genl *genl = data;

	(void)cmd;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case CTRL_ATTR_FAMILY_ID:
			if (mnl_attr_validate(attr, MNL_TYPE_U16) >= 0)
				genl->family = mnl_attr_get_u16(attr);
			break;
		case CTRL_ATTR_MCAST_GROUPS:
			mnl_attr_for_each_nested(nest, attr)
				add_group(genl, nest);
			break;
		}
	}
	return 0;
}

static int resolve(struct nb_genl *genl)
{
	struct nlmsghdr *nlh;

	nlh = begin(genl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 2, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, NETBIOS_FAMILY_NAME);
	return nb_genl_run(genl, on_family, genl);
}

static void set_option(struct nb_genl *genl, int option)
{
	int one = 1;

	/* An old kernel that lacks it only says less about what it refuses */
	(void)mnl_socket_setsockopt(genl->sock, option, &one, sizeof(one));
}

int nb_genl_open(struct nb_genl **result)
{
	struct nb_genl *genl;
	int err;

	genl = calloc(1, sizeof(*genl));
	if (!genl)
		return -ENOMEM;
	err = -ENOMEM;
	genl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!genl->sock) {
		err = -errno;
		goto err_free;
	}
	if (mnl_socket_bind(genl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		goto err_close;
	}
	genl->portid = mnl_socket_get_portid(genl->sock);
	set_option(genl, NETLINK_EXT_ACK);
	set_option(genl, NETLINK_CAP_ACK);
	set_option(genl, NETLINK_GET_STRICT_CHK);
	/* The kernel counts the events that we have no room for */
	set_option(genl, NETLINK_BROADCAST_ERROR);
	err = resolve(genl);
	if (err)
		goto err_close;
	*result = genl;
	return 0;

err_close:
	mnl_socket_close(genl->sock);
err_free:
	free(genl);
	return err;
}

void nb_genl_close(struct nb_genl *genl)
{
	if (!genl)
		return;
	mnl_socket_close(genl->sock);
	free(genl);
}

static int join_id(struct nb_genl *genl, uint32_t id)
{
	if (mnl_socket_setsockopt(genl->sock, NETLINK_ADD_MEMBERSHIP, &id, sizeof(id)) < 0)
		return -errno;
	return 0;
}

int nb_genl_join(struct nb_genl *genl, const char *name)
{
	int size = EVENT_RCVBUF;
	unsigned int i;
	int err;

	for (i = 0; i < genl->n_groups; i++) {
		if (strcmp(genl->groups[i].name, name))
			continue;
		/* Best effort: root may go beyond rmem_max, others get that */
		if (setsockopt(nb_genl_fd(genl), SOL_SOCKET, SO_RCVBUFFORCE, &size,
			       sizeof(size)))
			(void)setsockopt(nb_genl_fd(genl), SOL_SOCKET, SO_RCVBUF,
					 &size, sizeof(size));
		/* Of the end of the group only the controller tells */
		err = join_id(genl, GENL_ID_CTRL);
		return err ? err : join_id(genl, genl->groups[i].id);
	}
	return -ENOENT;
}
