import { $ as useAsked, Ct as ActButton, Ft as When, Gt as api, Mt as Shown, St as withQuery, U as emergencyHeaders, Ut as a, Wt as Problem, X as AskReason, Xt as may, Yt as t, Zt as onLeaving, _t as Table, a as Any, at as useSending, bt as go, c as recordNumbers, cn as $, ct as Badge, ft as Field, ht as Section, in as T, jt as Refused, mt as Page, o as birthDate, on as d, ot as useStanding, rn as P, s as recordName, sn as w, tn as A, xt as usePlace, yt as Link } from "./base.js";
import { a as readHeaders, c as releases, d as useReadsFor, i as readFor, n as isAccounted, r as purposeHeaders, s as readsFor, t as PurposeChoice, u as takesAsUsual } from "./purpose-choice.js";
// src/record/drafts.ts
var drafts = /* @__PURE__ */ new Map();
function draftOf(id) {
	return drafts.get(id);
}
function keepDraft(id, draft) {
	if (draft) drafts.set(id, draft);
	else drafts.delete(id);
}
onLeaving(() => drafts.clear());
// src/record/change.ts
/** The fields of each data type that a form offers (docs/guides/records.md). */
var FIELDS = {
	allergies: ["allergies"],
	diagnosis: ["diagnoses"],
	medications: ["medications"],
	treatment: ["treatments"],
	vitals: ["vitals"],
	lab_results: ["lab_results"],
	appointments: ["appointments"],
	insurance: ["insurance"],
	billing: ["billing"],
	demographics: [
		"name",
		"other_names",
		"birth_date",
		"sex",
		"ssn",
		"mrn",
		"address",
		"phone",
		"email",
		"emergency_contact",
		"language",
		"marital_status",
		"deceased",
		"restrictions"
	]
};
var NAME = {
	family: "",
	given: [""]
};
var CODED = {
	code: "",
	text: ""
};
/** What an absent field begins with: the forms that a feed writes; lists of texts where none is fixed. */
var BEGINNINGS = {
	name: NAME,
	other_names: [NAME],
	birth_date: "",
	sex: "",
	ssn: "",
	mrn: [{
		value: "",
		authority: ""
	}],
	address: [{
		line: [""],
		city: "",
		state: "",
		postal_code: "",
		country: ""
	}],
	phone: {
		home: [""],
		work: [""]
	},
	email: [""],
	emergency_contact: {
		name: "",
		relationship: "",
		phone: ""
	},
	language: CODED,
	marital_status: CODED,
	deceased: { value: false },
	restrictions: {
		vip: false,
		employee: false,
		confidential: false
	},
	insurance: [{
		company: "",
		plan: "",
		number: ""
	}]
};
function beginning(field) {
	return structuredClone(BEGINNINGS[field] ?? [""]);
}
/** The same shape with nothing in it: what one more of a list begins with. */
function blank(value) {
	if (Array.isArray(value)) return value.length ? [blank(value[0])] : [];
	if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, blank(part)]));
	return typeof value === "boolean" ? false : "";
}
function same(a, b) {
	return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}
