import { $ as useAsked, Et as Ago, Ft as Problem, It as api, J as reasonText, Jt as d, Lt as onceKey, Nt as a, Pt as t, Tt as Shown, Wt as A, X as AskReason, Xt as $, Y as Views, Yt as w, _t as count, ct as Choice, dt as Field, gt as Table, it as withQuery, lt as Dialog, nt as go, pt as Page, rt as usePlace, tt as Link, wt as Refused, xt as Empty, zt as may } from "./base.js";
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
	const [chosen, setChosen] = d(/* @__PURE__ */ new Set());
	const [doing, setDoing] = d();
	if (groups.length === 0) return /* @__PURE__ */ a(Empty, {
		title: t.dead.emptyTitle,
		children: t.dead.empty
	});
	const close = () => setDoing(void 0);
	return /* @__PURE__ */ a($, { children: [
		more && /* @__PURE__ */ a("p", {
			class: "told",
			role: "status",
			children: t.dead.more(count(MOST))
		}),
		/* @__PURE__ */ a("ul", {
			class: "groups",
			children: groups.map((group) => {
				const mine = group.letters.filter((letter) => chosen.has(idOf(letter)));
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
									/* @__PURE__ */ a("button", {
										type: "button",
										class: "button small",
										"aria-expanded": isOpen,
										onClick: () => setOpen(isOpen ? void 0 : group.key),
										"data-row": true,
										children: isOpen ? t.dead.hide : t.dead.show
									}),
									may("operate") && /* @__PURE__ */ a($, { children: [
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
		const next = new Set(chosen);
		for (const id of ids) if (on) next.add(id);
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
	const [problem, setProblem] = d();
	const [busy, setBusy] = d(false);
	const [key] = d(onceKey);
	A(() => {
		const body = {
			...jobOf(doing, "retry_dead_letters"),
			dry_run: true
		};
		api("post", "/v1/jobs", {
			body,
			headers: { "Idempotency-Key": onceKey() }
		}).then((job) => settle(job, setTrial)).catch((error) => setProblem(asProblem(error)));
	}, []);
	const start = async () => {
		setBusy(true);
		try {
			const job = await api("post", "/v1/jobs", {
				body: jobOf(doing, "retry_dead_letters"),
				headers: { "Idempotency-Key": key }
			});
			close();
			go(`/jobs/${job.id}`);
		} catch (error) {
			setBusy(false);
			setProblem(asProblem(error));
		}
	};
	const done = trial && trial.state !== "running";
	return /* @__PURE__ */ a(Dialog, {
		title: t.dead.retryTitle(doing.letters.length),
		close,
		children: [
			/* @__PURE__ */ a("p", { children: t.dead.retryText(doing.group.destination) }),
			/* @__PURE__ */ a("p", {
				role: "status",
				class: "told",
				children: done ? t.dead.trial(trial.counts.changed, trial.counts.skipped) : t.dead.counting
			}),
			/* @__PURE__ */ a(Refused, { problem }),
			/* @__PURE__ */ a("div", {
				class: "dialog-actions",
				children: [/* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: close,
					children: t.common.cancel
				}), /* @__PURE__ */ a("button", {
					type: "button",
					class: "button primary",
					disabled: !done || busy,
					onClick: () => void start(),
					children: t.dead.retryAction(done ? trial.counts.changed : doing.letters.length)
				})]
			})
		]
	});
}
/** Waits for a job that only counts. */
async function settle(job, set) {
	let now = job;
	set(now);
	while (now.state === "running") {
		await new Promise((resolve) => setTimeout(resolve, 200));
		now = await api("get", "/v1/jobs/{id}", {
			path: { id: job.id },
			passive: true
		});
		set(now);
	}
}
function Discard({ doing, close }) {
	return /* @__PURE__ */ a(AskReason, {
		danger: true,
		title: t.dead.discardTitle(doing.letters.length),
		text: t.dead.discardText(doing.group.destination),
		action: t.dead.discardAction(doing.letters.length),
		close,
		done: async (reason) => {
			const job = await api("post", "/v1/jobs", {
				body: {
					...jobOf(doing, "discard_dead_letters"),
					reason
				},
				headers: { "Idempotency-Key": onceKey() }
			});
			close();
			go(`/jobs/${job.id}`);
		}
	});
}
/** Sets one field in a copy of each that was chosen: counted first, then a job of the server, which this window only shows. */
function Edit({ doing, close }) {
	const [path, setPath] = d("");
	const [value, setValue] = d("");
	const [trial, setTrial] = d();
	const [busy, setBusy] = d(false);
	const [problem, setProblem] = d();
	const [key] = d(onceKey);
	const job = () => ({
		...jobOf(doing, "edit_dead_letters"),
		set: [{
			path,
			value
		}]
	});
	const attempt = (work) => {
		setBusy(true);
		setProblem(void 0);
		work().catch((error) => setProblem(asProblem(error))).finally(() => setBusy(false));
	};
	const count = () => attempt(async () => {
		await settle(await api("post", "/v1/jobs", {
			body: {
				...job(),
				dry_run: true
			},
			headers: { "Idempotency-Key": onceKey() }
		}), setTrial);
	});
	const start = () => attempt(async () => {
		const { id } = await api("post", "/v1/jobs", {
			body: job(),
			headers: { "Idempotency-Key": key }
		});
		close();
		go(`/jobs/${id}`);
	});
	const done = trial && trial.state !== "running";
	const changed = (set) => (text) => {
		set(text);
		setTrial(void 0);
	};
	return /* @__PURE__ */ a(Dialog, {
		title: t.dead.editTitle(doing.letters.length),
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				if (done) start();
				else count();
			},
			children: [
				/* @__PURE__ */ a("p", { children: t.dead.editText }),
				/* @__PURE__ */ a(Field, {
					label: t.acts.path,
					hint: t.acts.pathHint,
					value: path,
					onInput: (e) => changed(setPath)(e.currentTarget.value.trim()),
					required: true,
					autofocus: true,
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a(Field, {
					label: t.acts.value,
					value,
					onInput: (e) => changed(setValue)(e.currentTarget.value),
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a("p", {
					role: "status",
					class: trial ? "told" : void 0,
					children: trial && (done ? t.dead.editTrial(trial.counts.changed, trial.counts.skipped) : t.dead.counting)
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a("div", {
					class: "dialog-actions",
					children: [/* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: close,
						children: t.common.cancel
					}), /* @__PURE__ */ a("button", {
						type: "submit",
						class: "button primary",
						disabled: busy || done && trial.counts.changed === 0,
						children: done ? t.dead.editAction(trial.counts.changed) : t.dead.editCount
					})]
				})
			]
		})
	});
}
function asProblem(error) {
	return error instanceof Problem ? error : new Problem(0, "broken", String(error));
}
export { DeadLetters as default };
