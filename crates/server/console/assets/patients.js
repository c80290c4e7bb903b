import { Gt as api, Kt as asProblem, Ot as Empty, Ut as a, Yt as t, _t as Table, c as recordNumbers, cn as $, ft as Field, in as T, jt as Refused, lt as Choice, mt as Page, o as birthDate, on as d, s as recordName, yt as Link } from "./base.js";
import { d as useReadsFor, i as readFor, l as saysPurpose, o as readsAsUsual, r as purposeHeaders, t as PurposeChoice } from "./purpose-choice.js";
// src/pages/patients.tsx
function Patients() {
	const [by, setBy] = d("mrn");
	const [number, setNumber] = d("");
	const [authority, setAuthority] = d("");
	const [family, setFamily] = d("");
	const [given, setGiven] = d("");
	const [born, setBorn] = d("");
	const [found, setFound] = d();
	const [problem, setProblem] = d();
	const purpose = useReadsFor();
	const last = T(void 0);
	const leave = () => {
		last.current?.abort();
		setProblem(void 0);
		setFound(void 0);
	};
	const search = async () => {
		leave();
		const { signal } = last.current = new AbortController();
		const body = by === "mrn" ? { mrn: {
			value: number,
			...authority ? { authority } : {}
		} } : by === "ssn" ? { ssn: number } : { person: {
			family,
			given,
			birth_date: born
		} };
		try {
			const found = await api("post", "/v1/patients/search", {
				body,
				signal,
				headers: purposeHeaders(purpose)
			});
			if (!signal.aborted) setFound(found);
		} catch (error) {
			if (!signal.aborted) setProblem(asProblem(error));
		}
	};
	return /* @__PURE__ */ a(Page, {
		title: t.patients.title,
		lead: t.patients.lead,
		children: [
			/* @__PURE__ */ a("form", {
				class: "filters find-form",
				role: "search",
				onSubmit: (event) => {
					event.preventDefault();
					search();
				},
				children: [
					saysPurpose() && /* @__PURE__ */ a(PurposeChoice, {
						value: purpose,
						usual: readsAsUsual(),
						onChange: (next) => {
							leave();
							readFor(next);
						}
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.patients.by,
						value: by,
						onChange: (value) => setBy(value),
						options: Object.entries(t.patients.byOptions)
					}),
					by === "person" ? /* @__PURE__ */ a($, { children: [
						/* @__PURE__ */ a(Field, {
							label: t.patients.family,
							value: family,
							required: true,
							onInput: (e) => setFamily(e.currentTarget.value),
							"data-filter": true,
							autocomplete: "off"
						}),
						/* @__PURE__ */ a(Field, {
							label: t.patients.given,
							value: given,
							onInput: (e) => setGiven(e.currentTarget.value),
							autocomplete: "off"
						}),
						/* @__PURE__ */ a(Field, {
							label: t.patients.born,
							type: "date",
							value: born,
							required: true,
							onInput: (e) => setBorn(e.currentTarget.value)
						})
					] }) : /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Field, {
						label: t.patients.number,
						value: number,
						required: true,
						onInput: (e) => setNumber(e.currentTarget.value.trim()),
						"data-filter": true,
						autocomplete: "off",
						spellcheck: false
					}), by === "mrn" && /* @__PURE__ */ a(Field, {
						label: t.patients.authority,
						value: authority,
						onInput: (e) => setAuthority(e.currentTarget.value.trim()),
						autocomplete: "off",
						spellcheck: false
					})] }),
					/* @__PURE__ */ a("button", {
						type: "submit",
						class: "button primary",
						children: t.common.search
					})
				]
			}),
			/* @__PURE__ */ a(Refused, { problem }),
			/* @__PURE__ */ a("div", {
				role: "status",
				children: found && (found.items.length === 0 ? /* @__PURE__ */ a(Empty, {
					title: t.patients.noneTitle,
					children: t.patients.none
				}) : /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Table, {
					label: t.patients.found,
					head: [
						t.patients.name,
						t.patients.born,
						t.patients.numbers,
						t.patients.record
					],
					children: found.items.map((one) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: /* @__PURE__ */ a(Link, {
								to: `/patients/${one.id}`,
								"data-row": true,
								children: recordName(one.fields)
							})
						}),
						/* @__PURE__ */ a("td", { children: birthDate(one.fields) }),
						/* @__PURE__ */ a("td", { children: recordNumbers(one.fields) }),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: [/* @__PURE__ */ a("code", { children: [one.id.slice(0, 8), "…"] }), one.found_as && /* @__PURE__ */ a($, { children: [" ", t.patients.foundAs] })]
						})
					] }, one.id))
				}), !found.is_complete && /* @__PURE__ */ a("p", {
					class: "hint",
					children: t.patients.notAll
				})] }))
			})
		]
	});
}
export { Patients as default };
