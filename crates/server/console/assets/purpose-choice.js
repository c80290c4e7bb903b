import { $t as session, U as emergencyHeaders, Ut as a, Yt as t, Zt as onLeaving, lt as Choice, st as Store } from "./base.js";
// src/record/purpose.ts
/** Codes of HL7 v3 PurposeOfUse for which a copy is a disclosure that the patient is told of (45 CFR 164.528). */
var ACCOUNTED = ["PUBHLTH", "HLEGAL"];
/** Roles that release records for others, and take copies for that alone. */
var RELEASES = /* @__PURE__ */ new Set(["health_information", "privacy_officer"]);
/** Roles of persons that see no record for what they usually act for. */
var NO_RECORDS = /* @__PURE__ */ new Set([
	"privacy_officer",
	"operator",
	"auditor",
	"security_admin"
]);
var chosen = new Store("");
onLeaving(() => chosen.set(""));
function roles() {
	const now = session();
	return now.is === "in" ? now.me.role : [];
}
/** Whether somebody says for what they read: a privacy officer, who sees records to release them. */
function saysPurpose() {
	return roles().includes("privacy_officer");
}
/** Whether one of the roles may see records for what it usually acts for. */
function readsAsUsual() {
	return roles().some((role) => !NO_RECORDS.has(role));
}
/** Whether somebody takes copies for others, so that none is taken without saying what for. */
function releases() {
	return roles().some((role) => RELEASES.has(role));
}
/** Whether one of the roles may take copies for what it usually acts for. */
function takesAsUsual() {
	return roles().some((role) => !NO_RECORDS.has(role) && !RELEASES.has(role));
}
/** For what records are read on this page; the empty one before somebody said it who must. */
function readsFor() {
	return of(chosen.get());
}
function useReadsFor() {
	return of(chosen.use());
}
/** Reads for this purpose from now on, until the session ends. */
function readFor(purpose) {
	chosen.set(purpose);
}
function of(now) {
	return now || (readsAsUsual() ? "usual" : "");
}
/** What says a purpose to the server. */
function purposeHeaders(purpose) {
	return isAccounted(purpose) ? { "Wardline-Purpose": purpose } : {};
}
/** What each read of a patient carries: the emergency access that is held, and what the read is for. */
function readHeaders() {
	return {
		...emergencyHeaders(),
		...purposeHeaders(readsFor())
	};
}
function isAccounted(purpose) {
	return ACCOUNTED.includes(purpose);
}
// src/record/purpose-choice.tsx
/** `usual` where the role may act for what it usually does. */
function PurposeChoice({ value, usual, onChange }) {
	const options = ACCOUNTED.map((one) => [one, t.patients.purposes[one]]);
	if (usual) options.unshift(["usual", t.patients.usualPurpose]);
	if (value === "") options.unshift(["", t.patients.choosePurpose]);
	return /* @__PURE__ */ a(Choice, {
		label: t.patients.purpose,
		value,
		required: true,
		options,
		onChange: (next) => onChange(next)
	});
}
export { readHeaders as a, releases as c, useReadsFor as d, readFor as i, saysPurpose as l, isAccounted as n, readsAsUsual as o, purposeHeaders as r, readsFor as s, PurposeChoice as t, takesAsUsual as u };
