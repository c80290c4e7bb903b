import { $ as useAsked, Gt as api, J as reasonText, Mt as Shown, Nt as Ago, Ot as Empty, St as withQuery, Ut as a, X as AskReason, Xt as may, Y as Views, Yt as t, _t as Table, at as useSending, bt as go, cn as $, ft as Field, in as T, it as useOnce, jt as Refused, lt as Choice, mt as Page, on as d, ot as useStanding, sn as w, tn as A, ut as Dialog, vt as count, wt as DialogActs, xt as usePlace, yt as Link } from "./base.js";
import { n as Typed, t as ChannelChoice } from "./messages.js";
// src/pages/dead-letters.tsx
var EVERY_MS = 1e4;
var LATE_MS = 3e4;
var PAGE = 500;
/** Dead letters that are gathered for the groups; beyond it a filter is asked for. */
var MOST = 5e3;
/** Rows of one group on the page at once. */
var ROWS = 50;
function DeadLetters() {
	const place = usePlace();
	const channel = place.query.get("channel") ?? "";
	const destination = place.query.get("destination") ?? "";
	const reason = place.query.get("reason") ?? "";
	const asked = useAsked((passive, signal) => gather({
		channel,
		destination,
		reason
	}, passive, signal), [
		channel,
		destination,
		reason
	], EVERY_MS);
	const set = (changes) => go(withQuery(place, changes), true);
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.dead.title,
		lead: t.dead.lead,
		children: [
			/* @__PURE__ */ a("div", {
				class: "filters",
				children: [
					/* @__PURE__ */ a(ChannelChoice, {
						value: channel,
						change: (channel) => set({ channel })
					}),
					/* @__PURE__ */ a(Typed, {
						label: t.message.destination,
						value: destination,
						change: (destination) => set({ destination })
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.dead.cause,
						value: reason,
						onChange: (reason) => set({ reason }),
						options: [["", t.common.any], ...Object.entries(t.message.deadReasons)]
					})
				]
			}),
			/* @__PURE__ */ a(Views, {}),
			/* @__PURE__ */ a(Shown, {
				asked,
				lateMs: LATE_MS,
				children: ({ letters, more }) => /* @__PURE__ */ a(Groups, {
					letters,
					more,
					again: () => asked.again()
				})
			})
		]
	});
}
async function gather(query, passive, signal) {
	const letters = [];
	let cursor;
	do {
		const page = await api("get", "/v1/dead-letters", {
			query: {
				...query,
				limit: PAGE,
				cursor
			},
			passive,
			signal
		});
		letters.push(...page.items);
		cursor = page.next ?? void 0;
	} while (cursor && letters.length < MOST);
	return {
		letters,
		more: cursor !== void 0
	};
}
function grouped(letters) {
	const groups = /* @__PURE__ */ new Map();
	for (const letter of letters) {
		const { channel, message_type: type } = letter.message;
		const key = [
			letter.reason,
			channel,
			letter.destination,
			type
		].join(" ");
		const group = groups.get(key) ?? {
			key,
			reason: letter.reason,
			channel,
			destination: letter.destination,
			type,
			letters: []
		};
		group.letters.push(letter);
		groups.set(key, group);
	}
	return [...groups.values()].sort((a, b) => b.letters.length - a.letters.length || a.key.localeCompare(b.key));
}
function Groups({ letters, more, again }) {
	const groups = w(() => grouped(letters), [letters]);
	const [open, setOpen] = d();
	const [chosen, setChosen] = d(/* @__PURE__ */ new Map());
	const [doing, setDoing] = d();
	const close = () => setDoing(void 0);
	return /* @__PURE__ */ a($, { children: [
		groups.length === 0 && /* @__PURE__ */ a(Empty, {
			title: t.dead.emptyTitle,
			children: t.dead.empty
		}),
		more && /* @__PURE__ */ a("p", {
			class: "told",
			role: "status",
			children: t.dead.more(count(MOST))
		}),
		/* @__PURE__ */ a("ul", {
			class: "groups",
			children: groups.map((group) => {
				const mine = group.letters.filter((letter) => chosen.has(idOf(letter)));
				const isGone = mine.length === 0 && [...chosen.values()].includes(group.key);
				const of = mine.length ? mine : group.letters;
				const sinces = group.letters.map((letter) => letter.since).sort();
				const isOpen = open === group.key;
				return /* @__PURE__ */ a("li", {
					class: "group",
					children: [/* @__PURE__ */ a("div", {
						class: "group-head",
						children: [
							/* @__PURE__ */ a("p", {
								class: "group-count",
								children: count(group.letters.length)
							}),
							/* @__PURE__ */ a("div", {
								class: "group-what",
								children: [
									/* @__PURE__ */ a("h2", { children: reasonText(group.reason) }),
									/* @__PURE__ */ a("p", { children: [
										group.channel,
										" → ",
										/* @__PURE__ */ a("strong", { children: group.destination }),
										" · ",
										/* @__PURE__ */ a("code", { children: group.type })
									] }),
									/* @__PURE__ */ a("p", {
										class: "faint",
										children: [
											sinces.length > 1 ? t.dead.between : t.dead.for,
											" ",
											/* @__PURE__ */ a(Ago, { at: sinces[0] }),
											sinces.length > 1 && /* @__PURE__ */ a($, { children: [
												" ",
												t.dead.and,
												" ",
												/* @__PURE__ */ a(Ago, { at: sinces.at(-1) })
											] }),
											" · ",
											t.dead.attempts(Math.max(...group.letters.map((letter) => letter.attempt_count)))
										]
									})
								]
							}),
							/* @__PURE__ */ a("div", {
								class: "group-acts",
								children: [
									mine.length > 0 && /* @__PURE__ */ a("span", {
										class: "faint",
										children: t.dead.chosen(mine.length)
									}),
									isGone && /* @__PURE__ */ a($, { children: [
										/* @__PURE__ */ a("span", {
											role: "status",
											children: t.dead.chosenGone
										}),
										" ",
										/* @__PURE__ */ a("button", {
											type: "button",
											class: "button small",
											onClick: () => setChosen(new Map([...chosen].filter(([, key]) => key !== group.key))),
											children: t.dead.chooseAnew
										})
									] }),
									/* @__PURE__ */ a("button", {
										type: "button",
										class: "button small",
										"aria-expanded": isOpen,
										onClick: () => setOpen(isOpen ? void 0 : group.key),
										"data-row": true,
										children: isOpen ? t.dead.hide : t.dead.show
									}),
									may("operate") && !isGone && /* @__PURE__ */ a($, { children: [
										/* @__PURE__ */ a("button", {
											type: "button",
											class: "button small primary",
											onClick: () => setDoing({
												is: "retry",
												letters: of,
												group
											}),
											children: t.dead.retry
										}),
										may("phi") && /* @__PURE__ */ a("button", {
											type: "button",
											class: "button small",
											onClick: () => setDoing({
												is: "edit",
												letters: of,
												group
											}),
											children: t.dead.edit
										}),
										/* @__PURE__ */ a("button", {
											type: "button",
											class: "button small danger",
											onClick: () => setDoing({
												is: "discard",
												letters: of,
												group
											}),
											children: t.dead.discard
										})
									] })
								]
							})
						]
					}), isOpen && /* @__PURE__ */ a(Letters, {
						group,
						chosen,
						choose: setChosen
					})]
				}, group.key);
			})
		}),
		doing?.is === "retry" && /* @__PURE__ */ a(Retry, {
			doing,
			close
		}),
		doing?.is === "discard" && /* @__PURE__ */ a(Discard, {
			doing,
			close
		}),
		doing?.is === "edit" && /* @__PURE__ */ a(Edit, {
			doing,
			close: () => {
				close();
				again();
			}
		})
	] });
}
function idOf(letter) {
	return `${letter.message.channel} ${letter.destination} ${letter.message.id}`;
}
function Letters({ group, chosen, choose }) {
	const [shown, setShown] = d(ROWS);
	const flip = (ids, on) => {
		const next = new Map(chosen);
		for (const id of ids) if (on) next.set(id, group.key);
		else next.delete(id);
		choose(next);
	};
	const all = group.letters.map(idOf);
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a("p", {
			class: "group-pick",
			children: /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						type: "checkbox",
						checked: all.every((id) => chosen.has(id)),
						onChange: (e) => flip(all, e.currentTarget.checked)
					}),
					" ",
					t.dead.chooseAll
				]
			})
		}),
		/* @__PURE__ */ a(Table, {
			label: `${reasonText(group.reason)} ${group.destination}`,
			head: [
				t.dead.choose,
				t.messages.id,
				t.dead.since,
				[t.message.attempts, "number"],
				t.messages.peer
			],
			children: group.letters.slice(0, shown).map((letter) => {
				const id = idOf(letter);
				return /* @__PURE__ */ a("tr", {
					class: chosen.has(id) ? "marked" : void 0,
					children: [
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("input", {
							type: "checkbox",
							"aria-label": t.dead.chooseOne(letter.message.id),
							checked: chosen.has(id),
							onChange: (e) => flip([id], e.currentTarget.checked)
						}) }),
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: /* @__PURE__ */ a(Link, {
								to: `/messages/${letter.message.id}`,
								"data-row": true,
								children: letter.message.id
							})
						}),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: letter.since }) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: letter.attempt_count
						}),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: letter.message.peer
						})
					]
				}, id);
			})
		}),
		shown < group.letters.length && /* @__PURE__ */ a("div", {
			class: "pager",
			children: /* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				onClick: () => setShown(shown + ROWS),
				children: t.dead.showMore(group.letters.length - shown)
			})
		})
	] });
}
/** What a job is to touch: the messages that were on the page, named one by one, so that later ones are left alone. */
function jobOf(doing, action) {
	const { group, letters } = doing;
	return {
		action,
		dead_reason: group.reason,
		destination: group.destination,
		filter: { channel: group.channel },
		ids: letters.map((letter) => letter.message.id)
	};
}
/** Counts first, then does it: the job is the server's, and this window only shows it. */
function Retry({ doing, close }) {
	const [trial, setTrial] = d();
	const { busy, problem, send } = useSending();
	const once = useOnce();
	const stands = useStanding();
	const count = () => send(async () => {
		const body = {
			...jobOf(doing, "retry_dead_letters"),
			dry_run: true
		};
		await settle(await once(body, (headers) => api("post", "/v1/jobs", {
			body,
			headers
		})), setTrial, stands);
	});
	A(() => void count(), []);
	const start = () => send(async () => {
		const body = jobOf(doing, "retry_dead_letters");
		const job = await once(body, (headers) => api("post", "/v1/jobs", {
			body,
			headers
		}));
		if (!stands()) return;
		close();
		go(`/jobs/${job.id}`);
	});
	const done = trial && trial.state !== "running";
	return /* @__PURE__ */ a(Dialog, {
		title: t.dead.retryTitle(doing.letters.length),
		close,
		children: [
			/* @__PURE__ */ a("p", { children: t.dead.retryText(doing.group.destination) }),
			/* @__PURE__ */ a("p", {
				role: "status",
				class: done ? "told" : void 0,
				children: done && t.dead.trial(trial.counts.changed, trial.counts.skipped)
			}),
			/* @__PURE__ */ a(Refused, { problem }),
			done || busy ? /* @__PURE__ */ a(DialogActs, {
				busy,
				ready: done ?? false,
				harmless: !done && t.dead.counting,
				close,
				onClick: () => void start(),
				children: t.dead.retryAction(done ? trial.counts.changed : doing.letters.length)
			}) : /* @__PURE__ */ a(DialogActs, {
				close,
				onClick: () => void count(),
				children: t.dead.countAgain
			})
		]
	});
}
/** Waits for a job that only counts, as long as its figures are wanted. */
async function settle(job, set, isWanted) {
	let now = job;
	while (isWanted()) {
		set(now);
		if (now.state !== "running") return;
		await new Promise((resolve) => setTimeout(resolve, 200));
		now = await api("get", "/v1/jobs/{id}", {
			path: { id: job.id },
			passive: true
		});
	}
}
function Discard({ doing, close }) {
	const once = useOnce();
	const stands = useStanding();
	return /* @__PURE__ */ a(AskReason, {
		danger: true,
		title: t.dead.discardTitle(doing.letters.length),
		text: t.dead.discardText(doing.group.destination),
		action: t.dead.discardAction(doing.letters.length),
		close,
		done: async (reason) => {
			const body = {
				...jobOf(doing, "discard_dead_letters"),
				reason
			};
			const job = await once(body, (headers) => api("post", "/v1/jobs", {
				body,
				headers
			}));
			if (!stands()) return;
			close();
			go(`/jobs/${job.id}`);
		}
	});
}
/** Sets one field in a copy of each that was chosen: counted first, then a job of the server, which this window only shows. */
function Edit({ doing, close }) {
	const [path, setPath] = d("");
	const [value, setValue] = d("");
	const [counted, setCounted] = d();
	const { busy, problem, send } = useSending();
	const once = useOnce();
	const stands = useStanding();
	const job = () => ({
		...jobOf(doing, "edit_dead_letters"),
		set: [{
			path,
			value
		}]
	});
	const of = JSON.stringify([path, value]);
	const latest = T(of);
	latest.current = of;
	const trial = counted?.of === of ? counted.job : void 0;
	const done = trial && trial.state !== "running";
	const count = () => send(async () => {
		const body = {
			...job(),
			dry_run: true
		};
		await settle(await once(body, (headers) => api("post", "/v1/jobs", {
			body,
			headers
		})), (job) => setCounted({
			of,
			job
		}), () => stands() && latest.current === of);
	});
	const start = () => send(async () => {
		const body = job();
		const { id } = await once(body, (headers) => api("post", "/v1/jobs", {
			body,
			headers
		}));
		if (!stands()) return;
		close();
		go(`/jobs/${id}`);
	});
	return /* @__PURE__ */ a(Dialog, {
		title: t.dead.editTitle(doing.letters.length),
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				done ? start() : count();
			},
			children: [
				/* @__PURE__ */ a("p", { children: t.dead.editText }),
				/* @__PURE__ */ a(Field, {
					label: t.acts.path,
					hint: t.acts.pathHint,
					value: path,
					onInput: (e) => setPath(e.currentTarget.value.trim()),
					required: true,
					autofocus: true,
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a(Field, {
					label: t.acts.value,
					value,
					onInput: (e) => setValue(e.currentTarget.value),
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a("p", {
					role: "status",
					class: done ? "told" : void 0,
					children: done && t.dead.editTrial(trial.counts.changed, trial.counts.skipped)
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(DialogActs, {
					busy,
					ready: !done || trial.counts.changed > 0,
					harmless: !done && t.dead.counting,
					close,
					children: done ? t.dead.editAction(trial.counts.changed) : t.dead.editCount
				})
			]
		})
	});
}
export { DeadLetters as default };
