import { $ as Facts, A as unitOf, At as session, C as ageOf, Ct as t, E as nameOf, Ft as d, G as go, H as useAsked, K as usePlace, Lt as $, M as valueOf, N as emergencyHeaders, O as reading, Ot as may, S as SCORED, St as a, Tt as api, W as Link, X as Badge, Z as Choice, _t as absolute, at as Table, b as BandBadge, bt as useNow, gt as When, k as staleOf, mt as Shown, nt as Page, ot as count, pt as Refused, q as withQuery, rt as Section, ut as Empty, w as bandOf, wt as Problem, y as TrendChart, yt as span } from "./base.js";
// src/pages/bed.tsx
/** Between two looks: each is a disclosure of one patient, and recorded as one. */
var EVERY_MS = 1e4;
var LATE_MS = 3e4;
var TRENDS = [
	"pulse",
	"respiratory_rate",
	"oxygen_saturation",
	"systolic_pressure",
	"temperature"
];
function OneBed({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/beds/{id}", {
		path: { id },
		passive,
		signal,
		headers: emergencyHeaders()
	}), [id], EVERY_MS);
	const bed = asked.data;
	const place = id.split("~").slice(-2).join("-");
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.bed.title(place),
		lead: bed && `${bed.place.unit}, ${bed.place.facility}`,
		actions: /* @__PURE__ */ a(Link, {
			class: "button",
			to: "/beds",
			children: t.bed.back
		}),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			lateMs: LATE_MS,
			children: (bed) => /* @__PURE__ */ a(Whole, {
				bed,
				again: () => asked.again()
			})
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
function Whole({ bed, again }) {
	const patient = bed.patients[0];
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(Facts, { of: [
			[t.messages.state, t.beds.state[bed.state] ?? bed.state],
			[t.bed.since, bed.since && /* @__PURE__ */ a(When, { at: bed.since })],
			[t.bed.reason, bed.reason],
			[t.bed.isolated, bed.isolated ? t.common.yes : void 0],
			[t.bed.nurses, bed.nurses.length ? bed.nurses.map((nurse) => nurse.nurse).join(", ") : t.bed.noNurses],
			[t.bed.reserved, bed.reserved_for.length ? bed.reserved_for.map((one) => [one.identity.family_name, one.identity.given_name].filter(Boolean).join(", ")).join("; ") : void 0]
		] }),
		bed.contradictions.map((one, at) => /* @__PURE__ */ a("p", {
			class: "refused",
			role: "alert",
			children: [
				/* @__PURE__ */ a("strong", { children: [t.beds.contradicted, "."] }),
				" ",
				t.bed.contradictions[one.kind] ?? one.kind.replaceAll("_", " ")
			]
		}, at)),
		may("beds:write") && /* @__PURE__ */ a(Acts, {
			bed,
			again
		}),
		bed.patients.map((one) => /* @__PURE__ */ a(Patient, {
			bed,
			patient: one,
			again
		}, one.stay)),
		!patient && /* @__PURE__ */ a(Empty, { title: t.bed.free }),
		/* @__PURE__ */ a("p", {
			class: "hint",
			children: bed.notice
		})
	] });
}
function Patient({ bed, patient, again }) {
	const { identity, score } = patient;
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a("div", {
			class: "bed-patient",
			children: /* @__PURE__ */ a("div", { children: [
				/* @__PURE__ */ a("h2", {
					class: "bed-name",
					children: nameOf(patient)
				}),
				/* @__PURE__ */ a("p", {
					class: "faint",
					children: [
						identity.sex,
						patient.age_years != null ? t.beds.age(patient.age_years) : void 0,
						identity.birth_date && t.bed.born(identity.birth_date),
						identity.identifier
					].filter(Boolean).join(" · ")
				}),
				/* @__PURE__ */ a("p", {
					class: "faint",
					children: [
						patient.class,
						patient.attending && t.bed.attending(patient.attending),
						patient.admitted_at && t.bed.admitted(absolute(patient.admitted_at))
					].filter(Boolean).join(" · ")
				}),
				patient.care.saturation_scale === 2 && /* @__PURE__ */ a(Badge, {
					tone: "notice",
					children: t.bed.scale2
				}),
				" ",
				patient.care.pregnant && /* @__PURE__ */ a(Badge, {
					tone: "notice",
					children: t.bed.pregnant
				})
			] })
		}),
		/* @__PURE__ */ a("div", {
			class: "columns bed-columns",
			children: [/* @__PURE__ */ a(Score, {
				bed,
				patient,
				again
			}), /* @__PURE__ */ a(Values, {
				bed,
				patient
			})]
		}),
		/* @__PURE__ */ a(Trends, { bed }),
		/* @__PURE__ */ a("p", {
			class: "hint",
			children: score.attribution
		})
	] });
}
function Score({ bed, patient, again }) {
	const { score } = patient;
	const now = useNow();
	const stale = staleOf(patient, bed.as_of, now);
	const complete = score.state === "complete" && stale.length === 0;
	const band = bandOf(score);
	const points = new Map(score.parts.map((part) => [part.parameter, part.points]));
	const [problem, setProblem] = d();
	const { standing } = score;
	const acknowledge = () => {
		if (!standing) return;
		setProblem(void 0);
		api("post", "/v1/beds/{id}/acknowledge", {
			path: { id: bed.id },
			body: {
				band: standing.band,
				stay: patient.stay
			}
		}).then(again, (error) => setProblem(error instanceof Problem ? error : void 0));
	};
	return /* @__PURE__ */ a(Section, {
		title: score.name,
		aside: /* @__PURE__ */ a(BandBadge, { band }),
		children: /* @__PURE__ */ a("div", {
			class: `panel score ${complete ? "" : "incomplete"}`,
			children: [
				/* @__PURE__ */ a("p", {
					class: "score-total",
					children: [/* @__PURE__ */ a("span", { children: complete ? score.total : "?" }), /* @__PURE__ */ a("span", {
						class: "score-words",
						children: [score.state === "not_applicable" ? t.bed.notApplicable[score.reason ?? ""] ?? t.beds.notApplicable : complete ? t.beds.bands[score.band ?? ""] : t.beds.incomplete, score.single_three && complete ? `, ${t.bed.singleThree}` : ""]
					})]
				}),
				stale.length > 0 && /* @__PURE__ */ a("p", {
					class: "card-stale",
					children: [
						/* @__PURE__ */ a("strong", { children: t.beds.staleBadge }),
						" ",
						stale.map((name) => t.beds.long[name] ?? name).join(", ")
					]
				}),
				score.missing.length > 0 && /* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("strong", { children: t.beds.missing(score.missing.map((name) => t.beds.long[name] ?? name).join(", ")) }) }),
				!complete && score.at_least && /* @__PURE__ */ a("p", { children: t.beds.atLeast(t.beds.bands[score.at_least] ?? score.at_least) }),
				score.state !== "not_applicable" && /* @__PURE__ */ a("table", {
					class: "score-parts",
					children: [
						/* @__PURE__ */ a("caption", {
							class: "hidden",
							children: t.bed.parts
						}),
						/* @__PURE__ */ a("thead", { children: /* @__PURE__ */ a("tr", { children: [
							/* @__PURE__ */ a("th", {
								scope: "col",
								children: t.bed.parameter
							}),
							/* @__PURE__ */ a("th", {
								scope: "col",
								class: "number",
								children: t.bed.value
							}),
							/* @__PURE__ */ a("th", {
								scope: "col",
								class: "number",
								children: t.bed.points
							})
						] }) }),
						/* @__PURE__ */ a("tbody", { children: SCORED.map((parameter) => {
							const value = valueOf(patient, parameter);
							const got = points.get(parameter);
							return /* @__PURE__ */ a("tr", {
								class: got === 3 ? "three" : void 0,
								children: [
									/* @__PURE__ */ a("th", {
										scope: "row",
										children: [t.beds.long[parameter], parameter === "oxygen_saturation" && /* @__PURE__ */ a("span", {
											class: "faint",
											children: [" ", t.bed.scale(score.saturation_scale)]
										})]
									}),
									/* @__PURE__ */ a("td", {
										class: "number",
										children: value ? `${t.bed.words[reading(value)] ?? reading(value)} ${unitOf(value.unit)}` : t.common.none
									}),
									/* @__PURE__ */ a("td", {
										class: "number",
										children: stale.includes(parameter) ? /* @__PURE__ */ a(Badge, {
											tone: "stale",
											children: t.beds.staleBadge
										}) : got ?? t.common.none
									})
								]
							}, parameter);
						}) }),
						complete && /* @__PURE__ */ a("tfoot", { children: /* @__PURE__ */ a("tr", { children: [
							/* @__PURE__ */ a("th", {
								scope: "row",
								children: t.bed.sum
							}),
							/* @__PURE__ */ a("td", {}),
							/* @__PURE__ */ a("td", {
								class: "number",
								"data-total": true,
								children: score.total
							})
						] }) })
					]
				}),
				standing && standing.band !== "low" && /* @__PURE__ */ a("p", {
					class: "standing",
					children: [
						t.bed.standing(t.beds.bands[standing.band] ?? standing.band),
						" ",
						standing.since && /* @__PURE__ */ a(When, { at: standing.since }),
						".",
						" ",
						standing.acknowledged_at ? /* @__PURE__ */ a($, { children: [
							t.bed.seenBy(standing.acknowledged_by ?? ""),
							" ",
							/* @__PURE__ */ a(When, { at: standing.acknowledged_at })
						] }) : may("beds:write") && /* @__PURE__ */ a("button", {
							type: "button",
							class: "button small primary",
							onClick: acknowledge,
							children: t.bed.acknowledge
						})
					]
				}),
				/* @__PURE__ */ a(Refused, { problem })
			]
		})
	});
}
function Values({ bed, patient }) {
	const now = useNow();
	const values = [...patient.values].sort((a, b) => order(a.parameter) - order(b.parameter) || a.age_ms - b.age_ms);
	return /* @__PURE__ */ a(Section, {
		title: t.bed.values,
		children: [
			/* @__PURE__ */ a(Table, {
				label: t.bed.values,
				head: [
					t.bed.parameter,
					[t.bed.value, "number"],
					t.bed.age,
					t.bed.method,
					t.bed.device
				],
				children: values.map((value, at) => {
					const age = ageOf(value, bed.as_of, now);
					return /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: t.beds.long[value.parameter] ?? value.parameter
						}),
						/* @__PURE__ */ a("td", {
							class: "number nowrap",
							children: [
								t.bed.words[reading(value)] ?? reading(value),
								" ",
								unitOf(value.unit)
							]
						}),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							title: absolute(value.taken_at),
							children: age.stale ? /* @__PURE__ */ a(Badge, {
								tone: "stale",
								children: t.bed.staleFor(span(age.ms))
							}) : span(age.ms)
						}),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: t.bed.methods[value.method] ?? value.method.replaceAll("_", " ")
						}),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: /* @__PURE__ */ a("code", { children: value.device })
						})
					] }, at);
				})
			}),
			patient.set_apart.length > 0 && /* @__PURE__ */ a("details", {
				class: "apart",
				children: [/* @__PURE__ */ a("summary", { children: t.bed.setApart(patient.set_apart.reduce((sum, one) => sum + one.count, 0)) }), /* @__PURE__ */ a("ul", {
					class: "list",
					children: patient.set_apart.map((one, at) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a("span", { children: [
						t.beds.long[one.parameter ?? ""] ?? t.bed.unknown,
						" ",
						one.number ?? "",
						" ",
						/* @__PURE__ */ a("strong", { children: one.reason.replaceAll("_", " ") })
					] }), /* @__PURE__ */ a("span", {
						class: "faint",
						children: [count(one.count), " ×"]
					})] }, at))
				})]
			}),
			patient.clock_skews.map((skew) => /* @__PURE__ */ a("p", {
				class: "hint",
				children: t.bed.skew(skew.device, span(Math.abs(skew.skew_ms)))
			}, skew.device))
		]
	});
}
function order(parameter) {
	const at = SCORED.indexOf(parameter);
	return at < 0 ? SCORED.length : at;
}
function Trends({ bed }) {
	const place = usePlace();
	const parameter = TRENDS.includes(place.query.get("trend") ?? "") ? place.query.get("trend") : "pulse";
	const asked = useAsked((passive, signal) => api("get", "/v1/beds/{id}/trend", {
		path: { id: bed.id },
		query: {
			parameter,
			points: 300
		},
		passive,
		signal,
		headers: emergencyHeaders()
	}), [bed.id, parameter], 6e4);
	const name = t.beds.long[parameter] ?? parameter;
	return /* @__PURE__ */ a(Section, {
		title: t.bed.trend,
		aside: /* @__PURE__ */ a(Choice, {
			label: t.bed.parameter,
			value: parameter,
			onChange: (trend) => go(withQuery(place, { trend: trend === "pulse" ? "" : trend }), true),
			options: TRENDS.map((one) => [one, t.beds.long[one] ?? one])
		}),
		children: /* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 18e4,
			rows: 3,
			children: (trends) => trends.items.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.bed.noTrend }) : trends.items.map((trend) => /* @__PURE__ */ a("figure", {
				class: "panel trend",
				children: [
					/* @__PURE__ */ a("figcaption", { children: [
						name,
						", ",
						unitOf(trend.unit),
						", ",
						t.bed.methods[trend.method] ?? trend.method.replaceAll("_", " ")
					] }),
					/* @__PURE__ */ a(TrendChart, {
						trend,
						name
					}),
					/* @__PURE__ */ a("details", { children: [/* @__PURE__ */ a("summary", { children: t.bed.asTable }), /* @__PURE__ */ a(TrendTable, {
						trend,
						name
					})] })
				]
			}, trend.method))
		})
	});
}
function TrendTable({ trend, name }) {
	const unit = unitOf(trend.unit);
	return /* @__PURE__ */ a(Table, {
		label: name,
		head: [
			t.bed.at,
			[`${t.bed.mean} (${unit})`, "number"],
			[t.bed.lowest, "number"],
			[t.bed.highest, "number"],
			[t.bed.samples, "number"]
		],
		children: [...trend.points].reverse().map((point) => /* @__PURE__ */ a("tr", { children: [
			/* @__PURE__ */ a("th", {
				scope: "row",
				children: /* @__PURE__ */ a(When, { at: point.at })
			}),
			/* @__PURE__ */ a("td", {
				class: "number",
				children: round(point.mean)
			}),
			/* @__PURE__ */ a("td", {
				class: "number",
				children: round(point.min)
			}),
			/* @__PURE__ */ a("td", {
				class: "number",
				children: round(point.max)
			}),
			/* @__PURE__ */ a("td", {
				class: "number",
				children: point.count
			})
		] }, point.at))
	});
}
function round(n) {
	return String(Math.round(n * 10) / 10);
}
var STATUSES = [
	"dirty",
	"cleaning",
	"clean",
	"blocked"
];
function Acts({ bed, again }) {
	const [problem, setProblem] = d();
	const state = session();
	const failed = (error) => setProblem(error instanceof Problem ? error : void 0);
	const mine = state.is === "in" && bed.nurses.some((nurse) => nurse.nurse === state.me.login);
	return /* @__PURE__ */ a("div", {
		class: "bed-acts",
		children: [
			bed.patients.length === 0 && STATUSES.filter((status) => status !== bed.state).map((status) => /* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				onClick: () => api("put", "/v1/beds/{id}/status", {
					path: { id: bed.id },
					body: { status }
				}).then(again, failed),
				children: t.bed.mark(t.beds.state[status] ?? status)
			}, status)),
			state.is === "in" && bed.patients.length > 0 && /* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				onClick: () => {
					const others = bed.nurses.map((nurse) => nurse.nurse).filter((nurse) => nurse !== state.me.login);
					api("put", "/v1/beds/{id}/nurses", {
						path: { id: bed.id },
						body: { nurses: mine ? others : [...others, state.me.login] }
					}).then(again, failed);
				},
				children: mine ? t.bed.leave : t.bed.take
			}),
			/* @__PURE__ */ a(Refused, { problem })
		]
	});
}
export { OneBed as default };
