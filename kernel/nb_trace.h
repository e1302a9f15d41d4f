/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: names, sessions and requests to the helper, whenever their
 * state changes. Names are shown as text and suffix, as in SERVER<20>.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM netbios

#if !defined(_NB_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _NB_TRACE_H

#include <linux/tracepoint.h>

#include "nb_dgram_wire.h"
#include "nb_upcall.h"

/* programs that read the ring buffer do not know the enums */
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_GONE);
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_CLAIMING);
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_REGISTERED);
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_PROVISIONAL);
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_CONFLICT);
TRACE_DEFINE_ENUM(NETBIOS_NAME_STATE_RELEASING);

#define show_name_state(state)						\
	__print_symbolic(state,						\
			 { NETBIOS_NAME_STATE_GONE, "gone" },		\
			 { NETBIOS_NAME_STATE_CLAIMING, "claiming" },	\
			 { NETBIOS_NAME_STATE_REGISTERED, "registered" }, \
			 { NETBIOS_NAME_STATE_PROVISIONAL, "provisional" }, \
			 { NETBIOS_NAME_STATE_CONFLICT, "conflict" },	\
			 { NETBIOS_NAME_STATE_RELEASING, "releasing" })

TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_CLOSED);
TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_BOUND);
TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_LISTEN);
TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_CALLING);
TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_CONNECTED);
TRACE_DEFINE_ENUM(NETBIOS_SESSION_STATE_CLOSING);

#define show_session_state(state)					\
	__print_symbolic(state,						\
			 { NETBIOS_SESSION_STATE_CLOSED, "closed" },	\
			 { NETBIOS_SESSION_STATE_BOUND, "bound" },	\
			 { NETBIOS_SESSION_STATE_LISTEN, "listen" },	\
			 { NETBIOS_SESSION_STATE_CALLING, "calling" },	\
			 { NETBIOS_SESSION_STATE_CONNECTED, "connected" }, \
			 { NETBIOS_SESSION_STATE_CLOSING, "closing" })

TRACE_DEFINE_ENUM(NETBIOS_WORK_KIND_CLAIM);
TRACE_DEFINE_ENUM(NETBIOS_WORK_KIND_RELEASE);
TRACE_DEFINE_ENUM(NETBIOS_WORK_KIND_RESOLVE);
TRACE_DEFINE_ENUM(NETBIOS_WORK_KIND_SUSPECT);
TRACE_DEFINE_ENUM(NETBIOS_WORK_KIND_RELAY);

#define show_work_kind(kind)						\
	__print_symbolic(kind,						\
			 { NETBIOS_WORK_KIND_CLAIM, "claim" },		\
			 { NETBIOS_WORK_KIND_RELEASE, "release" },	\
			 { NETBIOS_WORK_KIND_RESOLVE, "resolve" },	\
			 { NETBIOS_WORK_KIND_SUSPECT, "suspect" },	\
			 { NETBIOS_WORK_KIND_RELAY, "relay" })

TRACE_DEFINE_ENUM(NB_UPCALL_QUEUED);
TRACE_DEFINE_ENUM(NB_UPCALL_TAKEN);
TRACE_DEFINE_ENUM(NB_UPCALL_ANSWERED);
TRACE_DEFINE_ENUM(NB_UPCALL_CANCELLED);
TRACE_DEFINE_ENUM(NB_UPCALL_LATE);

#define show_upcall_step(step)						\
	__print_symbolic(step,						\
			 { NB_UPCALL_QUEUED, "queued" },		\
			 { NB_UPCALL_TAKEN, "taken" },			\
			 { NB_UPCALL_ANSWERED, "answered" },		\
			 { NB_UPCALL_CANCELLED, "cancelled" },		\
			 { NB_UPCALL_LATE, "late" })

TRACE_EVENT(nb_name_state,
	    TP_PROTO(const struct nb_name *name, u8 old, u8 new, int err),

	    TP_ARGS(name, old, new, err),

	    TP_STRUCT__entry(__array(u8, name, NETBIOS_NAME_LEN)
			     __field(unsigned int, netns)
			     __field(u8, group)
			     __field(u8, old)
			     __field(u8, new)
			     __field(int, err)
	    ),

	    TP_fast_assign(memcpy(__entry->name, name->name, NETBIOS_NAME_LEN);
			   __entry->netns = name->nn->net->ns.inum;
			   __entry->group = name->group;
			   __entry->old = old;
			   __entry->new = new;
			   __entry->err = err;
	    ),

	    TP_printk("netns=%u name=%.15s<%02x> group=%u %s -> %s err=%d",
		      __entry->netns, __entry->name,
		      __entry->name[NETBIOS_NAME_LEN - 1], __entry->group,
		      show_name_state(__entry->old),
		      show_name_state(__entry->new),
		      __entry->err)
);

