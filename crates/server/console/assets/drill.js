import { $ as useAsked, Ft as When, Gt as api, Mt as Shown, Ut as a, Yt as t, _t as Table, cn as $, ct as Badge, dt as Facts, ht as Section, mt as Page, vt as count, yt as Link } from "./base.js";
// src/pages/drill.tsx
function DrillPage({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/estate/drills/{id}", {
		path: { id },
		passive,
		signal
	}), [id]);
	const drill = asked.data;
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: drill ? t.estate.kinds[drill.drill] ?? drill.drill : t.estate.drill,
		lead: t.estate.drillLead,
		actions: /* @__PURE__ */ a(Link, {
			to: "/estate",
			class: "button",
			children: t.estate.back
		}),
		children: /* @__PURE__ */ a(Shown, {
			asked,
			children: (report) => /* @__PURE__ */ a(Report, { report })
		})
	});
}
function Report({ report }) {
	return /* @__PURE__ */ a($, { children: [
		report.findings.length === 0 ? /* @__PURE__ */ a("div", {
			class: "readiness good",
			children: [
				/* @__PURE__ */ a("strong", { children: t.estate.held }),
				" ",
				t.estate.heldText
			]
		}) : /* @__PURE__ */ a("div", {
			class: "panel warnings bad",
			children: /* @__PURE__ */ a("ul", {
				class: "list",
				children: report.findings.map((one) => /* @__PURE__ */ a("li", { children: [
					/* @__PURE__ */ a(Badge, {
						tone: "bad",
						children: t.estate.foundOne
					}),
					" ",
					/* @__PURE__ */ a("span", {
						class: "warning-says",
						children: one
					})
				] }, one))
			})
		}),
		/* @__PURE__ */ a(Facts, { of: [
			[t.estate.began, /* @__PURE__ */ a(When, { at: report.began_at })],
			[t.estate.method, report.method],
			[t.estate.topology, t.estate.topologies[report.topology] ?? report.topology],
			[t.estate.size, t.estate.sizeOf(report.nodes, report.sentinels)],
			[t.estate.version, report.server_version],
			[t.estate.acknowledged, report.durability === "replicated" ? t.estate.replicated(1) : t.estate.durability[report.durability]],
			[t.estate.outage, `${count(report.outage_ms)} ms`],
			[t.estate.paused, report.paused_ms === null || report.paused_ms === void 0 ? "" : `${count(report.paused_ms)} ms`],
			[t.estate.stale, report.stale_writes === null || report.stale_writes === void 0 ? "" : count(report.stale_writes)]
		] }),
		/* @__PURE__ */ a(Section, {
			title: t.estate.timeline,
			children: [/* @__PURE__ */ a(Picture, { report }), /* @__PURE__ */ a(Table, {
				label: t.estate.timeline,
				head: [[t.estate.at, "number"], t.estate.what],
				children: report.timeline.map((event) => /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("td", {
					class: "number nowrap",
					children: [count(event.at_ms), " ms"]
				}), /* @__PURE__ */ a("td", { children: event.what })] }, `${event.at_ms} ${event.what}`))
			})]
		}),
		/* @__PURE__ */ a(Section, {
			title: t.estate.seen,
			children: /* @__PURE__ */ a(Table, {
				label: t.estate.seen,
				head: [
					t.estate.pattern,
					[t.estate.writers, "number"],
					[t.estate.acks, "number"],
					[t.estate.lost, "number"],
					[t.estate.twice, "number"],
					[t.estate.disorder, "number"],
					[t.estate.outage, "number"],
					[t.estate.median, "number"],
					[t.estate.p99, "number"],
					[t.estate.refused, "number"]
				],
				children: report.patterns.map((one) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: one.name
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.writers)
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.acknowledged)
					}),
					[
						one.lost,
						one.duplicates,
						one.order_violations
					].map((n, at) => /* @__PURE__ */ a("td", {
						class: "number",
						children: n ? /* @__PURE__ */ a(Badge, {
							tone: "bad",
							children: count(n)
						}) : "0"
					}, at)),
					/* @__PURE__ */ a("td", {
						class: "number nowrap",
						children: [count(one.outage_ms), " ms"]
					}),
					/* @__PURE__ */ a("td", {
						class: "number nowrap",
						children: [count(one.median_ms), " ms"]
					}),
					/* @__PURE__ */ a("td", {
						class: "number nowrap",
						children: [count(one.p99_ms), " ms"]
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.failures)
					})
				] }, one.name))
			})
		})
	] });
}
var WIDE = 900;
var LEFT = 90;
var LANE = 46;
/** Acknowledged writes over time, a lane for each pattern, the outage hatched, events as lines. The tables say the same. */
function Picture({ report }) {
	const end = Math.max(1, ...report.timeline.map((one) => one.at_ms), ...report.patterns.map((one) => one.per_tenth_second.length * 100));
	const x = (ms) => LEFT + ms / end * 800;
	const height = report.patterns.length * LANE + 30;
	const seconds = Array.from({ length: Math.floor(end / 1e3) + 1 }, (_, at) => at);
	const every = Math.max(1, Math.ceil(seconds.length / 12));
	return /* @__PURE__ */ a("div", {
		class: "topology",
		role: "group",
		"aria-label": t.estate.timeline,
		tabIndex: 0,
		children: /* @__PURE__ */ a("svg", {
			class: "drill-picture",
			viewBox: `0 0 ${WIDE} ${height}`,
			width: WIDE,
			height,
			role: "img",
			"aria-label": t.estate.pictureWords(report.patterns.map((one) => t.estate.outageOf(one.name, one.outage_ms, one.outage_from_ms))),
			children: [
				report.patterns.map((one, lane) => {
					const top = lane * LANE;
					const most = Math.max(1, ...one.per_tenth_second);
					const points = one.per_tenth_second.map((n, at) => `${x(at * 100).toFixed(1)},${(top + LANE - 8 - n / most * 32).toFixed(1)}`);
					return /* @__PURE__ */ a("g", { children: [
						/* @__PURE__ */ a("text", {
							x: "0",
							y: top + LANE / 2 + 4,
							children: one.name
						}),
						/* @__PURE__ */ a("rect", {
							class: "outage",
							x: x(one.outage_from_ms),
							y: top + 2,
							width: Math.max(1, x(one.outage_from_ms + one.outage_ms) - x(one.outage_from_ms)),
							height: 38
						}),
						/* @__PURE__ */ a("polyline", { points: points.join(" ") }),
						/* @__PURE__ */ a("line", {
							class: "axis",
							x1: LEFT,
							x2: 890,
							y1: top + LANE - 8,
							y2: top + LANE - 8
						})
					] }, one.name);
				}),
				report.timeline.map((event) => /* @__PURE__ */ a("line", {
					class: "event",
					x1: x(event.at_ms),
					x2: x(event.at_ms),
					y1: "0",
					y2: height - 26,
					children: /* @__PURE__ */ a("title", { children: event.what })
				}, `${event.at_ms} ${event.what}`)),
				seconds.filter((at) => at % every === 0).map((at) => /* @__PURE__ */ a("text", {
					class: "tick",
					x: x(at * 1e3),
					y: height - 6,
					children: [at, " s"]
				}, at))
			]
		})
	});
}
export { DrillPage as default };
