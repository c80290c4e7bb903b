import { $ as useAsked, Ct as ActButton, Ft as When, Gt as api, Mt as Shown, Ot as Empty, St as withQuery, Ut as a, Yt as t, bt as go, cn as $, ct as Badge, dt as Facts, ht as Section, lt as Choice, mt as Page, vt as count, xt as usePlace } from "./base.js";
// src/pages/compliance.tsx
/** Nobody asks by itself: a look reads much and is in the trail. One that is older than this is told to be old. */
var LATE_MS = 36e5;
/** How each status is told beside its word: by a colour, and by a line in a square of 16. */
var MARKS = {
	pass: {
		tone: "good",
		line: "M3 8.5 6.5 12 13 4.5"
	},
	fail: {
		tone: "bad",
		line: "M4 4l8 8M12 4l-8 8"
	},
	unknown: {
		tone: "warning",
		line: "M5.2 5.6a2.8 2.8 0 1 1 4 2.6C8.4 8.6 8 9 8 10M8 13v.2"
	},
	not_applicable: {
		tone: "plain",
		line: "M3 8h10"
	}
};
function CompliancePage() {
	const place = usePlace();
	const onlyOpen = place.query.get("show") === "open";
	const asked = useAsked((passive, signal) => api("get", "/v1/compliance", {
		passive,
		signal
	}), []);
	const actions = /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(ActButton, {
		class: "button",
		busy: asked.loading,
		onClick: () => asked.again(),
		children: asked.loading ? t.compliance.looking : t.compliance.again
	}), /* @__PURE__ */ a("button", {
		type: "button",
		class: "button",
		disabled: !asked.data,
		onClick: () => print(),
		children: t.compliance.print
	})] });
	return /* @__PURE__ */ a(Page, {
		title: t.compliance.title,
		lead: t.compliance.lead,
		actions,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: LATE_MS,
			children: (report) => /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a("p", {
					class: "told",
					children: report.notice
				}),
				/* @__PURE__ */ a(Totals, { of: report }),
				/* @__PURE__ */ a("div", {
					class: "filters",
					children: [/* @__PURE__ */ a(Choice, {
						label: t.compliance.show,
						value: onlyOpen ? "open" : "all",
						onChange: (show) => go(withQuery(place, { show: show === "open" ? show : "" }), true),
						options: [["all", t.compliance.showAll], ["open", t.compliance.showOpen]]
					}), /* @__PURE__ */ a("p", {
						class: "count faint",
						role: "status",
						children: t.compliance.shown(onlyOpen ? report.controls.filter(isOpen).length : report.controls.length, report.controls.length)
					})]
				}),
				/* @__PURE__ */ a(Controls, {
					of: report.controls,
					onlyOpen
				}),
				/* @__PURE__ */ a(Section, {
					title: t.compliance.outside,
					children: [/* @__PURE__ */ a("p", {
						class: "hint",
						children: t.compliance.outsideLead
					}), /* @__PURE__ */ a("dl", {
						class: "record",
						children: report.outside.map(({ citation, what }) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: t.compliance.sections([citation]) }), /* @__PURE__ */ a("dd", { children: what })] }, `${citation} ${what}`))
					})]
				})
			] })
		})
	});
}
function Totals({ of }) {
	const { totals } = of;
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("ul", {
		class: "tiles totals",
		"aria-label": t.compliance.totals,
		children: [
			"fail",
			"unknown",
			"pass",
			"not_applicable"
		].map((status) => /* @__PURE__ */ a("li", {
			class: totals[status] ? `tile ${MARKS[status].tone}` : "tile",
			children: [
				/* @__PURE__ */ a("span", {
					class: "tile-value",
					children: count(totals[status])
				}),
				" ",
				/* @__PURE__ */ a(Status, { is: status })
			]
		}, status))
	}), /* @__PURE__ */ a("div", {
		role: "status",
		children: /* @__PURE__ */ a(Facts, { of: [
			[t.compliance.lookedAt, /* @__PURE__ */ a(When, { at: of.checked_at })],
			[t.compliance.trail, of.trail],
			[t.compliance.version, of.version]
		] })
	})] });
}
function isOpen({ status }) {
	return status === "fail" || status === "unknown";
}
/** Controls by the first part of their name. Those that are not asked for are on paper alone, where the report is whole. */
function Controls({ of, onlyOpen }) {
	const groups = /* @__PURE__ */ new Map();
	for (const control of of) {
		const group = control.id.split(".")[0];
		groups.set(group, [...groups.get(group) ?? [], control]);
	}
	return /* @__PURE__ */ a($, { children: [onlyOpen && !of.some(isOpen) && /* @__PURE__ */ a(Empty, {
		title: t.compliance.nothingOpenTitle,
		children: t.compliance.nothingOpen
	}), [...groups].map(([group, controls]) => /* @__PURE__ */ a("div", {
		class: onlyOpen && !controls.some(isOpen) ? "on-paper" : void 0,
		children: /* @__PURE__ */ a(Section, {
			title: t.compliance.groups[group] ?? group,
			children: /* @__PURE__ */ a("ul", {
				class: "panel controls",
				children: controls.map((control) => /* @__PURE__ */ a(Control, {
					of: control,
					shown: !onlyOpen || isOpen(control)
				}, control.id))
			})
		})
	}, group))] });
}
function Control({ of, shown }) {
	return /* @__PURE__ */ a("li", {
		class: shown ? "control" : "control on-paper",
		children: [/* @__PURE__ */ a(Status, { is: of.status }), /* @__PURE__ */ a("div", { children: [
			/* @__PURE__ */ a("h3", {
				"data-row": shown || void 0,
				tabIndex: -1,
				children: of.title
			}),
			/* @__PURE__ */ a("p", {
				class: "faint",
				children: [
					/* @__PURE__ */ a("code", { children: of.id }),
					" · ",
					t.compliance.sections(of.citations)
				]
			}),
			/* @__PURE__ */ a("ul", {
				class: "evidence",
				children: of.evidence.map((found) => /* @__PURE__ */ a("li", { children: found }, found))
			}),
			of.to_do && /* @__PURE__ */ a("p", {
				class: "to-do",
				children: [
					/* @__PURE__ */ a("strong", { children: t.compliance.toDo }),
					" ",
					/* @__PURE__ */ a(Commands, { of: of.to_do })
				]
			})
		] })]
	});
}
function Status({ is }) {
	const { tone, line } = MARKS[is];
	return /* @__PURE__ */ a(Badge, {
		tone,
		children: [
			/* @__PURE__ */ a("svg", {
				class: "mark",
				viewBox: "0 0 16 16",
				"aria-hidden": "true",
				children: /* @__PURE__ */ a("path", { d: line })
			}),
			" ",
			t.compliance.status[is]
		]
	});
}
/** Words in which commands stand between backticks. */
function Commands({ of }) {
	return /* @__PURE__ */ a($, { children: of.split("`").map((part, at) => at % 2 ? /* @__PURE__ */ a("code", { children: part }, at) : part) });
}
export { CompliancePage as default };
