// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink: the work of the helper.
 */
#include "nb_genl.h"
#include "nb_helper.h"
#include "nb_netlink.h"

static int put_name(struct sk_buff *skb, const struct nb_upcall *req,
		    struct user_namespace *ns)
{
	if (nla_put_u8(skb, NETBIOS_A_WORK_GROUP, req->group))
		return -EMSGSIZE;
	if (!req->any_owner &&
	    nla_put_u32(skb, NETBIOS_A_WORK_OWNER,
			from_kuid_munged(ns, req->owner)))
		return -EMSGSIZE;
	if (req->ifindex &&
	    nla_put_u32(skb, NETBIOS_A_WORK_IFINDEX, req->ifindex))
		return -EMSGSIZE;
	return 0;
}

static int put_work(struct sk_buff *skb, const struct nb_upcall *req,
		    struct user_namespace *ns)
{
	const struct nb_scope *scope = req->scope;
	long left = req->expires - jiffies;

	if (nla_put_u64_64bit(skb, NETBIOS_A_WORK_ID, req->id,
			      NETBIOS_A_WORK_PAD) ||
	    nla_put_u32(skb, NETBIOS_A_WORK_KIND, req->kind) ||
	    nla_put(skb, NETBIOS_A_WORK_NAME, NETBIOS_NAME_LEN, req->name) ||
	    nb_nl_put_scope(skb, NETBIOS_A_WORK_SCOPE,
			    scope ? scope->labels : NULL,
			    scope ? scope->len : 0) ||
	    nla_put_u32(skb, NETBIOS_A_WORK_DEADLINE,
			left > 0 ? jiffies_to_msecs(left) : 0))
		return -EMSGSIZE;
	switch (req->kind) {
	case NETBIOS_WORK_KIND_CLAIM:
	case NETBIOS_WORK_KIND_RELEASE:
		return put_name(skb, req, ns);
	case NETBIOS_WORK_KIND_SUSPECT:
		if (nla_put_in_addr(skb, NETBIOS_A_WORK_ADDR, req->addr) ||
		    nla_put_u8(skb, NETBIOS_A_WORK_WIRE_ERROR,
			       req->wire_error))
			return -EMSGSIZE;
		break;
	case NETBIOS_WORK_KIND_RELAY:
		if (nla_put_u32(skb, NETBIOS_A_WORK_IFINDEX, req->ifindex))
			return -EMSGSIZE;
		if (req->addr &&
		    nla_put_in_addr(skb, NETBIOS_A_WORK_ADDR, req->addr))
			return -EMSGSIZE;
	}
	return 0;
}

static int fill_work(struct sk_buff *skb, const struct nb_upcall *req,
		     u32 portid, u32 seq, int flags, struct user_namespace *ns)
{
	void *hdr;

	hdr = genlmsg_put(skb, portid, seq, &nb_genl_family, flags,
			  NETBIOS_CMD_WORK_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_work(skb, req, ns)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

int netbios_nl_work_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nb_net *nn = nb_net(genl_info_net(info));
	struct sk_buff *reply;
	struct nb_upcall req;
	int err;

	/* first the memory: what is taken has to reach the helper */
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = nb_helper_take(nn, info->snd_portid, &req);
	if (err) {
		if (err == -EPERM)
			NL_SET_ERR_MSG(info->extack, "Only the attached helper may take work");
		nlmsg_free(reply);
		return err;
	}
	err = fill_work(reply, &req, info->snd_portid, info->snd_seq, 0,
			nb_nl_user_ns(skb));
	nb_scope_put(req.scope);
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(reply);
		return err;
	}
	return genlmsg_reply(reply, info);
}

/* What a dump keeps between two messages: the request that was the last. */
struct work_ctx {
	u64 seq;
	u64 id;
};

int netbios_nl_work_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	struct nb_net *nn = nb_net(sock_net(skb->sk));
	u32 portid = NETLINK_CB(cb->skb).portid;
	struct work_ctx *last = (void *)cb->ctx;
	struct nb_upcall req;
	int err;

	BUILD_BUG_ON(sizeof(*last) > sizeof(cb->ctx));
	while (!(err = nb_helper_next(nn, portid, last->seq, last->id, &req))) {
		err = fill_work(skb, &req, portid, cb->nlh->nlmsg_seq,
				NLM_F_MULTI, nb_nl_user_ns(cb->skb));
		nb_scope_put(req.scope);
		if (err)
			break;
		last->seq = req.seq;
		last->id = req.id;
	}
	return err == -EPERM ? err : skb->len;
}

int netbios_nl_work_done_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct nb_answer answer = {};
	int err;

	if (GENL_REQ_ATTR_CHECK(info, NETBIOS_A_WORK_ID) ||
	    GENL_REQ_ATTR_CHECK(info, NETBIOS_A_WORK_STATUS)) {
		NL_SET_ERR_MSG(info->extack, "The id or the status is missing");
		return -EINVAL;
	}
	err = nb_nl_get_addrs(info, NETBIOS_A_WORK_ADDR, &answer.addrs);
	if (err) {
		NB_INC_STATS(nb_net(genl_info_net(info)),
			     NB_STAT_UPCALL_BAD_ANSWER);
		return err;
	}
	answer.id = nla_get_u64(attrs[NETBIOS_A_WORK_ID]);
	answer.status = nla_get_u32(attrs[NETBIOS_A_WORK_STATUS]);
	if (attrs[NETBIOS_A_WORK_GROUP])
		answer.addrs.group = nla_get_u8(attrs[NETBIOS_A_WORK_GROUP]);
	if (attrs[NETBIOS_A_WORK_TTL]) {
		answer.has_ttl = true;
		answer.ttl = nla_get_u32(attrs[NETBIOS_A_WORK_TTL]);
	}
	if (attrs[NETBIOS_A_WORK_STATE])
		answer.state = nla_get_u32(attrs[NETBIOS_A_WORK_STATE]);
	return nb_helper_answer(nb_net(genl_info_net(info)), info->snd_portid,
				&answer, info->extack);
}
