import { $ as Facts, Ct as t, Ft as d, H as useAsked, J as prefer, Lt as $, Ot as may, St as a, Tt as api, X as Badge, Y as usePreferences, Z as Choice, at as Table, et as Field, gt as When, ht as Ago, jt as useSession, mt as Shown, nt as Page, pt as Refused, rt as Section, ut as Empty, wt as Problem } from "./base.js";
// src/pages/settings.tsx
function Settings() {
	return /* @__PURE__ */ a(Page, {
		title: t.settings.title,
		children: [/* @__PURE__ */ a("div", {
			class: "columns",
			children: [/* @__PURE__ */ a(Looks, {}), /* @__PURE__ */ a(Account, {})]
		}), may("identities:read") && /* @__PURE__ */ a($, { children: [
			/* @__PURE__ */ a(Users, {}),
			/* @__PURE__ */ a(Keys, {}),
			/* @__PURE__ */ a(Policies, {})
		] })]
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
	const [problem, setProblem] = d();
	const [told, setTold] = d(false);
	if (state.is !== "in") return null;
	const { me } = state;
	const submit = async () => {
		setProblem(void 0);
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
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, "broken", String(error)));
		}
		setCode("");
	};
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
					/* @__PURE__ */ a("button", {
						type: "submit",
						class: "button primary",
						children: t.settings.change
					})
				]
			})] })]
		})
	});
}
async function everyUser(passive, signal) {
	const users = [];
	let cursor;
	do {
		const page = await api("get", "/v1/users", {
			query: {
				cursor,
				limit: 500
			},
			passive,
			signal
		});
		users.push(...page.items);
		cursor = page.next ?? void 0;
	} while (cursor && users.length < 5e3);
	return users.sort((a, b) => a.login.localeCompare(b.login));
}
function Users() {
	const asked = useAsked(everyUser, []);
	return /* @__PURE__ */ a(Section, {
		title: t.settings.users,
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			children: (users) => /* @__PURE__ */ a(Table, {
				label: t.settings.users,
				head: [
					t.signIn.login,
					t.settings.name,
					t.sessions.role,
					t.settings.department,
					t.settings.second,
					t.messages.state
				],
				children: users.map((user) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: [
							user.login,
							" ",
							user.kind === "service" && /* @__PURE__ */ a(Badge, { children: t.settings.service })
						]
					}),
					/* @__PURE__ */ a("td", { children: user.name }),
					/* @__PURE__ */ a("td", { children: user.roles.join(", ").replaceAll("_", " ") }),
					/* @__PURE__ */ a("td", { children: user.department ?? /* @__PURE__ */ a("span", {
						class: "faint",
						children: t.common.none
					}) }),
					/* @__PURE__ */ a("td", { children: user.kind === "service" ? /* @__PURE__ */ a("span", {
						class: "faint",
						children: t.common.none
					}) : user.has_second_factor ? t.common.yes : /* @__PURE__ */ a(Badge, {
						tone: "warning",
						children: t.common.no
					}) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(UserState, { user }) })
				] }, user.id))
			})
		}), /* @__PURE__ */ a("p", {
			class: "hint",
			children: [
				t.settings.usersHint,
				" ",
				/* @__PURE__ */ a("code", { children: "wardline user" })
			]
		})]
	});
}
function UserState({ user }) {
	if (user.is_disabled) return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.settings.disabled
	});
	if (user.is_suspended) return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.settings.suspended
	});
	if (user.locked_until) return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.settings.locked
	});
	if (user.is_off_shift) return /* @__PURE__ */ a(Badge, { children: t.settings.offShift });
	return /* @__PURE__ */ a(Badge, {
		tone: "good",
		children: t.settings.active
	});
}
function Keys() {
	const asked = useAsked(async (passive, signal) => (await api("get", "/v1/api-keys", {
		query: { limit: 500 },
		passive,
		signal
	})).items, []);
	return /* @__PURE__ */ a(Section, {
		title: t.settings.keys,
		children: /* @__PURE__ */ a(Shown, {
			asked,
			rows: 2,
			children: (keys) => keys.length === 0 ? /* @__PURE__ */ a(Empty, { title: t.settings.noKeys }) : /* @__PURE__ */ a(Table, {
				label: t.settings.keys,
				head: [
					t.settings.key,
					t.settings.user,
					t.settings.made,
					t.settings.ends,
					t.messages.state
				],
				children: keys.map((key) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: /* @__PURE__ */ a("code", { children: [key.id.slice(0, 8), "…"] })
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a("code", { children: [key.user.slice(0, 8), "…"] }) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: key.created_at }) }),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(When, { at: key.expires_at }) }),
					/* @__PURE__ */ a("td", { children: key.holds ? /* @__PURE__ */ a(Badge, {
						tone: "good",
						children: t.settings.holds
					}) : /* @__PURE__ */ a(Badge, { children: t.settings.ended }) })
				] }, key.id))
			})
		})
	});
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
