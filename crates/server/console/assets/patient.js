import { $ as Link, Ct as Shown, H as emergencyHeaders, J as AskReason, Kt as $, Lt as may, Mt as t, Pt as api, Tt as When, Vt as A, Wt as d, Z as useAsked, a as Any, at as Badge, c as recordNumbers, dt as Page, et as go, ft as Section, jt as a, mt as Table, nt as withQuery, o as birthDate, s as recordName, tt as usePlace } from "./base.js";
// src/pages/patient.tsx
/** In which order data types are read out. */
var ORDER = [
	"allergies",
	"diagnosis",
	"medications",
	"treatment",
	"vitals",
	"lab_results",
	"appointments",
	"insurance",
	"billing",
	"demographics"
];
var OF = {
	diagnoses: "diagnosis",
	treatments: "treatment",
	medications: "medications",
	vitals: "vitals",
	lab_results: "lab_results",
	allergies: "allergies",
	appointments: "appointments",
	insurance: "insurance",
	billing: "billing"
};
function Patient({ id }) {
	const place = usePlace();
	const version = place.query.get("version") ?? void 0;
	const asked = useAsked((passive, signal) => api("get", "/v1/patients/{id}", {
		path: { id },
		query: { version },
		passive,
		signal,
		headers: emergencyHeaders()
	}), [id, version]);
	const [taking, take] = d(false);
	const [taken, setTaken] = d();
	A(() => setTaken(void 0), [id, version]);
	A(() => {
		if (taken) print();
	}, [taken]);
	const actions = /* @__PURE__ */ a($, { children: [asked.data && !version && /* @__PURE__ */ a("button", {
		type: "button",
		class: "button",
		onClick: () => take(true),
		children: t.patients.take
	}), /* @__PURE__ */ a(Link, {
		class: "button",
		to: "/patients",
		children: t.patients.back
	})] });
	return /* @__PURE__ */ a(Page, {
		title: asked.data ? recordName(asked.data.fields) : t.patients.recordTitle,
		actions,
		children: [
			taken && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("div", {
				class: "patient-banner",
				children: [/* @__PURE__ */ a("p", { children: [
					/* @__PURE__ */ a("strong", { children: t.patients.forPaper }),
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint",
						children: t.patients.permitted(taken.permitted.join(", ").replaceAll("_", " "))
					})
				] }), /* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: () => setTaken(void 0),
					children: t.patients.backToRecord
				}) })]
			}), /* @__PURE__ */ a(RecordFields, { record: taken })] }),
			!taken && /* @__PURE__ */ a(Shown, {
				asked,
				children: (record) => {
					const fields = record.fields;
					return /* @__PURE__ */ a($, { children: [
						/* @__PURE__ */ a("div", {
							class: "patient-banner",
							children: [
								/* @__PURE__ */ a("p", { children: [
									/* @__PURE__ */ a("strong", { children: recordName(fields) }),
									" ",
									/* @__PURE__ */ a("span", { children: t.bed.born(birthDate(fields)) }),
									" ",
									/* @__PURE__ */ a("span", { children: recordNumbers(fields) }),
									" ",
									/* @__PURE__ */ a("span", {
										class: "faint",
										children: t.patients.version(record.version)
									})
								] }),
								version && /* @__PURE__ */ a("p", { children: [
									/* @__PURE__ */ a(Badge, {
										tone: "stale",
										children: t.patients.oldVersion
									}),
									" ",
									/* @__PURE__ */ a(Link, {
										to: `/patients/${id}`,
										children: t.patients.newest
									})
								] }),
								record.merged_into && /* @__PURE__ */ a("p", { children: [
									/* @__PURE__ */ a(Badge, {
										tone: "warning",
										children: t.patients.merged
									}),
									" ",
									/* @__PURE__ */ a(Link, {
										to: `/patients/${record.merged_into}`,
										children: [record.merged_into.slice(0, 8), "…"]
									})
								] }),
								/* @__PURE__ */ a("p", {
									class: "faint",
									children: t.patients.permitted(record.permitted.join(", ").replaceAll("_", " "))
								})
							]
						}),
						/* @__PURE__ */ a(RecordFields, { record }),
						/* @__PURE__ */ a(History, {
							id,
							now: record.version,
							open: (version) => go(withQuery(place, { version }))
						})
					] });
				}
			}),
			taking && /* @__PURE__ */ a(Take, {
				id,
				types: asked.data?.permitted ?? [],
				close: () => take(false),
				printed: (record) => {
					take(false);
					setTaken(record);
				}
			}),
			asked.problem?.code === "access_denied" && may("emergencies:use") && /* @__PURE__ */ a("p", {
				class: "told",
				children: [
					t.bed.breakGlass,
					" ",
					/* @__PURE__ */ a(Link, {
						to: "/break-glass",
						children: t.nav.breakGlass
					})
				]
			})
		]
	});
}
/** What of a record is there, by data type. */
function RecordFields({ record }) {
	const types = /* @__PURE__ */ new Map();
	for (const [name, value] of Object.entries(record.fields)) {
		const type = OF[name] ?? (name.startsWith("x-") ? "x" : "demographics");
		types.set(type, [...types.get(type) ?? [], [name, value]]);
	}
	const order = [...ORDER.filter((type) => types.has(type)), ...[...types.keys()].filter((type) => !ORDER.includes(type))];
	return /* @__PURE__ */ a($, { children: [order.map((type) => /* @__PURE__ */ a(Section, {
		title: t.patients.types[type] ?? type,
		children: /* @__PURE__ */ a("dl", {
			class: "panel record",
			children: types.get(type).map(([name, value]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: t.patients.fields[name] ?? name.replaceAll("_", " ") }), /* @__PURE__ */ a("dd", { children: /* @__PURE__ */ a(Any, { value }) })] }, name))
		})
	}, type)), record.notes && record.notes.length > 0 && /* @__PURE__ */ a(Section, {
		title: t.patients.notes,
		children: record.notes.map((note) => /* @__PURE__ */ a("div", {
			class: "panel note",
			children: [/* @__PURE__ */ a("p", {
				class: "faint",
				children: [
					note.author,
					" · ",
					t.patients.version(note.version),
					" ",
					note.labels?.map((label) => /* @__PURE__ */ a(Badge, {
						tone: "notice",
						children: label.replaceAll("_", " ")
					}, label))
				]
			}), /* @__PURE__ */ a(Any, { value: note.value })]
		}, note.id))
	})] });
}
/** Takes a copy away, on paper or as a file. The server asks the policy, and writes down who took it and why. */
function Take({ id, types, close, printed }) {
	const [how, setHow] = d("print");
	const known = types.filter((type) => type !== "census");
	const [chosen, choose] = d(known);
	return /* @__PURE__ */ a(AskReason, {
		title: t.patients.take,
		text: t.patients.takeText,
		action: how === "print" ? t.patients.print : t.patients.export,
		close,
		done: async (reason) => {
			const record = await api("post", "/v1/patients/{id}/take", {
				path: { id },
				body: {
					how,
					reason,
					types: chosen
				},
				headers: emergencyHeaders()
			});
			if (how === "print") return printed(record);
			save(record);
			close();
		},
		children: [/* @__PURE__ */ a("div", {
			class: "choices",
			role: "radiogroup",
			"aria-label": t.patients.how,
			children: ["print", "export"].map((one) => /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						type: "radio",
						name: "how",
						checked: how === one,
						onChange: () => setHow(one)
					}),
					" ",
					t.patients[one]
				]
			}, one))
		}), /* @__PURE__ */ a("fieldset", {
			class: "choices",
			children: [/* @__PURE__ */ a("legend", { children: t.patients.goesAlong }), known.map((type) => /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						type: "checkbox",
						checked: chosen.includes(type),
						onChange: (event) => choose(event.currentTarget.checked ? [...chosen, type] : chosen.filter((one) => one !== type))
					}),
					" ",
					type.replaceAll("_", " ")
				]
			}, type))]
		})]
	});
}
/** Gives a record to the browser as a file. Its name says nothing of whom it is about. */
function save(record) {
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([JSON.stringify(record, null, 2)], { type: "application/json" }));
	link.download = "record.json";
	link.click();
	URL.revokeObjectURL(link.href);
}
function History({ id, now, open }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/patients/{id}/history", {
		path: { id },
		query: { limit: 50 },
		passive,
		signal,
		headers: emergencyHeaders()
	}), [id, now]);
	return /* @__PURE__ */ a(Section, {
		title: t.patients.history,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 3,
			children: ({ items }) => /* @__PURE__ */ a(Table, {
				label: t.patients.history,
				head: [
					t.patients.versionName,
					t.audit.at,
					t.patients.by,
					t.patients.what,
					t.patients.changed,
					""
				],
				children: items.map((one) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: one.version
					}),
					/* @__PURE__ */ a("td", {
						class: "nowrap",
						children: /* @__PURE__ */ a(When, { at: one.at })
					}),
					/* @__PURE__ */ a("td", { children: one.by }),
					/* @__PURE__ */ a("td", { children: one.kind.replaceAll("_", " ") }),
					/* @__PURE__ */ a("td", { children: one.fields.map((name) => t.patients.fields[name] ?? name).join(", ") }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						onClick: () => open(String(one.version)),
						children: t.patients.show
					}) })
				] }, one.version))
			})
		})
	});
}
export { Patient as default };
