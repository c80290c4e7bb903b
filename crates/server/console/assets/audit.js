import { $ as useAsked, Ct as ActButton, Ft as When, Gt as api, Jt as whole, Kt as asProblem, Mt as Shown, Nt as Ago, Ot as Empty, Pt as LAST_DAY, Q as kindText, Qt as serverNow, Rt as localDay, St as withQuery, Ut as a, Wt as Problem, X as AskReason, Xt as may, Y as Views, Yt as t, Z as OutcomeBadge, _t as Table, at as useSending, bt as go, cn as $, ct as Badge, ft as Field, ht as Section, in as T, jt as Refused, lt as Choice, mt as Page, on as d, qt as send, vt as count, xt as usePlace, yt as Link, zt as midnight } from "./base.js";
import { n as Typed } from "./messages.js";
// src/pages/audit.tsx
var DAY_MS = 864e5;
function Audit() {
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.audit.title,
		lead: t.audit.lead,
		children: [/* @__PURE__ */ a("div", {
			class: "columns audit-top",
			children: [
				/* @__PURE__ */ a(Verify, {}),
				/* @__PURE__ */ a(Alerts, {}),
				/* @__PURE__ */ a(Report, {})
			]
		}), /* @__PURE__ */ a(Search, {})]
	});
}
function Verify() {
	const [line, setLine] = d();
	const { busy, problem, send: attempt } = useSending();
	const verify = () => attempt(async () => {
		setLine(void 0);
		let said;
		const say = (lines) => {
			const last = lines.split("\n").findLast((line) => line.trim());
			if (last) setLine(said = JSON.parse(last));
		};
		try {
			const response = await send("post", "/v1/audit/verify", { body: {} });
			say(await whole(response, { told: (text) => say(text.slice(0, text.lastIndexOf("\n") + 1)) }));
			if (!said || !(said.failed || said.finding || said.verified)) throw new Problem(0, "unreachable", t.common.cutOff);
		} catch (error) {
			setLine(void 0);
			throw error;
		}
	});
	return /* @__PURE__ */ a(Section, {
		title: t.audit.verifyTitle,
		children: /* @__PURE__ */ a("div", {
			class: "panel",
			children: [
				/* @__PURE__ */ a("div", {
					role: "status",
					children: line && /* @__PURE__ */ a(Verdict, { line })
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a("p", {
					class: "page-actions",
					children: [
						/* @__PURE__ */ a(ActButton, {
							class: "button primary",
							busy,
							onClick: () => void verify(),
							children: t.audit.verify
						}),
						" ",
						/* @__PURE__ */ a(Checkpoint, {})
					]
				}),
				/* @__PURE__ */ a("p", {
					class: "hint",
					children: [
						t.audit.offline,
						" ",
						/* @__PURE__ */ a("code", { children: "wardline audit verify" })
					]
				})
			]
		})
	});
}
function Verdict({ line }) {
	if (line.failed) return /* @__PURE__ */ a("p", {
		class: "refused",
		children: t.audit.verifyFailed(line.failed)
	});
	if (line.finding) {
		const { from, through, fault } = line.finding;
		return /* @__PURE__ */ a("p", {
			class: "refused",
			children: /* @__PURE__ */ a("strong", { children: from === through ? t.audit.bad(count(from), fault) : t.audit.badBetween(count(from), count(through), fault) })
		});
	}
	if (line.verified) return /* @__PURE__ */ a("p", {
		class: "told",
		children: /* @__PURE__ */ a("strong", { children: t.audit.good(count(line.records), count(line.checkpoints ?? 0)) })
	});
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", { children: t.audit.verifying(count(line.records), count(line.of ?? line.records)) }), /* @__PURE__ */ a("progress", {
		value: line.records,
		max: line.of ?? line.records,
		"aria-label": t.audit.verify
	})] });
}
function Checkpoint() {
	const [problem, setProblem] = d();
	const keep = async () => {
		setProblem(void 0);
		try {
			const response = await send("get", "/v1/audit/checkpoint", {});
			saveAs("wardline-checkpoint.txt", await whole(response), "text/plain");
		} catch (error) {
			setProblem(asProblem(error));
		}
	};
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("button", {
		type: "button",
		class: "button",
		onClick: () => void keep(),
		children: t.audit.checkpoint
	}), /* @__PURE__ */ a(Refused, { problem })] });
}
function saveAs(name, text, type) {
	const url = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), 1e3);
}
function Alerts() {
	const asked = useAsked(async (passive, signal) => {
		const of = (state) => api("get", "/v1/audit/alerts", {
			query: {
				state,
				limit: 100
			},
			passive,
			signal
		});
		const [fresh, seen] = await Promise.all([of("new"), of("acknowledged")]);
		return [...fresh.items, ...seen.items];
	}, []);
	const [asking, setAsking] = d();
	return /* @__PURE__ */ a(Section, {
		title: t.audit.alerts,
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: (alerts) => alerts.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.audit.alertsNone }) : /* @__PURE__ */ a("ul", {
				class: "list panel alerts",
				children: alerts.map((alert) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a("span", { children: [
					/* @__PURE__ */ a(Badge, {
						tone: alert.state === "new" ? "bad" : "notice",
						children: t.audit.alertStates[alert.state]
					}),
					" ",
					alert.rule.replaceAll("_", " ").replaceAll("-", " "),
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint",
						children: /* @__PURE__ */ a(Ago, { at: alert.at })
					}),
					" ",
					/* @__PURE__ */ a(Link, {
						to: `/audit/${alert.record}`,
						children: t.audit.one(String(alert.record))
					})
				] }), may("audit:write") && /* @__PURE__ */ a("span", { children: [
					alert.state === "new" && /* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						onClick: () => setAsking({
							alert,
							act: "acknowledge"
						}),
						children: t.audit.acknowledge
					}),
					" ",
					/* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						onClick: () => setAsking({
							alert,
							act: "close"
						}),
						children: t.audit.close
					})
				] })] }, alert.id))
			})
		}), asking && /* @__PURE__ */ a(AskReason, {
			title: t.audit.alertNote(asking.alert.rule),
			text: t.audit.alertText,
			action: asking.act === "close" ? t.audit.close : t.audit.acknowledge,
			close: () => setAsking(void 0),
			done: async (note) => {
				const path = { id: asking.alert.id };
				if (asking.act === "close") await api("post", "/v1/audit/alerts/{id}/close", {
					path,
					body: { note }
				});
				else await api("post", "/v1/audit/alerts/{id}/acknowledge", {
					path,
					body: { note }
				});
				setAsking(void 0);
				asked.again();
			}
		})]
	});
}
function Search() {
	const place = usePlace();
	const [user, setUser] = d("");
	const [patient, setPatient] = d("");
	const [cursors, setCursors] = d([]);
	const kind = place.query.get("kind") ?? "";
	const outcome = place.query.get("outcome") ?? "";
	const cursor = cursors.at(-1);
	const asked = useAsked((passive, signal) => {
		const filter = {
			...kind ? { kind } : {},
			...outcome ? { outcome } : {},
			...user ? { user } : {},
			...patient ? { patient } : {}
		};
		return api("post", "/v1/audit/search", {
			body: {
				filter,
				limit: 50,
				...cursor ? { cursor } : {}
			},
			passive,
			signal
		});
	}, [
		kind,
		outcome,
		user,
		patient,
		cursor
	]);
	const set = (changes) => {
		setCursors([]);
		go(withQuery(place, changes), true);
	};
	return /* @__PURE__ */ a(Section, {
		title: t.audit.records,
		children: [
			/* @__PURE__ */ a("div", {
				class: "filters",
				children: [
					/* @__PURE__ */ a(Choice, {
						label: t.audit.kind,
						value: kind,
						onChange: (kind) => set({ kind }),
						options: [["", t.common.any], ...t.audit.kinds.map((one) => [one, kindText(one)])]
					}),
					/* @__PURE__ */ a(Choice, {
						label: t.audit.outcome,
						value: outcome,
						onChange: (outcome) => set({ outcome }),
						options: [["", t.common.any], ...Object.entries(t.audit.outcomes)]
					}),
					/* @__PURE__ */ a(Typed, {
						label: t.audit.user,
						value: user,
						change: (user) => {
							setCursors([]);
							setUser(user);
						}
					}),
					/* @__PURE__ */ a(Typed, {
						label: t.audit.patient,
						value: patient,
						placeholder: "mrn:HOSP:4711",
						change: (patient) => {
							setCursors([]);
							setPatient(patient);
						}
					}),
					/* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: () => asked.again(),
						children: t.common.refresh
					})
				]
			}),
			/* @__PURE__ */ a(Views, {}),
			/* @__PURE__ */ a(Shown, {
				asked,
				rows: 8,
				children: (page) => /* @__PURE__ */ a($, { children: [page.items.length === 0 ? /* @__PURE__ */ a(Empty, {
					title: t.audit.emptyTitle,
					children: t.audit.empty
				}) : /* @__PURE__ */ a(Table, {
					label: t.audit.title,
					head: [
						t.audit.record,
						t.audit.at,
						t.audit.kind,
						t.audit.outcome,
						t.audit.user,
						t.audit.role,
						t.audit.patients,
						t.common.reason
					],
					children: page.items.map((record) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: /* @__PURE__ */ a(Link, {
								to: `/audit/${record.record}`,
								"data-row": true,
								children: record.record
							})
						}),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							children: /* @__PURE__ */ a(When, { at: record.at })
						}),
						/* @__PURE__ */ a("td", { children: kindText(record.kind) }),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							children: [/* @__PURE__ */ a(OutcomeBadge, { outcome: record.outcome }), record.times && /* @__PURE__ */ a("span", {
								class: "faint",
								children: [" ×", record.times]
							})]
						}),
						/* @__PURE__ */ a("td", { children: record.user }),
						/* @__PURE__ */ a("td", {
							class: "faint",
							children: record.role?.replaceAll("_", " ")
						}),
						/* @__PURE__ */ a("td", { children: record.patients?.length ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("code", { children: record.patients[0] }), record.patient_count > 1 && /* @__PURE__ */ a("span", {
							class: "faint",
							children: [" +", record.patient_count - 1]
						})] }) : record.patient_count || /* @__PURE__ */ a("span", {
							class: "faint",
							children: t.common.none
						}) }),
						/* @__PURE__ */ a("td", {
							class: "clip",
							children: record.reason
						})
					] }, `${record.record} ${record.part}`))
				}), /* @__PURE__ */ a("div", {
					class: "pager",
					children: [cursors.length > 0 && /* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: () => setCursors([]),
						children: t.common.firstPage
					}), page.next && /* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: () => setCursors([...cursors, page.next]),
						children: t.audit.older
					})]
				})] })
			})
		]
	});
}
function Report() {
	const [from, setFrom] = d(localDay(serverNow() - 7 * DAY_MS));
	const [until, setUntil] = d(localDay(serverNow()));
	const [made, setMade] = d();
	const { busy, problem, send: attempt } = useSending();
	const days = T("");
	days.current = `${from} ${until}`;
	const period = () => ({
		from: new Date(midnight(from)).toISOString(),
		until: new Date(Math.min(midnight(until, 1), serverNow())).toISOString()
	});
	const ofDays = (set) => (day) => {
		set(day);
		setMade(void 0);
	};
	const make = () => attempt(async () => {
		const asked = days.current;
		const report = await api("post", "/v1/audit/report", { body: {
			...period(),
			format: "json"
		} });
		if (asked === days.current) setMade(report);
	});
	const save = (format) => attempt(async () => {
		const response = await send("post", "/v1/audit/report", { body: {
			...period(),
			format
		} });
		saveAs(`audit-report-${from}.${format}`, await whole(response), format === "csv" ? "text/csv" : "text/html");
	});
	return /* @__PURE__ */ a(Section, {
		title: t.audit.reportTitle,
		children: /* @__PURE__ */ a("form", {
			class: "panel",
			onSubmit: (event) => {
				event.preventDefault();
				make();
			},
			children: [
				/* @__PURE__ */ a("div", {
					class: "pair",
					children: [/* @__PURE__ */ a(Field, {
						label: t.audit.from,
						type: "date",
						max: LAST_DAY,
						value: from,
						required: true,
						onInput: (e) => ofDays(setFrom)(e.currentTarget.value)
					}), /* @__PURE__ */ a(Field, {
						label: t.audit.until,
						type: "date",
						max: LAST_DAY,
						value: until,
						required: true,
						onInput: (e) => ofDays(setUntil)(e.currentTarget.value)
					})]
				}),
				/* @__PURE__ */ a("p", {
					class: "hint",
					children: t.audit.daysOf(new Intl.DateTimeFormat().resolvedOptions().timeZone)
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a("p", {
					class: "page-actions below",
					children: [
						/* @__PURE__ */ a(ActButton, {
							type: "submit",
							class: "button",
							busy,
							children: t.audit.report
						}),
						/* @__PURE__ */ a(ActButton, {
							class: "button",
							busy,
							onClick: () => void save("csv"),
							children: t.audit.asCsv
						}),
						/* @__PURE__ */ a(ActButton, {
							class: "button",
							busy,
							onClick: () => void save("html"),
							children: t.audit.asHtml
						})
					]
				}),
				made && /* @__PURE__ */ a(Figures, { made })
			]
		})
	});
}
function Figures({ made }) {
	return /* @__PURE__ */ a("div", {
		role: "status",
		class: "report",
		children: [
			/* @__PURE__ */ a("p", { children: [
				/* @__PURE__ */ a("strong", { children: count(made.events) }),
				" ",
				t.audit.events
			] }),
			made.cut && /* @__PURE__ */ a("p", {
				class: "hint",
				children: t.audit.cut
			}),
			/* @__PURE__ */ a(Table, {
				label: t.audit.byKind,
				head: [t.audit.byKind, [t.audit.events, "number"]],
				children: Object.entries(made.kinds).sort(([, a], [, b]) => b - a).map(([kind, n]) => /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("th", {
					scope: "row",
					children: kindText(kind)
				}), /* @__PURE__ */ a("td", {
					class: "number",
					children: count(n)
				})] }, kind))
			}),
			/* @__PURE__ */ a(Table, {
				label: t.audit.byUser,
				head: [
					t.audit.byUser,
					[t.audit.events, "number"],
					[t.audit.patients, "number"],
					[t.audit.denied, "number"]
				],
				children: made.users.slice(0, 20).map((one, at) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: one.user ?? t.common.none
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.events)
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.patients)
					}),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: count(one.denied)
					})
				] }, at))
			})
		]
	});
}
export { Audit as default, saveAs };
