import { $t as a, dt as Shell, yn as Q } from "./base.js";
// src/main.tsx
Q(/* @__PURE__ */ a(Shell, {}), document.getElementById("app"));
