import { $ as useAsked, Ft as When, Gt as api, Kt as asProblem, Mt as Shown, Q as kindText, Ut as a, Yt as t, Z as OutcomeBadge, cn as $, dt as Facts, ht as Section, jt as Refused, mt as Page, on as d, yt as Link } from "./base.js";
import { saveAs } from "./audit.js";
// src/pages/audit-record.tsx
function OneRecord({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/audit/records/{id}", {
		path: { id: Number(id) },
		passive,
		signal
	}), [id]);
	return /* @__PURE__ */ a(Page, {
		title: t.audit.one(id),
		actions: /* @__PURE__ */ a(Link, {
			class: "button",
			to: "/audit",
			children: t.audit.back
		}),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			children: (record) => /* @__PURE__ */ a($, { children: [
				!record.readable && /* @__PURE__ */ a("p", {
					class: "refused",
					children: t.audit.unreadable
				}),
				/* @__PURE__ */ a(Facts, { of: [
					[t.audit.at, /* @__PURE__ */ a(When, { at: record.at })],
					[t.audit.kind, kindText(record.kind)],
					[t.audit.outcome, /* @__PURE__ */ a(OutcomeBadge, { outcome: record.outcome })],
					[t.audit.times, timesOf(record)],
					[t.audit.user, record.user],
					[t.audit.role, record.role?.replaceAll("_", " ")],
					[t.audit.purpose, record.purpose],
					[t.audit.address, record.address],
					[t.audit.application, record.application],
					[t.audit.session, record.session_id && /* @__PURE__ */ a("code", { children: record.session_id })],
					[t.audit.request, record.request_id && /* @__PURE__ */ a("code", { children: record.request_id })],
					[t.audit.patients, record.patients?.length ? record.patients.map((one) => /* @__PURE__ */ a("code", { children: [one, " "] }, one)) : record.patient_count || void 0],
					[t.audit.types, record.data_types.join(", ").replaceAll("_", " ")],
					[t.audit.policies, record.policies.join(", ")],
					[t.audit.emergency, record.emergency_id && /* @__PURE__ */ a(Link, {
						to: `/break-glass/${record.emergency_id}`,
						children: [record.emergency_id.slice(0, 8), "…"]
					})],
					[t.audit.recipient, record.recipient]
				] }),
				record.reason && /* @__PURE__ */ a(Section, {
					title: t.common.reason,
					children: /* @__PURE__ */ a("p", {
						class: "panel quote",
						children: record.reason
					})
				})
			] })
		}), /* @__PURE__ */ a(Proof, { id: Number(id) })]
	});
}
function timesOf(record) {
	if (record.counted_from_here) return t.audit.countedFromHere;
	if (!record.times) return void 0;
	return /* @__PURE__ */ a($, { children: [
		t.audit.timesOf(record.times),
		", ",
		/* @__PURE__ */ a(When, { at: record.times_from ?? record.at }),
		" – ",
		/* @__PURE__ */ a(When, { at: record.times_until ?? record.at })
	] });
}
function Proof({ id }) {
	const [text, setText] = d();
	const [problem, setProblem] = d();
	const prove = async () => {
		setProblem(void 0);
		try {
			setText(JSON.stringify(await api("get", "/v1/audit/records/{id}/proof", { path: { id } }), null, 2));
		} catch (error) {
			setProblem(asProblem(error));
		}
	};
	return /* @__PURE__ */ a(Section, {
		title: t.audit.proof,
		children: [
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: t.audit.proofText
			}),
			/* @__PURE__ */ a(Refused, { problem }),
			text === void 0 ? /* @__PURE__ */ a("button", {
				type: "button",
				class: "button",
				onClick: () => void prove(),
				children: t.audit.prove
			}) : /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("pre", {
				class: "raw panel",
				tabIndex: 0,
				children: text
			}), /* @__PURE__ */ a("button", {
				type: "button",
				class: "button",
				onClick: () => saveAs(`proof-${id}.json`, text, "application/json"),
				children: t.audit.save
			})] })
		]
	});
}
export { OneRecord as default };
