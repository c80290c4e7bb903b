import { At as Loading, Gt as api, Kt as asProblem, Ot as Empty, S as nameOfPath, Ut as a, Yt as t, _t as Table, bt as go, cn as $, ct as Badge, ft as Field, kt as Failed, mt as Page, on as d, tn as A, xt as usePlace, yt as Link } from "./base.js";
// src/pages/compare.tsx
var WORDS = {
	differs: t.compare.differs,
	only_first: t.compare.onlyFirst,
	only_second: t.compare.onlySecond
};
function Compare() {
	const place = usePlace();
	const [a$1, b] = [place.query.get("a") ?? "", place.query.get("b") ?? ""];
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.compare.title,
		lead: t.compare.lead,
		children: [/* @__PURE__ */ a(Choose, {
			a: a$1,
			b
		}), /^\d+$/.test(a$1) && /^\d+$/.test(b) ? /* @__PURE__ */ a(Differences, {
			first: Number(a$1),
			second: Number(b)
		}, `${a$1} ${b}`) : /* @__PURE__ */ a(Empty, { title: t.compare.bad })]
	});
}
function Choose({ a: a$2, b }) {
	const [first, setFirst] = d(a$2);
	const [second, setSecond] = d(b);
	return /* @__PURE__ */ a("form", {
		class: "filters",
		onSubmit: (event) => {
			event.preventDefault();
			go(`/messages/compare?a=${encodeURIComponent(first)}&b=${encodeURIComponent(second)}`, true);
		},
		children: [
			/* @__PURE__ */ a(Field, {
				label: t.compare.first,
				value: first,
				inputMode: "numeric",
				pattern: "[0-9]+",
				required: true,
				onInput: (e) => setFirst(e.currentTarget.value.trim()),
				"data-filter": true
			}),
			/* @__PURE__ */ a(Field, {
				label: t.compare.second,
				value: second,
				inputMode: "numeric",
				pattern: "[0-9]+",
				required: true,
				onInput: (e) => setSecond(e.currentTarget.value.trim())
			}),
			/* @__PURE__ */ a("button", {
				type: "submit",
				class: "button primary",
				children: t.compare.compare
			})
		]
	});
}
function Differences({ first, second }) {
	const [compared, setCompared] = d();
	const [problem, setProblem] = d();
	const ask = () => {
		setProblem(void 0);
		api("post", "/v1/messages/compare", { body: {
			first,
			second
		} }).then(setCompared, (error) => setProblem(asProblem(error)));
	};
	A(ask, []);
	if (problem) return /* @__PURE__ */ a(Failed, {
		problem,
		again: ask
	});
	if (!compared) return /* @__PURE__ */ a(Loading, {});
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a("p", {
			role: "status",
			children: [
				compared.differences.length === 0 && /* @__PURE__ */ a("strong", { children: [t.compare.none, " "] }),
				t.compare.same(compared.same),
				" ",
				/* @__PURE__ */ a("span", {
					class: "faint",
					children: t.compare.masked
				})
			]
		}),
		compared.truncated && /* @__PURE__ */ a("p", {
			class: "hint",
			children: t.compare.truncated
		}),
		compared.differences.length > 0 && /* @__PURE__ */ a(Table, {
			label: t.compare.title,
			head: [
				t.compare.path,
				t.compare.differs,
				`${t.compare.first} (${first})`,
				`${t.compare.second} (${second})`
			],
			children: compared.differences.map((one) => /* @__PURE__ */ a("tr", { children: [
				/* @__PURE__ */ a("th", {
					scope: "row",
					children: [
						/* @__PURE__ */ a("code", { children: one.path }),
						" ",
						/* @__PURE__ */ a("span", {
							class: "faint",
							children: nameOfPath(one.path)
						})
					]
				}),
				/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Badge, {
					tone: one.how === "differs" ? "warning" : "notice",
					children: WORDS[one.how]
				}) }),
				/* @__PURE__ */ a("td", {
					class: "diff-a",
					children: /* @__PURE__ */ a("span", {
						class: "value",
						children: one.first?.replaceAll("*", "•") ?? t.common.none
					})
				}),
				/* @__PURE__ */ a("td", {
					class: "diff-b",
					children: /* @__PURE__ */ a("span", {
						class: "value",
						children: one.second?.replaceAll("*", "•") ?? t.common.none
					})
				})
			] }, one.path + one.how))
		}),
		/* @__PURE__ */ a("p", {
			class: "page-actions below",
			children: [
				/* @__PURE__ */ a(Link, {
					class: "button small",
					to: `/messages/${first}`,
					children: t.message.title(String(first))
				}),
				" ",
				/* @__PURE__ */ a(Link, {
					class: "button small",
					to: `/messages/${second}`,
					children: t.message.title(String(second))
				})
			]
		})
	] });
}
export { Compare as default };
