import { $ as useAsked, Bt as span, Ct as ActButton, D as NotLive, E as LiveMark, Gt as api, Lt as clockTime, Mt as Shown, Nt as Ago, O as useStream, Ot as Empty, Qt as serverNow, Ut as a, Wt as Problem, Xt as may, Yt as t, _t as Table, at as useSending, cn as $, gt as Spark, ht as Section, in as T, jt as Refused, mt as Page, on as d, vt as count, yt as Link } from "./base.js";
// src/pages/overview.tsx
var EVERY_MS = 5e3;
/** What is recorded in the trail when it is looked at is looked at less often. */
var RECORDED_EVERY_MS = 6e4;
var LATE_MS = 2e4;
var SILENT_S = 3600;
var RECENT = 12;
async function figures(passive, signal) {
	const how = {
		passive,
		signal
	};
	const problems = [];
	const part = async (scope, ask) => {
		if (scope && !may(scope)) return void 0;
		try {
			return await ask();
		} catch (error) {
			if (signal.aborted || !(error instanceof Problem) || error.status === 0 || error.status === 401) throw error;
			problems.push(`${error.title} ${error.detail ?? ""}`);
			return;
		}
	};
	const [ready, channels, sessions, units] = await Promise.all([
		part("", () => readiness(signal)),
		part("read", async () => (await api("get", "/v1/channels", how)).items),
		part("sessions:read", async () => (await api("post", "/v1/sessions/count", {
			...how,
			body: {}
		})).count),
		part("beds:read", async () => (await api("get", "/v1/units", how)).items)
	]);
	return {
		ready,
		channels,
		sessions,
		units,
		problems
	};
}
async function oversight(passive, signal) {
	const [reviews, alerts] = await Promise.all([may("emergencies:review") ? reviewsOf(passive, signal) : void 0, may("audit:read") ? api("get", "/v1/audit/alerts", {
		query: {
			state: "new",
			limit: 200
		},
		passive,
		signal
	}).then((page) => page.items.length) : void 0]);
	return {
		reviews,
		alerts
	};
}
async function readiness(signal) {
	const response = await fetch("/readyz", {
		signal,
		cache: "no-store"
	});
	return response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : void 0;
}
async function reviewsOf(passive, signal) {
	const of = async (review) => (await api("get", "/v1/emergencies", {
		query: {
			review,
			limit: 500
		},
		passive,
		signal
	})).items.length;
	const [open, overdue] = await Promise.all([of("open"), of("overdue")]);
	return {
		open,
		overdue
	};
}
function Overview() {
	const asked = useAsked(figures, [], EVERY_MS);
	return /* @__PURE__ */ a(Page, {
		title: t.overview.title,
		wide: true,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: LATE_MS,
			children: (now) => /* @__PURE__ */ a(Known, { now })
		})
	});
}
function Known({ now }) {
	const { ready, channels, units } = now;
	return /* @__PURE__ */ a($, { children: [
		ready && /* @__PURE__ */ a("p", {
			class: ready.ready ? "readiness good" : "readiness bad",
			role: "status",
			children: [
				/* @__PURE__ */ a("strong", { children: ready.ready ? t.overview.ready : t.overview.notReady }),
				/* @__PURE__ */ a("span", { children: t.overview.service(ready.service) }),
				/* @__PURE__ */ a("span", { children: t.overview.trail(ready.audit) }),
				ready.unbound_channels.length > 0 && /* @__PURE__ */ a("span", { children: t.overview.unbound(ready.unbound_channels.join(", ")) })
			]
		}),
		now.problems.map((problem) => /* @__PURE__ */ a("p", {
			class: "refused",
			role: "alert",
			children: problem
		}, problem)),
		/* @__PURE__ */ a("ul", {
			class: "tiles",
			children: [
				channels && /* @__PURE__ */ a(OfChannels, { channels }),
				units && /* @__PURE__ */ a(OfUnits, { units }),
				(may("emergencies:review") || may("audit:read")) && /* @__PURE__ */ a(OfOversight, {}),
				now.sessions !== void 0 && /* @__PURE__ */ a(Tile, {
					to: "/sessions",
					name: t.overview.sessions,
					value: count(now.sessions),
					lead: t.overview.sessionsLead
				})
			]
		}),
		/* @__PURE__ */ a("div", {
			class: "columns",
			children: [
				channels && /* @__PURE__ */ a(Flow, { channels }),
				channels && /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a(Attention, { channels }), /* @__PURE__ */ a(Recent, {})] }),
				(may("emergencies:review") || may("audit:read")) && /* @__PURE__ */ a(Told, {})
			]
		}),
		units && /* @__PURE__ */ a(Units, { units })
	] });
}
function Tile({ to, name, value, lead, tone = "plain" }) {
	return /* @__PURE__ */ a("li", {
		class: `tile ${tone}`,
		children: /* @__PURE__ */ a(Link, {
			to,
			"data-row": true,
			children: [
				/* @__PURE__ */ a("span", {
					class: "tile-name",
					children: name
				}),
				/* @__PURE__ */ a("span", {
					class: "tile-value",
					children: value
				}),
				/* @__PURE__ */ a("span", {
					class: "tile-lead",
					children: lead
				})
			]
		})
	});
}
function OfChannels({ channels }) {
	const on = channels.filter((channel) => channel.configured && channel.enabled);
	const up = on.filter((channel) => channel.listening).length;
	const silent = on.filter((channel) => (channel.last_received_seconds_ago ?? Infinity) > SILENT_S).length;
	const all = channels.flatMap((channel) => channel.destinations);
	const waits = Math.max(0, ...all.map((one) => one.oldest_waiting?.waited_seconds ?? 0));
	const waiting = all.reduce((sum, one) => sum + one.waiting, 0);
	const dead = all.reduce((sum, one) => sum + one.dead_letters, 0);
	const down = all.filter((one) => one.circuit === "open").length;
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(Tile, {
			to: "/channels",
			name: t.overview.channelsUp,
			value: /* @__PURE__ */ a($, { children: [
				up,
				" ",
				/* @__PURE__ */ a("small", { children: t.overview.of(on.length) })
			] }),
			tone: up < on.length ? "bad" : silent ? "warning" : "plain",
			lead: silent ? t.overview.silent(silent) : t.overview.notSilent
		}),
		/* @__PURE__ */ a(Tile, {
			to: "/channels",
			name: t.overview.circuits,
			value: count(down),
			tone: down ? "bad" : "plain",
			lead: down ? t.overview.waiting(waiting) : t.overview.circuitsUp
		}),
		/* @__PURE__ */ a(Tile, {
			to: "/channels",
			name: t.overview.oldest,
			value: waiting ? span(waits * 1e3) : t.common.none,
			tone: waits > 300 ? "bad" : waits > 60 ? "warning" : "plain",
			lead: waiting ? t.overview.waiting(waiting) : t.overview.nothingWaits
		}),
		/* @__PURE__ */ a(Tile, {
			to: "/dead-letters",
			name: t.overview.deadLetters,
			value: count(dead),
			tone: dead ? "warning" : "plain",
			lead: dead ? t.overview.needsDecision : t.overview.noneDead
		})
	] });
}
function OfUnits({ units }) {
	const sum = (of) => units.reduce((total, unit) => total + (of(unit) ?? 0), 0);
	const high = sum((unit) => unit.by_band.high);
	const incomplete = sum((unit) => unit.incomplete);
	const unseen = sum((unit) => unit.unacknowledged);
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(Tile, {
			to: "/beds",
			name: t.overview.highBand,
			value: count(high),
			tone: high ? "bad" : "plain",
			lead: t.overview.medium(sum((unit) => unit.by_band.medium))
		}),
		/* @__PURE__ */ a(Tile, {
			to: "/beds",
			name: t.overview.unacknowledged,
			value: count(unseen),
			tone: unseen ? "warning" : "plain",
			lead: t.overview.unacknowledgedLead
		}),
		/* @__PURE__ */ a(Tile, {
			to: "/beds",
			name: t.overview.incomplete,
			value: count(incomplete),
			tone: incomplete ? "stale" : "plain",
			lead: t.overview.incompleteLead
		})
	] });
}
/** How many messages a minute go where, since this page was opened: a hospital's pulse. */
function Flow({ channels }) {
	const lines = T(/* @__PURE__ */ new Map());
	const rows = channels.flatMap((channel) => [{
		key: channel.name,
		name: channel.name,
		what: t.overview.received,
		total: channel.received,
		to: channel.name
	}, ...channel.destinations.map((one) => ({
		key: `${channel.name} ${one.name}`,
		name: `→ ${one.name}`,
		what: t.overview.delivered,
		total: one.delivered,
		to: channel.name
	}))]);
	const now = Date.now();
	for (const { key, total } of rows) {
		const line = lines.current.get(key);
		if (!line) lines.current.set(key, {
			at: now,
			total,
			rates: []
		});
		else if (now - line.at > EVERY_MS / 2) {
			const rate = Math.max(0, (total - line.total) * 6e4 / (now - line.at));
			lines.current.set(key, {
				at: now,
				total,
				rates: [...line.rates, rate].slice(-60)
			});
		}
	}
	return /* @__PURE__ */ a(Section, {
		title: t.overview.flow,
		children: /* @__PURE__ */ a(Table, {
			label: t.overview.flow,
			head: [
				t.overview.where,
				[t.overview.perMinute, "number"],
				""
			],
			children: rows.map(({ key, name, what, to }) => {
				const rates = lines.current.get(key)?.rates ?? [];
				const last = rates.at(-1);
				return /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						class: "nowrap",
						children: [
							/* @__PURE__ */ a(Link, {
								to: `/channels/${encodeURIComponent(to)}`,
								"data-row": true,
								children: name
							}),
							" ",
							/* @__PURE__ */ a("span", {
								class: "faint",
								children: what
							})
						]
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: last === void 0 ? t.common.none : count(Math.round(last))
					}),
					/* @__PURE__ */ a("td", {
						class: "flow-line",
						children: /* @__PURE__ */ a(Spark, {
							fromZero: true,
							points: rates,
							label: t.overview.flowLine(rates.length)
						})
					})
				] }, key);
			})
		})
	});
}
function OfOversight() {
	const asked = useAsked(oversight, [], RECORDED_EVERY_MS);
	const { reviews, alerts } = asked.data ?? {};
	return /* @__PURE__ */ a($, { children: [
		asked.problem && /* @__PURE__ */ a("li", {
			class: "tile bad",
			children: /* @__PURE__ */ a("p", {
				class: "tile-problem",
				children: [
					asked.problem.title,
					" ",
					asked.at && /* @__PURE__ */ a($, { children: [
						t.common.shownFrom,
						" ",
						/* @__PURE__ */ a(Ago, { at: asked.at + (serverNow() - Date.now()) }),
						"."
					] })
				]
			})
		}),
		reviews && /* @__PURE__ */ a(Tile, {
			to: "/break-glass",
			name: t.overview.reviews,
			value: count(reviews.overdue),
			tone: reviews.overdue ? "bad" : "plain",
			lead: t.overview.reviewsOpen(reviews.open)
		}),
		alerts !== void 0 && /* @__PURE__ */ a(Tile, {
			to: "/audit",
			name: t.overview.alerts,
			value: count(alerts),
			tone: alerts ? "warning" : "plain",
			lead: t.overview.alertsLead
		})
	] });
}
function Attention({ channels }) {
	const rows = [];
	for (const channel of channels) {
		const to = `/channels/${encodeURIComponent(channel.name)}`;
		if (channel.configured && channel.enabled && (channel.last_received_seconds_ago ?? Infinity) > SILENT_S) rows.push([
			to,
			t.overview.silentChannel(channel.name),
			/* @__PURE__ */ a(Ago, { at: channel.last_received_at })
		]);
		for (const one of channel.destinations) {
			if (one.circuit === "open") rows.push([
				to,
				t.overview.destinationDown(channel.name, one.name),
				/* @__PURE__ */ a("span", { children: one.last_error?.detail })
			]);
			if (one.oldest_waiting && one.oldest_waiting.waited_seconds > 60) rows.push([
				to,
				t.overview.headWaits(channel.name, one.name),
				/* @__PURE__ */ a("span", { children: span(one.oldest_waiting.waited_seconds * 1e3) })
			]);
			if (one.dead_letters) rows.push([
				`/dead-letters?channel=${encodeURIComponent(channel.name)}&destination=${encodeURIComponent(one.name)}`,
				t.overview.deadOf(channel.name, one.name, one.dead_letters),
				null
			]);
		}
	}
	return /* @__PURE__ */ a(Section, {
		title: t.overview.attention,
		children: rows.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.overview.nothing }) : /* @__PURE__ */ a("ul", {
			class: "list",
			children: rows.map(([to, text, more]) => /* @__PURE__ */ a("li", { children: [
				/* @__PURE__ */ a(Link, {
					to,
					"data-row": true,
					children: text
				}),
				" ",
				/* @__PURE__ */ a("span", {
					class: "faint",
					children: more
				})
			] }, to + text))
		})
	});
}
function Recent() {
	const [rows, setRows] = d([]);
	const [paused, setPaused] = d();
	const kept = T([]);
	const live = useStream(paused ? null : "/v1/events", {}, (happenings) => {
		const news = happenings.map(({ id, data }) => {
			const event = JSON.parse(data);
			const who = [event.channel, event.destination].filter(Boolean).join(" → ");
			const what = t.events[event.type] ?? event.type.replaceAll("_", " ");
			const of = event.job_id !== void 0 ? `${event.job_id} ${event.state ?? ""}` : "";
			return {
				id,
				at: event.at,
				text: [
					who,
					what,
					of
				].filter(Boolean).join(" "),
				to: event.message_id !== void 0 ? `/messages/${event.message_id}` : event.job_id !== void 0 ? `/jobs/${event.job_id}` : event.channel ? `/channels/${encodeURIComponent(event.channel)}` : void 0
			};
		});
		kept.current = [...news.reverse(), ...kept.current].slice(0, RECENT);
		setRows(kept.current);
	});
	return /* @__PURE__ */ a(Section, {
		title: t.overview.recent,
		aside: /* @__PURE__ */ a(LiveMark, {
			state: live,
			paused,
			pause: (on) => setPaused(on ? Date.now() : void 0)
		}),
		children: [/* @__PURE__ */ a(NotLive, {
			state: live,
			paused,
			shown: rows.length > 0
		}), rows.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.overview.recentEmpty }) : /* @__PURE__ */ a("ol", {
			class: "list timeline",
			children: rows.map((row) => /* @__PURE__ */ a("li", { children: [
				/* @__PURE__ */ a("time", {
					class: "faint",
					dateTime: row.at,
					children: clockTime(row.at)
				}),
				" ",
				row.to ? /* @__PURE__ */ a(Link, {
					to: row.to,
					"data-row": true,
					children: row.text
				}) : row.text
			] }, row.id))
		})]
	});
}
function Told() {
	const asked = useAsked((passive, signal) => api("get", "/v1/notifications", {
		passive,
		signal
	}), [], 15e3);
	const { busy, problem, send } = useSending();
	const seen = (id) => send(async () => {
		await api("post", "/v1/notifications/{id}/seen", { path: { id } });
		asked.again();
	});
	return /* @__PURE__ */ a(Section, {
		title: t.overview.told,
		children: [/* @__PURE__ */ a(Refused, { problem }), /* @__PURE__ */ a(Shown, {
			asked,
			rows: 3,
			children: ({ items }) => items.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.overview.toldNone }) : /* @__PURE__ */ a("ul", {
				class: "list",
				children: items.map((one) => /* @__PURE__ */ a("li", { children: [
					/* @__PURE__ */ a(Link, {
						to: `/break-glass/${one.id}`,
						"data-row": true,
						children: t.overview.emergencyBy(one.user)
					}),
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint",
						children: /* @__PURE__ */ a(Ago, { at: one.requested_at })
					}),
					/* @__PURE__ */ a(ActButton, {
						class: "button small",
						busy,
						onClick: () => void seen(one.id),
						children: t.overview.seen
					})
				] }, one.id))
			})
		})]
	});
}
function Units({ units }) {
	const bands = [
		"high",
		"medium",
		"low_medium",
		"low"
	];
	return /* @__PURE__ */ a(Section, {
		title: t.overview.units,
		children: /* @__PURE__ */ a(Table, {
			label: t.overview.units,
			head: [
				t.overview.unit,
				[t.overview.beds, "number"],
				...bands.map((band) => [t.overview.bands[band] ?? band, "number"]),
				[t.overview.incomplete, "number"],
				[t.overview.unacknowledged, "number"]
			],
			children: units.map((unit) => /* @__PURE__ */ a("tr", { children: [
				/* @__PURE__ */ a("th", {
					scope: "row",
					children: [
						unit.unit,
						" ",
						/* @__PURE__ */ a("span", {
							class: "faint",
							children: unit.facility
						})
					]
				}),
				/* @__PURE__ */ a("td", {
					class: "number",
					children: unit.beds
				}),
				bands.map((band) => /* @__PURE__ */ a("td", {
					class: "number",
					children: unit.by_band[band] || /* @__PURE__ */ a("span", {
						class: "faint",
						children: "0"
					})
				}, band)),
				/* @__PURE__ */ a("td", {
					class: "number",
					children: unit.incomplete || /* @__PURE__ */ a("span", {
						class: "faint",
						children: "0"
					})
				}),
				/* @__PURE__ */ a("td", {
					class: "number",
					children: unit.unacknowledged || /* @__PURE__ */ a("span", {
						class: "faint",
						children: "0"
					})
				})
			] }, unit.id))
		})
	});
}
export { Overview as default };
