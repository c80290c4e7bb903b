import { Rt as Q, St as a, U as Shell } from "./base.js";
// src/main.tsx
Q(/* @__PURE__ */ a(Shell, {}), document.getElementById("app"));
