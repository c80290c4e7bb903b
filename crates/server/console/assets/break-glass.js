import { $ as useAsked, Bt as span, Ct as ActButton, Ft as When, G as useHeld, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, St as withQuery, T as ReviewState, Ut as a, Vt as useNow, W as hold, Xt as may, Y as Views, Yt as t, _t as Table, at as useSending, bt as go, cn as $, ct as Badge, ft as Field, ht as Section, it as useOnce, jt as Refused, lt as Choice, mt as Page, on as d, pt as More, rt as isRefusal, vt as count, xt as usePlace, yt as Link } from "./base.js";
// src/pages/break-glass.tsx
function BreakGlass() {
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.glass.title,
		lead: may("emergencies:review") ? t.glass.reviewLead : t.glass.lead,
		children: [may("emergencies:use") && /* @__PURE__ */ a(Use, {}), may("emergencies:review") && /* @__PURE__ */ a(Queue, {})]
	});
}
function Use() {
	const held = useHeld();
	const now = useNow();
	if (held && held.expiresAt > now) return /* @__PURE__ */ a(HeldNow, {});
	return /* @__PURE__ */ a(Ask, {});
}
function HeldNow() {
	const held = useHeld();
	const now = useNow();
	const { busy, problem, send } = useSending();
	const [bed, setBed] = d("");
	const [record, setRecord] = d("");
	if (!held) return null;
	const giveBack = () => send(async () => {
		await api("post", "/v1/emergencies/{id}/give-back", { path: { id: held.id } });
		hold(void 0);
	});
	return /* @__PURE__ */ a(Section, {
		title: t.glass.heldTitle,
		children: /* @__PURE__ */ a("div", {
			class: "panel held",
			children: [
				/* @__PURE__ */ a("p", {
					class: "told",
					role: "status",
					children: [
						/* @__PURE__ */ a("strong", { children: t.glass.held(held.patient) }),
						" ",
						t.glass.heldFor(span(held.expiresAt - now))
					]
				}),
				/* @__PURE__ */ a("p", { children: [
					t.glass.told(held.told),
					" ",
					t.glass.heldText
				] }),
				/* @__PURE__ */ a("div", {
					class: "filters",
					children: [/* @__PURE__ */ a("form", {
						class: "filters",
						onSubmit: (event) => {
							event.preventDefault();
							go(`/beds/${encodeURIComponent(bed)}`);
						},
						children: [/* @__PURE__ */ a(Field, {
							label: t.glass.openBed,
							hint: t.glass.openBedHint,
							value: bed,
							required: true,
							onInput: (e) => setBed(e.currentTarget.value.trim()),
							spellcheck: false
						}), /* @__PURE__ */ a("button", {
							type: "submit",
							class: "button",
							children: t.glass.open
						})]
					}), /* @__PURE__ */ a("form", {
						class: "filters",
						onSubmit: (event) => {
							event.preventDefault();
							go(`/patients/${encodeURIComponent(record)}`);
						},
						children: [/* @__PURE__ */ a(Field, {
							label: t.glass.openRecord,
							hint: t.glass.openRecordHint,
							value: record,
							required: true,
							onInput: (e) => setRecord(e.currentTarget.value.trim()),
							spellcheck: false
						}), /* @__PURE__ */ a("button", {
							type: "submit",
							class: "button",
							children: t.glass.open
						})]
					})]
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(ActButton, {
					class: "button primary",
					busy,
					onClick: () => void giveBack(),
					children: t.glass.giveBack
				})
			]
		})
	});
}
function Ask() {
	const [number, setNumber] = d("");
	const [authority, setAuthority] = d("");
	const [reason, setReason] = d("emergency_treatment");
	const [text, setText] = d("");
	const [code, setCode] = d("");
	const { busy, problem, send } = useSending();
	const once = useOnce();
	const submit = () => send(async () => {
		const body = {
			patient: {
				number,
				...authority ? { authority } : {}
			},
			reason,
			text,
			code
		};
		try {
			const granted = await once(body, (headers) => api("post", "/v1/emergencies", {
				body,
				headers
			}));
			hold({
				id: granted.id,
				token: granted.token,
				patient: number,
				expiresAt: Date.parse(granted.expires_at),
				told: granted.told
			});
		} catch (error) {
			if (isRefusal(error)) setCode("");
			throw error;
		}
	});
	return /* @__PURE__ */ a(Section, {
		title: t.glass.askTitle,
		children: /* @__PURE__ */ a("form", {
			class: "panel narrow",
			onSubmit: (event) => {
				event.preventDefault();
				submit();
			},
			children: [
				/* @__PURE__ */ a("p", { children: t.glass.askText }),
				/* @__PURE__ */ a("div", {
					class: "pair",
					children: [/* @__PURE__ */ a(Field, {
						label: t.glass.number,
						value: number,
						required: true,
						onInput: (e) => setNumber(e.currentTarget.value.trim()),
						autocomplete: "off",
						spellcheck: false,
						"data-filter": true
					}), /* @__PURE__ */ a(Field, {
						label: t.glass.authority,
						hint: t.glass.authorityHint,
						value: authority,
						onInput: (e) => setAuthority(e.currentTarget.value.trim()),
						autocomplete: "off",
						spellcheck: false
					})]
				}),
				/* @__PURE__ */ a(Choice, {
					label: t.common.reason,
					value: reason,
					onChange: (value) => setReason(value),
					options: Object.entries(t.glass.reasons)
				}),
				/* @__PURE__ */ a("div", {
					class: "field",
					children: [/* @__PURE__ */ a("label", {
						for: "words",
						children: t.glass.words
					}), /* @__PURE__ */ a("textarea", {
						id: "words",
						value: text,
						maxLength: 2e3,
						minLength: reason === "other" ? 20 : 0,
						required: reason === "other",
						onInput: (event) => setText(event.currentTarget.value)
					})]
				}),
				/* @__PURE__ */ a(Field, {
					label: t.signIn.code,
					hint: t.glass.codeHint,
					value: code,
					required: true,
					inputMode: "numeric",
					autocomplete: "one-time-code",
					onInput: (e) => setCode(e.currentTarget.value.replace(/\s/g, ""))
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(ActButton, {
					type: "submit",
					class: "button danger",
					busy,
					children: t.glass.ask
				})
			]
		})
	});
}
function Queue() {
	const place = usePlace();
	const review = place.query.get("review") ?? "";
	const cursor = place.query.get("cursor") ?? void 0;
	const asked = useAsked((passive, signal) => api("get", "/v1/emergencies", {
		query: {
			review: review || void 0,
			cursor,
			limit: 100
		},
		passive,
		signal
	}), [review, cursor], 6e4);
	const set = (changes) => go(withQuery(place, {
		...changes,
		cursor: ""
	}), true);
	return /* @__PURE__ */ a(Section, {
		title: t.glass.queue,
		aside: /* @__PURE__ */ a(Choice, {
			label: t.glass.review,
			value: review,
			onChange: (review) => set({ review }),
			options: [["", t.common.all], ...Object.entries(t.glass.states)]
		}),
		children: [/* @__PURE__ */ a(Views, {}), /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 18e4,
			children: (page) => /* @__PURE__ */ a($, { children: [page.items.length === 0 ? /* @__PURE__ */ a(Empty, {
				title: t.glass.emptyTitle,
				children: t.glass.empty
			}) : /* @__PURE__ */ a(Table, {
				label: t.glass.queue,
				head: [
					t.glass.when,
					t.glass.user,
					t.glass.patient,
					t.common.reason,
					[t.glass.uses, "number"],
					t.glass.review,
					t.glass.due,
					t.glass.verdict
				],
				children: page.items.map((one) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: /* @__PURE__ */ a(Link, {
							to: `/break-glass/${one.id}`,
							"data-row": true,
							children: /* @__PURE__ */ a(Ago, { at: one.requested_at })
						})
					}),
					/* @__PURE__ */ a("td", { children: [
						one.user,
						" ",
						one.is_conspicuous && /* @__PURE__ */ a(Badge, {
							tone: "warning",
							children: t.glass.conspicuous
						})
					] }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("code", { children: one.patient }) }),
					/* @__PURE__ */ a("td", { children: t.glass.reasons[one.reason] ?? one.reason }),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.uses)
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(ReviewState, { state: one.review }) }),
					/* @__PURE__ */ a("td", {
						class: "nowrap",
						children: /* @__PURE__ */ a(When, { at: one.review_due_at })
					}),
					/* @__PURE__ */ a("td", { children: one.verdict ? t.glass.verdicts[one.verdict] : /* @__PURE__ */ a("span", {
						class: "faint",
						children: t.common.none
					}) })
				] }, one.id))
			}), /* @__PURE__ */ a(More, {
				next: page.next,
				go: (next) => go(withQuery(place, { cursor: next })),
				first: cursor ? () => go(withQuery(place, { cursor: "" })) : void 0
			})] })
		})]
	});
}
export { BreakGlass as default };
