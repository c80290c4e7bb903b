import { $ as useAsked, $t as session, At as Loading, Bt as span, D as NotLive, E as LiveMark, F as bandTone, Gt as api, H as valueOf, Ht as useSlowNow, I as nameOf, L as oldest, N as ageOf, O as useStream, Ot as Empty, P as bandOf, R as reading, St as withQuery, Ut as a, V as urgency, Y as Views, Yt as t, bt as go, cn as $, gt as Spark, in as T, j as ON_CARDS, k as memo, kt as Failed, lt as Choice, mt as Page, nn as F, nt as usePreferences, on as d, sn as w, tn as A, tt as prefer, xt as usePlace, yt as Link, z as staleOf } from "./base.js";
// src/pages/beds.tsx
/** Changes are drawn together, at most this often and so many at a time: no drawing holds up a key that is pressed. */
var DRAW_MS = 60;
var DRAWN_AT_ONCE = 80;
/** Between two looks of a card at how old its values are. */
var CARD_MS = 5e3;
var LIST_EVERY_MS = 15e3;
/** The board of the own unit, or of one that somebody chose; what of it is shown, the policy decides. */
function Beds() {
	const state = session();
	const own = state.is === "in" ? state.me.department ?? void 0 : void 0;
	const unit = usePlace().query.get("unit") ?? own;
	if (!unit || unit === MINE) return /* @__PURE__ */ a(ListedBoard, {});
	return /* @__PURE__ */ a(LiveBoard, { unit }, unit);
}
/** Which board: the own one, that of another unit, or whoever of a patient one treats, wherever they lie. */
function UnitChoice() {
	const place = usePlace();
	const state = session();
	const own = state.is === "in" ? state.me.department ?? void 0 : void 0;
	const units = (useAsked(async (passive, signal) => (await api("get", "/v1/units", {
		passive,
		signal
	})).items.map((unit) => unit.id).sort(), []).data ?? []).filter((id) => id !== own);
	const chosen = place.query.get("unit") ?? "";
	const known = chosen && chosen !== MINE && !units.includes(chosen) ? [chosen, ...units] : units;
	const options = [
		["", own ? t.beds.ownUnit(unitName(own)) : t.beds.mine],
		...known.map((id) => [id, unitName(id)]),
		...own ? [[MINE, t.beds.mine]] : []
	];
	return /* @__PURE__ */ a(Choice, {
		label: t.beds.unit,
		value: chosen,
		options,
		onChange: (value) => go(withQuery(place, { unit: value }), true)
	});
}
/** In the address: whoever one treats, of every unit. */
var MINE = "*";
function unitName(id) {
	return id.split("~").at(-1) ?? id;
}
/** Beds of a unit, from the stream: one record in the trail, and no request after it. */
function LiveBoard({ unit }) {
	const [paused, setPaused] = d();
	const [refused, setRefused] = d(false);
	const { board, said, took, begins, lines } = useBoard(paused !== void 0);
	const live = useStream(paused ? null : "/v1/stream", { unit }, took);
	A(() => setRefused(live === "refused"), [live]);
	A(() => {
		if (live === "live") begins();
	}, [live]);
	if (refused) return /* @__PURE__ */ a(ListedBoard, { unit });
	return /* @__PURE__ */ a(Shown, {
		board,
		lead: t.beds.lead(unitName(unit)),
		live,
		paused,
		pause: (on) => setPaused(on ? Date.now() : void 0),
		lines,
		said
	});
}
/** Beds of patients whom somebody treats, of one unit or of all: asked for now and then. */
function ListedBoard({ unit }) {
	const [paused, setPaused] = d();
	const asked = useAsked(async (passive, signal) => {
		const beds = /* @__PURE__ */ new Map();
		let cursor;
		do {
			const page = await api("get", "/v1/beds", {
				query: {
					limit: 500,
					...unit ? { unit } : {},
					...cursor ? { cursor } : {}
				},
				passive,
				signal
			});
			for (const bed of page.items) beds.set(bed.id, bed);
			cursor = page.next ?? void 0;
		} while (cursor);
		return beds;
	}, [unit], paused ? void 0 : LIST_EVERY_MS);
	const held = T(asked.data);
	if (!paused || !asked.data || !held.current) held.current = asked.data;
	if (held.current === void 0) return /* @__PURE__ */ a(Page, {
		title: t.beds.title,
		children: asked.problem ? /* @__PURE__ */ a(Failed, {
			problem: asked.problem,
			again: () => asked.again()
		}) : /* @__PURE__ */ a(Loading, {})
	});
	return /* @__PURE__ */ a(Shown, {
		board: held.current,
		lead: unit ? t.beds.leadSome(unitName(unit)) : t.beds.leadAll,
		live: asked.problem ? "lost" : "live",
		paused,
		pause: (on) => setPaused(on ? Date.now() : void 0),
		lines: /* @__PURE__ */ new Map(),
		said: ""
	});
}
/** Gathers what the stream tells and draws it a few times a second. */
function useBoard(paused) {
	const [board, setBoard] = d();
	const [said, setSaid] = d("");
	const shown = T(/* @__PURE__ */ new Map());
	const waiting = T(/* @__PURE__ */ new Map());
	const lines = T(/* @__PURE__ */ new Map());
	const timer = T(void 0);
	const isAnew = T(true);
	A(() => () => clearTimeout(timer.current), []);
	F(() => {
		if (!paused) return;
		clearTimeout(timer.current);
		timer.current = void 0;
		waiting.current.clear();
		isAnew.current = true;
	}, [paused]);
	/** A stream that begins anew tells every bed that may be seen. One that it does not tell may be seen no more. */
	const begins = () => {
		if (!isAnew.current) return;
		isAnew.current = false;
		for (const kept of [shown.current, lines.current]) kept.clear();
		setBoard(void 0);
	};
	const took = (happenings) => {
		if (paused) return;
		begins();
		for (const { type, data } of happenings) if (type === "bed") {
			const bed = JSON.parse(data);
			waiting.current.set(bed.id, bed);
			const patient = bed.patients[0];
			const pulse = patient && valueOf(patient, "pulse")?.number;
			const line = lines.current.get(bed.id) ?? [];
			if (!patient) lines.current.delete(bed.id);
			else if (typeof pulse === "number" && line.at(-1) !== pulse) lines.current.set(bed.id, [...line.slice(-59), pulse]);
		} else if (type === "bed_hidden") {
			const { id } = JSON.parse(data);
			for (const kept of [
				waiting.current,
				shown.current,
				lines.current
			]) kept.delete(id);
		} else if (type === "band_changed") {
			const event = JSON.parse(data);
			if (event.bed && event.to) setSaid(t.beds.changed(event.bed.split("~").slice(-2).join("-"), t.beds.bands[event.to] ?? event.to));
		}
		timer.current ??= setTimeout(draw, DRAW_MS);
	};
	const draw = () => {
		const many = shown.current.size === 0 ? Infinity : DRAWN_AT_ONCE;
		let drawn = 0;
		for (const [id, bed] of waiting.current) {
			if (drawn >= many) break;
			shown.current.set(id, bed);
			waiting.current.delete(id);
			drawn += 1;
		}
		timer.current = waiting.current.size > 0 ? setTimeout(draw, DRAW_MS) : void 0;
		setBoard(new Map(shown.current));
	};
	return {
		board,
		said,
		took,
		begins,
		lines: lines.current
	};
}
function Shown({ board, lead, live, paused, pause, lines, said }) {
	const place = usePlace();
	const { density } = usePreferences();
	const order = place.query.get("order") ?? "urgent";
	const show = place.query.get("show") ?? "all";
	const beds = w(() => arranged(board, order, show), [
		board,
		order,
		show
	]);
	const set = (changes) => go(withQuery(place, changes), true);
	const old = live !== "live" || paused !== void 0;
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.beds.title,
		lead,
		actions: /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a(LiveMark, {
			state: live,
			paused,
			pause
		}), /* @__PURE__ */ a("button", {
			type: "button",
			class: "button small",
			"aria-pressed": density === "wall",
			"aria-label": density === "wall" ? t.beds.deskLabel : t.beds.wallLabel,
			onClick: () => prefer({ density: density === "wall" ? "desk" : "wall" }),
			children: density === "wall" ? t.beds.desk : t.beds.wall
		})] }),
		children: [
			/* @__PURE__ */ a(NotLive, {
				state: live,
				paused,
				shown: board !== void 0
			}),
			/* @__PURE__ */ a("div", {
				class: "filters",
				"data-filters": true,
				children: [
					/* @__PURE__ */ a(UnitChoice, {}),
					/* @__PURE__ */ a(Choice, {
						label: t.beds.sort,
						value: order,
						onChange: (value) => set({ order: value === "urgent" ? "" : value }),
						options: [["urgent", t.beds.sortUrgent], ["place", t.beds.sortPlace]]
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.beds.show,
						value: show,
						onChange: (value) => set({ show: value === "all" ? "" : value }),
						options: [
							["all", t.beds.showAll],
							["occupied", t.beds.showOccupied],
							["free", t.beds.showFree]
						]
					}),
					board && /* @__PURE__ */ a("p", {
						class: "faint count",
						children: t.beds.counts(beds.length, board.size)
					})
				]
			}),
			/* @__PURE__ */ a(Views, {}),
			/* @__PURE__ */ a("p", {
				class: "hidden",
				role: "status",
				"aria-live": "polite",
				children: said
			}),
			board === void 0 && /* @__PURE__ */ a(Loading, { rows: 8 }),
			board && beds.length === 0 && /* @__PURE__ */ a(Empty, {
				title: t.beds.emptyTitle,
				children: t.beds.empty
			}),
			/* @__PURE__ */ a("ul", {
				class: old ? "board old" : "board",
				children: beds.map((bed) => /* @__PURE__ */ a(Card, {
					bed,
					line: lines.get(bed.id)
				}, bed.id))
			})
		]
	});
}
function arranged(board, order, show) {
	const beds = [...board?.values() ?? []].filter((bed) => show === "all" || show === "occupied" === bed.patients.length > 0);
	const byPlace = (a, b) => a.id.localeCompare(b.id, "en", { numeric: true });
	return order === "place" ? beds.sort(byPlace) : beds.sort((a, b) => urgency(b) - urgency(a) || byPlace(a, b));
}
var Card = memo(function Card({ bed, line }) {
	const now = Math.max(useSlowNow(CARD_MS), Date.parse(bed.as_of));
	const patient = bed.patients[0];
	const place = `${bed.place.room}-${bed.place.bed}`;
	const state = t.beds.state[bed.state] ?? bed.state.replaceAll("_", " ");
	if (!patient) return /* @__PURE__ */ a("li", {
		class: "card free",
		children: /* @__PURE__ */ a(Link, {
			to: `/beds/${encodeURIComponent(bed.id)}`,
			"data-row": true,
			children: [
				/* @__PURE__ */ a("span", {
					class: "card-place",
					children: place
				}),
				/* @__PURE__ */ a("span", {
					class: "card-state",
					children: state
				}),
				bed.reason && /* @__PURE__ */ a("span", {
					class: "faint",
					children: bed.reason
				})
			]
		})
	});
	const { score } = patient;
	const band = bandOf(score);
	const stale = staleOf(patient, bed.as_of, now);
	const incomplete = score.state === "incomplete" || score.state === "complete" && stale.length > 0;
	const tone = incomplete && stale.length ? "stale" : bandTone(band);
	const known = score.state === "complete" && !incomplete;
	return /* @__PURE__ */ a("li", {
		class: `card ${tone}`,
		children: /* @__PURE__ */ a(Link, {
			to: `/beds/${encodeURIComponent(bed.id)}`,
			"data-row": true,
			children: [
				/* @__PURE__ */ a("span", {
					class: "card-head",
					children: [
						/* @__PURE__ */ a("span", {
							class: "card-place",
							children: place
						}),
						/* @__PURE__ */ a("span", {
							class: "card-who",
							children: [/* @__PURE__ */ a("span", {
								class: "card-name",
								children: nameOf(patient)
							}), /* @__PURE__ */ a("span", {
								class: "faint",
								children: [
									patient.identity.sex,
									patient.age_years != null ? t.beds.age(patient.age_years) : void 0,
									bed.state !== "occupied" ? state : void 0
								].filter(Boolean).join(" · ")
							})]
						}),
						/* @__PURE__ */ a("span", {
							class: "card-score",
							children: [/* @__PURE__ */ a("span", {
								class: "card-total",
								children: known ? score.total : "?"
							}), /* @__PURE__ */ a("span", {
								class: "card-band",
								children: score.state === "not_applicable" ? t.beds.notApplicable : known ? t.beds.bands[score.band ?? ""] : t.beds.incomplete
							})]
						})
					]
				}),
				stale.length > 0 && /* @__PURE__ */ a("span", {
					class: "card-stale",
					children: [
						/* @__PURE__ */ a("strong", { children: t.beds.staleBadge }),
						" ",
						stale.map((name) => t.beds.short[name] ?? name).join(", ")
					]
				}),
				incomplete && score.missing.length > 0 && /* @__PURE__ */ a("span", {
					class: "card-missing",
					children: [t.beds.missing(score.missing.map((name) => t.beds.short[name] ?? name).join(", ")), score.at_least ? `, ${t.beds.atLeast(t.beds.bands[score.at_least] ?? score.at_least)}` : ""]
				}),
				bed.contradictions.length > 0 && /* @__PURE__ */ a("span", {
					class: "card-missing",
					children: t.beds.contradicted
				}),
				/* @__PURE__ */ a("span", {
					class: "card-values",
					children: ON_CARDS.map((parameter) => {
						const value = valueOf(patient, parameter);
						const age = value && ageOf(value, bed.as_of, now);
						return /* @__PURE__ */ a("span", {
							class: age?.stale ? "vital old" : "vital",
							children: [
								/* @__PURE__ */ a("span", {
									class: "vital-name",
									children: t.beds.short[parameter]
								}),
								/* @__PURE__ */ a("span", {
									class: "vital-number",
									children: value ? reading(value) : t.common.none
								}),
								/* @__PURE__ */ a("span", {
									class: "vital-unit",
									children: value ? unitOfShort(value.unit) : ""
								}),
								age?.stale && /* @__PURE__ */ a("span", {
									class: "vital-age",
									children: span(age.ms)
								})
							]
						}, parameter);
					})
				}),
				/* @__PURE__ */ a("span", {
					class: "card-foot",
					children: [
						/* @__PURE__ */ a(Spark, {
							points: line ?? [],
							label: t.beds.sparkPulse
						}),
						/* @__PURE__ */ a("span", {
							class: "faint",
							children: patient.values.length ? t.beds.newestAge(oldest(patient, bed.as_of, now)) : t.beds.noValues
						}),
						score.standing && score.standing.band !== "low" && /* @__PURE__ */ a("span", {
							class: "faint",
							children: score.standing.acknowledged_at ? t.beds.acknowledged : t.beds.notAcknowledged
						})
					]
				})
			]
		})
	});
});
function unitOfShort(unit) {
	return t.beds.units[unit] ?? unit;
}
export { Beds as default };
