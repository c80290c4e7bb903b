import { $ as useAsked, Ct as ActButton, Ft as When, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, Qt as serverNow, Ut as a, Xt as may, Yt as t, _t as Table, at as useSending, cn as $, ct as Badge, dt as Facts, en as useSession, ft as Field, ht as Section, jt as Refused, lt as Choice, mt as Page, nt as usePreferences, on as d, tt as prefer, vt as count } from "./base.js";
// src/pages/settings.tsx
function Settings() {
	return /* @__PURE__ */ a(Page, {
		title: t.settings.title,
		children: [
			/* @__PURE__ */ a("div", {
				class: "columns",
				children: [/* @__PURE__ */ a(Looks, {}), /* @__PURE__ */ a(Account, {})]
			}),
			may("system:read") && /* @__PURE__ */ a(Effective, {}),
			may("keys:read") && /* @__PURE__ */ a(EncryptionKeys, {}),
			may("identities:read") && /* @__PURE__ */ a(SiteTokens, {}),
			may("identities:read") && /* @__PURE__ */ a(Policies, {})
		]
	});
}
function Looks() {
	const { theme, density, shortcuts } = usePreferences();
	return /* @__PURE__ */ a(Section, {
		title: t.settings.looks,
		children: /* @__PURE__ */ a("div", {
			class: "panel",
			children: [
				/* @__PURE__ */ a(Choice, {
					label: t.nav.themeLabel,
					value: theme,
					onChange: (value) => prefer({ theme: value }),
					options: Object.entries(t.nav.theme)
				}),
				/* @__PURE__ */ a(Choice, {
					label: t.settings.density,
					value: density,
					onChange: (value) => prefer({ density: value }),
					options: [["desk", t.settings.desk], ["wall", t.settings.wall]]
				}),
				/* @__PURE__ */ a("label", {
					class: "check",
					children: [
						/* @__PURE__ */ a("input", {
							type: "checkbox",
							checked: shortcuts,
							onChange: (event) => prefer({ shortcuts: event.currentTarget.checked })
						}),
						" ",
						t.settings.shortcuts
					]
				}),
				/* @__PURE__ */ a("p", {
					class: "hint",
					children: t.settings.kept
				})
			]
		})
	});
}
function Account() {
	const state = useSession();
	const [password, setPassword] = d("");
	const [next, setNext] = d("");
	const [code, setCode] = d("");
	const { busy, problem, send } = useSending();
	const [told, setTold] = d(false);
	if (state.is !== "in") return null;
	const { me } = state;
	const submit = () => send(async () => {
		setTold(false);
		try {
			await api("post", "/v1/sign-in/password", { body: {
				credentials: {
					login: me.login,
					password,
					code
				},
				new_password: next
			} });
			setTold(true);
			setPassword("");
			setNext("");
		} finally {
			setCode("");
		}
	});
	return /* @__PURE__ */ a(Section, {
		title: t.settings.account,
		children: /* @__PURE__ */ a("div", {
			class: "panel",
			children: [/* @__PURE__ */ a(Facts, { of: [
				[t.signIn.login, me.login],
				[t.sessions.role, me.role.join(", ").replaceAll("_", " ")],
				[t.settings.department, me.department],
				[t.settings.endsAt, /* @__PURE__ */ a(When, { at: me.absolute_expires_at })]
			] }), /* @__PURE__ */ a("details", { children: [/* @__PURE__ */ a("summary", { children: t.settings.change }), /* @__PURE__ */ a("form", {
				onSubmit: (event) => {
					event.preventDefault();
					submit();
				},
				children: [
					/* @__PURE__ */ a(Field, {
						label: t.settings.old,
						type: "password",
						value: password,
						required: true,
						autocomplete: "current-password",
						onInput: (e) => setPassword(e.currentTarget.value)
					}),
					/* @__PURE__ */ a(Field, {
						label: t.settings.new,
						hint: t.settings.newHint,
						type: "password",
						value: next,
						required: true,
						minLength: 12,
						autocomplete: "new-password",
						onInput: (e) => setNext(e.currentTarget.value)
					}),
					/* @__PURE__ */ a(Field, {
						label: t.signIn.code,
						value: code,
						required: true,
						inputMode: "numeric",
						autocomplete: "one-time-code",
						onInput: (e) => setCode(e.currentTarget.value.replace(/\s/g, ""))
					}),
					/* @__PURE__ */ a(Refused, { problem }),
					told && /* @__PURE__ */ a("p", {
						class: "told",
						role: "status",
						children: t.settings.changed
					}),
					/* @__PURE__ */ a(ActButton, {
						type: "submit",
						class: "button primary",
						busy,
						children: t.settings.change
					})
				]
			})] })]
		})
	});
}
/** The configuration by section, with who gave each value. It is what the process started with. */
function Effective() {
	const asked = useAsked((passive, signal) => api("get", "/v1/configuration", {
		passive,
		signal
	}), []);
	const [find, setFind] = d("");
	const [given, setGiven] = d("");
	const wanted = find.trim().toLowerCase();
	return /* @__PURE__ */ a(Section, {
		title: t.settings.configuration,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			children: (configuration) => {
				const found = configuration.settings.filter((one) => (!given || one.given !== "default") && `${one.section}.${one.key} ${one.value ?? ""}`.toLowerCase().includes(wanted));
				return /* @__PURE__ */ a($, { children: [
					/* @__PURE__ */ a("p", {
						class: "hint",
						children: [
							t.settings.configurationHint(configuration.version),
							" ",
							/* @__PURE__ */ a(When, { at: configuration.since }),
							". ",
							t.settings.noSecrets
						]
					}),
					/* @__PURE__ */ a("div", {
						class: "filters",
						children: [
							/* @__PURE__ */ a(Field, {
								label: t.settings.findSetting,
								type: "search",
								"data-filter": true,
								value: find,
								onInput: (e) => setFind(e.currentTarget.value),
								autocomplete: "off"
							}),
							/* @__PURE__ */ a(Choice, {
								label: t.settings.which,
								value: given,
								options: [["", t.common.all], ["given", t.settings.givenOnly]],
								onChange: setGiven
							}),
							/* @__PURE__ */ a("p", {
								class: "faint count",
								role: "status",
								children: t.settings.settingsCount(found.length)
							})
						]
					}),
					found.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.settings.noSetting }) : /* @__PURE__ */ a("div", {
						class: "long",
						children: /* @__PURE__ */ a(Table, {
							label: t.settings.configuration,
							head: [
								t.settings.setting,
								t.settings.value,
								t.settings.from
							],
							children: found.map((one) => /* @__PURE__ */ a("tr", { children: [
								/* @__PURE__ */ a("th", {
									scope: "row",
									children: /* @__PURE__ */ a("code", { children: [
										one.section,
										".",
										one.key
									] })
								}),
								/* @__PURE__ */ a("td", { children: one.value === null || one.value === void 0 ? /* @__PURE__ */ a("span", {
									class: "faint",
									children: t.settings.notSet
								}) : /* @__PURE__ */ a("code", {
									class: "quote",
									children: one.value || "\"\""
								}) }),
								/* @__PURE__ */ a("td", { children: one.given === "default" ? /* @__PURE__ */ a("span", {
									class: "faint",
									children: t.settings.givenBy.default
								}) : /* @__PURE__ */ a($, { children: [
									t.settings.givenBy[one.given],
									" ",
									/* @__PURE__ */ a("code", { children: one.source })
								] }) })
							] }, `${one.section}.${one.key}`))
						})
					})
				] });
			}
		})
	});
}
/** Who holds the key-encryption keys, how old what they wrap is, and how far a move is. */
function EncryptionKeys() {
	const asked = useAsked((passive, signal) => api("get", "/v1/keys", {
		passive,
		signal
	}), []);
	return /* @__PURE__ */ a(Section, {
		title: t.settings.kek,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: (keys) => /* @__PURE__ */ a($, { children: [
				keys.away && /* @__PURE__ */ a("div", {
					class: "stale-notice",
					role: "alert",
					children: [/* @__PURE__ */ a("strong", { children: t.settings.kekAway }), /* @__PURE__ */ a("span", { children: keys.away })]
				}),
				/* @__PURE__ */ a(Facts, { of: [
					[t.settings.kekHolder, keys.holder],
					[t.settings.kekOldest, keys.oldest_patient_key_at && /* @__PURE__ */ a(Ago, { at: keys.oldest_patient_key_at })],
					[t.settings.kekErased, keys.erased_patients ? count(keys.erased_patients) : ""],
					[t.settings.kekMove, t.settings.moves[keys.rewrap.state] ?? keys.rewrap.state]
				] }),
				/* @__PURE__ */ a(Table, {
					label: t.settings.kek,
					head: [
						t.settings.kekHolder,
						[t.settings.kekVersion, "number"],
						t.messages.state,
						[t.settings.kekMonths, "number"],
						[t.settings.kekPatients, "number"],
						t.settings.kekAge
					],
					children: keys.key_encryption_keys.map((one) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: one.holder
						}),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: one.version
						}),
						/* @__PURE__ */ a("td", { children: one.current ? /* @__PURE__ */ a(Badge, {
							tone: "good",
							children: t.settings.kekCurrent
						}) : /* @__PURE__ */ a(Badge, { children: t.settings.kekOld }) }),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.data_keys)
						}),
						/* @__PURE__ */ a("td", {
							class: "number",
							children: count(one.patients)
						}),
						/* @__PURE__ */ a("td", { children: one.oldest_at ? /* @__PURE__ */ a(Ago, { at: one.oldest_at }) : /* @__PURE__ */ a("span", {
							class: "faint",
							children: t.common.none
						}) })
					] }, `${one.holder} ${one.version}`))
				}),
				/* @__PURE__ */ a("p", {
					class: "hint",
					children: [
						t.settings.kekHint,
						" ",
						/* @__PURE__ */ a("code", { children: "wardline keys rotate" })
					]
				})
			] })
		})
	});
}
/** Tokens of applications, from the site's file: what each may do and how old it is. The secret itself nobody has but its holder. */
function SiteTokens() {
	const asked = useAsked((passive, signal) => api("get", "/v1/tokens", {
		passive,
		signal
	}), []);
	return /* @__PURE__ */ a(Section, {
		title: t.settings.tokens,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: ({ items }) => /* @__PURE__ */ a($, { children: [items.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.settings.noTokens }) : /* @__PURE__ */ a(Table, {
				label: t.settings.tokens,
				head: [
					t.settings.name,
					t.settings.tokenScopes,
					t.settings.tokenAge,
					t.settings.ends
				],
				children: items.map((one) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: one.name
					}),
					/* @__PURE__ */ a("td", { children: one.scopes.map((scope) => /* @__PURE__ */ a("code", {
						class: "scope",
						children: scope
					}, scope)) }),
					/* @__PURE__ */ a("td", { children: one.created_at ? /* @__PURE__ */ a(Ago, { at: one.created_at }) : /* @__PURE__ */ a("span", {
						class: "faint",
						children: t.settings.notKnown
					}) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(TokenEnd, { at: one.expires_at }) })
				] }, one.name))
			}), /* @__PURE__ */ a("p", {
				class: "hint",
				children: [
					t.settings.tokensHint,
					" ",
					/* @__PURE__ */ a("code", { children: "wardline token" })
				]
			})] })
		})
	});
}
function TokenEnd({ at }) {
	if (!at) return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.common.never
	});
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a(When, { at }),
		" ",
		Date.parse(at) <= serverNow() && /* @__PURE__ */ a(Badge, {
			tone: "bad",
			children: t.settings.ended
		})
	] });
}
function Policies() {
	const asked = useAsked((passive, signal) => api("get", "/v1/policy", {
		passive,
		signal
	}), []);
	return /* @__PURE__ */ a(Section, {
		title: t.settings.policies,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			children: (set) => /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", {
				class: "hint",
				children: [
					t.settings.policySet,
					" ",
					/* @__PURE__ */ a("code", { children: [set.policy_set.slice(0, 16), "…"] })
				]
			}), /* @__PURE__ */ a(Table, {
				label: t.settings.policies,
				head: [t.settings.policy, t.settings.says],
				children: set.policies.map((policy) => /* @__PURE__ */ a("tr", { children: [/* @__PURE__ */ a("th", {
					scope: "row",
					children: /* @__PURE__ */ a("code", { children: policy.id })
				}), /* @__PURE__ */ a("td", { children: policy.says })] }, policy.id))
			})] })
		})
	});
}
export { Settings as default };
