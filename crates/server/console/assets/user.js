import { $ as useAsked, Ft as When, Gt as api, Mt as Shown, Nt as Ago, Ot as Empty, Ut as a, Xt as may, Yt as t, _t as Table, at as useSending, cn as $, ct as Badge, dt as Facts, en as useSession, ft as Field, ht as Section, i as roleNames, it as useOnce, jt as Refused, mt as Page, n as UserState, on as d, t as RoleChoice, ut as Dialog, wt as DialogActs, x as Confirm } from "./base.js";
// src/pages/user.tsx
function OneUser({ id }) {
	const asked = useAsked((passive, signal) => api("get", "/v1/users/{id}", {
		path: { id },
		passive,
		signal
	}), [id], 6e4);
	const user = asked.data;
	return /* @__PURE__ */ a(Page, {
		title: user?.login ?? t.users.one,
		lead: user?.name,
		children: [/* @__PURE__ */ a(Shown, {
			asked,
			lateMs: 18e4,
			children: (user) => /* @__PURE__ */ a(Whole, {
				user,
				again: () => asked.again()
			})
		}), user?.kind === "service" && /* @__PURE__ */ a(Keys, { user })]
	});
}
function Whole({ user, again }) {
	const [open, setOpen] = d();
	const [told, tell] = d("");
	const state = useSession();
	const isMe = state.is === "in" && state.me.login === user.login;
	const done = (text) => {
		setOpen(void 0);
		tell(text);
		again();
	};
	const act = (act) => () => setOpen({
		is: "act",
		act
	});
	const buttons = [
		[
			user.is_suspended ? "unsuspend" : "suspend",
			!isMe,
			!user.is_suspended
		],
		[
			user.is_disabled ? "enable" : "disable",
			!isMe,
			!user.is_disabled
		],
		[
			"reset-second-factor",
			user.kind === "person" && user.has_second_factor,
			true
		]
	];
	return /* @__PURE__ */ a($, { children: [
		/* @__PURE__ */ a("div", {
			role: "status",
			children: told && /* @__PURE__ */ a("p", {
				class: "told",
				children: told
			})
		}),
		/* @__PURE__ */ a(Facts, { of: [
			[t.messages.state, /* @__PURE__ */ a(UserState, { user })],
			[t.sessions.role, roleNames(user.roles)],
			[t.settings.department, user.department],
			[t.settings.second, user.kind === "service" ? "" : user.has_second_factor ? t.users.codesLeft(user.recovery_codes_left) : /* @__PURE__ */ a(Badge, {
				tone: "warning",
				children: t.common.no
			})],
			[t.users.lockedUntil, user.locked_until && /* @__PURE__ */ a(When, { at: user.locked_until })],
			[t.settings.made, /* @__PURE__ */ a(When, { at: user.created_at })],
			[t.settings.ends, user.expires_at && /* @__PURE__ */ a(When, { at: user.expires_at })],
			[t.users.ownRecord, user.has_own_record ? t.common.yes : ""]
		] }),
		may("identities:write") && /* @__PURE__ */ a("div", {
			class: "page-actions acts",
			children: [
				/* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: () => setOpen({ is: "edit" }),
					children: t.users.edit
				}),
				user.kind === "person" && /* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: () => setOpen({ is: "password" }),
					children: t.users.setPassword
				}),
				buttons.filter(([, shown]) => shown).map(([which, , danger]) => /* @__PURE__ */ a("button", {
					type: "button",
					class: danger ? "button danger" : "button",
					onClick: act(which),
					children: t.users.acts[which].name
				}, which)),
				isMe && /* @__PURE__ */ a("p", {
					class: "hint",
					children: t.users.notYourself
				})
			]
		}),
		open?.is === "act" && /* @__PURE__ */ a(Confirm, {
			danger: open.act !== "enable" && open.act !== "unsuspend",
			title: t.users.acts[open.act].title(user.login),
			text: t.users.acts[open.act].text,
			action: t.users.acts[open.act].name,
			close: () => setOpen(void 0),
			done: async () => {
				await api("post", `/v1/users/{id}/${open.act}`, { path: { id: user.id } });
				done(t.users.acts[open.act].done(user.login));
			}
		}),
		open?.is === "edit" && /* @__PURE__ */ a(Edit, {
			user,
			close: () => setOpen(void 0),
			done: () => done(t.users.changed)
		}),
		open?.is === "password" && /* @__PURE__ */ a(SetPassword, {
			user,
			close: () => setOpen(void 0),
			done: () => done(t.users.passwordSet)
		})
	] });
}
/** A form in a window that sends once and says what was refused. */
function Form({ title, action, ready, close, send, children }) {
	const { busy, problem, send: once } = useSending();
	return /* @__PURE__ */ a(Dialog, {
		title,
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				once(send);
			},
			children: [
				children,
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(DialogActs, {
					busy,
					ready,
					close,
					children: action
				})
			]
		})
	});
}
function Edit({ user, close, done }) {
	const [name, setName] = d(user.name);
	const [department, setDepartment] = d(user.department ?? "");
	const [roles, setRoles] = d(user.roles);
	const [offShift, setOffShift] = d(user.is_off_shift);
	const send = async () => {
		const path = { id: user.id };
		const place = department.trim();
		if (name.trim() !== user.name || place !== (user.department ?? "")) await api("patch", "/v1/users/{id}", {
			path,
			body: {
				name: name.trim(),
				department: place || null
			}
		});
		if ([...roles].sort().join() !== [...user.roles].sort().join()) await api("put", "/v1/users/{id}/roles", {
			path,
			body: { roles }
		});
		if (offShift !== user.is_off_shift) await api("put", "/v1/users/{id}/shift", {
			path,
			body: { is_off_shift: offShift }
		});
		done();
	};
	return /* @__PURE__ */ a(Form, {
		title: t.users.editTitle(user.login),
		action: t.common.save,
		ready: roles.length > 0 && name.trim() !== "",
		close,
		send,
		children: [
			/* @__PURE__ */ a(Field, {
				label: t.settings.name,
				value: name,
				required: true,
				maxLength: 128,
				autocomplete: "off",
				onInput: (e) => setName(e.currentTarget.value)
			}),
			/* @__PURE__ */ a(Field, {
				label: t.settings.department,
				hint: t.users.departmentHint,
				value: department,
				maxLength: 128,
				autocomplete: "off",
				onInput: (e) => setDepartment(e.currentTarget.value)
			}),
			/* @__PURE__ */ a(RoleChoice, {
				kind: user.kind,
				value: roles,
				onChange: setRoles
			}),
			user.kind === "person" && /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						type: "checkbox",
						checked: offShift,
						onChange: (event) => setOffShift(event.currentTarget.checked)
					}),
					" ",
					t.settings.offShift
				]
			}),
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: t.users.editHint
			})
		]
	});
}
function SetPassword({ user, close, done }) {
	const [password, setPassword] = d("");
	const send = async () => {
		await api("put", "/v1/users/{id}/password", {
			path: { id: user.id },
			body: { password }
		});
		done();
	};
	return /* @__PURE__ */ a(Form, {
		title: t.users.passwordTitle(user.login),
		action: t.users.setPassword,
		ready: password.length >= 12,
		close,
		send,
		children: [/* @__PURE__ */ a("p", { children: t.users.passwordText }), /* @__PURE__ */ a(Field, {
			label: t.settings.new,
			hint: t.settings.newHint,
			type: "password",
			value: password,
			required: true,
			minLength: 12,
			autocomplete: "new-password",
			onInput: (e) => setPassword(e.currentTarget.value)
		})]
	});
}
/** Days that a new key holds, to choose from. */
var DAYS = [
	30,
	90,
	365
];
var DAY_MS = 864e5;
function Keys({ user }) {
	const asked = useAsked(async (passive, signal) => (await api("get", "/v1/api-keys", {
		query: {
			user: user.id,
			limit: 500
		},
		passive,
		signal
	})).items, [user.id]);
	const [asking, ask] = d();
	const [token, show] = d("");
	const issued = (token) => {
		ask(void 0);
		show(token);
		asked.again();
	};
	return /* @__PURE__ */ a(Section, {
		title: t.settings.keys,
		aside: may("identities:write") && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button small",
			onClick: () => ask({ is: "new" }),
			children: t.users.newKey
		}),
		children: [
			/* @__PURE__ */ a(Shown, {
				asked,
				rows: 2,
				children: (keys) => keys.length === 0 ? /* @__PURE__ */ a(Empty, {
					title: t.settings.noKeys,
					children: t.users.noKeysText
				}) : /* @__PURE__ */ a(Table, {
					label: t.settings.keys,
					head: [
						t.settings.key,
						t.settings.made,
						t.settings.ends,
						t.messages.state,
						""
					],
					children: keys.map((key) => /* @__PURE__ */ a("tr", { children: [
						/* @__PURE__ */ a("th", {
							scope: "row",
							children: /* @__PURE__ */ a("code", { children: [key.id.slice(0, 8), "…"] })
						}),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(Ago, { at: key.created_at }) }),
						/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(When, { at: key.is_revoked ? void 0 : key.expires_at }) }),
						/* @__PURE__ */ a("td", { children: key.holds ? /* @__PURE__ */ a(Badge, {
							tone: "good",
							children: t.settings.holds
						}) : /* @__PURE__ */ a(Badge, { children: key.is_revoked ? t.settings.revoked : t.settings.ended }) }),
						/* @__PURE__ */ a("td", {
							class: "nowrap",
							children: key.holds && may("identities:write") && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("button", {
								type: "button",
								class: "button small",
								onClick: () => ask({
									is: "rotate",
									key
								}),
								children: t.users.rotate
							}), /* @__PURE__ */ a("button", {
								type: "button",
								class: "button small danger",
								onClick: () => ask({
									is: "revoke",
									key
								}),
								children: t.users.revoke
							})] })
						})
					] }, key.id))
				})
			}),
			asking?.is === "revoke" && /* @__PURE__ */ a(Confirm, {
				danger: true,
				title: t.users.revokeTitle,
				text: t.users.revokeText,
				action: t.users.revoke,
				close: () => ask(void 0),
				done: async () => {
					await api("delete", "/v1/api-keys/{id}", { path: { id: asking.key.id } });
					ask(void 0);
					asked.again();
				}
			}),
			(asking?.is === "new" || asking?.is === "rotate") && /* @__PURE__ */ a(Issue, {
				user,
				old: asking.is === "rotate" ? asking.key : void 0,
				close: () => ask(void 0),
				issued
			}),
			token && /* @__PURE__ */ a(Issued, {
				token,
				close: () => show("")
			})
		]
	});
}
function Issue({ user, old, close, issued }) {
	const [days, setDays] = d(90);
	const once = useOnce();
	const send = async () => {
		const { token } = await once(days, (headers, since) => {
			const expires_at = new Date(since + days * DAY_MS).toISOString();
			return old ? api("post", "/v1/api-keys/{id}/rotate", {
				path: { id: old.id },
				body: {
					expires_at,
					overlap_seconds: 86400
				},
				headers
			}) : api("post", "/v1/api-keys", {
				body: {
					user: user.id,
					expires_at
				},
				headers
			});
		});
		issued(token);
	};
	return /* @__PURE__ */ a(Form, {
		title: old ? t.users.rotateTitle : t.users.newKey,
		action: old ? t.users.rotate : t.users.newKey,
		ready: true,
		close,
		send,
		children: [old && /* @__PURE__ */ a("p", { children: t.users.rotateText }), /* @__PURE__ */ a("div", {
			class: "choices",
			role: "radiogroup",
			"aria-label": t.users.holdsFor,
			children: DAYS.map((one) => /* @__PURE__ */ a("label", {
				class: "check",
				children: [
					/* @__PURE__ */ a("input", {
						type: "radio",
						name: "days",
						checked: days === one,
						onChange: () => setDays(one)
					}),
					" ",
					t.users.days(one)
				]
			}, one))
		})]
	});
}
function Issued({ token, close }) {
	const [copied, setCopied] = d();
	const copy = () => {
		(navigator.clipboard?.writeText(token) ?? Promise.reject(/* @__PURE__ */ new Error("there is no clipboard"))).then(() => setCopied(true), () => setCopied(false));
	};
	return /* @__PURE__ */ a(Dialog, {
		title: t.users.tokenTitle,
		close,
		children: [
			/* @__PURE__ */ a("p", { children: t.users.tokenText }),
			/* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("code", {
				class: "quote",
				children: token
			}) }),
			/* @__PURE__ */ a("p", {
				role: "status",
				children: copied === void 0 ? "" : copied ? t.users.copied : t.users.notCopied
			}),
			/* @__PURE__ */ a("div", {
				class: "dialog-actions",
				children: [/* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: copy,
					children: t.users.copy
				}), /* @__PURE__ */ a("button", {
					type: "button",
					class: "button primary",
					onClick: close,
					children: t.users.kept
				})]
			})
		]
	});
}
export { OneUser as default };
