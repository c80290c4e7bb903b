import { t as __exportAll } from "./rolldown-runtime.js";
import { $ as useAsked, Dt as onSearch, Et as keptSearch, Ft as When, Gt as api, K as StateBadge, Mt as Shown, Ot as Empty, Pt as LAST_DAY, St as withQuery, Tt as keepSearch, Ut as a, Wt as Problem, Xt as may, Y as Views, Yt as t, _t as Table, bt as go, cn as $, ft as Field, lt as Choice, mt as Page, nn as F, on as d, pt as More, q as bytes, sn as w, tn as A, xt as usePlace, yt as Link } from "./base.js";
// src/pages/messages.tsx
var messages_exports = /* @__PURE__ */ __exportAll({
	ChannelChoice: () => ChannelChoice,
	Typed: () => Typed,
	default: () => Messages
});
var LAST_TIME = `${LAST_DAY}T23:59`;
var LATE_MS = 2e4;
var EVERY_MS = 5e3;
/** In which order a text is tried when nobody said what it is: accession numbers are what people come with. */
var ORDER = [
	"accession",
	"visit",
	"control_id",
	"patient"
];
function Messages() {
	const place = usePlace();
	const [search, setSearch] = d(keptSearch);
	F(() => onSearch(setSearch), []);
	const filter = w(() => ({
		channel: place.query.get("channel") ?? "",
		message_type: place.query.get("type") ?? "",
		state: place.query.get("state") ?? "",
		received_from: place.query.get("from") ?? "",
		received_until: place.query.get("until") ?? ""
	}), [place]);
	const cursor = place.query.get("cursor") ?? void 0;
	const asked = useAsked((passive, signal) => find({
		filter,
		cursor,
		search,
		passive,
		signal
	}), [
		JSON.stringify(filter),
		cursor,
		search.find,
		search.by
	], cursor || search.find ? void 0 : EVERY_MS);
	const set = (changes) => go(withQuery(place, {
		...changes,
		cursor: ""
	}), true);
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.messages.title,
		lead: t.messages.lead,
		children: [
			/* @__PURE__ */ a(FindForm, { search }),
			/* @__PURE__ */ a("div", {
				class: "filters",
				children: [
					/* @__PURE__ */ a(ChannelChoice, {
						value: filter.channel,
						change: (channel) => set({ channel })
					}),
					/* @__PURE__ */ a(Typed, {
						label: t.messages.type,
						value: filter.message_type,
						placeholder: "ADT^A01",
						change: (type) => set({ type })
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.messages.state,
						value: filter.state,
						onChange: (state) => set({ state }),
						options: [["", t.common.any], ...Object.keys(t.messages.stateOptions).map((state) => [state, t.messages.stateOptions[state]])]
					}),
					/* @__PURE__ */ a(Field, {
						label: t.messages.from,
						type: "datetime-local",
						max: LAST_TIME,
						value: local(filter.received_from),
						onChange: (e) => set({ from: utc(e.currentTarget.value) })
					}),
					/* @__PURE__ */ a(Field, {
						label: t.messages.until,
						type: "datetime-local",
						max: LAST_TIME,
						value: local(filter.received_until),
						onChange: (e) => set({ until: utc(e.currentTarget.value) })
					})
				]
			}),
			/* @__PURE__ */ a(Views, {}),
			/* @__PURE__ */ a(Shown, {
				asked,
				lateMs: cursor || search.find ? void 0 : LATE_MS,
				rows: 10,
				children: (found) => /* @__PURE__ */ a(Listing, {
					found,
					search,
					cursor
				})
			})
		]
	});
}
async function find({ filter, cursor, search, passive, signal }) {
	const { state, ...rest } = filter;
	const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => value));
	const ask = async (by) => {
		const named = by ? { [by]: search.find } : {};
		const body = {
			filter: {
				...plain,
				...named
			},
			limit: 50,
			...state ? { state } : {},
			...cursor ? { cursor } : {}
		};
		const page = await api("post", "/v1/messages/search", {
			body,
			passive,
			signal
		});
		return {
			items: page.items,
			next: page.next,
			by
		};
	};
	if (!search.find) return ask(void 0);
	if (search.by) return ask(search.by);
	let last = {
		items: [],
		next: void 0,
		by: void 0
	};
	for (const by of may("phi") ? ORDER : ["control_id"]) {
		try {
			last = await ask(by);
		} catch (error) {
			if (error instanceof Problem && error.status === 422) continue;
			throw error;
		}
		if (last.items.length) return last;
	}
	return {
		...last,
		by: void 0
	};
}
function FindForm({ search }) {
	const [text, setText] = d(search.find ?? "");
	const [by, setBy] = d(search.by ?? "");
	A(() => setText(search.find ?? ""), [search.find]);
	return /* @__PURE__ */ a("form", {
		class: "filters find-form",
		role: "search",
		"aria-label": t.messages.searchLabel,
		onSubmit: (event) => {
			event.preventDefault();
			keepSearch(text.trim() ? {
				find: text.trim(),
				...by ? { by } : {}
			} : {});
		},
		children: [
			/* @__PURE__ */ a(Field, {
				label: t.messages.find,
				hint: t.messages.findHint,
				value: text,
				onInput: (e) => setText(e.currentTarget.value),
				"data-filter": true,
				autocomplete: "off",
				spellcheck: false
			}),
			/* @__PURE__ */ a(Choice, {
				label: t.messages.by,
				value: by,
				onChange: setBy,
				options: [["", t.messages.byAny], ...ORDER.map((one) => [one, t.messages.byOptions[one]])]
			}),
			/* @__PURE__ */ a("button", {
				type: "submit",
				class: "button primary",
				children: t.common.search
			}),
			search.find && /* @__PURE__ */ a("button", {
				type: "button",
				class: "button",
				onClick: () => {
					setText("");
					keepSearch({});
				},
				children: t.common.clear
			})
		]
	});
}
function ChannelChoice({ value, change }) {
	const names = useAsked((passive, signal) => api("get", "/v1/channels", {
		passive,
		signal
	}), []).data?.items.map((channel) => channel.name) ?? [];
	const all = value && !names.includes(value) ? [...names, value] : names;
	return /* @__PURE__ */ a(Choice, {
		label: t.messages.channel,
		value,
		onChange: change,
		options: [["", t.common.any], ...all.map((name) => [name, name])]
	});
}
/** A field that takes effect when somebody leaves it or presses Enter. */
function Typed({ label, value, placeholder, change }) {
	const [text, setText] = d(value);
	A(() => setText(value), [value]);
	return /* @__PURE__ */ a(Field, {
		label,
		value: text,
		placeholder,
		onInput: (e) => setText(e.currentTarget.value),
		onChange: (e) => change(e.currentTarget.value.trim()),
		spellcheck: false
	});
}
function Listing({ found, search, cursor }) {
	const place = usePlace();
	const more = /* @__PURE__ */ a(More, {
		next: found.next,
		go: (next) => go(withQuery(place, { cursor: next })),
		first: cursor ? () => go(withQuery(place, { cursor: "" })) : void 0
	});
	if (found.items.length === 0) return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Empty, {
		title: search.find ? t.messages.notFoundTitle : t.messages.emptyTitle,
		children: search.find ? t.messages.notFound : t.messages.empty
	}), more] });
	return /* @__PURE__ */ a($, { children: [
		search.find && found.by && /* @__PURE__ */ a("p", {
			role: "status",
			class: "told",
			children: t.messages.foundBy(found.items.length, t.messages.byOptions[found.by])
		}),
		/* @__PURE__ */ a(Table, {
			label: t.messages.title,
			head: [
				t.messages.id,
				t.messages.received,
				t.messages.type,
				t.messages.state,
				t.messages.channel,
				t.messages.destinations,
				[t.messages.size, "number"],
				t.messages.peer
			],
			children: found.items.map(({ message, state }) => /* @__PURE__ */ a("tr", { children: [
				/* @__PURE__ */ a("th", {
					scope: "row",
					children: /* @__PURE__ */ a(Link, {
						to: `/messages/${message.id}`,
						"data-row": true,
						children: message.id
					})
				}),
				/* @__PURE__ */ a("td", {
					class: "nowrap",
					children: /* @__PURE__ */ a(When, { at: message.received_at })
				}),
				/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("code", { children: message.message_type }) }),
				/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(StateBadge, { state }) }),
				/* @__PURE__ */ a("td", { children: message.channel }),
				/* @__PURE__ */ a("td", { children: message.destinations.join(", ") || /* @__PURE__ */ a("span", {
					class: "faint",
					children: t.common.none
				}) }),
				/* @__PURE__ */ a("td", {
					class: "number nowrap",
					children: bytes(message.size_bytes)
				}),
				/* @__PURE__ */ a("td", {
					class: "faint",
					children: message.peer
				})
			] }, message.id))
		}),
		more
	] });
}
function local(at) {
	if (!at) return "";
	const time = new Date(at);
	return Number.isNaN(time.getTime()) ? "" : (/* @__PURE__ */ new Date(time.getTime() - time.getTimezoneOffset() * 6e4)).toISOString().slice(0, 16);
}
function utc(at) {
	return at ? new Date(at).toISOString() : "";
}
export { Typed as n, messages_exports as r, ChannelChoice as t };
