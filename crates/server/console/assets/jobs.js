import { $ as useAsked, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, St as withQuery, Ut as a, Yt as t, _t as Table, bt as go, cn as $, ct as Badge, f as JobState, mt as Page, p as selectionText, pt as More, vt as count, xt as usePlace, yt as Link } from "./base.js";
// src/pages/jobs.tsx
function Jobs() {
	const place = usePlace();
	const cursor = place.query.get("cursor") ?? void 0;
	const asked = useAsked((passive, signal) => api("get", "/v1/jobs", {
		query: {
			cursor,
			limit: 50
		},
		passive,
		signal
	}), [cursor], cursor ? void 0 : 3e3);
	return /* @__PURE__ */ a(Page, {
		title: t.jobs.title,
		lead: t.jobs.lead,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: cursor ? void 0 : 15e3,
			children: (page) => /* @__PURE__ */ a($, { children: [page.items.length === 0 ? /* @__PURE__ */ a(Empty, {
				title: t.jobs.emptyTitle,
				children: t.jobs.empty
			}) : /* @__PURE__ */ a(Table, {
				label: t.jobs.title,
				head: [
					t.messages.id,
					t.jobs.action,
					t.messages.state,
					t.jobs.of,
					[t.jobs.changed, "number"],
					[t.jobs.skipped, "number"],
					t.jobs.by,
					t.jobs.begun
				],
				children: page.items.map((job) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: /* @__PURE__ */ a(Link, {
							to: `/jobs/${job.id}`,
							"data-row": true,
							children: job.id
						})
					}),
					/* @__PURE__ */ a("td", { children: [
						t.jobs.actions[job.action] ?? job.action,
						" ",
						job.dry_run && /* @__PURE__ */ a(Badge, { children: t.jobs.dryRun })
					] }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(JobState, { state: job.state }) }),
					/* @__PURE__ */ a("td", { children: selectionText(job) }),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(job.counts.changed)
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(job.counts.skipped)
					}),
					/* @__PURE__ */ a("td", { children: job.created_by }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: job.created_at }) })
				] }, job.id))
			}), /* @__PURE__ */ a(More, {
				next: page.next,
				go: (next) => go(withQuery(place, { cursor: next })),
				first: cursor ? () => go(withQuery(place, { cursor: "" })) : void 0
			})] })
		})
	});
}
export { Jobs as default };