function sorted(value) {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, part]) => [name, sorted(part)]));
}
/** A value without the parts that were left empty. A list stays one: that there are none is something that is known. */
function filled(value) {
	const kept = parts(value);
	return Array.isArray(value) ? kept ?? [] : kept;
}
function parts(value) {
	if (typeof value === "string") return value.trim() === "" ? void 0 : value.trim();
	if (Array.isArray(value)) {
		const some = value.map(parts).filter((part) => part !== void 0);
		return some.length ? some : void 0;
	}
	if (typeof value === "object" && value !== null) {
		const some = Object.entries(value).flatMap(([name, part]) => {
			const kept = parts(part);
			return kept === void 0 ? [] : [[name, kept]];
		});
		return some.length ? Object.fromEntries(some) : void 0;
	}
	return value;
}
/** What would be sent: only what differs from the record. */
function changeOf({ base, wanted }) {
	const now = base.fields;
	const change = {
		set: {},
		remove: []
	};
	for (const [field, value] of Object.entries(wanted)) {
		const kept = filled(value);
		if (kept === void 0) {
			if (field in now) change.remove.push(field);
		} else if (!(field in now) || !same(kept, now[field])) change.set[field] = kept;
	}
	return change;
}
function changes(draft) {
	const { set, remove } = changeOf(draft);
	return Object.keys(set).length + remove.length + (draft.note.trim() ? 1 : 0);
}
function clashOf(draft, now) {
	const [before, after] = [draft.base.fields, now.fields];
	const theirs = [.../* @__PURE__ */ new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => !same(before[field], after[field]));
	const { set, remove } = changeOf(draft);
	const both = theirs.filter((field) => field in set && !same(set[field], after[field]) || remove.includes(field) && field in after);
	return {
		was: draft.base,
		now,
		theirs: theirs.sort(),
		both: both.sort()
	};
}
/** The draft as one that follows the newer record: nothing of it is lost. A note that is there already is not added twice. */
function upon(draft, now) {
	const had = (record) => (record.notes ?? []).filter(({ value }) => value === draft.note.trim()).length;
	return {
		base: now,
		wanted: draft.wanted,
		note: had(now) > had(draft.base) ? "" : draft.note
	};
}
// src/record/value.tsx
/** Beyond so many characters a text gets more than one line. */
var ONE_LINE = 80;
function ValueEdit({ label, value, more, change }) {
	if (Array.isArray(value)) return /* @__PURE__ */ a(ListEdit, {
		label,
		value,
		more,
		change
	});
	if (typeof value === "object" && value !== null) return /* @__PURE__ */ a(PartsEdit, {
		label,
		value,
		change
	});
	if (typeof value === "boolean") return /* @__PURE__ */ a("label", {
		class: "check",
		children: [
			/* @__PURE__ */ a("input", {
				type: "checkbox",
				checked: value,
				onChange: (event) => change(event.currentTarget.checked)
			}),
			" ",
			label
		]
	});
	return /* @__PURE__ */ a(TextEdit, {
		label,
		value,
		change
	});
}
function TextEdit({ label, value, change }) {
	const id = P();
	const mine = T(void 0);
	const isMine = mine.current !== void 0 && Object.is(mine.current.value, value);
	const text = isMine ? mine.current.text : value === null || value === void 0 ? "" : String(value);
	const isNumber = T(false);
	const isLong = T(false);
	if (!isMine) {
		isNumber.current = typeof value === "number";
		isLong.current = text.length > ONE_LINE || text.includes("\n");
	}
	const typed = (next) => {
		const number = isNumber.current && next.trim() !== "" ? Number(next) : NaN;
		mine.current = {
			text: next,
			value: Number.isFinite(number) ? number : next
		};
		change(mine.current.value);
	};
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [/* @__PURE__ */ a("label", {
			for: id,
			children: label
		}), isLong.current ? /* @__PURE__ */ a("textarea", {
			id,
			value: text,
			onInput: (event) => typed(event.currentTarget.value)
		}) : /* @__PURE__ */ a("input", {
			id,
			value: text,
			onInput: (event) => typed(event.currentTarget.value),
			autocomplete: "off"
		})]
	});
}
function ListEdit({ label, value, more, change }) {
	const put = (at, part) => change(value.map((before, index) => index === at ? part : before));
	return /* @__PURE__ */ a("fieldset", {
		class: "value-parts",
		children: [
			/* @__PURE__ */ a("legend", { children: label }),
			value.length === 0 && /* @__PURE__ */ a("p", {
				class: "hint",
				children: t.change.none
			}),
			value.map((part, at) => /* @__PURE__ */ a("div", {
				class: "value-item",
				children: [/* @__PURE__ */ a(ValueEdit, {
					label: t.change.nth(label, at + 1),
					value: part,
					change: (next) => put(at, next)
				}), /* @__PURE__ */ a("button", {
					type: "button",
					class: "button small",
					"aria-label": t.change.dropNth(label, at + 1),
					onClick: () => change(value.filter((_, index) => index !== at)),
					children: t.change.drop
				})]
			}, at)),
			/* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				"aria-label": t.change.moreOf(label),
				onClick: () => change([...value, blank(value[0] ?? more ?? "")]),
				children: t.change.more
			})
		]
	});
}
function PartsEdit({ label, value, change }) {
	return /* @__PURE__ */ a("fieldset", {
		class: "value-parts",
		children: [/* @__PURE__ */ a("legend", { children: label }), Object.entries(value).map(([name, part]) => /* @__PURE__ */ a(ValueEdit, {
			label: t.change.parts[name] ?? name.replaceAll("_", " "),
			value: part,
			change: (next) => change({
				...value,
				[name]: next
			})
		}, name))]
	});
}
// src/record/edit.tsx
/** The record, with what its reader may write. */
function readRecord(id, asked) {
	const { version, ...rest } = asked;
	return api("get", "/v1/patients/{id}", {
		path: { id },
		query: version ? { version } : { writable: true },
		...rest
	});
}
function canChange(record) {
	return !record.merged_into && (record.writable ?? []).length > 0;
}
function RecordEdit({ id, record, close, saved }) {
	const [draft, setDraft] = d(() => draftOf(id) ?? {
		base: record,
		wanted: {},
		note: ""
	});
	const [clash, setClash] = d();
	const { busy, problem, send } = useSending();
	const latest = T(draft);
	latest.current = draft;
	const [part, setPart] = d();
	const count = changes(draft);
	A(() => keepDraft(id, count ? draft : void 0), [draft]);
	A(() => {
		if (!count) return;
		const ask = (event) => event.preventDefault();
		addEventListener("beforeunload", ask);
		return () => removeEventListener("beforeunload", ask);
	}, [count > 0]);
	const writable = draft.base.writable ?? [];
	const want = (field, value) => setDraft((before) => ({
		...before,
		wanted: {
			...before.wanted,
			[field]: value
		}
	}));
	const leave = (field) => setDraft((before) => {
		const { [field]: _, ...wanted } = before.wanted;
		return {
			...before,
			wanted
		};
	});
	const end = () => {
		keepDraft(id, void 0);
		close();
	};
	const done = (version) => {
		keepDraft(id, void 0);
		saved(version);
	};
	/** Goes on upon the record as it is now, with what is not in it yet. Whether there is any. */
	const goOn = async () => {
		const now = await readRecord(id, {});
		const next = upon(latest.current, now);
		if (changes(next) === 0) {
			done(now.version);
			return false;
		}
		setClash(clashOf(latest.current, now));
		setDraft(next);
		return true;
	};
	const save = () => send(async () => {
		const sent = draft;
		const { set, remove } = changeOf(sent);
		const notes = sent.note.trim() ? [{ value: sent.note.trim() }] : [];
		setPart(void 0);
		try {
			const written = await api("patch", "/v1/patients/{id}", {
				path: { id },
				body: {
					set,
					remove,
					notes
				},
				headers: { "If-Match": `"${sent.base.version}"` }
			});
			if (latest.current === sent) return done(written.version);
			if (await goOn()) {
				setClash(void 0);
				setPart(written.version);
			}
		} catch (error) {
			if (!(error instanceof Problem) || error.status !== 412) throw error;
			await goOn();
		}
	});
	return /* @__PURE__ */ a("form", {
		class: "panel record-edit",
		"aria-label": t.change.title,
		onSubmit: (event) => {
			event.preventDefault();
			save();
		},
		children: [
			/* @__PURE__ */ a("h2", { children: t.change.title }),
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: t.change.text
			}),
			part !== void 0 && /* @__PURE__ */ a("p", {
				class: "told",
				role: "status",
				children: t.change.savedPart(part)
			}),
			clash && /* @__PURE__ */ a(Overtaken, {
				clash,
				draft,
				take: leave
			}),
			Object.entries(FIELDS).filter(([type]) => writable.includes(type)).map(([type, fields]) => /* @__PURE__ */ a("div", {
				class: "section",
				children: [/* @__PURE__ */ a("h3", { children: t.patients.types[type] ?? type }), fields.map((field) => /* @__PURE__ */ a(FieldEdit, {
					field,
					draft,
					want,
					leave
				}, field))]
			}, type)),
			writable.includes("notes") && /* @__PURE__ */ a("div", {
				class: "field",
				children: [/* @__PURE__ */ a("label", {
					for: "new-note",
					children: t.change.note
				}), /* @__PURE__ */ a("textarea", {
					id: "new-note",
					value: draft.note,
					onInput: (event) => {
						const note = event.currentTarget.value;
						setDraft((before) => ({
							...before,
							note
						}));
					}
				})]
			}),
			/* @__PURE__ */ a(Refused, { problem }),
			/* @__PURE__ */ a("div", {
				class: "dialog-actions",
				children: [
					/* @__PURE__ */ a("p", {
						class: "faint",
						role: "status",
						children: t.change.count(count)
					}),
					/* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: end,
						children: count ? t.change.throwAway : t.common.cancel
					}),
					/* @__PURE__ */ a(ActButton, {
						type: "submit",
						class: "button primary",
						busy,
						ready: count > 0,
						children: clash ? t.change.saveOver(draft.base.version) : t.common.save
					})
				]
			})
		]
	});
}
function FieldEdit({ field, draft, want, leave }) {
	const label = t.patients.fields[field] ?? field;
	const now = draft.base.fields[field];
	const isWanted = field in draft.wanted;
	const value = isWanted ? draft.wanted[field] : now;
	return /* @__PURE__ */ a("div", {
		class: isWanted ? "field-edit changed" : "field-edit",
		children: [value === void 0 ? /* @__PURE__ */ a("p", { children: [
			/* @__PURE__ */ a("strong", { children: label }),
			" ",
			/* @__PURE__ */ a("span", {
				class: "faint",
				children: isWanted ? t.change.goes : t.change.absent
			})
		] }) : /* @__PURE__ */ a(ValueEdit, {
			label,
			value,
			more: Array.isArray(value) ? beginning(field)[0] : void 0,
			change: (next) => want(field, next)
		}), /* @__PURE__ */ a("p", {
			class: "field-acts",
			children: [
				value === void 0 && /* @__PURE__ */ a("button", {
					type: "button",
					class: "button small",
					"aria-label": t.change.addOf(label),
					onClick: () => want(field, now ?? beginning(field)),
					children: t.change.add
				}),
				value !== void 0 && now !== void 0 && /* @__PURE__ */ a("button", {
					type: "button",
					class: "button small",
					"aria-label": t.change.removeOf(label),
					onClick: () => want(field, void 0),
					children: t.change.remove
				}),
				isWanted && /* @__PURE__ */ a("button", {
					type: "button",
					class: "button small",
					"aria-label": t.change.backOf(label),
					onClick: () => leave(field),
					children: t.change.back
				})
			]
		})]
	});
}
/** Somebody else was faster: what they changed, and where both changed the same. */
function Overtaken({ clash, draft, take }) {
	const [was, now] = [clash.was.fields, clash.now.fields];
	const open = clash.both.filter((field) => field in draft.wanted);
	const name = (field) => t.patients.fields[field] ?? field;
	return /* @__PURE__ */ a("div", {
		class: "clash",
		role: "alert",
		children: [
			/* @__PURE__ */ a("p", { children: [
				/* @__PURE__ */ a("strong", { children: t.change.clash(clash.now.version) }),
				" ",
				t.change.clashText
			] }),
			clash.theirs.length > 0 && /* @__PURE__ */ a("p", { children: t.change.theirs(clash.theirs.map(name).join(", ")) }),
			open.length > 0 && /* @__PURE__ */ a(Table, {
				label: t.change.both,
				head: [
					t.change.field,
					t.change.was,
					t.change.now,
					t.change.mine,
					""
				],
				children: open.map((field) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: name(field)
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Any, { value: was[field] }) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Any, { value: now[field] }) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Any, { value: draft.wanted[field] }) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						"aria-label": t.change.takeOf(name(field)),
						onClick: () => take(field),
						children: t.change.take
					}) })
				] }, field))
			})
		]
	});
}
// src/record/take.tsx
/** Characters of a recipient at most. */
var LONGEST_RECIPIENT = 200;
/** Two characters in one line at least, besides spaces around them: what the server takes. */
var RECIPIENT = String.raw`\s*[^\s\p{Cc}]\P{Cc}*[^\s\p{Cc}]\s*`;
function Take({ id, types, close, printed }) {
	const [how, setHow] = d("print");
	const [purpose, setPurpose] = d(begins);
	const known = types.filter((type) => type !== "census");
	const beginning = (purpose) => purpose === "usual" ? known : [];
	const [chosen, choose] = d(() => beginning(purpose));
	const [recipient, setRecipient] = d("");
	const stands = useStanding();
	const choosePurpose = (next) => {
		if (next === "usual" !== (purpose === "usual")) choose(beginning(next));
		setPurpose(next);
	};
	const needsRecipient = purpose !== "usual";
	return /* @__PURE__ */ a(AskReason, {
		title: t.patients.take,
		text: t.patients.takeText,
		action: how === "print" ? t.patients.print : t.patients.export,
		close,
		done: async (reason) => {
			const headers = {
				...emergencyHeaders(),
				...purposeHeaders(purpose)
			};
			const record = await api("post", "/v1/patients/{id}/take", {
				path: { id },
				body: {
					how,
					reason,
					types: chosen,
					recipient: recipient.trim() || void 0
				},
				headers
			});
			if (!stands()) return;
			if (how === "print") return printed(record);
			save(record);
			close();
		},
		children: [
			/* @__PURE__ */ a("div", {
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
			}),
			/* @__PURE__ */ a(PurposeChoice, {
				value: purpose,
				usual: !releases() || takesAsUsual(),
				onChange: choosePurpose
			}),
			/* @__PURE__ */ a(Types, {
				known,
				chosen,
				choose,
				hint: purpose !== "usual" ? t.patients.goesAlongHint : void 0
			}),
			/* @__PURE__ */ a(Field, {
				label: t.patients.recipient,
				hint: needsRecipient ? t.patients.recipientNeeded : t.patients.recipientHint,
				value: recipient,
				required: needsRecipient,
				pattern: RECIPIENT,
				title: t.patients.recipientForm,
				maxLength: LONGEST_RECIPIENT,
				autocomplete: "off",
				onInput: (event) => setRecipient(event.currentTarget.value)
			})
		]
	});
}
/** What a copy is for before somebody says it: what it was read for, if that was said, and else nothing for those who release. */
function begins() {
	const read = readsFor();
	if (isAccounted(read)) return read;
	return releases() ? "" : "usual";
}
/** Which data types go along: one at least. */
function Types({ known, chosen, choose, hint }) {
	const hintId = P();
	const speak = (box) => box?.setCustomValidity(chosen.length ? "" : t.patients.chooseType);
	return /* @__PURE__ */ a("fieldset", {
		class: "choices",
		"aria-describedby": hint && hintId,
		children: [
			/* @__PURE__ */ a("legend", { children: t.patients.goesAlong }),
			known.map((type, at) => /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						ref: at === 0 ? speak : void 0,
						type: "checkbox",
						checked: chosen.includes(type),
						onChange: (event) => choose(event.currentTarget.checked ? [...chosen, type] : chosen.filter((one) => one !== type))
					}),
					" ",
					type.replaceAll("_", " ")
				]
			}, type)),
			hint && /* @__PURE__ */ a("p", {
				class: "hint",
				id: hintId,
				children: hint
			})
		]
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
	const purpose = useReadsFor();
	return purpose ? /* @__PURE__ */ a(Seen, {
		id,
		purpose
	}, purpose) : /* @__PURE__ */ a(Unsaid, {});
}
/** A record is not asked for before it is said what for, where that has to be said: it would be a denial in the trail. */
function Unsaid() {
	const [purpose, choose] = d("");
	return /* @__PURE__ */ a(Page, {
		title: t.patients.recordTitle,
		lead: t.patients.sayPurpose,
		children: /* @__PURE__ */ a("form", {
			class: "filters",
			onSubmit: (event) => {
				event.preventDefault();
				readFor(purpose);
			},
			children: [/* @__PURE__ */ a(PurposeChoice, {
				value: purpose,
				usual: false,
				onChange: choose
			}), /* @__PURE__ */ a("button", {
				type: "submit",
				class: "button primary",
				children: t.patients.show
			})]
		})
	});
}
function Seen({ id, purpose }) {
	const place = usePlace();
	const version = place.query.get("version") ?? void 0;
	const asked = useAsked((passive, signal) => readRecord(id, {
		version,
		passive,
		signal,
		headers: readHeaders()
	}), [id, version]);
	const [taking, take] = d(false);
	const [taken, setTaken] = d();
	const [changing, change] = d(() => draftOf(id) !== void 0);
	const [told, tell] = d("");
	const hadDraft = w(() => draftOf(id) !== void 0, [id]);
	A(() => setTaken(void 0), [id, version]);
	A(() => {
		if (taken) print();
	}, [taken]);
	const actions = /* @__PURE__ */ a($, { children: [
		asked.data && !version && !changing && canChange(asked.data) && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: () => {
				tell("");
				change(true);
			},
			children: t.change.open
		}),
		asked.data && !version && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: () => take(true),
			children: t.patients.take
		}),
		/* @__PURE__ */ a(Link, {
			class: "button",
			to: "/patients",
			children: t.patients.back
		})
	] });
	return /* @__PURE__ */ a(Page, {
		title: asked.data ? recordName(asked.data.fields) : t.patients.recordTitle,
		tab: t.patients.recordTitle,
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
								}),
								isAccounted(purpose) && /* @__PURE__ */ a("p", {
									class: "faint",
									children: t.patients.readFor(t.patients.purposes[purpose])
								})
							]
						}),
						/* @__PURE__ */ a("p", {
							class: told ? "told" : void 0,
							role: "status",
							children: told
						}),
						changing && !version && canChange(record) && /* @__PURE__ */ a($, { children: [hadDraft && /* @__PURE__ */ a("p", {
							class: "told",
							children: t.change.goOn
						}), /* @__PURE__ */ a(RecordEdit, {
							id,
							record,
							close: () => change(false),
							saved: (version) => {
								change(false);
								tell(t.change.saved(version));
								asked.again();
							}
						})] }),
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
function History({ id, now, open }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/patients/{id}/history", {
		path: { id },
		query: { limit: 50 },
		passive,
		signal,
		headers: readHeaders()
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
