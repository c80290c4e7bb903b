import { $ as useAsked, Bt as span, C as ChannelState, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, Ut as a, Yt as t, _t as Table, cn as $, mt as Page, vt as count, w as CircuitState, yt as Link } from "./base.js";
// src/pages/channels.tsx
function Channels() {
	const asked = useAsked((passive, signal) => api("get", "/v1/channels", {
		passive,
		signal
	}), [], 2e3);
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.channels.title,
		lead: t.channels.lead,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 1e4,
			children: ({ items }) => items.length === 0 ? /* @__PURE__ */ a(Empty, {
				title: t.channels.emptyTitle,
				children: t.channels.empty
			}) : /* @__PURE__ */ a(Table, {
				label: t.channels.title,
				head: [
					t.channels.name,
					t.messages.state,
					t.channels.lastMessage,
					[t.channels.received, "number"],
					[t.channels.delivered, "number"],
					[t.channels.waiting, "number"],
					t.channels.oldest,
					[t.channels.inFlight, "number"],
					[t.channels.dead, "number"],
					t.channels.lastError
				],
				children: items.flatMap((channel) => [/* @__PURE__ */ a("tr", {
					class: "of-channel",
					children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: /* @__PURE__ */ a(Link, {
								to: `/channels/${encodeURIComponent(channel.name)}`,
								"data-row": true,
								children: channel.name
							})
						}),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(ChannelState, { channel }) }),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: channel.last_received_at }) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(channel.received)
						}),
						/* @__PURE__ */ a("td", {
							colSpan: 6,
							class: "faint",
							children: [
								channel.address,
								t.channels.connections(channel.connections),
								channel.quarantined ? t.channels.quarantined(channel.quarantined) : "",
								channel.duplicates ? t.channels.duplicates(channel.duplicates) : ""
							].filter(Boolean).join(" · ")
						})
					]
				}, channel.name), ...channel.destinations.map((one) => /* @__PURE__ */ a("tr", {
					class: "of-destination",
					children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							class: "nowrap",
							children: [
								"→ ",
								one.name,
								" ",
								/* @__PURE__ */ a("span", {
									class: "faint",
									children: one.kind
								})
							]
						}),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(CircuitState, { destination: one }) }),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: one.last_delivered_at }) }),
						/* @__PURE__ */ a("td", { class: "number" }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.delivered)
						}),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.waiting)
						}),
						/* @__PURE__ */ a("td", { children: one.oldest_waiting ? /* @__PURE__ */ a(Link, {
							to: `/messages/${one.oldest_waiting.id}`,
							children: span(one.oldest_waiting.waited_seconds * 1e3)
						}) : /* @__PURE__ */ a("span", {
							class: "faint",
							children: t.common.none
						}) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.in_flight)
						}),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: one.dead_letters ? /* @__PURE__ */ a(Link, {
								to: `/dead-letters?channel=${encodeURIComponent(channel.name)}&destination=${encodeURIComponent(one.name)}`,
								children: count(one.dead_letters)
							}) : /* @__PURE__ */ a("span", {
								class: "faint",
								children: "0"
							})
						}),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: one.last_error && /* @__PURE__ */ a($, { children: [
								one.last_error.detail,
								", ",
								/* @__PURE__ */ a(Ago, { at: one.last_error.at })
							] })
						})
					]
				}, `${channel.name} ${one.name}`))])
			})
		})
	});
}
export { Channels as default };
