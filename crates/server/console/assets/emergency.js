import { $ as useAsked, Ct as ActButton, Ft as When, Gt as api, Mt as Shown, Ot as Empty, Qt as serverNow, T as ReviewState, Ut as a, Xt as may, Yt as t, _t as Table, at as useSending, cn as $, ct as Badge, dt as Facts, ht as Section, jt as Refused, mt as Page, on as d, vt as count, x as Confirm, yt as Link } from "./base.js";
// src/pages/emergency.tsx
function OneEmergency({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/emergencies/{id}", {
		path: { id },
		passive,
		signal
	}), [id]);
	const [revoking, setRevoking] = d(false);
	const one = asked.data;
	const holds = one && !one.revoked_at && Date.parse(one.expires_at) > serverNow();
	return /* @__PURE__ */ a(Page, {
		title: one ? t.glass.of(one.user) : t.glass.title,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Link, {
			class: "button",
			to: "/break-glass",
			children: t.glass.toQueue
		}), holds && may("emergencies:review") && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button danger",
			onClick: () => setRevoking(true),
			children: t.glass.revoke
		})] }),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			children: (one) => /* @__PURE__ */ a($, { children: [
				/* @__PURE__ */ a(Facts, { of: [
					[t.glass.review, /* @__PURE__ */ a(ReviewState, { state: one.review })],
					[t.glass.patient, /* @__PURE__ */ a("code", { children: one.patient })],
					[t.glass.when, /* @__PURE__ */ a(When, { at: one.requested_at })],
					[t.glass.until, /* @__PURE__ */ a(When, { at: one.revoked_at ?? one.expires_at })],
					[t.glass.uses, count(one.uses)],
					[t.common.reason, t.glass.reasons[one.reason] ?? one.reason],
					[t.glass.due, /* @__PURE__ */ a(When, { at: one.review_due_at })],
					[t.glass.conspicuousName, one.is_conspicuous ? /* @__PURE__ */ a(Badge, {
						tone: "warning",
						children: t.glass.conspicuous
					}) : void 0],
					[t.glass.toldName, one.told?.length ? one.told.join(", ") : void 0]
				] }),
				/* @__PURE__ */ a(Section, {
					title: t.glass.wrote,
					children: /* @__PURE__ */ a("p", {
						class: "panel quote",
						children: one.text || t.glass.nothing
					})
				}),
				may("audit:read") && /* @__PURE__ */ a(Used, { of: one }),
				one.verdict && /* @__PURE__ */ a(Section, {
					title: t.glass.verdict,
					children: /* @__PURE__ */ a("div", {
						class: "panel",
						children: [/* @__PURE__ */ a("p", { children: [
							/* @__PURE__ */ a(Badge, {
								tone: one.verdict === "justified" ? "good" : "bad",
								children: t.glass.verdicts[one.verdict]
							}),
							" ",
							t.glass.by(one.reviewed_by ?? ""),
							" ",
							/* @__PURE__ */ a(When, { at: one.reviewed_at })
						] }), one.note && /* @__PURE__ */ a("p", {
							class: "quote",
							children: one.note
						})]
					})
				}),
				one.review !== "closed" && may("emergencies:review") && /* @__PURE__ */ a(Judge, {
					id,
					again: () => asked.again()
				})
			] })
		}), revoking && /* @__PURE__ */ a(Confirm, {
			danger: true,
			title: t.glass.revokeTitle,
			text: t.glass.revokeText,
			action: t.glass.revoke,
			close: () => setRevoking(false),
			done: async () => {
				await api("post", "/v1/emergencies/{id}/revoke", { path: { id } });
				setRevoking(false);
				asked.again();
			}
		})]
	});
}
/** What was read by it, from the trail. */
function Used({ of }) {
	const asked = useAsked(async (passive, signal) => {
		const body = {
			filter: {
				user: of.user,
				from: of.requested_at,
				until: new Date(Math.max(Date.parse(of.expires_at), serverNow())).toISOString()
			},
			limit: 200
		};
		return (await api("post", "/v1/audit/search", {
			body,
			passive,
			signal
		})).items.filter((record) => record.emergency_id === of.id);
	}, [of.id]);
	return /* @__PURE__ */ a(Section, {
		title: t.glass.used,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: (records) => records.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.glass.usedNone }) : /* @__PURE__ */ a(Table, {
				label: t.glass.used,
				head: [
					t.audit.record,
					t.audit.at,
					t.audit.kind,
					t.audit.outcome,
					t.audit.types,
					t.common.reason
				],
				children: records.map((record) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: /* @__PURE__ */ a(Link, {
							to: `/audit/${record.record}`,
							"data-row": true,
							children: record.record
						})
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(When, { at: record.at }) }),
					/* @__PURE__ */ a("td", { children: record.kind.replaceAll("-", " ") }),
					/* @__PURE__ */ a("td", { children: record.outcome }),
					/* @__PURE__ */ a("td", { children: record.data_types.join(", ") }),
					/* @__PURE__ */ a("td", { children: record.reason })
				] }, `${record.record} ${record.part}`))
			})
		})
	});
}
function Judge({ id, again }) {
	const [verdict, setVerdict] = d();
	const [note, setNote] = d("");
	const { busy, problem, send } = useSending();
	const submit = () => send(async () => {
		if (!verdict) return;
		await api("post", "/v1/emergencies/{id}/review", {
			path: { id },
			body: {
				verdict,
				note
			}
		});
		again();
	});
	return /* @__PURE__ */ a(Section, {
		title: t.glass.judge,
		children: /* @__PURE__ */ a("form", {
			class: "panel narrow",
			onSubmit: (event) => {
				event.preventDefault();
				submit();
			},
			children: [
				/* @__PURE__ */ a("fieldset", {
					class: "choices",
					children: [/* @__PURE__ */ a("legend", { children: t.glass.verdict }), Object.keys(t.glass.verdicts).map((one) => /* @__PURE__ */ a("label", {
						class: "check",
						children: [
							/* @__PURE__ */ a("input", {
								type: "radio",
								name: "verdict",
								value: one,
								checked: verdict === one,
								onChange: () => setVerdict(one),
								required: true
							}),
							" ",
							t.glass.verdicts[one]
						]
					}, one))]
				}),
				/* @__PURE__ */ a("div", {
					class: "field",
					children: [/* @__PURE__ */ a("label", {
						for: "note",
						children: t.glass.note
					}), /* @__PURE__ */ a("textarea", {
						id: "note",
						value: note,
						maxLength: 2e3,
						onInput: (event) => setNote(event.currentTarget.value)
					})]
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(ActButton, {
					type: "submit",
					class: "button primary",
					busy,
					ready: verdict !== void 0,
					children: t.glass.close
				})
			]
		})
	});
}
export { OneEmergency as default };
