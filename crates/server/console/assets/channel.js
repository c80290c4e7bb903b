import { $ as useAsked, Bt as span, C as ChannelState, Ct as ActButton, Ft as When, Gt as api, Mt as Shown, Nt as Ago, Ut as a, Xt as may, Yt as t, at as useSending, cn as $, dt as Facts, ht as Section, jt as Refused, mt as Page, on as d, vt as count, w as CircuitState, yt as Link } from "./base.js";
// src/pages/channel.tsx
function OneChannel({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/channels/{channel}", {
		path: { channel: id },
		passive,
		signal
	}), [id], 2e3);
	const { busy, problem, send } = useSending();
	const [told, setTold] = d("");
	const tryNow = (destination) => send(async () => {
		setTold("");
		await api("post", "/v1/queues/{channel}/{destination}/try-now", { path: {
			channel: id,
			destination
		} });
		setTold(t.channels.tried(destination));
		asked.again();
	});
	const query = `channel=${encodeURIComponent(id)}`;
	return /* @__PURE__ */ a(Page, {
		title: t.channels.one(id),
		lead: asked.data?.description ?? void 0,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Link, {
			class: "button",
			to: `/messages?${query}`,
			children: t.nav.messages
		}), /* @__PURE__ */ a(Link, {
			class: "button",
			to: `/messages?${query}&state=quarantined`,
			children: t.channels.quarantine
		})] }),
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 1e4,
			children: (channel) => /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(Facts, { of: [
					[t.messages.state, /* @__PURE__ */ a(ChannelState, { channel })],
					[t.channels.address, channel.address && /* @__PURE__ */ a("code", { children: channel.address })],
					[t.channels.connectionsNow, count(channel.connections)],
					[t.channels.lastMessage, /* @__PURE__ */ a(Ago, { at: channel.last_received_at })],
					[t.channels.received, count(channel.received)],
					[t.channels.duplicatesName, count(channel.duplicates)],
					[t.channels.quarantine, count(channel.quarantined)],
					[t.channels.unrouted, count(channel.unrouted)]
				] }),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a("p", {
					role: "status",
					class: told ? "told" : "hidden",
					children: told
				}),
				/* @__PURE__ */ a("div", {
					class: "columns",
					children: channel.destinations.map((one) => /* @__PURE__ */ a(Section, {
						title: one.name,
						aside: /* @__PURE__ */ a(CircuitState, { destination: one }),
						children: /* @__PURE__ */ a("div", {
							class: "panel",
							children: [/* @__PURE__ */ a(Facts, { of: [
								[t.channels.kind, one.kind],
								[t.channels.delivered, count(one.delivered)],
								[t.channels.lastDelivered, /* @__PURE__ */ a(Ago, { at: one.last_delivered_at })],
								[t.channels.waiting, count(one.waiting)],
								[t.channels.oldest, one.oldest_waiting && /* @__PURE__ */ a(Link, {
									to: `/messages/${one.oldest_waiting.id}`,
									children: [
										t.channels.message(one.oldest_waiting.id),
										", ",
										span(one.oldest_waiting.waited_seconds * 1e3)
									]
								})],
								[t.channels.inFlight, count(one.in_flight)],
								[t.channels.dead, /* @__PURE__ */ a(Link, {
									to: `/dead-letters?${query}&destination=${encodeURIComponent(one.name)}`,
									children: count(one.dead_letters)
								})],
								[t.channels.discarded, count(one.discarded)],
								[t.channels.resent, count(one.resent)],
								[t.channels.lastError, one.last_error && /* @__PURE__ */ a($, { children: [
									one.last_error.detail,
									", ",
									/* @__PURE__ */ a(When, { at: one.last_error.at })
								] })]
							] }), may("operate") && /* @__PURE__ */ a(ActButton, {
								class: "button small",
								busy,
								onClick: () => void tryNow(one.name),
								children: t.channels.tryNow
							})]
						})
					}, one.name))
				})
			] })
		})
	});
}
export { OneChannel as default };
