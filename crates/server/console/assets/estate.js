import { $ as useAsked, Bt as span, Ct as ActButton, D as NotLive, E as LiveMark, Ft as When, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, Ut as a, Wt as Problem, Xt as may, Yt as t, _ as bytes, _t as Table, at as useSending, cn as $, ct as Badge, dt as Facts, g as Warnings, h as Topology, ht as Section, jt as Refused, m as ServerState, mt as Page, on as d, v as share, vt as count, y as useTold, yt as Link } from "./base.js";
// src/pages/estate.tsx
/** A look comes every five seconds. After so long without one, what is shown is told to be old. */
var LATE_MS = 2e4;
function EstatePage() {
	const [paused, setPaused] = d();
	const asked = useTold("/v1/estate/events", paused !== void 0, look);
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.estate.title,
		lead: t.estate.lead,
		actions: /* @__PURE__ */ a(LiveMark, {
			state: asked.live,
			paused,
			pause: (on) => setPaused(on ? Date.now() : void 0)
		}),
		children: [
			paused && /* @__PURE__ */ a(NotLive, {
				state: asked.live,
				paused
			}),
			/* @__PURE__ */ a(Shown, {
				asked,
				lateMs: paused ? void 0 : LATE_MS,
				children: (estate) => /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Warnings, { of: estate.warnings }), estate.redis ? /* @__PURE__ */ a(Redis, {
					estate,
					redis: estate.redis
				}) : /* @__PURE__ */ a(Embedded, { estate })] })
			}),
			/* @__PURE__ */ a(Drills, {})
		]
	});
}
function look({ data }) {
	const { estate, unknown_because } = JSON.parse(data);
	return estate ?? new Problem(503, "store_unavailable", t.estate.nothing, unknown_because ?? void 0);
}
function writer({ writer, backup, looked_at }) {
	return [
		[t.estate.writer, /* @__PURE__ */ a($, { children: [
			writer.instance,
			" ",
			/* @__PURE__ */ a("span", {
				class: "faint",
				children: writer.has_lease ? t.estate.lease : t.estate.noLease
			})
		] })],
		[t.estate.writesSince, /* @__PURE__ */ a(When, { at: writer.since })],
		[t.estate.backup, backup ? backup.last_at ? /* @__PURE__ */ a($, { children: [
			/* @__PURE__ */ a(Ago, { at: backup.last_at }),
			" ",
			/* @__PURE__ */ a("span", {
				class: "faint",
				children: t.estate.backupDue(backup.max_age_hours)
			})
		] }) : /* @__PURE__ */ a(Badge, {
			tone: "warning",
			children: t.common.never
		}) : /* @__PURE__ */ a("span", {
			class: "faint",
			children: t.estate.backupUnknown
		})],
		[t.estate.lookedAt, /* @__PURE__ */ a(Ago, { at: looked_at })]
	];
}
function Embedded({ estate }) {
	const store = estate.embedded;
	if (!store) return /* @__PURE__ */ a(Empty, { title: t.estate.nothing });
	return /* @__PURE__ */ a(Section, {
		title: t.estate.embedded,
		children: [
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: t.estate.embeddedLead
			}),
			/* @__PURE__ */ a(Facts, { of: [
				[t.estate.used, bytes(store.used_bytes)],
				[t.estate.free, bytes(store.free_bytes)],
				[t.estate.least, bytes(store.min_free_bytes)],
				...writer(estate)
			] }),
			may("system:write") && /* @__PURE__ */ a(BackUp, {})
		]
	});
}
/** Asks for a backup. It goes on by itself, and is the last one above when it is done. */
function BackUp() {
	const [hasBegun, setBegun] = d(false);
	const { busy, problem, send } = useSending();
	const begin = () => send(async () => {
		setBegun(false);
		await api("post", "/v1/estate/backups");
		setBegun(true);
	});
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", { children: /* @__PURE__ */ a(ActButton, {
		class: "button",
		busy,
		onClick: () => void begin(),
		children: t.estate.backUp
	}) }), hasBegun ? /* @__PURE__ */ a("p", {
		class: "told",
		role: "status",
		children: t.estate.backUpBegun
	}) : /* @__PURE__ */ a(Refused, { problem })] });
}
function Redis({ estate, redis }) {
	const durability = redis.durability === "replicated" ? t.estate.replicated(redis.replicas_to_confirm) : t.estate.durability[redis.durability] ?? redis.durability;
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(Facts, { of: [
			[t.estate.topology, t.estate.topologies[redis.topology] ?? redis.topology],
			[t.estate.acknowledged, durability],
			...writer(estate),
			[t.estate.slotsMissing, redis.slots_without_server ? /* @__PURE__ */ a(Badge, {
				tone: "bad",
				children: count(redis.slots_without_server)
			}) : ""]
		] }),
		/* @__PURE__ */ a(Section, {
			title: t.estate.picture,
			children: /* @__PURE__ */ a(Topology, { redis })
		}),
		/* @__PURE__ */ a(Section, {
			title: t.estate.servers,
			children: [/* @__PURE__ */ a(Table, {
				label: t.estate.servers,
				head: [
					t.estate.address,
					t.estate.role,
					t.estate.link,
					[t.estate.behind, "number"],
					[t.estate.memory, "number"],
					t.estate.eviction,
					t.estate.persistence,
					...redis.topology === "cluster" ? [t.estate.slots] : [],
					[t.estate.clients, "number"],
					t.estate.version
				],
				children: redis.servers.map((one) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						class: "nowrap",
						children: [one.address, one.is_followed && /* @__PURE__ */ a("span", {
							class: "under faint",
							children: t.estate.followed
						})]
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(ServerState, { server: one }) }),
					one.role === "silent" ? /* @__PURE__ */ a("td", {
						colSpan: redis.topology === "cluster" ? 8 : 7,
						children: one.silent_because
					}) : /* @__PURE__ */ a($, { children: [
						/* @__PURE__ */ a("td", { children: one.role === "master" ? t.estate.inLine(one.replicas_in_line ?? 0) : /* @__PURE__ */ a(Replication, { server: one }) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: one.behind_bytes === null || one.behind_bytes === void 0 ? t.common.none : bytes(one.behind_bytes)
						}),
						/* @__PURE__ */ a("td", {
							class: "number nowrap",
							children: one.max_memory_bytes ? `${bytes(one.memory_bytes)} ${t.estate.of} ${bytes(one.max_memory_bytes)} (${share(one.memory_bytes, one.max_memory_bytes)} %)` : `${bytes(one.memory_bytes)}, ${t.estate.noLimit}`
						}),
						/* @__PURE__ */ a("td", { children: [one.eviction === "noeviction" ? one.eviction : /* @__PURE__ */ a(Badge, {
							tone: "bad",
							children: one.eviction || t.common.none
						}), one.evicted_keys > 0 && /* @__PURE__ */ a("span", {
							class: "under",
							children: t.estate.evicted(one.evicted_keys)
						})] }),
						/* @__PURE__ */ a("td", { children: [one.append_only === null || one.append_only === void 0 ? /* @__PURE__ */ a("span", {
							class: "faint",
							children: t.estate.noLog
						}) : one.append_only ? t.estate.logGood : /* @__PURE__ */ a(Badge, {
							tone: "bad",
							children: t.estate.logBad
						}), /* @__PURE__ */ a("span", {
							class: "under faint",
							children: [
								t.estate.snapshot,
								" ",
								one.snapshot_at ? /* @__PURE__ */ a(Ago, { at: one.snapshot_at }) : t.common.never,
								one.is_snapshot_good ? "" : `, ${t.estate.failed}`
							]
						})] }),
						redis.topology === "cluster" && /* @__PURE__ */ a("td", { children: one.slots.length ? one.slots.map(({ first, last }) => `${first}–${last}`).join(", ") : /* @__PURE__ */ a("span", {
							class: "faint",
							children: t.common.none
						}) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.clients)
						}),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							children: [one.version, /* @__PURE__ */ a("span", {
								class: "under faint",
								children: t.estate.up(span(one.uptime_seconds * 1e3))
							})]
						})
					] })
				] }, one.address))
			}), redis.is_cut_short && /* @__PURE__ */ a("p", {
				class: "hint",
				children: t.estate.cutShort
			})]
		}),
		redis.sentinels.length > 0 && /* @__PURE__ */ a(Section, {
			title: t.estate.sentinels,
			children: /* @__PURE__ */ a(Table, {
				label: t.estate.sentinels,
				head: [
					t.estate.address,
					t.estate.names,
					t.estate.thinks,
					t.estate.agrees,
					[t.estate.others, "number"]
				],
				children: redis.sentinels.map((one) => /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("th", {
					scope: "row",
					class: "nowrap",
					children: one.address
				}), one.silent_because ? /* @__PURE__ */ a("td", {
					colSpan: 4,
					children: [
						/* @__PURE__ */ a(Badge, {
							tone: "bad",
							children: t.estate.roles.silent
						}),
						" ",
						one.silent_because
					]
				}) : /* @__PURE__ */ a($, { children: [
					/* @__PURE__ */ a("td", {
						class: "nowrap",
						children: one.master
					}),
					/* @__PURE__ */ a("td", { children: one.thinks }),
					/* @__PURE__ */ a("td", { children: one.cannot_fail_over_because ? /* @__PURE__ */ a(Badge, {
						tone: "warning",
						children: one.cannot_fail_over_because
					}) : t.estate.quorum(one.quorum) }),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: one.others
					})
				] })] }, one.address))
			})
		})
	] });
}
function Replication({ server }) {
	if (server.is_linked === false) return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.estate.linkDown
	});
	if (server.is_in_line === false) return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.estate.notInLine
	});
	return /* @__PURE__ */ a($, { children: [t.estate.confirms, /* @__PURE__ */ a("span", {
		class: "under faint",
		children: [
			t.estate.replicaOf,
			" ",
			server.master,
			server.heard_seconds_ago !== null && server.heard_seconds_ago !== void 0 ? `, ${t.estate.heard(server.heard_seconds_ago)}` : ""
		]
	})] });
}
function Drills() {
	const asked = useAsked((passive, signal) => api("get", "/v1/estate/drills", {
		passive,
		signal
	}), []);
	return /* @__PURE__ */ a(Section, {
		title: t.estate.drills,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: ({ is_configured, items, left_out }) => items.length === 0 ? /* @__PURE__ */ a(Empty, {
				title: t.estate.noDrills,
				children: [
					is_configured ? t.estate.noDrillsYet : t.estate.noFolder,
					" ",
					/* @__PURE__ */ a("code", { children: is_configured ? "wardline redis drill failover --report" : "redis.drill_reports" })
				]
			}) : /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Table, {
				label: t.estate.drills,
				head: [
					t.estate.began,
					t.estate.drill,
					t.estate.topology,
					[t.estate.outage, "number"],
					[t.estate.lost, "number"],
					t.estate.found
				],
				children: items.map((drill) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: /* @__PURE__ */ a(Link, {
							to: `/estate/drills/${drill.name}`,
							"data-row": true,
							children: /* @__PURE__ */ a(When, { at: drill.began_at })
						})
					}),
					/* @__PURE__ */ a("td", { children: t.estate.kinds[drill.drill] ?? drill.drill }),
					/* @__PURE__ */ a("td", { children: t.estate.topologies[drill.topology] ?? drill.topology }),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: [count(drill.outage_ms), " ms"]
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: drill.lost ? /* @__PURE__ */ a(Badge, {
							tone: "bad",
							children: count(drill.lost)
						}) : "0"
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Found, { drill }) })
				] }, drill.name))
			}), left_out > 0 && /* @__PURE__ */ a("p", {
				class: "hint",
				children: t.estate.leftOut(left_out)
			})] })
		})
	});
}
function Found({ drill }) {
	return drill.findings.length ? /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.estate.findings(drill.findings.length)
	}) : /* @__PURE__ */ a(Badge, {
		tone: "good",
		children: t.estate.held
	});
}
export { EstatePage as default };
