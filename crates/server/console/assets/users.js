import { $ as useAsked, Gt as api, Mt as Shown, Ot as Empty, Ut as a, Xt as may, Yt as t, _t as Table, at as useSending, bt as go, cn as $, ct as Badge, ft as Field, i as roleNames, it as useOnce, jt as Refused, lt as Choice, mt as Page, n as UserState, on as d, ot as useStanding, r as everyUser, t as RoleChoice, ut as Dialog, wt as DialogActs, yt as Link } from "./base.js";
// src/pages/users.tsx
function Users() {
	const asked = useAsked(everyUser, [], 6e4);
	const [find, setFind] = d("");
	const [making, make] = d(false);
	const wanted = find.trim().toLowerCase();
	const fits = (user) => [
		user.login,
		user.name,
		user.department ?? "",
		...user.roles
	].some((text) => text.toLowerCase().includes(wanted));
	return /* @__PURE__ */ a(Page, {
		wide: true,
		title: t.users.title,
		lead: t.users.lead,
		actions: may("identities:write") && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button primary",
			onClick: () => make(true),
			children: t.users.add
		}),
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 18e4,
			children: (users) => {
				const found = users.filter(fits);
				return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("div", {
					class: "filters",
					children: [/* @__PURE__ */ a(Field, {
						label: t.users.find,
						type: "search",
						"data-filter": true,
						value: find,
						onInput: (e) => setFind(e.currentTarget.value),
						autocomplete: "off"
					}), /* @__PURE__ */ a("p", {
						class: "faint count",
						role: "status",
						children: t.users.count(found.length, users.length)
					})]
				}), found.length === 0 ? /* @__PURE__ */ a(Empty, {
					title: t.users.none,
					children: wanted ? t.users.noneFits : t.users.noneYet
				}) : /* @__PURE__ */ a(Table, {
					label: t.users.title,
					head: [
						t.signIn.login,
						t.settings.name,
						t.sessions.role,
						t.settings.department,
						t.settings.second,
						t.messages.state
					],
					children: found.map((user) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: [
								/* @__PURE__ */ a(Link, {
									to: `/users/${user.id}`,
									"data-row": true,
									children: user.login
								}),
								" ",
								user.kind === "service" && /* @__PURE__ */ a(Badge, { children: t.settings.service })
							]
						}),
						/* @__PURE__ */ a("td", { children: user.name }),
						/* @__PURE__ */ a("td", { children: roleNames(user.roles) }),
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
				})] });
			}
		}), making && /* @__PURE__ */ a(NewUser, { close: () => make(false) })]
	});
}
function NewUser({ close }) {
	const [login, setLogin] = d("");
	const [name, setName] = d("");
	const [kind, setKind] = d("person");
	const [roles, setRoles] = d([]);
	const [department, setDepartment] = d("");
	const [password, setPassword] = d("");
	const { busy, problem, send } = useSending();
	const once = useOnce();
	const stands = useStanding();
	const submit = () => send(async () => {
		const body = {
			login: login.trim(),
			name: name.trim(),
			kind,
			roles,
			...department.trim() ? { department: department.trim() } : {},
			...kind === "person" ? { password } : {}
		};
		const { id } = await once(body, (headers) => api("post", "/v1/users", {
			body,
			headers
		}));
		if (stands()) go(`/users/${id}`);
	});
	return /* @__PURE__ */ a(Dialog, {
		title: t.users.add,
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				submit();
			},
			children: [
				/* @__PURE__ */ a(Field, {
					label: t.signIn.login,
					hint: t.users.loginHint,
					value: login,
					required: true,
					maxLength: 128,
					autocomplete: "off",
					onInput: (e) => setLogin(e.currentTarget.value)
				}),
				/* @__PURE__ */ a(Field, {
					label: t.settings.name,
					value: name,
					required: true,
					maxLength: 128,
					autocomplete: "off",
					onInput: (e) => setName(e.currentTarget.value)
				}),
				/* @__PURE__ */ a(Choice, {
					label: t.users.kind,
					value: kind,
					options: [["person", t.users.person], ["service", t.users.service]],
					onChange: (value) => {
						setKind(value);
						setRoles([]);
					}
				}),
				/* @__PURE__ */ a(RoleChoice, {
					kind,
					value: roles,
					onChange: setRoles
				}),
				/* @__PURE__ */ a(Field, {
					label: t.settings.department,
					hint: t.users.departmentHint,
					value: department,
					maxLength: 128,
					autocomplete: "off",
					onInput: (e) => setDepartment(e.currentTarget.value)
				}),
				kind === "person" && /* @__PURE__ */ a(Field, {
					label: t.users.firstPassword,
					hint: t.users.firstPasswordHint,
					type: "password",
					value: password,
					required: true,
					minLength: 12,
					autocomplete: "new-password",
					onInput: (e) => setPassword(e.currentTarget.value)
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(DialogActs, {
					busy,
					ready: roles.length > 0,
					close,
					children: t.users.add
				})
			]
		})
	});
}
export { Users as default };
