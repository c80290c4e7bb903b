import { It as a, rn as Q, rt as Shell } from "./base.js";
// src/main.tsx
Q(/* @__PURE__ */ a(Shell, {}), document.getElementById("app"));
