import { Q as Shell, jt as a, qt as Q } from "./base.js";
// src/main.tsx
Q(/* @__PURE__ */ a(Shell, {}), document.getElementById("app"));
