import { $ as useAsked, Bt as span, Ft as When, Gt as api, J as reasonText, K as StateBadge, Mt as Shown, Ot as Empty, Qt as serverNow, St as withQuery, Ut as a, Vt as useNow, Wt as Problem, X as AskReason, Xt as may, Yt as t, an as b, b as Acts, bt as go, cn as $, ct as Badge, d as fromBase64, dt as Facts, ft as Field, in as T, l as Raw, mt as Page, nn as F, on as d, q as bytes, tn as A, u as Tree, xt as usePlace, yt as Link } from "./base.js";
// src/pages/message.tsx
/** How long values stay in clear on the page. */
var SHOWN_MS = 6e4;
var EVERY_MS = 3e3;
var TABS = [
	"tree",
	"raw",
	"answers",
	"timeline"
];
function Message({ id }) {
	const place = usePlace();
	const number = Number(id);
	const asked = useAsked((passive, signal) => api("get", "/v1/messages/{id}", {
		path: { id: number },
		query: { masked: true },
		passive,
		signal
	}), [id], EVERY_MS);
	const [revealed, setRevealed] = d();
	const [asking, setAsking] = d(false);
	/** Goes up whenever nobody may be looking any more: values that come after that are shown to nobody. */
	const looks = T(0);
	const hide = b(() => {
		looks.current += 1;
		setRevealed(void 0);
	}, []);
	useHidden(revealed !== void 0 || asking, hide);
	const tab = TABS.includes(place.query.get("tab") ?? "") ? place.query.get("tab") : "tree";
	const reveal = async (reason) => {
		const look = looks.current;
		const shown = await api("post", "/v1/messages/{id}/reveal", {
			path: { id: number },
			body: { reason }
		});
		if (look !== looks.current) throw new Problem(0, "looked_away", t.message.lookedAway);
		setRevealed({
			detail: shown.detail,
			raw: shown.raw_base64 ? fromBase64(shown.raw_base64) : void 0,
			until: serverNow() + SHOWN_MS
		});
		setAsking(false);
	};
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.message.title(id),
		actions: /* @__PURE__ */ a($, { children: revealed ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(Countdown, {
			until: revealed.until,
			over: hide
		}), /* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: hide,
			children: t.message.hide
		})] }) : may("phi") && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button primary",
			onClick: () => setAsking(true),
			children: t.message.reveal
		}) }),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			children: (masked) => /* @__PURE__ */ a(Whole, {
				detail: revealed?.detail ?? masked,
				live: masked,
				raw: revealed?.raw,
				tab,
				again: () => asked.again()
			})
		}), asking && /* @__PURE__ */ a(AskReason, {
			title: t.message.revealTitle,
			text: t.message.revealText,
			action: t.message.revealAction,
			picks: t.message.revealPicks,
			done: reveal,
			close: () => {
				hide();
				setAsking(false);
			}
		})]
	});
}
/** Hides what was revealed when somebody looks away: another window, another tab, another page. */
function useHidden(revealed, hide) {
	F(() => {
		if (!revealed) return;
		const onChange = () => {
			if (document.hidden) hide();
		};
		document.addEventListener("visibilitychange", onChange);
		addEventListener("blur", hide);
		addEventListener("pagehide", hide);
		return () => {
			document.removeEventListener("visibilitychange", onChange);
			removeEventListener("blur", hide);
			removeEventListener("pagehide", hide);
		};
	}, [revealed, hide]);
}
function Countdown({ until, over }) {
	const now = useNow();
	A(() => {
		if (now >= until) over();
	});
	return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.message.shownFor(span(until - now))
	});
}
function Whole({ detail, live, raw, tab, again }) {
	const place = usePlace();
	const { message, identifiers, masked } = detail;
	return /* @__PURE__ */ a($, { children: [
		!masked && /* @__PURE__ */ a("p", {
			class: "revealed",
			role: "status",
			children: t.message.inClear
		}),
		/* @__PURE__ */ a(Facts, { of: [
			[t.messages.state, /* @__PURE__ */ a(StateBadge, { state: live.state })],
			[t.messages.type, /* @__PURE__ */ a("code", { children: message.message_type })],
			[t.messages.channel, /* @__PURE__ */ a(Link, {
				to: `/channels/${encodeURIComponent(message.channel)}`,
				children: message.channel
			})],
			[t.messages.received, /* @__PURE__ */ a(When, { at: message.received_at })],
			[t.message.controlId, identifiers && /* @__PURE__ */ a("code", { children: identifiers.control_id })],
			[t.message.patients, identifiers?.patients.length ? identifiers.patients.map((one) => /* @__PURE__ */ a("code", { children: [one, " "] }, one)) : void 0],
			[t.message.visit, identifiers?.visit && /* @__PURE__ */ a("code", { children: identifiers.visit })],
			[t.message.accessions, identifiers?.accessions.length ? identifiers.accessions.map((one) => /* @__PURE__ */ a("code", { children: [one, " "] }, one)) : void 0],
			[t.messages.size, bytes(message.size_bytes)],
			[t.messages.peer, message.peer],
			[t.message.acceptedAs, t.message.accepted[message.accepted_as] ?? message.accepted_as],
			[t.message.parent, message.parent_id != null ? /* @__PURE__ */ a(Link, {
				to: `/messages/${message.parent_id}`,
				children: message.parent_id
			}) : void 0],
			[t.message.problem, message.problem ? `${message.problem.text} (${message.problem.place})` : void 0]
		] }),
		/* @__PURE__ */ a(Acts, {
			detail: live,
			again
		}),
		/* @__PURE__ */ a("div", {
			class: "tabs",
			role: "tablist",
			"aria-label": t.message.tabsLabel,
			onKeyDown: alongTabs,
			children: TABS.map((one) => /* @__PURE__ */ a("button", {
				type: "button",
				role: "tab",
				id: `tab-${one}`,
				"aria-selected": one === tab,
				"aria-controls": "tab-panel",
				tabIndex: one === tab ? 0 : -1,
				onClick: () => go(withQuery(place, { tab: one === "tree" ? "" : one }), true),
				children: t.message.tabs[one]
			}, one))
		}),
		/* @__PURE__ */ a("div", {
			role: "tabpanel",
			id: "tab-panel",
			"aria-labelledby": `tab-${tab}`,
			class: "panel",
			children: [
				tab === "tree" && /* @__PURE__ */ a(Tree, {
					content: detail.content,
					masked
				}),
				tab === "raw" && /* @__PURE__ */ a(Raw, {
					content: detail.content,
					bytes: raw
				}),
				tab === "answers" && (detail.answers.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.message.noAnswers }) : detail.answers.map((answer, at) => /* @__PURE__ */ a(Tree, {
					content: answer,
					masked
				}, at))),
				tab === "timeline" && /* @__PURE__ */ a(Timeline, {
					detail: {
						...live,
						deliveries: masked ? live.deliveries : detail.deliveries
					},
					masked
				})
			]
		}),
		/* @__PURE__ */ a(Compare, { id: message.id })
	] });
}
/** Arrow keys go along the tabs, as everywhere. */
function alongTabs(event) {
	const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
	if (!by) return;
	event.preventDefault();
	const tabs = [...event.currentTarget.querySelectorAll("[role=tab]")];
	const next = tabs[(tabs.indexOf(document.activeElement) + by + tabs.length) % tabs.length];
	next?.focus();
	next?.click();
}
function Timeline({ detail, masked }) {
	const moments = [{
		at: detail.message.received_at,
		what: t.message.moments.stored,
		more: t.message.moments.storedMore(detail.answers.length),
		tone: "good"
	}, ...detail.deliveries.flatMap(momentsOf)].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("ol", {
		class: "moments",
		children: moments.map((moment, at) => /* @__PURE__ */ a("li", {
			class: moment.tone,
			children: [/* @__PURE__ */ a(When, { at: moment.at }), /* @__PURE__ */ a("span", { children: [/* @__PURE__ */ a("strong", { children: moment.what }), moment.more && /* @__PURE__ */ a("span", {
				class: "faint",
				children: [" ", moment.more]
			})] })]
		}, at))
	}), detail.deliveries.map((delivery) => {
		const answer = delivery.attempts.at(-1)?.answer;
		return answer && /* @__PURE__ */ a("details", {
			class: "answer",
			children: [/* @__PURE__ */ a("summary", { children: t.message.lastAnswer(delivery.destination) }), /* @__PURE__ */ a(Tree, {
				content: answer,
				masked
			})]
		}, delivery.destination);
	})] });
}
function momentsOf(delivery) {
	const { destination, attempts, state } = delivery;
	const moments = attempts.map((attempt) => ({
		at: attempt.at,
		what: `${destination}: ${t.message.results[attempt.result] ?? attempt.result}`,
		more: [attempt.detail, t.message.moments.took(attempt.took_ms)].filter(Boolean).join(", "),
		tone: attempt.result === "accepted" ? "good" : "warning"
	}));
	if (delivery.attempt_count > attempts.length && attempts[0]) moments.unshift({
		at: attempts[0].at,
		what: t.message.moments.earlier(delivery.attempt_count - attempts.length),
		tone: "plain"
	});
	if (state !== "delivered" && state !== "waiting" && delivery.changed_at) moments.push({
		at: delivery.changed_at,
		what: `${destination}: ${t.message.states[state] ?? state}`,
		more: delivery.dead_reason ? reasonText(delivery.dead_reason) : delivery.reason ?? void 0,
		tone: state === "dead" ? "bad" : "plain"
	});
	return moments;
}
function Compare({ id }) {
	const [other, setOther] = d("");
	return /* @__PURE__ */ a("form", {
		class: "filters compare-form",
		onSubmit: (event) => {
			event.preventDefault();
			go(`/messages/compare?a=${id}&b=${encodeURIComponent(other)}`);
		},
		children: [/* @__PURE__ */ a(Field, {
			label: t.message.compareWith,
			value: other,
			inputMode: "numeric",
			pattern: "[0-9]+",
			required: true,
			onInput: (e) => setOther(e.currentTarget.value.trim())
		}), /* @__PURE__ */ a("button", {
			type: "submit",
			class: "button",
			children: t.message.compare
		})]
	});
}
export { Message as default };
