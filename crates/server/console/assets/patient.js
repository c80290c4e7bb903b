import { Ct as t, G as go, H as useAsked, K as usePlace, Lt as $, N as emergencyHeaders, Ot as may, St as a, Tt as api, W as Link, X as Badge, at as Table, gt as When, i as recordNumbers, mt as Shown, n as birthDate, nt as Page, q as withQuery, r as recordName, rt as Section, t as Any } from "./base.js";
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
	return /* @__PURE__ */ a(Page, {
		title: asked.data ? recordName(asked.data.fields) : t.patients.recordTitle,
		actions: /* @__PURE__ */ a(Link, {
			class: "button",
			to: "/patients",
			children: t.patients.back
		}),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			children: (record) => {
				const fields = record.fields;
				const types = /* @__PURE__ */ new Map();
				for (const [name, value] of Object.entries(fields)) {
					const type = OF[name] ?? (name.startsWith("x-") ? "x" : "demographics");
					types.set(type, [...types.get(type) ?? [], [name, value]]);
				}
				const order = [...ORDER.filter((type) => types.has(type)), ...[...types.keys()].filter((type) => !ORDER.includes(type))];
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
					order.map((type) => /* @__PURE__ */ a(Section, {
						title: t.patients.types[type] ?? type,
						children: /* @__PURE__ */ a("dl", {
							class: "panel record",
							children: types.get(type).map(([name, value]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: t.patients.fields[name] ?? name.replaceAll("_", " ") }), /* @__PURE__ */ a("dd", { children: /* @__PURE__ */ a(Any, { value }) })] }, name))
						})
					}, type)),
					record.notes && record.notes.length > 0 && /* @__PURE__ */ a(Section, {
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
					}),
					/* @__PURE__ */ a(History, {
						id,
						now: record.version,
						open: (version) => go(withQuery(place, { version }))
					})
				] });
			}
		}), asked.problem?.code === "access_denied" && may("emergencies:use") && /* @__PURE__ */ a("p", {
			class: "told",
			children: [
				t.bed.breakGlass,
				" ",
				/* @__PURE__ */ a(Link, {
					to: "/break-glass",
					children: t.nav.breakGlass
				})
			]
		})]
	});
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
