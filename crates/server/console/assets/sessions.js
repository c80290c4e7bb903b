import { $ as useAsked, $t as session, Bt as span, D as NotLive, E as LiveMark, Ft as When, Gt as api, Mt as Shown, Nt as Ago, O as useStream, Ot as Empty, St as withQuery, Ut as a, Vt as useNow, Xt as may, Y as Views, Yt as t, _t as Table, bt as go, cn as $, ct as Badge, in as T, lt as Choice, mt as Page, on as d, pt as More, tn as A, x as Confirm, xt as usePlace } from "./base.js";
import { n as Typed } from "./messages.js";
// src/pages/sessions.tsx
/** Events that come close together are one reason to look again. */
var GATHER_MS = 250;
function Sessions() {
	const place = usePlace();
	const cursor = place.query.get("cursor") ?? void 0;
	const role = place.query.get("role") ?? "";
	const state = place.query.get("state") ?? "";
	const [user, setUser] = d("");
	const [paused, setPaused] = d();
	const asked = useAsked((passive, signal) => {
		const filter = {
			...user ? { user } : {},
			...role ? { role } : {},
			...state ? { state } : {}
		};
		return api("post", "/v1/sessions/search", {
			body: {
				filter,
				limit: 100,
				...cursor ? { cursor } : {}
			},
			passive,
			signal
		});
	}, [
		user,
		role,
		state,
		cursor
	], paused ? void 0 : 6e4);
	const timer = T(void 0);
	const live = useStream(paused ? null : "/v1/sessions/events", {}, () => {
		timer.current ??= setTimeout(() => {
			timer.current = void 0;
			asked.again(true);
		}, GATHER_MS);
	});
	A(() => {
		if (live === "live") asked.again(true);
	}, [live]);
	A(() => {
		if (!paused) return;
		clearTimeout(timer.current);
		timer.current = void 0;
	}, [paused]);
	A(() => () => clearTimeout(timer.current), []);
	const [asking, setAsking] = d();
	const set = (changes) => go(withQuery(place, {
		...changes,
		cursor: ""
	}), true);
	const own = session();
	const ownId = own.is === "in" ? own.me.session_id : "";
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.sessions.title,
		lead: t.sessions.lead,
		actions: /* @__PURE__ */ a(LiveMark, {
			state: live,
			paused,
			pause: (on) => setPaused(on ? Date.now() : void 0)
		}),
		children: [
			/* @__PURE__ */ a(NotLive, {
				state: live,
				paused,
				shown: asked.data !== void 0
			}),
			/* @__PURE__ */ a("div", {
				class: "filters",
				children: [
					/* @__PURE__ */ a(Typed, {
						label: t.sessions.user,
						value: user,
						change: setUser
					}),
					/* @__PURE__ */ a(Typed, {
						label: t.sessions.role,
						value: role,
						change: (role) => set({ role })
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.messages.state,
						value: state,
						onChange: (state) => set({ state }),
						options: [
							["", t.common.any],
							["active", t.sessions.states.active],
							["locked", t.sessions.states.locked]
						]
					}),
					user && may("sessions:revoke") && /* @__PURE__ */ a("button", {
						type: "button",
						class: "button danger",
						onClick: () => setAsking({
							is: "all",
							user
						}),
						children: t.sessions.revokeAll(user)
					})
				]
			}),
			/* @__PURE__ */ a(Views, {}),
			/* @__PURE__ */ a(Shown, {
				asked,
				children: (page) => /* @__PURE__ */ a($, { children: [page.items.length === 0 ? /* @__PURE__ */ a(Empty, {
					title: t.sessions.emptyTitle,
					children: t.sessions.empty
				}) : /* @__PURE__ */ a(Table, {
					label: t.sessions.title,
					head: [
						t.sessions.user,
						t.sessions.role,
						t.sessions.portal,
						t.messages.state,
						t.sessions.from,
						t.sessions.begun,
						t.sessions.active,
						t.sessions.ends,
						""
					],
					children: page.items.map((one) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: [
								/* @__PURE__ */ a("span", {
									"data-row": true,
									tabIndex: -1,
									children: one.user
								}),
								" ",
								one.id === ownId && /* @__PURE__ */ a(Badge, { children: t.sessions.own })
							]
						}),
						/* @__PURE__ */ a("td", { children: [one.role.replaceAll("_", " "), one.department && /* @__PURE__ */ a("span", {
							class: "faint",
							children: [" ", one.department.split("~").at(-1)]
						})] }),
						/* @__PURE__ */ a("td", { children: one.portal }),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Badge, {
							tone: one.state === "locked" ? "warning" : "good",
							children: t.sessions.states[one.state] ?? one.state
						}) }),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: one.client.ip
						}),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: one.created_at }) }),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: one.last_activity_at }) }),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							children: [
								/* @__PURE__ */ a(Left, { until: one.idle_expires_at }),
								" ",
								/* @__PURE__ */ a("span", {
									class: "faint under",
									children: [
										t.sessions.atMost,
										" ",
										/* @__PURE__ */ a(When, { at: one.absolute_expires_at })
									]
								})
							]
						}),
						/* @__PURE__ */ a("td", { children: may("sessions:revoke") && /* @__PURE__ */ a("button", {
							type: "button",
							class: "button small danger",
							"aria-label": t.sessions.revokeOf(one.user),
							onClick: () => setAsking({
								is: "one",
								of: one
							}),
							children: t.sessions.revoke
						}) })
					] }, one.id))
				}), /* @__PURE__ */ a(More, {
					next: page.next,
					go: (next) => go(withQuery(place, { cursor: next })),
					first: cursor ? () => go(withQuery(place, { cursor: "" })) : void 0
				})] })
			}),
			asking?.is === "one" && /* @__PURE__ */ a(Confirm, {
				danger: true,
				title: t.sessions.revokeTitle(asking.of.user),
				text: asking.of.id === ownId ? t.sessions.revokeOwn : t.sessions.revokeText,
				action: t.sessions.revoke,
				close: () => setAsking(void 0),
				done: async () => {
					await api("delete", "/v1/sessions/{id}", { path: { id: asking.of.id } });
					setAsking(void 0);
					asked.again();
				}
			}),
			asking?.is === "all" && /* @__PURE__ */ a(Confirm, {
				danger: true,
				title: t.sessions.revokeAll(asking.user),
				text: t.sessions.revokeText,
				action: t.sessions.revoke,
				close: () => setAsking(void 0),
				done: async () => {
					await api("post", "/v1/sessions/revoke-user", { body: { user: asking.user } });
					setAsking(void 0);
					asked.again();
				}
			})
		]
	});
}
function Left({ until }) {
	const now = useNow();
	const ms = Date.parse(until) - now;
	return /* @__PURE__ */ a($, { children: ms <= 0 ? t.sessions.ended : t.sessions.left(span(ms)) });
}
export { Sessions as default };