TRACE_EVENT(nb_session_state,
	    TP_PROTO(const u8 *local, const u8 *peer, u8 old, u8 new, int err),

	    TP_ARGS(local, peer, old, new, err),

	    TP_STRUCT__entry(__array(u8, local, NETBIOS_NAME_LEN)
			     __array(u8, peer, NETBIOS_NAME_LEN)
			     __field(u8, old)
			     __field(u8, new)
			     __field(int, err)
	    ),

	    TP_fast_assign(memcpy(__entry->local, local, NETBIOS_NAME_LEN);
			   memcpy(__entry->peer, peer, NETBIOS_NAME_LEN);
			   __entry->old = old;
			   __entry->new = new;
			   __entry->err = err;
	    ),

	    TP_printk("local=%.15s<%02x> peer=%.15s<%02x> %s -> %s err=%d",
		      __entry->local, __entry->local[NETBIOS_NAME_LEN - 1],
		      __entry->peer, __entry->peer[NETBIOS_NAME_LEN - 1],
		      show_session_state(__entry->old),
		      show_session_state(__entry->new), __entry->err)
);

TRACE_EVENT(nb_upcall,
	    TP_PROTO(const struct nb_upcall *req, u8 step, int err),

	    TP_ARGS(req, step, err),

	    TP_STRUCT__entry(__field(u64, id)
			     __array(u8, name, NETBIOS_NAME_LEN)
			     __field(u8, kind)
			     __field(u8, step)
			     __field(int, err)
	    ),

	    TP_fast_assign(__entry->id = req->id;
			   memcpy(__entry->name, req->name, NETBIOS_NAME_LEN);
			   __entry->kind = req->kind;
			   __entry->step = step;
			   __entry->err = err;
	    ),

	    TP_printk("id=%016llx %s name=%.15s<%02x> %s err=%d",
		      __entry->id, show_work_kind(__entry->kind), __entry->name,
		      __entry->name[NETBIOS_NAME_LEN - 1],
		      show_upcall_step(__entry->step), __entry->err)
);

#define show_dgram_type(type)						\
	__print_symbolic(type,						\
			 { NB_DGM_UNIQUE, "unique" },			\
			 { NB_DGM_GROUP, "group" },			\
			 { NB_DGM_BROADCAST, "broadcast" },		\
			 { NB_DGM_ERROR, "error" },			\
			 { NB_DGM_QUERY, "query" },			\
			 { NB_DGM_QUERY_POSITIVE, "query-positive" },	\
			 { NB_DGM_QUERY_NEGATIVE, "query-negative" })

TRACE_EVENT(nb_datagram,
	    TP_PROTO(const struct nb_net *nn, const u8 *source,
		     const u8 *destination, __be32 addr, u8 type,
		     unsigned int len, bool out),

	    TP_ARGS(nn, source, destination, addr, type, len, out),

	    TP_STRUCT__entry(__array(u8, source, NETBIOS_NAME_LEN)
			     __array(u8, destination, NETBIOS_NAME_LEN)
			     __field(unsigned int, netns)
			     __array(u8, addr, sizeof(__be32))
			     __field(unsigned int, len)
			     __field(u8, type)
			     __field(bool, out)
	    ),

	    TP_fast_assign(memcpy(__entry->source, source, NETBIOS_NAME_LEN);
			   memcpy(__entry->destination, destination,
				  NETBIOS_NAME_LEN);
			   __entry->netns = nn->net->ns.inum;
			   memcpy(__entry->addr, &addr, sizeof(addr));
			   __entry->len = len;
			   __entry->type = type;
			   __entry->out = out;
	    ),

	    TP_printk("netns=%u %s %s source=%.15s<%02x> destination=%.15s<%02x> addr=%pI4 len=%u",
		      __entry->netns, __entry->out ? "out" : "in",
		      show_dgram_type(__entry->type), __entry->source,
		      __entry->source[NETBIOS_NAME_LEN - 1],
		      __entry->destination,
		      __entry->destination[NETBIOS_NAME_LEN - 1],
		      __entry->addr, __entry->len)
);

/* @stat is the counter that tells why, NB_STAT_* */
TRACE_EVENT(nb_datagram_dropped,
	    TP_PROTO(const struct nb_net *nn, __be32 addr, u8 type, int stat),

	    TP_ARGS(nn, addr, type, stat),

	    TP_STRUCT__entry(__field(unsigned int, netns)
			     __array(u8, addr, sizeof(__be32))
			     __field(int, stat)
			     __field(u8, type)
	    ),

	    TP_fast_assign(__entry->netns = nn->net->ns.inum;
			   memcpy(__entry->addr, &addr, sizeof(addr));
			   __entry->stat = stat;
			   __entry->type = type;
	    ),

	    TP_printk("netns=%u %s addr=%pI4 stat=%d", __entry->netns,
		      show_dgram_type(__entry->type), &__entry->addr,
		      __entry->stat)
);

#endif /* _NB_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE nb_trace
#include <trace/define_trace.h>
