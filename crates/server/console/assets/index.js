import { an as Q, et as Shell, zt as a } from "./base.js";
// src/main.tsx
Q(/* @__PURE__ */ a(Shell, {}), document.getElementById("app"));
