import { $ as useAsked, Mt as Shown, Ot as Empty, Ut as a, Wt as Problem, Yt as t, cn as $, ct as Badge, ft as Field, ht as Section, mt as Page, on as d, sn as w } from "./base.js";
// src/pages/reference.tsx
function Reference() {
	const asked = useAsked(async (_passive, signal) => {
		const response = await fetch("/v1/openapi.json", { signal });
		if (!response.ok) throw new Problem(response.status, "description", t.reference.none);
		return await response.json();
	}, []);
	const [find, setFind] = d("");
	return /* @__PURE__ */ a(Page, {
		title: t.reference.title,
		lead: asked.data && t.reference.lead(asked.data.info.version),
		children: [/* @__PURE__ */ a("div", {
			class: "filters",
			children: /* @__PURE__ */ a(Field, {
				label: t.reference.find,
				value: find,
				onInput: (e) => setFind(e.currentTarget.value),
				"data-filter": true
			})
		}), /* @__PURE__ */ a(Shown, {
			asked,
			children: (description) => /* @__PURE__ */ a(Routes, {
				description,
				find: find.toLowerCase()
			})
		})]
	});
}
function Routes({ description, find }) {
	const shown = w(() => Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([method]) => method !== "parameters").map(([method, operation]) => ({
		path,
		method,
		operation
	}))), [description]).filter(({ path, operation }) => !find || `${path} ${operation.summary} ${operation.operationId}`.toLowerCase().includes(find));
	if (shown.length === 0) return /* @__PURE__ */ a(Empty, { title: t.reference.noneFound });
	return /* @__PURE__ */ a($, { children: description.tags.map(({ name, description: says }) => {
		const of = shown.filter(({ operation }) => operation.tags?.includes(name));
		return of.length > 0 && /* @__PURE__ */ a(Section, {
			title: name.replaceAll("-", " "),
			children: [/* @__PURE__ */ a("p", {
				class: "faint",
				children: says
			}), /* @__PURE__ */ a("div", {
				class: "panel routes",
				children: of.map((route) => /* @__PURE__ */ a(One, {
					route,
					schemas: description.components.schemas
				}, route.method + route.path))
			})]
		}, name);
	}) });
}
function One({ route: { path, method, operation }, schemas }) {
	const scopes = (operation.security ?? []).flatMap((one) => Object.entries(one).flatMap(([scheme, of]) => of.length ? of : [scheme]));
	return /* @__PURE__ */ a("details", { children: [/* @__PURE__ */ a("summary", { children: [
		/* @__PURE__ */ a("span", {
			class: `method ${method}`,
			children: method.toUpperCase()
		}),
		" ",
		/* @__PURE__ */ a("code", { children: path }),
		" ",
		/* @__PURE__ */ a("span", {
			class: "faint route-says",
			children: (operation.summary ?? "").split(". ")[0]
		})
	] }), /* @__PURE__ */ a("div", {
		class: "route-body",
		children: [
			/* @__PURE__ */ a("p", { children: [
				operation.summary,
				" ",
				operation.description
			] }),
			/* @__PURE__ */ a("p", { children: scopes.length ? /* @__PURE__ */ a($, { children: [
				t.reference.needs,
				" ",
				scopes.map((scope) => /* @__PURE__ */ a(Badge, { children: scope }, scope))
			] }) : t.reference.open }),
			operation.parameters && operation.parameters.length > 0 && /* @__PURE__ */ a("dl", {
				class: "record",
				children: operation.parameters.map((one) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: [
					/* @__PURE__ */ a("code", { children: one.name }),
					" ",
					/* @__PURE__ */ a("span", {
						class: "faint",
						children: [one.in, one.required ? `, ${t.reference.required}` : ""]
					})
				] }), /* @__PURE__ */ a("dd", { children: [
					one.description,
					" ",
					/* @__PURE__ */ a("code", {
						class: "faint",
						children: typeText(one.schema)
					})
				] })] }, one.name))
			}),
			operation.requestBody && /* @__PURE__ */ a(Body, {
				title: t.reference.body,
				content: operation.requestBody.content,
				schemas
			}),
			Object.entries(operation.responses).map(([status, answer]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("p", { children: [
				/* @__PURE__ */ a("strong", { children: status === "default" ? t.reference.else : status }),
				" ",
				answer.description
			] }), status !== "default" && answer.content && /* @__PURE__ */ a(Body, {
				content: answer.content,
				schemas
			})] }, status))
		]
	})] });
}
function Body({ title, content, schemas }) {
	return /* @__PURE__ */ a($, { children: Object.entries(content).map(([type, { schema }]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("p", { children: [
		title,
		" ",
		/* @__PURE__ */ a("code", {
			class: "faint",
			children: type
		}),
		" ",
		/* @__PURE__ */ a("code", { children: typeText(schema) })
	] }), /* @__PURE__ */ a(Fields, {
		schema,
		schemas
	})] }, type)) });
}
function Fields({ schema, schemas }) {
	const found = schema?.$ref ? schemas[schema.$ref.split("/").at(-1)] : schema;
	const properties = Object.entries(found?.properties ?? {});
	if (properties.length === 0) return null;
	return /* @__PURE__ */ a("dl", {
		class: "record",
		children: properties.map(([name, of]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: [
			/* @__PURE__ */ a("code", { children: name }),
			" ",
			found?.required?.includes(name) && /* @__PURE__ */ a("span", {
				class: "faint",
				children: t.reference.required
			})
		] }), /* @__PURE__ */ a("dd", { children: [
			of.description,
			" ",
			/* @__PURE__ */ a("code", {
				class: "faint",
				children: typeText(of)
			})
		] })] }, name))
	});
}
function typeText(schema) {
	if (!schema) return "";
	if (schema.$ref) return schema.$ref.split("/").at(-1);
	if (schema.enum) return schema.enum.join(" | ");
	if (schema.oneOf) return schema.oneOf.map(typeText).join(" | ");
	if (schema.allOf) return schema.allOf.map(typeText).join(" & ");
	if (schema.items) return `${typeText(schema.items)}[]`;
	const type = Array.isArray(schema.type) ? schema.type.join(" | ") : schema.type ?? "any";
	return schema.format ? `${type} (${schema.format})` : type;
}
export { Reference as default };
