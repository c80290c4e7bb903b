import { $ as useAsked, Ft as When, Gt as api, Mt as Shown, Ut as a, Xt as may, Yt as t, cn as $, dt as Facts, f as JobState, mt as Page, on as d, p as selectionText, vt as count, x as Confirm } from "./base.js";
// src/pages/job.tsx
function OneJob({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/jobs/{id}", {
		path: { id: Number(id) },
		passive,
		signal
	}), [id], 1e3);
	const [asking, setAsking] = d(false);
	const running = asked.data?.state === "running";
	return /* @__PURE__ */ a(Page, {
		title: t.jobs.one(id),
		lead: t.jobs.oneLead,
		actions: running && may("operate") && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button danger",
			onClick: () => setAsking(true),
			children: t.jobs.cancel
		}),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 1e4,
			children: (job) => /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a("div", {
					class: "job-figures",
					role: "status",
					children: [
						/* @__PURE__ */ a("p", { children: [
							/* @__PURE__ */ a("span", {
								class: "tile-value",
								children: count(job.counts.changed)
							}),
							" ",
							job.dry_run ? t.jobs.wouldChange : t.jobs.changed
						] }),
						/* @__PURE__ */ a("p", { children: [
							/* @__PURE__ */ a("span", {
								class: "tile-value",
								children: count(job.counts.skipped)
							}),
							" ",
							t.jobs.skipped
						] }),
						/* @__PURE__ */ a("p", { children: [
							/* @__PURE__ */ a("span", {
								class: "tile-value",
								children: count(job.counts.examined)
							}),
							" ",
							t.jobs.examined
						] })
					]
				}),
				job.selection.ids > 0 && /* @__PURE__ */ a("progress", {
					value: job.state === "running" ? job.counts.examined : job.selection.ids,
					max: job.selection.ids,
					"aria-label": t.jobs.progress
				}),
				/* @__PURE__ */ a(Facts, { of: [
					[t.messages.state, /* @__PURE__ */ a(JobState, { state: job.state })],
					[t.jobs.action, `${t.jobs.actions[job.action] ?? job.action}${job.dry_run ? `, ${t.jobs.dryRun}` : ""}`],
					[t.jobs.of, selectionText(job)],
					[t.jobs.by, job.created_by],
					[t.jobs.begun, /* @__PURE__ */ a(When, { at: job.created_at })],
					[t.jobs.last, /* @__PURE__ */ a(When, { at: job.changed_at })],
					[t.jobs.error, job.error]
				] })
			] })
		}), asking && /* @__PURE__ */ a(Confirm, {
			danger: true,
			title: t.jobs.cancelTitle,
			text: t.jobs.cancelText,
			action: t.jobs.cancel,
			close: () => setAsking(false),
			done: async () => {
				await api("post", "/v1/jobs/{id}/cancel", { path: { id: Number(id) } });
				setAsking(false);
				asked.again();
			}
		})]
	});
}
export { OneJob as default };
