const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/sessions.js","assets/messages.js","assets/rolldown-runtime.js","assets/patients.js","assets/purpose-choice.js","assets/patient.js","assets/audit.js","assets/audit-record.js","assets/dead-letters.js"])))=>i.map(i=>d[i]);
import { t as __exportAll } from "./rolldown-runtime.js";
// node_modules/preact/dist/preact.mjs
var n;
var t$2;
var u$2;
var i$1;
var f$2;
var o$2;
var e$1;
var l$1;
var c$1;
var a$2;
var h$1 = Symbol.for("pv");
var p$1 = {};
var y$1 = [];
var v$1 = /^m(i|n|o|s|text|space)$/;
var w$1 = Array.isArray;
var d$1 = y$1.slice;
var _$1 = Object.assign;
function g$2(n) {
	n && n.parentNode && n.remove();
}
function k$1(n, t, r) {
	var u, i, f, o = {}, e = arguments.length;
	for (f in t) "key" == f ? u = t[f] : "ref" == f && "function" != typeof n ? i = t[f] : o[f] = t[f];
	return e > 2 && (o.children = e > 3 ? d$1.call(arguments, 2) : r), m$1(n, o, u, i, null);
}
function m$1(r, u, i, f, o) {
	var e = {
		type: r,
		props: u,
		key: i,
		ref: f,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: h$1,
		__v: o || ++t$2,
		__i: -1,
		__u: 0
	};
	return !o && n.vnode && n.vnode(e), e;
}
function $(n) {
	return n.children;
}
function x(n, t) {
	this.props = n, this.context = t, this.__g = 0;
}
function S(n, t) {
	if (null == t) return n.__ && S(n.__, n.__i + 1);
	for (var r; t < n.__k.length; t++) if ((r = n.__k[t]) && r.__e) return r.__e;
	return "function" != typeof n.type || n.props.__P ? null : S(n);
}
function C$1(t) {
	var r, u = t.__v, i = u.__e, f = [], o = [], e = t.__P;
	e && ((r = _$1({ constructor: h$1 }, u)).__v = u.__v + 1, n.vnode && n.vnode(r), z$1(e, r, u, t.__n, e.namespaceURI, 32 & u.__u ? [i] : null, f, i || S(u), 32 & u.__u, o), r.__v = u.__v, r.__.__k[r.__i] = r, E$1(f, r, o), u.__ = u.__e = null, r.__e != i && j(r));
}
function j(n) {
	if ((n = n.__) && n.__c && !n.props.__P) return n.__e = null, n.__k.some(function(t) {
		return t && (n.__e = t.__e);
	}), j(n);
}
function L(t) {
	(8 & t.__g || (t.__g |= 8, u$2.push(t), f$2++)) && i$1 == n.debounceRendering || ((i$1 = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
	try {
		for (var n, t = 1; u$2.length;) u$2.length > t && u$2.sort(o$2), n = u$2.shift(), t = u$2.length, 8 & n.__g && C$1(n);
	} finally {
		(f$2 = u$2.length) && (i$1 || queueMicrotask)(H);
	}
}
function I(n, t, r, u, i, f, o, e, l, c, a) {
	var s, h, v, w, d, _, g = u.__k || y$1, k = t.length;
	for (l = q(r, t, g, l, k), s = 0; s < k; s++) null != (v = r.__k[s]) && (h = ~v.__i && g[v.__i] || p$1, v.__i = s, _ = z$1(n, v, h, i, f, o, e, l, c, a), w = v.__e, (h.ref != v.ref || 8 & h.__u) && (h.ref && G$1(h.ref, null, v, h), v.ref && a.push(v.ref, v.__c || w, v)), d = d || w, 4 & v.__u ? (l = A$1(v, l, n, !h.__v), h.__e && (h.__e = null)) : "function" == typeof v.type && void 0 !== _ ? l = _ : w && (l = w.nextSibling), v.__u &= -21);
	return r.__e = d, l;
}
function q(n, t, r, u, i) {
	var f, o, e, l, c, a, s, p, y, v = r.length, d = v, _ = 0, g = 0, k = n.__k = Array(i);
	for (f = 0; f < i; f++) null != (o = t[f]) && "boolean" != typeof o && "function" != typeof o ? ("object" != typeof o || o.constructor === String ? o = k[f] = m$1(null, o) : w$1(o) ? o = k[f] = m$1($, { children: o }) : o.constructor === h$1 && o.__b ? o = k[f] = m$1(o.type, o.props, o.key, o.ref, o.__v) : k[f] = o, l = f + _, o.__ = n, o.__b = n.__b + 1, e = null, ~(c = o.__i = P$1(o, r, l, d)) && (d--, (e = r[c]) && (e.__u |= 2)), e && e.__v ? (o.__u |= 16, c == l - 1 ? _-- : c == l + 1 ? _++ : c != l && (c > l ? _-- : _++, g = 1)) : (~c || (i > v ? _-- : i < v && _++), "function" != typeof o.type && (o.__u |= 4))) : k[f] = null;
	if (g) {
		for (a = [], s = [], f = 0; f < i; f++) if ((o = k[f]) && 16 & o.__u) {
			for (_ = 0, p = a.length; _ < p;) a[y = _ + p >> 1] < o.__i ? _ = y + 1 : p = y;
			a[_] = o.__i, s[f] = _ + 1;
		}
		for (_ = a.length; f--;) s[f] && (s[f] == _ ? _-- : k[f].__u |= 4);
	}
	if (d) for (f = 0; f < v; f++) !(e = r[f]) || 2 & e.__u || (e.__e == u && (u = S(e)), J(e, e));
	return u;
}
function A$1(n, t, r, u) {
	var i, f, o, e;
	if ("function" == typeof n.type) {
		if (n.props.__P) return t;
		if (i = n.__k) for (f = 0; f < i.length; f++) i[f] && (i[f].__ = n, t = A$1(i[f], t, r, !1));
		return t;
	}
	for (t && !t.parentNode && (t = S(n)) && !t.parentNode && (t = null), o = n.__e, e = t; e && 8 == e.nodeType;) e = e.nextSibling;
	for (o != e && (!u && r.moveBefore && o.parentNode ? r.moveBefore(o, t) : r.insertBefore(o, t || null)), t = o; (t = t && t.nextSibling) && 8 == t.nodeType && !t.data.startsWith("$s"););
	return t;
}
function P$1(n, t, r, u) {
	var i, f = n.key, o = n.type, e = t[r], l = e && !(2 & e.__u);
	if (null === e && null == f || l && f == e.key && o == e.type) return r;
	if (u > (l ? 1 : 0)) {
		for (i = r - 1; i >= 0; i--) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
		for (i = r + 1; i < t.length; i++) if ((e = t[i]) && !(2 & e.__u) && f == e.key && o == e.type) return i;
	}
	return -1;
}
function T$1(n, t, r) {
	r ??= "", "-" == t[0] ? n.setProperty(t, r) : n[t] = r;
}
function N(n, t, r, u, i) {
	var f, o;
	if ("style" == t) if ("string" == typeof r) n.style.cssText = r;
	else {
		if ("string" == typeof u && (n.style.cssText = u = ""), u) for (t in u) r && t in r || T$1(n.style, t);
		if (r) for (t in r) u && r[t] == u[t] || T$1(n.style, t, r[t]);
	}
	else if ("o" == t[0] && "n" == t[1]) "function" != typeof r && (r = null), "function" != typeof u && (u = null), (n.__e || (n.__e = {}))[t] = r, r && u || (o = a$2[t] || (a$2[t] = V(t)), (n.__a || (n.__a = {}))[t] = c$1, f = t != (t = t.replace(l$1, "$1")), (t = t.slice(2))[0] < "a" && (t = t.toLowerCase()), r ? n.addEventListener(t, o, f) : n.removeEventListener(t, o, f));
	else {
		if ("http://www.w3.org/2000/svg" == i) t = t.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
		else if ("width" != t && "height" != t && "href" != t && "list" != t && "form" != t && "tabIndex" != t && "download" != t && "rowSpan" != t && "colSpan" != t && "role" != t && "popover" != t && t in n) try {
			n[t] = null == r ? "" : r;
			return;
		} catch (n) {}
		if ("function" == typeof r) return;
		null == r || !1 === r && "-" != t[4] ? n.removeAttribute(t) : n.setAttribute(t, "popover" == t && 1 == r ? "" : r);
	}
}
function V(t) {
	return function(r) {
		var u = this.__e;
		if (u) {
			if (u = u[t], null == r[e$1]) r[e$1] = c$1++;
			else if (r[e$1] < this.__a[t]) return;
			return u(n.event ? n.event(r) : r);
		}
	};
}
function z$1(t, r, u, i, f, o, e, l, c, a) {
	var s, p, v, d, k, b, m, M, C, j, L, H, q, A, O, P, T, N, V = r.type;
	if (r.constructor !== h$1) return null;
	128 & u.__u && (c = 32 & u.__u, s = u.__c.__z) && (r.__u |= c, p = o = [], 8 == s.nodeType ? l = B$1(s, o) : o.push(s), l = o[0] || l), (s = n.__b) && s(r);
	n: if ("function" == typeof V) {
		v = e.length;
		try {
			if (M = r.props, C = (s = V.prototype) && s.render, j = (s = V.contextType) && i[s.__c], L = s ? j ? j.props.value : s.__ : i, (d = u.__c) ? (r.__c = d, 2 & d.__g && (d.__g |= 1)) : (C ? r.__c = d = new V(M, L) : (r.__c = d = new x(M, L), d.constructor = V, d.render = K), j && j.sub(d), d.state || (d.state = {}), d.__n = i, d.__g |= 8, d.__h = [], d.__k = []), C && (d.__s || (d.__s = d.state), V.getDerivedStateFromProps && (d.__s == d.state && (d.__s = _$1({}, d.__s)), _$1(d.__s, V.getDerivedStateFromProps(M, d.__s)))), k = d.props, b = d.state, d.__v = r, u.__c) {
				if (M !== k && C && !V.getDerivedStateFromProps && d.componentWillReceiveProps && d.componentWillReceiveProps(M, L), r.__v == u.__v && !(8 & d.__g) || !(4 & d.__g) && d.shouldComponentUpdate && !1 === d.shouldComponentUpdate(M, d.__s, L)) {
					r.__v != u.__v && (d.props = M, d.state = d.__s, d.__g &= -9), r.__e = u.__e, r.__k = u.__k, r.__k.some(function(n) {
						n && (n.__ = r);
					}), y$1.push.apply(d.__h, d.__k), d.__k = [], d.__h.length && e.push(d), l = S(u);
					break n;
				}
				d.componentWillUpdate && d.componentWillUpdate(M, d.__s, L), C && d.componentDidUpdate && d.__h.push(function() {
					d.componentDidUpdate(k, b, m);
				});
			} else C && !V.getDerivedStateFromProps && d.componentWillMount && d.componentWillMount(), C && d.componentDidMount && d.__h.push(d.componentDidMount);
			d.context = L, d.props = M, d.__P = t, d.__g &= -5, H = n.__r, q = C ? 25 : 0;
			do
				d.__g &= -9, H && H(r), s = d.render(d.props, d.state = d.__s, d.context);
			while (8 & d.__g && ++q < 25);
			C && (y$1.push.apply(d.__h, d.__k), d.__k = []), d.state = d.__s, d.getChildContext && (i = _$1({}, i, d.getChildContext())), C && u.__c && d.getSnapshotBeforeUpdate && (m = d.getSnapshotBeforeUpdate(k, b)), A = s && s.type === $ && null == s.key ? s.props.children : s, M.__P && (s = l, f = (t = M.__P).namespaceURI, c = o = null, u.props && u.props.__P != t && (u.__k.some(function(n) {
				n && J(n, n);
			}), u.__k = null), l = u.__k ? S(u, 0) : null), l = I(t, w$1(A) ? A : [A], r, u, i, f, o, e, l, c, a), M.__P && (r.__e = null, l = s), r.__u &= -161, p && p.some(g$2), d.__h.length && e.push(d), 1 & d.__g && (d.__g &= -4);
		} catch (t) {
			if (e.length = v, r.__v = null, c || o) if (t && t.then) {
				if (r.__u |= 128 | c, o) {
					for (~(T = o.indexOf(l || void 0)) || (T = o.length); (N = o[T - 1]) && 8 == N.nodeType;) T--;
					for (; T < o.length; T++) if (N = o[T]) if (o[T] = null, O) {
						if (N == P) break;
					} else {
						if (8 != N.nodeType) break;
						N.data.startsWith("$s") && (P = B$1(O = N));
					}
				}
				if (!O) {
					for (; l && 8 == l.nodeType && l.nextSibling;) l = l.nextSibling;
					O = l;
				}
				(s = B$1(O = r.__c.__z || (r.__c.__z = O))) ? (r.__e = O, l = s) : r.__e = l, l = l && l.nextSibling;
			} else o && o.some(g$2);
			else r.__e = u.__e;
			r.__k || (r.__k = u.__k || []), t && t.then || D$1(r), n.__e(t, r, u);
		}
	} else l = r.__e = F$2(u.__e, r, u, i, f, o, e, c, a, t);
	return (s = n.diffed) && s(r), l;
}
function B$1(n, t) {
	if (n && 8 == n.nodeType && n.data.startsWith("$s")) for (var r = 1; n = n.nextSibling;) {
		if (8 == n.nodeType) {
			if (n.data.startsWith("$s")) r++;
			else if (n.data.startsWith("/$s") && !--r) return n;
		}
		t && t.push(n);
	}
}
function D$1(n) {
	n && (n.__c && (n.__c.__g |= 4), n.__k && n.__k.some(D$1));
}
function E$1(t, r, u) {
	for (var i = 0; i < u.length;) G$1(u[i++], u[i++], u[i++]);
	n.__c && n.__c(r, t), t.some(function(r) {
		try {
			t = r.__h, r.__h = [], t.some(function(n) {
				n.call(r);
			});
		} catch (t) {
			n.__e(t, r.__v);
		}
	});
}
function F$2(t, r, u, i, f, o, e, l, c, a) {
	var s, h, y, _, k, b, m, M, $ = u.props || p$1, x = r.props, C = r.type;
	if ("svg" == C ? f = "http://www.w3.org/2000/svg" : "math" == C ? f = "http://www.w3.org/1998/Math/MathML" : f || (f = "http://www.w3.org/1999/xhtml"), o) {
		for (s = 0; s < o.length; s++) if ((k = o[s]) && (C ? k.localName == C : 3 == k.nodeType)) {
			t = k, o[s] = null;
			break;
		}
	}
	if (!t) {
		if (M = a.ownerDocument || document, !C) return M.createTextNode(x);
		t = M.createElementNS(f, C, x.is ? x : a), l && (n.__m && n.__m(r, o), l = !1), o = null;
	}
	if (C) {
		if (a = "template" == C && t.content || t, o = "textarea" == C && null != x.defaultValue ? null : o && d$1.call(a.childNodes), !l && o) for ($ = {}, s = 0; s < t.attributes.length; s++) $[(k = t.attributes[s]).name] = k.value;
		for (s in $) k = $[s], "dangerouslySetInnerHTML" == s ? y = k : "children" == s || s in x || "value" == s && "defaultValue" in x || "checked" == s && "defaultChecked" in x || N(t, s, null, k, f);
		for (s in x) k = x[s], "children" == s ? _ = k : "dangerouslySetInnerHTML" == s ? h = k : "value" == s ? b = k : "checked" == s ? m = k : l && "function" != typeof k || $[s] === k || N(t, s, k, $[s], f);
		h ? (l || y && (h.__html == y.__html || h.__html == t.innerHTML) || (t.innerHTML = h.__html), r.__k = []) : (y && (t.textContent = ""), ("foreignObject" == C || "http://www.w3.org/1998/Math/MathML" == f && v$1.test(C)) && (f = "http://www.w3.org/1999/xhtml"), I(a, w$1(_) ? _ : [_], r, u, i, f, o, e, o ? o[0] : u.__k && S(u, 0), l, c), o && o.some(g$2)), l && "textarea" != C || (s = "value", "progress" == C && null == b ? t.removeAttribute(s) : null == b || b === t[s] && ("progress" != C || b) || N(t, s, b, $[s], f), s = "checked", null != m && m != t[s] && N(t, s, m, $[s], f));
	} else $ === x || l && t.data == x || (t.data = x);
	return t;
}
function G$1(t, r, u, i) {
	try {
		"function" == typeof t ? r ? r.__x = t(r) || 1 : i && (i = i.__c || i.__e) && (r = i.__x) && (i.__x = null, "function" == typeof r ? r() : t(null)) : t.current = r;
	} catch (t) {
		n.__e(t, u);
	}
}
function J(t, r, u) {
	var i, f, o, e;
	if (n.unmount && n.unmount(t), !(i = t.ref) || i.current && i.current != t.__e || G$1(i, null, r, t), i = t.__c) {
		if (i.componentWillUnmount) try {
			i.componentWillUnmount();
		} catch (t) {
			n.__e(t, r);
		}
		i.__P = i.__n = null;
	}
	if (i = t.__k) for (e = 0; e < i.length; e++) i[e] && J(i[e], r, "function" != typeof t.type || u && !t.props.__P);
	!u && (i = t.__c) && (i = i.__z) && (f = B$1(i, o = [])) && (i == t.__e && o.some(g$2), g$2(f), g$2(i)), u || g$2(t.__e), t.__e = t.__c = t.__ = null;
}
function K(n, t, r) {
	return this.constructor(n, r);
}
function Q(t, r) {
	var u, i, f, o;
	n.__ && n.__(t, r), 9 == r.nodeType && (r = r.documentElement), i = (u = t && 32 & t.__u) ? null : r.__k, r.__k = m$1($, { children: [t] }), f = [], o = [], z$1(r, r.__k, i || p$1, p$1, r.namespaceURI, i ? null : r.firstChild ? d$1.call(r.childNodes) : null, f, i ? i.__e : r.firstChild, u, o), E$1(f, r.__k, o), r.__k.props.children = null;
}
n = { __e: function(n, t, r, u) {
	for (var i, o, e; t = t.__;) if ((i = t.__c) && !(1 & i.__g)) {
		i.__g |= 4;
		try {
			if ((e = (o = i.constructor) && o.getDerivedStateFromError) && i.setState(o.getDerivedStateFromError(n)), i.componentDidCatch && (i.componentDidCatch(n, u || {}), e = 1), e && 8 & i.__g) return void (i.__g |= 2);
		} catch (t) {
			n = t;
		}
	}
	throw f$2 = 0, n;
} }, t$2 = 0, x.prototype.setState = function(n, t) {
	var r = this.__s;
	r && r != this.state || (r = this.__s = _$1({}, this.state)), "function" == typeof n && (n = n(_$1({}, r), this.props)), n && (_$1(r, n), this.__v && (t && this.__k.push(t), L(this)));
}, x.prototype.forceUpdate = function(n) {
	this.__v && (this.__g |= 4, n && this.__h.push(n), L(this));
}, x.prototype.render = $, u$2 = [], f$2 = 0, o$2 = function(n, t) {
	return n.__v.__b - t.__v.__b;
}, e$1 = Symbol(), l$1 = /(PointerCapture)$|Capture$/i, c$1 = 0, a$2 = {};
// node_modules/preact/hooks/dist/hooks.mjs
var t$1;
var r;
var u$1;
var i;
var o$1 = Object.is;
var f$1 = 0;
var c = [];
var e = [];
var a$1 = n;
var v = a$1.__b;
var l = a$1.__r;
var m = a$1.diffed;
var h = a$1.__c;
var s = a$1.unmount;
var p = a$1.__;
function y(n, t) {
	a$1.__h && a$1.__h(r, n, f$1 || t), f$1 = 0;
	var u = r.__H || (r.__H = {
		__: [],
		__h: []
	});
	return n >= u.__.length && u.__.push({}), u.__[n];
}
function d(n) {
	return f$1 = 1, _(G, n);
}
function _(n, u, i) {
	var f = y(t$1++, 2);
	if (f.t = n, !f.__c && (f.__ = [i ? i(u) : G(void 0, u), function(n) {
		var t = (f.__N || f.__)[0], r = f.t(t, n);
		o$1(t, r) || (f.__N = [r, f.__[1]], f.__c.setState({}));
	}], f.__c = r, !r.__f)) {
		r.__f = !0;
		var c = r.shouldComponentUpdate;
		r.shouldComponentUpdate = function(n, t, r) {
			var u = this.__H;
			if (!u) return !0;
			var i = !1, f = this.props != n;
			if (u.__.some(function(n) {
				n.__N && (i = !0, o$1(n.__[0], n.__N[0]) || (f = !0));
			}), c) {
				var e = c.call(this, n, t, r);
				return i ? e || f : e;
			}
			return !i || f;
		};
	}
	return f.__;
}
function A(n, u) {
	var i = y(t$1++, 3);
	!a$1.__s && E(i.__H, u) && (i.__P = !0, i.__ = n, i.u = u, r.__H.__h.push(i));
}
function F$1(n, u) {
	var i = y(t$1++, 4);
	!a$1.__s && E(i.__H, u) && (i.__P = !1, i.__ = n, i.u = u, r.__h.push(i));
}
function T(n) {
	return f$1 = 5, w(function() {
		return { current: n };
	}, []);
}
function w(n, r) {
	var u = y(t$1++, 7);
	return E(u.__H, r) && (u.__ = n(), u.__H = r), u.__;
}
function b(n, t) {
	return f$1 = 8, w(function() {
		return n;
	}, t);
}
function P() {
	var n = y(t$1++, 11);
	if (!n.__) {
		for (var u = r.__v; !u.__m && u.__;) u = u.__;
		var i = u.__m || (u.__m = [0, 0]);
		n.__ = "P" + i[0] + "-" + i[1]++;
	}
	return n.__;
}
function g$1() {
	var n;
	do {
		for (; n = e.shift();) try {
			C(n);
		} catch (t) {
			a$1.__e(t, { __: (n = n.__P) && n.__v });
		}
		for (; n = c.shift();) {
			var t = n.__H;
			if (n.__P && t) try {
				t.__h.some(C), t.__h.some(D), t.__h = [];
			} catch (r) {
				t.__h = [], a$1.__e(r, n.__v);
			}
		}
	} while (e.length);
}
a$1.__b = function(n) {
	r = null, v && v(n);
}, a$1.__ = function(n, t) {
	n && t.__k && t.__k.__m && (n.__m = t.__k.__m), p && p(n, t);
}, a$1.__r = function(n) {
	l && l(n), t$1 = 0;
	var i = (r = n.__c).__H;
	i && (u$1 == r ? r.__h = [] : (i.__h.some(C), i.__h.some(D), t$1 = 0), i.__h = [], i.__.some(function(n) {
		n.__N && (n.__ = n.__N), n.u = n.__N = void 0;
	})), u$1 = r;
}, a$1.diffed = function(n) {
	m && m(n);
	var t = n.__c;
	t && t.__H && (t.__H.__h.length && B(c.push(t)), t.__H.__.some(function(n) {
		n.u && (n.__H = n.u);
	})), u$1 = r = null;
}, a$1.__c = function(n, t) {
	t.some(function(n) {
		try {
			n.__h.some(C), n.__h = n.__h.filter(function(n) {
				return !n.__ || D(n);
			});
		} catch (t) {
			n.__h = [function() {
				throw t;
			}];
		}
	}), h && h(n, t);
}, a$1.unmount = function(n) {
	s && s(n);
	var t, r, u = n.__c;
	u && u.__H && (u.__H.__.some(function(u) {
		try {
			if (u.__P && u.__c) {
				if (void 0 === r) {
					for (r = n.__; r && (!r.__c || !r.__c.__P);) r = r.__;
					r = r && r.__c;
				}
				u.__P = r, B(e.push(u));
			} else C(u);
		} catch (n) {
			t = n;
		}
	}), u.__H = void 0, t && a$1.__e(t, u.__v));
};
var k = "function" == typeof requestAnimationFrame;
function z(n) {
	var t, r = function() {
		clearTimeout(u), k && cancelAnimationFrame(t), setTimeout(n);
	}, u = setTimeout(r, 35);
	k && (t = requestAnimationFrame(r));
}
function B(n) {
	1 != n && i == a$1.requestAnimationFrame || ((i = a$1.requestAnimationFrame) || z)(g$1);
}
function C(n) {
	var t = r, u = n.__c;
	"function" == typeof u && (n.__c = void 0, u()), r = t;
}
function D(n) {
	var t = r;
	n.__c = n.__(), r = t;
}
function E(n, t) {
	return !n || n.length != t.length || t.some(function(t, r) {
		return !o$1(t, n[r]);
	});
}
function G(n, t) {
	return "function" == typeof t ? t(n) : t;
}
// src/app/session.ts
var state = { is: "unknown" };
var idleLimitMs = 9e5;
var warningMs = 12e4;
/** How far the server's clock is ahead of the browser's. */
var aheadMs = 0;
var listeners$5 = /* @__PURE__ */ new Set();
var leaving = /* @__PURE__ */ new Set();
/** How many sessions have ended on this page: an answer of an earlier one counts no more. */
var ended = 0;
/** What the person sent to change something, and has no answer yet. */
var acts$1 = /* @__PURE__ */ new Set();
var signsOut = false;
function set(next) {
	state = next;
	for (const listener of listeners$5) listener(state);
}
function session() {
	return state;
}
function useSession() {
	const [shown, show] = d(state);
	F$1(() => {
		listeners$5.add(show);
		return () => void listeners$5.delete(show);
	}, []);
	return shown;
}
/** The server's time, in milliseconds since 1970. */
function serverNow() {
	return Date.now() + aheadMs;
}
/** What the server says of the session. `active` when asking was something that a person did. */
function signedIn(me, active) {
	const idleEndsAt = Date.parse(me.idle_expires_at);
	const endsAt = Date.parse(me.absolute_expires_at);
	if (state.is === "in" && state.me.session_id !== me.session_id) leave();
	warningMs = Math.max(Math.min(idleEndsAt, endsAt) - Date.parse(me.warns_at), 0);
	if (active) idleLimitMs = Math.max(idleEndsAt - serverNow(), 1e3);
	set({
		is: "in",
		me,
		idleEndsAt,
		endsAt
	});
}
/** What the `Date` of an answer says of the server's clock, and when that was by it. The answer was written at some moment
* between asking and now: what is known of the clock changes only when no such moment would agree with it. */
function heard(date, sentAt) {
	const written = Date.parse(date ?? "");
	if (!Number.isFinite(written)) return serverNow();
	const [least, most] = [written - Date.now(), written + 1e3 - sentAt];
	if (least <= most) aheadMs = Math.min(Math.max(aheadMs, least), most);
	return written;
}
/** A person did something that the server saw, when its answer says: an answer that comes late makes no session longer. */
function acted(at) {
	if (state.is === "in") set({
		...state,
		idleEndsAt: Math.max(state.idleEndsAt, at + idleLimitMs)
	});
}
function loggedOut(why) {
	if (state.is === "out") {
		if (state.why === "unsure" && why === "out") set({
			...state,
			why
		});
		return;
	}
	const isIdle = state.is === "in" && serverNow() >= state.idleEndsAt;
	const told = state.is === "unknown" ? "first" : why !== "ended" ? why : signsOut ? "out" : isIdle ? "idle" : why;
	const isMidAct = isActing();
	leave();
	set({
		is: "out",
		why: told,
		isMidAct
	});
	signsOut = false;
}
function leave() {
	ended += 1;
	acts$1.clear();
	for (const forget of leaving) forget();
}
/** The person signs out. A page that asks meanwhile may hear of it before the person's own request is answered. */
function signingOut() {
	signsOut = true;
}
/** The person sends something to change something. Gives what to call when it is answered. */
function acting() {
	const act = {};
	acts$1.add(act);
	return () => void acts$1.delete(act);
}
/** Whether something is on its way that changes something. */
function isActing() {
	return acts$1.size > 0;
}
/** The session that a request belongs to. */
function era() {
	return ended;
}
/** Runs when the session ends: whatever is kept in memory of patients goes then. */
function onLeaving(forget) {
	leaving.add(forget);
}
/** When the person is to be warned, and when it is over, by the server's clock. */
function deadlines(of) {
	const endsAt = Math.min(of.idleEndsAt, of.endsAt);
	return {
		warnsAt: endsAt - warningMs,
		endsAt,
		final: of.endsAt <= of.idleEndsAt
	};
}
function may(scope) {
	return state.is === "in" && state.me.scopes.includes(scope);
}
// src/texts/en/plural.ts
/** A number with what is counted: `1 message`, `2 000 messages`. */
var plural = (n, one, many) => `${n.toLocaleString("en").replaceAll(",", " ")} ${n === 1 ? one : many}`;
// src/texts/en/shell.ts
var shell_exports = /* @__PURE__ */ __exportAll({
	common: () => common,
	idle: () => idle,
	keys: () => keys,
	live: () => live,
	nav: () => nav,
	reason: () => reason,
	signIn: () => signIn
});
var common = {
	loading: "Loading",
	never: "never",
	none: "–",
	actions: "Actions",
	close: "Close",
	cancel: "Cancel",
	save: "Save",
	refresh: "Refresh",
	tryAgain: "Try again",
	firstPage: "Newest",
	nextPage: "Older",
	reason: "Reason",
	staleTitle: "Not up to date.",
	shownFrom: "What is shown is from",
	ago: (span) => `${span} ago`,
	problemCode: (code, id) => id ? `Code ${code}, request ${id}` : `Code ${code}`,
	unreadable: "The page could not read the answer.",
	cutOff: "The answer was cut off.",
	unreachable: "The server cannot be reached.",
	unanswered: "No answer came.",
	offline: "This device is offline.",
	answered: (status) => `The server answered ${status}.`,
	unsure: "It is not known whether this was done. Look at what is there by now before you do it again.",
	unsureOnce: "It is not known whether this was done. Within five minutes send it again as it stands: it is done once. Later, or when the service was restarted, look first.",
	unsureCompared: "It is not known whether this was done. Save again: what is there by then is compared first.",
	sending: "Sending…",
	onItsWay: "It is on its way. Closing does not take it back.",
	ofEnded: "The session that asked for this has ended.",
	unreachableHint: "Check the network. Nothing that was stored is lost.",
	any: "Any",
	yes: "yes",
	no: "no",
	all: "All",
	search: "Search",
	clear: "Clear",
	plural
};
var nav = {
	label: "Pages",
	skip: "Skip to the content",
	menu: "Menu",
	overview: "Overview",
	beds: "Beds",
	patients: "Patients",
	channels: "Channels",
	messages: "Messages",
	deadLetters: "Dead letters",
	jobs: "Jobs",
	breakGlass: "Emergency access",
	audit: "Audit trail",
	compliance: "Compliance",
	sessions: "Sessions",
	estate: "Estate",
	users: "Users",
	settings: "Settings",
	reference: "API reference",
	groups: {
		ward: "Ward",
		messages: "Messages",
		oversight: "Oversight",
		system: "System"
	},
	find: "Find a message by accession, visit or MSH-10",
	findLabel: "Find from anywhere",
	keys: "Keys",
	signOut: "Sign out",
	account: (login, role) => `${login}, ${role}`,
	notAlarm: "Not a primary alarm.",
	notAlarmLong: "Watch the patient and the bedside monitor.",
	theme: {
		system: "System",
		light: "Light",
		dark: "Dark"
	},
	themeLabel: "Colours",
	notFoundTitle: "No such page",
	notFound: "There is nothing at this address, or your role has no use for it.",
	toOverview: "Go to the overview",
	unreached: (clock) => `No connection since ${clock}.`,
	unreachedText: "What is shown may be out of date, and nothing that you send now arrives. It is tried again by itself. What you typed stays here until your session ends.",
	late: "Something that you sent before did not go as you wanted.",
	lateBack: "Back to it",
	pageBroken: "This page could not be loaded.",
	reload: "Load it again"
};
var keys = {
	title: "Keys",
	general: [
		["?", "This map"],
		["/", "Find a message"],
		["f", "First filter of the page"],
		["j k", "Next, previous row"],
		["Enter", "Open the row"],
		[".", "Pause or go on with live updates"],
		["Esc", "Close what is open"]
	],
	off: "Single keys do nothing while you type. They can be switched off in Settings."
};
var idle = {
	title: "You will be signed out",
	text: "Nobody did anything for a while. Press any key to stay; what you have typed is kept.",
	stay: "Stay signed in",
	unheard: "The server did not answer: this is not put off. Try again, or close this window and keep elsewhere what you typed.",
	finalTitle: "This session ends",
	finalText: "It has reached the longest time that a session may last. Finish what you are doing; you will be asked to sign in again."
};
var signIn = {
	title: "Sign in",
	lead: "The clinical data plane of this hospital.",
	login: "Login",
	password: "Password",
	code: "Code of your authenticator",
	codeHint: "Six digits. Leave it empty if you have no authenticator yet.",
	recovery: "Recovery code",
	useRecovery: "Use a recovery code instead",
	useCode: "Use the code of the authenticator",
	role: "Role",
	roleHint: "Only if you have several.",
	submit: "Sign in",
	busy: "Checking…",
	ended: "Your session has ended. Sign in to go on where you were.",
	idle: "You were signed out because nobody did anything for a while. Sign in to go on where you were.",
	out: "You are signed out.",
	unsure: "The server does not know that you left.",
	unsureText: "It did not answer. Until it hears of it, or your session ends by itself, whoever opens this page in this browser is you.",
	midAct: "You had sent something that was not answered yet. It may have been done or not: look when you are signed in again.",
	stillUnsure: "The server still does not answer.",
	enrolTitle: "Set up your second factor",
	enrolText: "Nobody gets in with a password alone. Add this secret to your authenticator app, then type the first code that it shows.",
	secret: "Secret",
	openApp: "Open in an authenticator on this device",
	firstCode: "First code",
	confirm: "Confirm",
	recoveryTitle: "Your recovery codes",
	recoveryText: "Each lets you in once when the authenticator is lost. They are shown only now: print them and keep them where only you can reach them.",
	print: "Print",
	goOn: "I have kept them. Sign in",
	waitForCode: "Use the next code that your authenticator shows: each counts once."
};
var live = {
	live: "Live",
	connecting: "Connecting",
	lost: "Connection lost",
	paused: "Paused",
	refused: "Not live",
	pause: "Pause",
	goOn: "Go on",
	pauseLabel: "Pause live updates",
	goOnLabel: "Go on with live updates",
	pausedSince: (clock) => `Paused at ${clock}. What is shown does not change.`,
	lostText: "What is shown may be out of date. The connection is tried again by itself.",
	connectingText: "What is shown is from before, until the server answers."
};
var reason = {
	hint: "10 to 200 characters. It stands in the audit trail: write nothing of the patient in it.",
	picks: "Common reasons"
};
// src/texts/en/overview.ts
var overview_exports = /* @__PURE__ */ __exportAll({
	events: () => events,
	overview: () => overview
});
var overview = {
	title: "Overview",
	ready: "Taking messages",
	notReady: "Not taking messages",
	service: (what) => `service: ${what}`,
	trail: (what) => `audit trail: ${what}`,
	unbound: (names) => `Without their address: ${names}`,
	channelsUp: "Channels listening",
	of: (n) => `of ${n}`,
	silent: (n) => plural(n, "channel has been silent for an hour", "channels have been silent for an hour"),
	notSilent: "None silent for an hour",
	oldest: "Oldest waiting",
	waiting: (n) => `${plural(n, "message waits", "messages wait")}`,
	nothingWaits: "Nothing waits",
	deadLetters: "Dead letters",
	needsDecision: "Need a decision",
	noneDead: "No decision is waiting",
	circuits: "Destinations down",
	circuitsUp: "All take messages",
	sessions: "Signed in",
	sessionsLead: "live sessions of all portals",
	patients: "Patients",
	highBand: "High band",
	medium: (n) => `${n} medium`,
	incomplete: "Score incomplete",
	incompleteLead: "a value is missing or stale",
	unacknowledged: "Not acknowledged",
	unacknowledgedLead: "bands that nobody has seen",
	reviews: "Reviews overdue",
	reviewsOpen: (n) => `${n} open`,
	alerts: "Open alerts",
	alertsLead: "of the audit trail",
	flow: "Flow",
	where: "Where",
	perMinute: "Messages a minute",
	received: "received",
	delivered: "delivered",
	flowLine: (n) => `Messages a minute at the last ${n} looks`,
	attention: "Needs attention",
	nothing: "Nothing needs attention that you can see.",
	recent: "What happened",
	recentEmpty: "Nothing since this page was opened.",
	told: "You are told of",
	toldNone: "No emergency access is waiting for you.",
	seen: "Mark as seen",
	emergencyBy: (user) => `Emergency access of ${user}`,
	silentChannel: (name) => `${name} has received nothing`,
	destinationDown: (channel, destination) => `${channel} → ${destination} does not take messages`,
	headWaits: (channel, destination) => `${channel} → ${destination}: the oldest message waits`,
	deadOf: (channel, destination, n) => `${channel} → ${destination}: ${plural(n, "dead letter", "dead letters")}`,
	unit: "Unit",
	beds: "Beds",
	bands: {
		low: "Low",
		low_medium: "Low-medium",
		medium: "Medium",
		high: "High"
	},
	units: "Units"
};
var events = {
	channel_started: "listens",
	channel_stopped: "stopped listening",
	circuit_opened: "does not take messages",
	circuit_closed: "takes messages again",
	dead_lettered: "made a dead letter",
	quarantined: "quarantined a message that cannot be read",
	control_id_reused: "got an MSH-10 that was used before",
	store_unavailable: "The store does not take writes",
	store_recovered: "The store takes writes again",
	job_changed: "Job"
};
// src/texts/en/beds.ts
var beds_exports = /* @__PURE__ */ __exportAll({
	bed: () => bed,
	beds: () => beds
});
var beds = {
	title: "Beds",
	lead: (unit) => `Unit ${unit}, the most urgent first`,
	leadSome: (unit) => `Of unit ${unit} the policy shows you those whom you treat.`,
	unit: "Unit",
	ownUnit: (unit) => `${unit}, your own`,
	mine: "Whom I treat, everywhere",
	leadAll: "Beds of patients whom you treat, the most urgent first",
	all: "All units",
	sort: "Order",
	sortUrgent: "Most urgent first",
	sortPlace: "By bed",
	show: "Show",
	showAll: "All beds",
	showOccupied: "Occupied",
	showFree: "Free",
	wall: "Wall",
	desk: "Desk",
	wallLabel: "Large type for a wall screen",
	deskLabel: "Usual type for a desk",
	emptyTitle: "No bed to show",
	empty: "There is none in this unit, or none of its patients is in your care.",
	noScore: "No score",
	notApplicable: "Not scored",
	incomplete: "Incomplete",
	atLeast: (band) => `at least ${band}`,
	missing: (what) => `Missing: ${what}`,
	stale: (what) => `Stale: ${what}`,
	staleBadge: "STALE",
	age: (years) => `${years} y`,
	state: {
		occupied: "Occupied",
		dirty: "Dirty",
		cleaning: "Being cleaned",
		clean: "Clean",
		blocked: "Blocked",
		reserved: "Reserved",
		assigned: "Assigned",
		pending_discharge: "Discharge pending",
		pending_transfer: "Transfer pending",
		closed: "Closed"
	},
	acknowledged: "seen",
	notAcknowledged: "not seen yet",
	contradicted: "What is known of this bed does not fit together",
	changed: (bed, band) => `Bed ${bed}: now ${band}`,
	counts: (shown, of) => `${shown} of ${of} beds`,
	bands: {
		low: "Low",
		low_medium: "Low-medium",
		medium: "Medium",
		high: "High"
	},
	short: {
		respiratory_rate: "RR",
		oxygen_saturation: "SpO₂",
		systolic_pressure: "SBP",
		pulse: "HR",
		temperature: "T",
		consciousness: "ACVPU",
		supplemental_oxygen: "O₂"
	},
	long: {
		respiratory_rate: "Respiratory rate",
		oxygen_saturation: "Oxygen saturation",
		systolic_pressure: "Systolic pressure",
		diastolic_pressure: "Diastolic pressure",
		mean_pressure: "Mean pressure",
		pulse: "Pulse",
		temperature: "Temperature",
		consciousness: "Consciousness",
		supplemental_oxygen: "Air or oxygen",
		oxygen_flow: "Oxygen flow",
		oxygen_fraction: "Oxygen fraction"
	},
	units: {
		"/min": "/min",
		"%": "%",
		"mm[Hg]": "mmHg",
		Cel: "°C",
		"L/min": "L/min"
	},
	sparkPulse: "Pulse since this page was opened",
	newestAge: (age) => `newest value ${age} old`,
	noValues: "No values"
};
var bed = {
	title: (place) => `Bed ${place}`,
	back: "All beds",
	since: "Since",
	reason: "Because",
	isolated: "Isolated",
	nurses: "Looked after by",
	noNurses: "nobody assigned",
	reserved: "Kept for",
	free: "Nobody lies in this bed",
	born: (date) => `born ${date.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3")}`,
	attending: (who) => `attending ${who}`,
	admitted: (at) => `admitted ${at}`,
	scale2: "SpO₂ scale 2 prescribed",
	scale: (n) => `scale ${n}`,
	pregnant: "Pregnant: not scored",
	notApplicable: {
		under_sixteen: "Not scored: under 16",
		pregnant: "Not scored: pregnant"
	},
	singleThree: "a single 3",
	parts: "How the score adds up",
	parameter: "Parameter",
	value: "Value",
	points: "Points",
	sum: "Total",
	standing: (band) => `${band} was told`,
	seenBy: (who) => `Seen by ${who}`,
	acknowledge: "I have seen it",
	values: "Values",
	age: "Age",
	method: "How",
	device: "Device",
	contradicted: "contradicted",
	oxygenContradicted: "Air or oxygen is contradicted: another source says air. Oxygen is counted until somebody charts what is breathed.",
	staleFor: (age) => `STALE, ${age} old`,
	methods: {
		unspecified: "not said",
		non_invasive: "cuff",
		invasive: "invasive",
		pulse_oximetry: "oximeter",
		electrocardiogram: "ECG"
	},
	words: {
		air: "air",
		supplemental: "oxygen",
		alert: "alert",
		confusion: "new confusion",
		voice: "voice",
		pain: "pain",
		unresponsive: "unresponsive"
	},
	setApart: (n) => plural(n, "value was set apart and not scored", "values were set apart and not scored"),
	unknown: "unknown",
	skew: (device, by) => `The clock of device ${device} is off by ${by}.`,
	trend: "Trend",
	told: "What was told",
	nothingTold: "No change of band was told of this stay",
	changed: (from, to, total) => `${from ? `From ${from} to ${to}` : to}${total === void 0 ? "" : `, at a total of ${total}`}`,
	seen: (band, by) => `${band} was seen by ${by}`,
	noTrend: "No values of this parameter in the last 12 hours",
	chartLabel: (name, points) => `${name} over time, ${plural(points, "point", "points")}. The same as a table is below.`,
	asTable: "As a table",
	at: "At",
	mean: "Mean",
	lowest: "Lowest",
	highest: "Highest",
	samples: "Samples",
	mark: (state) => `Mark as ${state.toLowerCase()}`,
	take: "I look after this bed",
	leave: "I no longer look after this bed",
	contradictions: {
		many_in_one_bed: "More than one patient is said to lie in it.",
		one_in_many_places: "Its patient is said to lie in another bed too.",
		occupant_unknown: "It is said to be occupied, and nobody is known to lie there.",
		bed_in_use: "It is said to be free, dirty or closed while somebody lies there.",
		not_here: "A message tells of somebody here who was discharged before, or whose admission is not known. Look who lies there.",
		elsewhere: "Its patient is said to be elsewhere.",
		other_visit: "A message about its patient, such as a discharge, names another visit. Look whether the patient is still here.",
		several_patients: "A message named several patients.",
		several_stays: "Its patient is said to have several stays."
	},
	breakGlass: "If somebody’s care depends on it, ask for"
};
// src/texts/en/patients.ts
var patients_exports = /* @__PURE__ */ __exportAll({
	glass: () => glass,
	patients: () => patients
});
var patients = {
	title: "Patients",
	lead: "Found exactly, never by a part. What you look for stays out of the address, and the search is recorded.",
	by: "By",
	byOptions: {
		mrn: "Medical record number",
		ssn: "Social security number",
		person: "Name and date of birth"
	},
	number: "Number",
	authority: "Assigning authority",
	family: "Family name",
	given: "First given name",
	born: "Date of birth",
	found: "Found records",
	noneTitle: "No record to show",
	none: "None is found, or none that you may see.",
	notAll: "There may be more. Name the assigning authority.",
	name: "Name",
	numbers: "Record numbers",
	record: "Record",
	foundAs: "found by a record that was merged into it",
	take: "Take a copy…",
	takeText: "The copy leaves this system, and nobody here can see what becomes of it. The policy says who may, and of what; that you took it and why stands in the trail.",
	how: "How",
	goesAlong: "What goes along",
	goesAlongHint: "What the request covers, and no more.",
	chooseType: "Choose what goes along: one at least.",
	print: "Print it",
	export: "Save it as a file",
	recipient: "Who outside gets it",
	recipientHint: "Name, and address if known. With it the copy is a disclosure; leave it empty for a copy that stays in the house.",
	recipientNeeded: "Needed: name, and address if known. It stands in the accounting of the patient’s disclosures.",
	recipientForm: "Two characters at least, besides spaces.",
	purpose: "What for",
	choosePurpose: "Choose one…",
	sayPurpose: "Say first what you read it for. It stands in the trail.",
	readFor: (purpose) => `You see it for: ${purpose}`,
	usualPurpose: "What your role usually acts for",
	purposes: {
		PUBHLTH: "Public health: a report to its authorities",
		HLEGAL: "Legal: a court, or what law asks for"
	},
	forPaper: "The copy for paper",
	backToRecord: "Back to the record",
	recordTitle: "Record",
	back: "Find another",
	version: (n) => `version ${n}`,
	versionName: "Version",
	oldVersion: "An earlier version",
	newest: "Show the newest",
	merged: "Merged into another record",
	permitted: (types) => `You may see: ${types}`,
	notes: "Notes",
	history: "Versions",
	what: "What",
	changed: "Changed",
	show: "Show",
	types: {
		allergies: "Allergies",
		diagnosis: "Diagnoses",
		medications: "Medications",
		treatment: "Treatments",
		vitals: "Vital signs",
		lab_results: "Results",
		appointments: "Appointments",
		insurance: "Insurance",
		billing: "Billing",
		demographics: "Who it is",
		x: "More"
	},
	fields: {
		name: "Name",
		other_names: "Other names",
		birth_date: "Date of birth",
		sex: "Sex",
		ssn: "Social security number",
		mrn: "Record numbers",
		address: "Address",
		phone: "Phone",
		email: "E-mail",
		emergency_contact: "Emergency contact",
		language: "Language",
		marital_status: "Marital status",
		deceased: "Deceased",
		restrictions: "Restrictions",
		diagnoses: "Diagnoses",
		treatments: "Treatments",
		medications: "Medications",
		vitals: "Vital signs",
		lab_results: "Results",
		allergies: "Allergies",
		appointments: "Appointments",
		insurance: "Insurance",
		billing: "Billing"
	}
};
var glass = {
	title: "Emergency access",
	lead: "To one patient whom you do not treat, when care depends on it",
	reviewLead: "Who opened which patient’s data in an emergency, and whether it was right",
	askTitle: "Ask for access",
	askText: "You see what your role could see of a patient whom it treats, for an hour at most. Your supervisor and the privacy officers are told at once, every use is recorded, and somebody else reviews it.",
	number: "Patient number",
	authority: "Assigning authority",
	authorityHint: "As in PID-3.4",
	words: "What happened, in words",
	codeHint: "The second factor is proved again.",
	ask: "Break the glass",
	told: (n) => n ? `${plural(n, "person was", "people were")} told.` : "The trail has it.",
	heldTitle: "You hold an emergency access",
	held: (patient) => `To patient ${patient}.`,
	heldFor: (span) => `It ends in ${span}.`,
	heldText: "It counts on this page alone, for reading, until it ends, you give it back, or you sign out.",
	openBed: "Open the bed",
	openBedHint: "FACILITY~UNIT~ROOM~BED",
	openRecord: "Open the record",
	openRecordHint: "Its id, 32 characters",
	open: "Open",
	giveBack: "Give it back",
	reasons: {
		emergency_treatment: "Emergency treatment",
		unit_cover: "Covering another unit",
		consult: "Consult",
		system_failure: "System failure",
		other: "Other"
	},
	queue: "Review queue",
	review: "Review",
	states: {
		open: "Open",
		overdue: "Overdue",
		closed: "Closed"
	},
	verdicts: {
		justified: "Justified",
		not_justified: "Not justified",
		needs_information: "Needs information"
	},
	emptyTitle: "Nothing to review",
	empty: "No emergency access fits this filter.",
	when: "Asked",
	until: "Held until",
	user: "User",
	patient: "Patient",
	uses: "Uses",
	due: "Review due",
	verdict: "Verdict",
	conspicuous: "more than three in 24 h",
	conspicuousName: "Conspicuous",
	toldName: "Told",
	of: (user) => `Emergency access of ${user}`,
	toQueue: "Review queue",
	wrote: "What the user wrote",
	nothing: "Nothing.",
	used: "What was read by it",
	usedNone: "Nothing was read by it.",
	judge: "Review it",
	note: "Note",
	close: "Record the verdict",
	by: (who) => `by ${who},`,
	revoke: "Take it back",
	revokeTitle: "Take this emergency access back",
	revokeText: "It opens nothing any more from now on. Its record stays."
};
// src/texts/en/change.ts
var change_exports = /* @__PURE__ */ __exportAll({ change: () => change });
var change = {
	open: "Change…",
	title: "Change the record",
	text: "What you do not touch stays as it is. What you leave empty inside a value is left out of it. The change makes a new version; the old one stays.",
	goOn: "You have begun to change this record. What you typed is still here.",
	count: (n) => n ? plural(n, "change", "changes") : "Nothing is changed yet",
	throwAway: "Throw my changes away",
	savedPart: (version) => `Saved as version ${version}. What you typed since is not saved yet.`,
	saved: (version) => `Saved as version ${version}.`,
	saveOver: (version) => `Save on top of version ${version}`,
	absent: "is not known",
	goes: "will be taken away",
	none: "None",
	nth: (label, n) => `${label} ${n}`,
	more: "One more",
	moreOf: (label) => `One more: ${label}`,
	drop: "Take out",
	dropNth: (label, n) => `Take out: ${label} ${n}`,
	add: "Add",
	addOf: (label) => `Add: ${label}`,
	remove: "Take away",
	removeOf: (label) => `Take away: ${label}`,
	back: "As it was",
	backOf: (label) => `As it was: ${label}`,
	note: "A note to add",
	clash: (version) => `Somebody else changed this record meanwhile: it is version ${version} now.`,
	clashText: "Nothing of what you typed is lost, and nothing was saved. Look at both, then save again.",
	theirs: (names) => `They changed: ${names}.`,
	both: "What both of you changed",
	field: "Field",
	was: "It was",
	now: "It is now",
	mine: "You want",
	take: "Take theirs",
	takeOf: (label) => `Take theirs: ${label}`,
	parts: {
		family: "Family name",
		given: "Given names",
		value: "Value",
		authority: "Assigning authority",
		line: "Street",
		city: "City",
		state: "State",
		postal_code: "Postal code",
		country: "Country",
		home: "At home",
		work: "At work",
		code: "Code",
		text: "Text",
		vip: "Of public interest",
		employee: "Works here",
		confidential: "Confidential",
		relationship: "Relationship",
		phone: "Phone",
		name: "Name",
		company: "Company",
		plan: "Plan",
		number: "Number"
	}
};
// src/texts/en/channels.ts
var channels_exports = /* @__PURE__ */ __exportAll({ channels: () => channels });
var channels = {
	title: "Channels",
	lead: "Where messages come in, and where they go",
	one: (name) => `Channel ${name}`,
	emptyTitle: "No channel",
	empty: "Channels are files in the configuration’s folder.",
	name: "Channel",
	lastMessage: "Last message",
	received: "Received",
	delivered: "Delivered",
	lastDelivered: "Last delivered",
	waiting: "Waiting",
	oldest: "Oldest waits",
	inFlight: "On the way",
	dead: "Dead",
	discarded: "Discarded",
	resent: "Delivered again",
	lastError: "Last error",
	kind: "Kind",
	address: "Address",
	connections: (n) => plural(n, "connection", "connections"),
	connectionsNow: "Connections",
	quarantined: (n) => `${n} quarantined`,
	quarantine: "Quarantine",
	duplicates: (n) => `${n} repeats`,
	duplicatesName: "Repeats",
	unrouted: "Unrouted",
	listening: "Listening",
	notListening: "Not listening",
	silent: "Silent",
	disabled: "Disabled",
	gone: "File is gone",
	taking: "Takes messages",
	down: "Down",
	trying: "Being tried",
	tryNow: "Try now",
	tried: (name) => `${name} is being tried.`,
	message: (id) => `message ${id}`
};
// src/texts/en/messages.ts
var messages_exports = /* @__PURE__ */ __exportAll({
	acts: () => acts,
	compare: () => compare,
	message: () => message,
	messages: () => messages
});
var messages = {
	title: "Messages",
	lead: "Newest first",
	searchLabel: "Find messages",
	find: "Find",
	findHint: "Accession, visit, MSH-10 or patient number. It stays out of the address, and the search is recorded.",
	by: "As",
	byAny: "Whatever fits",
	byOptions: {
		accession: "accession number",
		visit: "visit number",
		control_id: "MSH-10",
		patient: "patient number"
	},
	foundBy: (n, by) => `${plural(n, "message", "messages")} found by ${by}.`,
	notFoundTitle: "Nothing found",
	notFound: "Numbers are found whole, not by a part. Check the channel and times beside it.",
	emptyTitle: "No message",
	empty: "None is stored that fits these filters.",
	id: "Id",
	received: "Received",
	type: "Type",
	state: "State",
	channel: "Channel",
	destinations: "Destinations",
	size: "Size",
	peer: "From",
	from: "Received from",
	until: "Received until",
	stateOptions: {
		waiting: "Waiting",
		dead: "Dead letter",
		done: "Done",
		unrouted: "Unrouted",
		quarantined: "Quarantined"
	}
};
var message = {
	title: (id) => `Message ${id}`,
	states: {
		waiting: "Waiting",
		dead: "Dead letter",
		done: "Done",
		unrouted: "Unrouted",
		quarantined: "Quarantined",
		delivered: "Delivered",
		discarded: "Discarded",
		superseded: "Superseded"
	},
	deadReasons: {
		refused: "Refused by the partner",
		attempts_exhausted: "Attempts used up",
		outcome_unknown: "Outcome unknown",
		parked: "Moved aside",
		unreadable: "Does not open"
	},
	results: {
		accepted: "accepted",
		try_later: "asked to try later",
		refused: "refused",
		unknown: "outcome unknown",
		not_sent: "not sent",
		unreadable: "answer not readable"
	},
	accepted: {
		new: "New",
		reused_control_id: "New, with an MSH-10 that was used before",
		edited: "Edited copy"
	},
	tabsLabel: "Views of the message",
	tabs: {
		tree: "Fields",
		raw: "Raw",
		answers: "Acknowledgement",
		timeline: "Timeline"
	},
	reveal: "Show values…",
	revealTitle: "Show this message in clear",
	revealText: "Values are shown for 60 seconds, and hidden when you look away. Who looked and why is in the audit trail before anything is shown.",
	lookedAway: "You looked away before the values came: they are not shown.",
	revealAction: "Show for 60 s",
	revealPicks: [
		"Looking for a missing result",
		"Repairing a refused message",
		"Asked by the sending department"
	],
	hide: "Hide now",
	shownFor: (span) => `In clear for ${span}`,
	inClear: "Values are in clear. Your name, the reason and the patient are in the audit trail.",
	controlId: "MSH-10",
	patients: "Patient numbers",
	visit: "Visit",
	accessions: "Accession",
	acceptedAs: "Taken as",
	parent: "Edited copy of",
	problem: "Not readable",
	stray: "stray line",
	values: (n) => plural(n, "value", "values"),
	null: "null: the receiver is asked to delete what it has",
	truncated: "There is more than is shown here. The raw message has it all.",
	notHl7: "This is not HL7.",
	notHl7Masked: "This is not HL7, so it is not shown masked.",
	copyPath: "Copy the path",
	copied: "copied",
	maskedValue: "masked",
	rawMasked: "Put together from masked values. Show values to see the bytes as they came.",
	noAnswers: "No acknowledgement was stored.",
	deliveries: "Deliveries",
	destination: "Destination",
	why: "Why",
	attempts: "Attempts",
	lastAnswer: (destination) => `Last answer of ${destination}`,
	compareWith: "Compare with message",
	compare: "Compare",
	moments: {
		stored: "Stored durably, then acknowledged",
		storedMore: (n) => plural(n, "acknowledgement", "acknowledgements"),
		took: (ms) => `took ${ms} ms`,
		earlier: (n) => `${plural(n, "earlier attempt", "earlier attempts")} no longer kept`
	}
};
var acts = {
	retry: "Retry",
	retryTitle: "Retry this dead letter",
	retryText: (destination) => `It goes back into the queue of ${destination}, at its old place in its patient’s order, byte for byte.`,
	discard: "Discard…",
	discardTitle: "Discard this dead letter",
	discardText: (destination) => `${destination} will not get it. The message stays stored as long as its channel keeps messages.`,
	edit: "Edit and send…",
	editTitle: "Send a changed copy",
	editText: "The copy gets a new MSH-10 and names this message as the one it came from. Both are kept.",
	editAction: "Send the copy",
	edited: "The copy is on its way. Its number is",
	path: "Field",
	pathHint: "As in the tree: PID-5.1, OBX[2]-5",
	value: "New value",
	park: "Move aside",
	parkTitle: "Move this message aside",
	parkText: "It becomes a dead letter, so that later messages of its patient can go.",
	skip: "Skip…",
	skipTitle: "Skip this message",
	skipText: (destination) => `${destination} will not get it. The message stays stored.`,
	replay: "Deliver again…",
	replayTitle: "Deliver this message again",
	replayText: "Every destination of it gets the same bytes with the same MSH-10 once more. Partners may act on it twice."
};
var compare = {
	title: "Compare messages",
	lead: "Field by field. What is left out at the end of a segment is the same as what is empty.",
	first: "First",
	second: "Second",
	compare: "Compare",
	why: "Why",
	bad: "Expected two messages by their numbers.",
	same: (n) => `${plural(n, "value is", "values are")} the same.`,
	none: "They say the same.",
	path: "Field",
	differs: "Differs",
	onlyFirst: "Only in the first",
	onlySecond: "Only in the second",
	masked: "Values are masked; the server compared them in clear, and recorded it.",
	truncated: "One of them is too large to be compared whole."
};
// src/texts/en/dead-letters.ts
var dead_letters_exports = /* @__PURE__ */ __exportAll({
	dead: () => dead,
	jobs: () => jobs
});
var dead = {
	title: "Dead letters",
	lead: "Messages that need a person’s decision, by cause",
	cause: "Cause",
	emptyTitle: "No dead letter",
	empty: "Everything that was routed has been delivered, or waits for its turn.",
	more: (n) => `The first ${n} are shown. Narrow the filter to see the others.`,
	between: "between",
	for: "since",
	and: "and",
	attempts: (n) => `up to ${plural(n, "attempt", "attempts")}`,
	chosen: (n) => `${n} chosen`,
	show: "Show",
	hide: "Hide",
	showMore: (n) => `Show more of ${n}`,
	choose: "Choose",
	chooseAll: "Choose all of this group",
	chosenGone: "What you chose is settled by now.",
	chooseAnew: "Choose anew",
	chooseOne: (id) => `Choose message ${id}`,
	since: "Dead since",
	retry: "Replay…",
	edit: "Edit…",
	discard: "Discard…",
	retryTitle: (n) => `Replay ${plural(n, "dead letter", "dead letters")}`,
	retryText: (destination) => `They go back into the queue of ${destination}, at their old places in their patients’ order, byte for byte. The server does it as a job that goes on when this page is closed.`,
	counting: "Dry run: counting…",
	trial: (changed, skipped) => `Dry run: ${changed} would go${skipped ? `, ${skipped} are no dead letters any more` : ""}. Nothing was changed.`,
	retryAction: (n) => `Replay ${n}`,
	discardTitle: (n) => `Discard ${plural(n, "dead letter", "dead letters")}`,
	discardText: (destination) => `${destination} will not get them. The messages stay stored as long as their channel keeps messages.`,
	discardAction: (n) => `Discard ${n}`,
	editTitle: (n) => `Change ${plural(n, "dead letter", "dead letters")}`,
	editText: "One field is set in a copy of each. Each copy gets a new MSH-10, names its original, and is sent in its place; the originals are kept.",
	editAction: (n) => `Send ${n} changed copies`,
	editCount: "Count first",
	countAgain: "Count again",
	editTrial: (fits, not) => `Dry run: ${plural(fits, "copy", "copies")} would be sent.${not ? ` ${plural(not, "message does", "messages do")} not have such a place, or changed meanwhile; these stay as they are.` : ""} The server does it, also when this page is closed.`
};
var jobs = {
	title: "Jobs",
	lead: "Work on many messages, done by the server",
	one: (id) => `Job ${id}`,
	oneLead: "It goes on when this page is closed, and after a restart of the service.",
	emptyTitle: "No job",
	empty: "Replaying or discarding a pile of dead letters makes one.",
	action: "What",
	actions: {
		retry_dead_letters: "Replay dead letters",
		discard_dead_letters: "Discard dead letters",
		edit_dead_letters: "Change dead letters",
		replay: "Deliver again"
	},
	states: {
		running: "Running",
		finished: "Finished",
		cancelled: "Cancelled",
		failed: "Failed"
	},
	dryRun: "dry run",
	of: "Of",
	named: (n) => plural(n, "named message", "named messages"),
	identifiers: (n) => plural(n, "identifier", "identifiers"),
	changed: "changed",
	wouldChange: "would change",
	skipped: "skipped",
	examined: "looked at",
	by: "By",
	begun: "Begun",
	last: "Last change",
	error: "Error",
	progress: "Progress",
	cancel: "Cancel the job",
	cancelTitle: "Cancel this job",
	cancelText: "What it did stays done. What it has not touched stays as it is."
};
// src/texts/en/oversight.ts
var oversight_exports = /* @__PURE__ */ __exportAll({
	audit: () => audit,
	sessions: () => sessions,
	users: () => users
});
var audit = {
	title: "Audit trail",
	lead: "Who did what to whose records. Reading it is recorded in it.",
	record: "Record",
	records: "Records",
	at: "At",
	kind: "Kind",
	outcome: "Outcome",
	user: "User",
	role: "Role",
	times: "Times",
	timesOf: (times) => `the same ${times} times`,
	countedFromHere: "the same is counted from here on",
	patient: "Patient",
	patients: "Patients",
	types: "Data types",
	from: "From",
	until: "Until",
	kinds: [
		"read",
		"write",
		"search",
		"delete",
		"export",
		"stream-watched",
		"access-denied",
		"access-granted",
		"login",
		"logout",
		"emergency-requested",
		"emergency-used",
		"emergency-revoked",
		"emergency-reviewed",
		"disclosure",
		"identity-changed",
		"policy-changed",
		"key-changed",
		"configuration-changed",
		"audit-read",
		"audit-changed",
		"trail-opened",
		"trail-closed",
		"trail-repaired",
		"clock-went-back",
		"clock-went-forward",
		"trail-verified",
		"backup"
	],
	outcomes: {
		success: "Success",
		denied: "Denied",
		failed: "Failed"
	},
	patientHint: "As the gate names it: mrn:AUTHORITY:NUMBER",
	emptyTitle: "No record",
	empty: "None fits these filters.",
	verifyTitle: "Is the trail whole?",
	verify: "Verify",
	verifying: (done, of) => `${done} of ${of} records`,
	good: (records, checkpoints) => `Nothing is wrong: ${records} records and ${checkpoints} signed checkpoints fit together.`,
	bad: (from, fault) => `Record ${from} is the first that is wrong: ${fault}.`,
	badBetween: (from, through, fault) => `Something is wrong between record ${from} and record ${through}: ${fault}.`,
	verifyFailed: (why) => `It could not be done to the end: ${why}`,
	offline: "The same without the service:",
	checkpoint: "Keep a checkpoint",
	alerts: "Alerts",
	alertsNone: "No alert is open.",
	acknowledge: "I look into it",
	close: "Done with it",
	alertNote: (rule) => `Alert: ${rule.replaceAll("_", " ").replaceAll("-", " ")}`,
	alertText: "What you found. It stands in the trail.",
	alertStates: {
		new: "New",
		acknowledged: "Being looked into",
		closed: "Closed"
	},
	rule: "Rule",
	reportTitle: "Report",
	report: "Make the report",
	reportText: "Events by kind and outcome, per user and per patient, exports and alerts of a period.",
	daysOf: (zone) => `Whole days as this computer counts them (${zone}).`,
	asCsv: "CSV",
	asHtml: "Page to print",
	events: "Events",
	byKind: "By kind",
	byUser: "By user",
	byPatient: "By patient",
	denied: "Denied",
	people: "People",
	cut: "There is more than the report holds. Choose a shorter period.",
	one: (id) => `Record ${id}`,
	back: "Trail",
	proof: "Proof",
	prove: "Prove that it is in the trail",
	proofText: "It shows pseudonyms, hashes and ciphertext only. Whoever has a checkpoint can check it.",
	save: "Save as a file",
	purpose: "Purpose",
	session: "Session",
	address: "Address",
	application: "Application",
	request: "Request",
	policies: "Policies",
	emergency: "Emergency access",
	recipient: "Recipient",
	unreadable: "Its key was destroyed, or does not open it. Place, time, kind and proof stay.",
	older: "Older"
};
var sessions = {
	title: "Sessions",
	lead: "People who are signed in, here and to applications",
	user: "User",
	role: "Role",
	portal: "Portal",
	from: "From",
	begun: "Begun",
	active: "Last active",
	ends: "Ends",
	atMost: "at most",
	left: (span) => `in ${span}`,
	ended: "now",
	own: "you",
	states: {
		active: "Active",
		locked: "Locked"
	},
	emptyTitle: "Nobody is signed in",
	empty: "No live session fits these filters.",
	revoke: "End",
	revokeOf: (user) => `End the session of ${user}`,
	revokeTitle: (user) => `End the session of ${user}`,
	revokeAll: (user) => `End all sessions of ${user}`,
	revokeText: "No request passes with it any more, on any page or in any application. It cannot be taken back; the person can sign in again.",
	revokeOwn: "This is your own session: you will be asked to sign in again."
};
var users = {
	title: "Users and API keys",
	lead: "Who may sign in, and which machines may call. Every change stands in the trail.",
	one: "User",
	add: "New user",
	find: "Find by login, name, role or department",
	count: (n, of) => n === of ? plural(of, "user", "users") : `${n} of ${plural(of, "user", "users")}`,
	none: "No user",
	noneFits: "Nobody fits what is looked for.",
	noneYet: "There is nobody yet.",
	loginHint: "What one signs in with. The trail knows the user by it, and it never changes.",
	kind: "Kind",
	person: "A person",
	service: "A service account: a machine",
	roles: "May act as",
	departmentHint: "The unit of the census whose patients it treats.",
	firstPassword: "First password",
	firstPasswordHint: "12 characters at least. At the first sign-in the person sets up a second factor.",
	codesLeft: (n) => `yes, ${plural(n, "recovery code", "recovery codes")} left`,
	lockedUntil: "Locked until",
	ownRecord: "Has a record here",
	edit: "Change",
	editTitle: (login) => `Change ${login}`,
	editHint: "What was permitted before is decided again.",
	setPassword: "Set a password",
	passwordTitle: (login) => `A new password for ${login}`,
	passwordText: "All sessions of the user end. The second factor stays.",
	passwordSet: "The password was set, and the user is signed out everywhere.",
	changed: "Changed.",
	notYourself: "Nobody suspends or disables oneself.",
	acts: {
		suspend: {
			name: "Suspend",
			title: (login) => `Suspend ${login}?`,
			text: "It may sign in and do nothing, which it is told. No emergency access lifts that.",
			done: (login) => `${login} is suspended.`
		},
		unsuspend: {
			name: "Lift the suspension",
			title: (login) => `Lift the suspension of ${login}?`,
			text: "It may do again what its roles let.",
			done: (login) => `${login} is suspended no more.`
		},
		disable: {
			name: "Disable",
			title: (login) => `Disable ${login}?`,
			text: "It cannot sign in, its sessions end, its API keys hold no more.",
			done: (login) => `${login} is disabled and signed out everywhere.`
		},
		enable: {
			name: "Enable",
			title: (login) => `Enable ${login}?`,
			text: "It may sign in again. Its old sessions and keys stay ended.",
			done: (login) => `${login} may sign in.`
		},
		"reset-second-factor": {
			name: "Reset the second factor",
			title: (login) => `Reset the second factor of ${login}?`,
			text: "Its authenticator and recovery codes count no more, and its sessions end. At the next sign-in it sets up another. Make sure first that it is this person who asks.",
			done: (login) => `${login} sets up a second factor at the next sign-in.`
		}
	},
	newKey: "New API key",
	noKeysText: "The machine cannot call until it has one.",
	rotate: "Rotate",
	revoke: "Revoke",
	revokeTitle: "Revoke this key?",
	revokeText: "It holds no more from now on. The machine that uses it is refused.",
	rotateTitle: "A new key in the place of this one",
	rotateText: "The old one holds for a day more, so that the machine can be given the new one.",
	holdsFor: "It holds for",
	days: (n) => `${n} days`,
	tokenTitle: "The key",
	tokenText: "It is shown only now, and nobody can show it again. Put it where the machine keeps its secrets.",
	copy: "Copy",
	copied: "Copied.",
	notCopied: "This browser did not copy it: mark the text and copy it by hand.",
	kept: "I have kept it"
};
// src/texts/en/estate.ts
var estate_exports = /* @__PURE__ */ __exportAll({ estate: () => estate });
var estate = {
	title: "Estate",
	lead: "The store that this instance uses, asked every five seconds. What does not answer is shown as silent.",
	well: "Nothing to look at.",
	warnings: "What to look at",
	severity: {
		broken: "Broken",
		warning: "Look",
		unseen: "Not seen"
	},
	writer: "Written by",
	lease: "under a lease: one that stands by takes over. Whether one does, the store does not know",
	noLease: "alone",
	writesSince: "Since",
	lookedAt: "Looked at",
	nothing: "Nothing is known of the store",
	embedded: "Embedded store",
	embeddedLead: "A folder on the machine of Wardline. Everything in it is sealed.",
	used: "Takes on the disk",
	free: "Free there",
	least: "Senders wait below",
	backup: "Last backup",
	backupUnknown: "not known: neither store.backup_folder nor store.backup_mark_file is set",
	backupDue: (hours) => `one is due every ${hours} h`,
	backUp: "Back up now",
	backUpBegun: "A backup is being made. It is the last one above when it is read through.",
	topology: "Topology",
	topologies: {
		standalone: "One server",
		sentinel: "Sentinel",
		cluster: "Cluster"
	},
	acknowledged: "Acknowledged when",
	replicated: (n) => `${plural(n, "replica has", "replicas have")} it`,
	durability: {
		fsync: "it is on the master’s disk",
		memory: "the master has it in memory"
	},
	slotsMissing: "Slots without a server",
	picture: "Who replicates whom",
	lane: (master, replicas) => replicas.length ? `${master} is master of ${replicas.join(", ")}.` : `${master} is a master without replicas.`,
	silent: (addresses) => `Silent: ${addresses.join(", ")}.`,
	watched: (n) => `Watched by ${plural(n, "Sentinel", "Sentinels")}.`,
	sentinel: "Sentinel",
	servers: "Servers",
	address: "Address",
	role: "Role",
	roles: {
		master: "master",
		replica: "replica",
		silent: "silent"
	},
	followed: "Wardline writes here",
	link: "Replication",
	inLine: (n) => `${plural(n, "replica confirms", "replicas confirm")}`,
	confirms: "confirms",
	replicaOf: "replica of",
	heard: (n) => `heard of it ${n} s ago`,
	linkDown: "link down",
	notInLine: "not in line",
	behind: "Behind",
	behindShort: "behind",
	memory: "Memory",
	of: "of",
	noLimit: "no limit",
	eviction: "Eviction",
	evicted: (n) => `${plural(n, "key", "keys")} evicted`,
	persistence: "On disk",
	noLog: "no append-only file",
	logGood: "append-only file",
	logBad: "append-only file fails",
	snapshot: "snapshot",
	failed: "failed",
	slots: "Slots",
	slotCount: (n) => `master, ${plural(n, "slot", "slots")}`,
	clients: "Clients",
	version: "Version",
	up: (span) => `up ${span}`,
	cutShort: "There are more servers than are looked at.",
	sentinels: "Sentinels",
	names: "Names as master",
	thinks: "Thinks of it",
	agrees: "Failover",
	quorum: (n) => `possible, ${n} must agree`,
	others: "Others it knows",
	drills: "Drills",
	drill: "Drill",
	noDrills: "No drill is shown",
	noDrillsYet: "The folder of reports is empty. One is written by",
	noFolder: "No folder of reports is set. It is named by",
	began: "Began",
	kinds: {
		failover: "Failover",
		switchover: "Switchover",
		freeze: "Frozen master",
		partition: "Master cut off",
		"replica-loss": "Replica lost",
		"sentinel-loss": "Sentinel lost",
		reshard: "Slots moved",
		"rolling-restart": "Rolling restart"
	},
	outage: "Longest outage",
	lost: "Lost",
	found: "Result",
	findings: (n) => plural(n, "finding", "findings"),
	foundOne: "Found",
	held: "Every promise held.",
	heldText: "Nothing that was acknowledged was lost, doubled or out of order.",
	leftOut: (n) => `${plural(n, "other file in the folder is", "other files in the folder are")} not shown: no report, too large, or older than the newest fifty.`,
	drillLead: "Servers broken on purpose while clients wrote to them. Their journals were compared with what the survivors hold.",
	back: "All of the estate",
	method: "Broken by",
	size: "Servers",
	sizeOf: (nodes, sentinels) => sentinels ? `${plural(nodes, "server", "servers")}, ${plural(sentinels, "Sentinel", "Sentinels")}` : plural(nodes, "server", "servers"),
	paused: "Writers were paused for",
	stale: "Taken by a master that was none",
	timeline: "Timeline",
	at: "After",
	what: "What happened",
	seen: "What clients saw",
	pattern: "Pattern",
	writers: "Writers",
	acks: "Acknowledged",
	twice: "Twice",
	disorder: "Out of order",
	median: "Median",
	p99: "99 of 100",
	refused: "Not acknowledged",
	outageOf: (name, ms, from) => `${name}: nothing acknowledged for ${ms} ms from ${from} ms on`,
	pictureWords: (outages) => `Acknowledged writes over time. ${outages.join("; ")}.`
};
// src/texts/en/compliance.ts
var compliance_exports = /* @__PURE__ */ __exportAll({ compliance: () => compliance });
var compliance = {
	title: "Compliance",
	lead: "Technical controls of the HIPAA Security Rule, looked at in this instance when somebody asks. Each look is in the audit trail.",
	again: "Look again",
	looking: "Looking…",
	print: "Print",
	lookedAt: "Looked at",
	trail: "Audit trail",
	version: "Wardline",
	totals: "Controls by status",
	status: {
		pass: "Pass",
		fail: "Fail",
		unknown: "Unknown",
		not_applicable: "Not applicable"
	},
	show: "Show",
	showAll: "All controls",
	showOpen: "Open ones: fail and unknown",
	shown: (shown, all) => `${shown} of ${plural(all, "control", "controls")}`,
	nothingOpenTitle: "No control is open",
	nothingOpen: "None fails, and none is unknown.",
	groups: {
		sealing: "Sealing",
		records: "Records",
		trail: "Audit trail",
		review: "Reviews",
		people: "People",
		machines: "Machines",
		access: "Access",
		backup: "Backups",
		redis: "Redis",
		store: "Store",
		transit: "On the way"
	},
	sections: (citations) => `45 CFR ${citations.join(", ")}`,
	toDo: "To do:",
	outside: "What no software can show",
	outsideLead: "The rule asks for it, and it is done by people. The control map of the documentation says what Wardline does towards each."
};
// src/texts/en/settings.ts
var settings_exports = /* @__PURE__ */ __exportAll({
	reference: () => reference,
	settings: () => settings
});
var settings = {
	title: "Settings",
	looks: "Looks",
	density: "Size",
	desk: "For a desk",
	wall: "For a wall screen",
	shortcuts: "Single keys go to pages and along rows",
	kept: "Kept in this browser. Nothing of a patient or a session ever is.",
	account: "Your account",
	department: "Department",
	endsAt: "This session ends",
	change: "Change the password",
	old: "Password now",
	new: "New password",
	newHint: "12 characters at least.",
	changed: "The password was changed, and you are signed out everywhere. Sign in again with the new one.",
	configuration: "Configuration",
	configurationHint: (version) => `Version ${version}. These values hold since the process started,`,
	noSecrets: "No secret is a setting; of files and folders the last part of the path is shown, of addresses on the web the host.",
	findSetting: "Find a setting",
	which: "Which",
	givenOnly: "Only what somebody set",
	settingsCount: (n) => plural(n, "setting", "settings"),
	noSetting: "No setting fits",
	setting: "Setting",
	value: "Value",
	from: "Given by",
	notSet: "not set",
	givenBy: {
		default: "default",
		file: "file",
		environment: "environment",
		flag: "command line"
	},
	kek: "Keys that wrap data keys",
	kekHolder: "Held by",
	kekVersion: "Version",
	kekCurrent: "Wraps now",
	kekOld: "Still opens",
	kekMonths: "Keys of months",
	kekPatients: "Keys of patients",
	kekAge: "Oldest key of a month",
	kekOldest: "Oldest key of a patient",
	kekErased: "Erased records",
	kekMove: "Move to the current one",
	moves: {
		idle: "none asked for",
		running: "under way",
		done: "done",
		failed: "failed"
	},
	kekAway: "The key service does not answer.",
	kekHint: "A key itself is never shown. A new version is made by a security administrator:",
	name: "Name",
	second: "Second factor",
	service: "service",
	active: "Active",
	disabled: "Disabled",
	suspended: "Suspended",
	locked: "Locked for a while",
	offShift: "Off shift",
	keys: "API keys",
	noKeys: "No API key",
	key: "Key",
	user: "Of user",
	made: "Made",
	ends: "Ends",
	holds: "Holds",
	ended: "Ended",
	revoked: "Revoked",
	tokens: "Tokens of applications",
	noTokens: "No application has a token",
	tokenScopes: "May",
	tokenAge: "Made",
	notKnown: "not known",
	tokensHint: "From the site’s file of tokens. A token itself is never shown. They are made and revoked with",
	policies: "Policies in force",
	policySet: "Set",
	policy: "Policy",
	says: "What it says"
};
var reference = {
	title: "API reference",
	lead: (version) => `Everything that this console does, and more: version ${version}`,
	find: "Find a route",
	none: "The description cannot be read.",
	noneFound: "No route fits",
	needs: "Needs",
	open: "Open to everybody.",
	required: "required",
	body: "Body",
	else: "else"
};
// src/texts/en/views.ts
var views_exports = /* @__PURE__ */ __exportAll({ views: () => views$1 });
var views$1 = {
	label: "Kept views",
	keep: "Keep this view",
	drop: (name) => `Forget the view: ${name}`,
	filter: (name, value) => `${name} ${value}`,
	names: {
		channel: "channel",
		type: "type",
		state: "state",
		from: "from",
		until: "until",
		destination: "to",
		reason: "cause",
		role: "role",
		kind: "kind",
		outcome: "outcome",
		unit: "unit",
		order: "order",
		show: "beds",
		review: "review"
	}
};
// src/texts/index.ts
var t = {
	...shell_exports,
	...overview_exports,
	...beds_exports,
	...patients_exports,
	...change_exports,
	...channels_exports,
	...messages_exports,
	...dead_letters_exports,
	...oversight_exports,
	...estate_exports,
	...compliance_exports,
	...settings_exports,
	...views_exports
};
// src/api/patience.ts
/** After so many milliseconds without a byte nobody waits any more. The server gives a request up after 30 s and says so:
* whoever hears nothing for longer than that is not heard, or not answered. */
var PATIENCE_MS = 4e4;
/** Nobody answered for as long as somebody waited. */
var Unanswered = class extends Error {};
/** What comes of `work`, or `Unanswered` when it takes longer than that. */
async function within(work, ms = PATIENCE_MS) {
	let timer;
	const late = new Promise((_, refuse) => {
		timer = setTimeout(() => refuse(new Unanswered()), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
/** The text of an answer as it comes. One that is silent for too long is given up. */
async function* texts(response) {
	if (!response.body) return;
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	try {
		for (;;) {
			const { done, value } = await within(reader.read());
			if (done) return;
			yield value;
		}
	} finally {
		reader.cancel().catch(() => {});
	}
}
// src/api/client.ts
/** Whatever went wrong, as the API says it or as the network shows it. */
var Problem = class extends Error {
	status;
	code;
	title;
	detail;
	field;
	requestId;
	isOfAct;
	constructor(status, code, title, detail, field, requestId, isOfAct = false) {
		super(title);
		this.status = status;
		this.code = code;
		this.title = title;
		this.detail = detail;
		this.field = field;
		this.requestId = requestId;
		this.isOfAct = isOfAct;
	}
};
/** What was thrown, as a page tells it. */
function asProblem(error) {
	return error instanceof Problem ? error : new Problem(0, "broken", t.common.unreadable);
}
/** An answer that came to an ended session. */
var OF_ENDED = "of_ended_session";
/** The header that other origins cannot set, and that the cookie counts only with. */
var OF_THE_CONSOLE = { "Wardline-Browser": "1" };
/** Ends a session here: the page has nothing to show any more. */
var SIGNED_OUT = /* @__PURE__ */ new Set(["unauthenticated", "session_ended"]);
/** The server, or a proxy before it, gave up what may be done nevertheless. */
var UNFINISHED = /* @__PURE__ */ new Set([
	"timed_out",
	"http_502",
	"http_504"
]);
/** Sends a request and gives the answer's body. */
async function api(method, template, asked = {}) {
	const asker = era();
	const response = await send(method, template, asked);
	if (response.status === 204 || response.status === 202) return void 0;
	const unsure = unsureOf(method, template, asked);
	const text = await whole(response, {
		signal: asked.signal,
		unsure
	});
	ofSession(asker);
	try {
		return JSON.parse(text);
	} catch {
		throw silence("unreadable", t.common.unreadable, unsure);
	}
}
/** All of an answer as text. `told` gets what is there so far each time that there is more, `unsure` is what to say of what
* may have been done when it is cut off. */
async function whole(response, { signal, unsure, told } = {}) {
	let text = "";
	try {
		for await (const more of texts(response)) {
			text += more;
			told?.(text);
		}
		return text;
	} catch (error) {
		if (signal?.aborted) throw error;
		throw silence("unreachable", t.common.cutOff, unsure);
	}
}
/** What is no GET and changes nothing. */
var READS = /\/(search|count|compare|report|verify)$/;
/** What to say of a request whose answer nobody heard, when a person wanted to change something by it: whether it was done is
* not known here, and what to do next depends on what the server makes of a second one. */
function unsureOf(method, template, { passive, headers = {} }) {
	if (method === "get" || passive || READS.test(template)) return void 0;
	if (headers["Idempotency-Key"]) return t.common.unsureOnce;
	return headers["If-Match"] ? t.common.unsureCompared : t.common.unsure;
}
/** No answer, or none that can be read. */
function silence(code, title, unsure) {
	return new Problem(0, code, title, unsure, void 0, void 0, unsure !== void 0);
}
/** Refuses what an ended session had asked for: whoever is signed in by now may be somebody else. */
function ofSession(asker) {
	if (asker !== era()) throw new Problem(0, OF_ENDED, t.common.ofEnded);
}
/** Sends a request and gives the answer as it begins, for what is no JSON. */
async function send(method, template, asked) {
	const headers = {
		...OF_THE_CONSOLE,
		...asked.headers
	};
	if (asked.passive) headers["Wardline-Passive"] = "1";
	if (asked.body !== void 0) headers["Content-Type"] = "application/json";
	const init = {
		method: method.toUpperCase(),
		headers,
		credentials: "same-origin",
		cache: "no-store"
	};
	if (asked.body !== void 0) init.body = JSON.stringify(asked.body);
	const asker = era();
	const unsure = unsureOf(method, template, asked);
	const done = unsure ? acting() : void 0;
	const stop = new AbortController();
	asked.signal?.addEventListener("abort", () => stop.abort());
	if (asked.signal?.aborted) stop.abort();
	init.signal = stop.signal;
	const sentAt = Date.now();
	const isOffline = !navigator.onLine;
	try {
		const response = await within(fetch(address(template, asked), init), asked.patienceMs);
		const told = heard(response.headers.get("Date"), sentAt);
		if (!response.ok) throw await problem(response, asker, unsure);
		ofSession(asker);
		if (!asked.passive) acted(told);
		return response;
	} catch (error) {
		if (error instanceof Problem || asked.signal?.aborted) throw error;
		stop.abort();
		throw silence("unreachable", isOffline ? t.common.offline : error instanceof Unanswered ? t.common.unanswered : t.common.unreachable, unsure);
	} finally {
		done?.();
	}
}
function address(template, asked) {
	const parts = asked.path ?? {};
	const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name] ?? "")));
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(asked.query ?? {})) if (value !== void 0 && value !== null && value !== "") query.set(name, String(value));
	const text = query.toString();
	return text ? `${path}?${text}` : path;
}
async function problem(response, asker, unsure) {
	let said = {};
	try {
		said = await within(response.json());
	} catch {}
	const id = response.headers.get("X-Request-Id") ?? void 0;
	const code = said.code ?? `http_${response.status}`;
	if (SIGNED_OUT.has(code) && asker === era()) loggedOut("ended");
	const detail = said.detail ?? (UNFINISHED.has(code) ? unsure : void 0);
	return new Problem(response.status, code, said.title ?? t.common.answered(response.status), detail, said.field, id, unsure !== void 0);
}
/** A key for a request that must be done once, however often it is sent. */
function onceKey() {
	return crypto.randomUUID();
}
// node_modules/preact/jsx-runtime/dist/jsxRuntime.mjs
var f = Symbol.for("pv");
var o = 0;
Array.isArray;
function a(t, e, n$1, u, a, i) {
	e || (e = {});
	var c, l, p = e;
	if ("ref" in p && "function" != typeof t) for (l in p = {}, e) "ref" == l ? c = e[l] : p[l] = e[l];
	var s = {
		type: t,
		props: p,
		key: n$1,
		ref: c,
		__k: null,
		__: null,
		__b: 0,
		__e: null,
		__c: null,
		constructor: f,
		__v: --o,
		__i: -1,
		__u: 0
	};
	return (a || i) && (s.__source = a, s.__self = i), n.vnode && n.vnode(s), s;
}
// src/ui/time.tsx
var listeners$4 = /* @__PURE__ */ new Set();
var timer;
function tick() {
	const now = serverNow();
	for (const listener of listeners$4) listener(now);
}
/** The server's time, once a second. */
function useNow() {
	const [now, set] = d(serverNow);
	A(() => {
		listeners$4.add(set);
		timer ??= setInterval(tick, 1e3);
		return () => {
			listeners$4.delete(set);
			if (listeners$4.size === 0) {
				clearInterval(timer);
				timer = void 0;
			}
		};
	}, []);
	return now;
}
/** The server's time every so often, each reader at a moment of its own: hundreds of cards are not all drawn at once. */
function useSlowNow(everyMs) {
	const [now, set] = d(serverNow);
	A(() => {
		let timer;
		const wait = (ms) => {
			timer = setTimeout(() => {
				set(serverNow());
				wait(everyMs);
			}, ms);
		};
		wait(Math.random() * everyMs);
		return () => clearTimeout(timer);
	}, [everyMs]);
	return now;
}
var clock = new Intl.DateTimeFormat("en-GB", {
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
	timeZoneName: "short"
});
var day = new Intl.DateTimeFormat("en-GB", {
	year: "numeric",
	month: "short",
	day: "2-digit",
	hour: "2-digit",
	minute: "2-digit",
	second: "2-digit",
	timeZoneName: "short"
});
function absolute(at) {
	const time = new Date(at);
	return Number.isNaN(time.getTime()) ? "" : day.format(time);
}
function clockTime(at) {
	return clock.format(new Date(at));
}
/** The last day that a field for one takes: without it a browser lets one type years of six digits, which no date has. */
var LAST_DAY = "9999-12-31";
/** The day that is at a time where the reader is, as fields for days write it. */
function localDay(at) {
	return (/* @__PURE__ */ new Date(at - new Date(at).getTimezoneOffset() * 6e4)).toISOString().slice(0, 10);
}
/** When a day begins where the reader is, or one that is so many later, in milliseconds since 1970: not each has 24 hours. */
function midnight(day, later = 0) {
	const begins = /* @__PURE__ */ new Date(`${day}T00:00:00`);
	begins.setDate(begins.getDate() + later);
	return begins.getTime();
}
/** A length of time in the one or two largest units: `3 min`, `1 h 20 min`. */
function span(ms) {
	const seconds = Math.max(0, Math.floor(ms / 1e3));
	if (seconds < 60) return `${seconds} s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 60) return `${minutes} min`;
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
	const days = Math.floor(hours / 24);
	return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}
/** How long ago something was. */
function Ago({ at }) {
	const now = useNow();
	if (at === null || at === void 0) return /* @__PURE__ */ a("span", {
		class: "faint",
		children: t.common.never
	});
	const time = typeof at === "number" ? at : Date.parse(at);
	return /* @__PURE__ */ a("time", {
		dateTime: new Date(time).toISOString(),
		title: absolute(time),
		children: t.common.ago(span(now - time))
	});
}
/** When something was, in full. */
function When({ at }) {
	if (!at) return /* @__PURE__ */ a("span", {
		class: "faint",
		children: t.common.none
	});
	return /* @__PURE__ */ a("time", {
		dateTime: at,
		children: absolute(at)
	});
}
// src/ui/states.tsx
/** A page's data in whatever state it is. `lateMs`: older than this it is told to be stale. */
function Shown({ asked, lateMs, children, rows = 6 }) {
	const { data, problem, at } = asked;
	if (data === void 0 && problem) return /* @__PURE__ */ a(Failed, {
		problem,
		again: () => asked.again()
	});
	if (data === void 0) return /* @__PURE__ */ a(Loading, { rows });
	return /* @__PURE__ */ a($, { children: [
		problem && /* @__PURE__ */ a(StillShown, {
			problem,
			at,
			again: () => asked.again()
		}),
		!problem && lateMs && at ? /* @__PURE__ */ a(Late, {
			at,
			afterMs: lateMs
		}) : null,
		children(data)
	] });
}
function Loading({ rows = 6 }) {
	return /* @__PURE__ */ a("div", {
		class: "loading",
		role: "status",
		"aria-label": t.common.loading,
		children: Array.from({ length: rows }, (_, at) => /* @__PURE__ */ a("div", { class: "bone" }, at))
	});
}
function Empty({ title, children }) {
	return /* @__PURE__ */ a("div", {
		class: "empty",
		children: [/* @__PURE__ */ a("p", {
			class: "empty-title",
			children: title
		}), children && /* @__PURE__ */ a("p", { children })]
	});
}
function Failed({ problem, again }) {
	return /* @__PURE__ */ a("div", {
		class: "failed",
		role: "alert",
		children: [
			/* @__PURE__ */ a("p", {
				class: "failed-title",
				children: problem.title
			}),
			problem.detail && /* @__PURE__ */ a("p", { children: problem.detail }),
			/* @__PURE__ */ a("p", {
				class: "faint",
				children: problem.status ? t.common.problemCode(problem.code, problem.requestId) : t.common.unreachableHint
			}),
			again && /* @__PURE__ */ a("button", {
				type: "button",
				class: "button",
				onClick: again,
				children: t.common.tryAgain
			})
		]
	});
}
/** What a form answers with when it was refused. */
function Refused({ problem }) {
	return /* @__PURE__ */ a("div", {
		role: "alert",
		class: problem ? "refused" : void 0,
		children: problem && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("strong", { children: problem.title }), problem.detail && /* @__PURE__ */ a($, { children: [
			" ",
			problem.field ? `${problem.field}: ` : "",
			problem.detail
		] })] })
	});
}
function StillShown({ problem, at, again }) {
	return /* @__PURE__ */ a("div", {
		class: "stale-notice",
		role: "alert",
		children: [
			/* @__PURE__ */ a("strong", { children: t.common.staleTitle }),
			/* @__PURE__ */ a("span", { children: [
				problem.title,
				" ",
				at ? /* @__PURE__ */ a($, { children: [
					t.common.shownFrom,
					" ",
					/* @__PURE__ */ a(Ago, { at: at + (serverNow() - Date.now()) }),
					"."
				] }) : null
			] }),
			/* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				onClick: again,
				children: t.common.tryAgain
			})
		]
	});
}
function Late({ at, afterMs }) {
	useNow();
	if (Date.now() - at < afterMs) return null;
	return /* @__PURE__ */ a("div", {
		class: "stale-notice",
		role: "alert",
		children: [/* @__PURE__ */ a("strong", { children: t.common.staleTitle }), /* @__PURE__ */ a("span", { children: [
			t.common.shownFrom,
			" ",
			/* @__PURE__ */ a(Ago, { at: at + (serverNow() - Date.now()) }),
			"."
		] })]
	});
}
// src/app/found.ts
var kept$1 = {};
var listeners$3 = /* @__PURE__ */ new Set();
function keepSearch(search) {
	kept$1 = search;
	for (const listener of listeners$3) listener(kept$1);
}
function keptSearch() {
	return kept$1;
}
function onSearch(listener) {
	listeners$3.add(listener);
	return () => void listeners$3.delete(listener);
}
onLeaving(() => keepSearch({}));
// src/ui/acts.tsx
/** A button that is switched off would lose the cursor to nowhere (WCAG 2.4.3): this one says that it does nothing now, and
* does nothing. Enter in a field of a form comes here too, as a click on the button that sends it. */
function ActButton({ busy = false, ready = true, quiet = false, type = "button", onClick, children, ...rest }) {
	const isOff = busy || !ready;
	const pressed = T(false);
	F$1(() => {
		if (!busy) pressed.current = false;
	}, [busy]);
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("button", {
		...rest,
		type,
		"aria-disabled": isOff ? "true" : void 0,
		onClick: (event) => {
			if (isOff) return event.preventDefault();
			pressed.current = true;
			onClick?.();
		},
		children
	}), !quiet && /* @__PURE__ */ a("span", {
		class: "hidden",
		role: "status",
		children: busy && pressed.current ? t.common.sending : ""
	})] });
}
/** The end of a window that asks: leave it, or do it. What is on its way goes on when the window is closed, so that is not
* called cancelling, unless what goes on is `harmless`: then it says so with these words. Without `onClick` it sends the form. */
function DialogActs({ busy = false, harmless, danger, autofocus, close, onClick, children, ...act }) {
	return /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", {
		class: "on-its-way",
		role: "status",
		children: busy && (harmless || t.common.onItsWay)
	}), /* @__PURE__ */ a("div", {
		class: "dialog-actions",
		children: [/* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: close,
			children: busy && !harmless ? t.common.close : t.common.cancel
		}), /* @__PURE__ */ a(ActButton, {
			...act,
			quiet: true,
			busy,
			type: onClick ? "button" : "submit",
			class: danger ? "button danger" : "button primary",
			autofocus: autofocus ?? false,
			onClick,
			children
		})]
	})] });
}
// src/app/router.tsx
var listeners$2 = /* @__PURE__ */ new Set();
function here() {
	return {
		path: location.pathname,
		query: new URLSearchParams(location.search)
	};
}
/** Goes to an address of the console. `replace` changes what is asked of the page that is there. */
function go(to, replace = false) {
	if (to === location.pathname + location.search) return;
	if (replace && to.split("?")[0] !== location.pathname) return;
	if (replace) history.replaceState(null, "", to);
	else history.pushState(null, "", to);
	moved();
	if (!replace) scrollTo(0, 0);
}
/** What had the focus when somebody went to where they are. */
var leftFrom = null;
/** Whether nobody has taken the focus elsewhere since. */
function isWaiting() {
	const now = document.activeElement;
	return now === null || now === document.body || now === leftFrom;
}
function moved() {
	leftFrom = document.activeElement;
	const place = here();
	for (const listener of listeners$2) listener(place);
}
addEventListener("popstate", moved);
function usePlace() {
	const [place, set] = d(here);
	F$1(() => {
		listeners$2.add(set);
		return () => void listeners$2.delete(set);
	}, []);
	return place;
}
/** An address with changed parts of its query; what is empty is left out. */
function withQuery(place, changes) {
	const query = new URLSearchParams(place.query);
	for (const [name, value] of Object.entries(changes)) if (value) query.set(name, value);
	else query.delete(name);
	const text = query.toString();
	return text ? `${place.path}?${text}` : place.path;
}
function Link({ to, onClick, ...rest }) {
	return /* @__PURE__ */ a("a", {
		...rest,
		href: to,
		onClick: (event) => {
			onClick?.(event);
			if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
			event.preventDefault();
			go(to);
		}
	});
}
// src/ui/typing.ts
function isTyping(target) {
	return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}
// src/ui/parts.tsx
/** A page: its heading gets the focus when one comes to it, so that a screen reader says where one is. `tab` is what the
* browser is told instead of a title that names a patient: it keeps titles in its history, for whoever uses it next. */
function Page({ title, tab = title, lead, actions, wide, children }) {
	const heading = T(null);
	A(() => {
		document.title = `${tab} · Wardline`;
	}, [tab]);
	F$1(() => {
		if (isWaiting() && !isTyping(document.activeElement)) heading.current?.focus({ preventScroll: true });
	}, []);
	return /* @__PURE__ */ a("div", {
		class: wide ? "page wide" : "page",
		children: [/* @__PURE__ */ a("header", {
			class: "page-head",
			children: [/* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("h1", {
				ref: heading,
				tabIndex: -1,
				children: title
			}), lead && /* @__PURE__ */ a("p", {
				class: "lead",
				children: lead
			})] }), actions && /* @__PURE__ */ a("div", {
				class: "page-actions",
				children: actions
			})]
		}), children]
	});
}
function Badge({ tone = "plain", children, title }) {
	return /* @__PURE__ */ a("span", {
		class: `badge ${tone}`,
		title,
		children
	});
}
function Section({ title, aside, children }) {
	const id = P();
	return /* @__PURE__ */ a("section", {
		class: "section",
		"aria-labelledby": id,
		children: [/* @__PURE__ */ a("div", {
			class: "section-head",
			children: [/* @__PURE__ */ a("h2", {
				id,
				children: title
			}), aside]
		}), children]
	});
}
/** Names and what they are. */
function Facts({ of }) {
	return /* @__PURE__ */ a("dl", {
		class: "facts",
		children: of.filter(([, what]) => what !== void 0 && what !== null && what !== "").map(([name, what]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: name }), /* @__PURE__ */ a("dd", { children: what })] }, name))
	});
}
/** A table that scrolls sideways by itself on a narrow screen, and can be scrolled by keyboard. */
function Table({ label, head, children }) {
	return /* @__PURE__ */ a("div", {
		class: "table-frame",
		role: "group",
		"aria-label": label,
		tabIndex: 0,
		children: /* @__PURE__ */ a("table", { children: [/* @__PURE__ */ a("thead", { children: /* @__PURE__ */ a("tr", { children: head.map((name, at) => typeof name === "string" ? /* @__PURE__ */ a("th", {
			scope: "col",
			children: name || /* @__PURE__ */ a("span", {
				class: "hidden",
				children: t.common.actions
			})
		}, at) : /* @__PURE__ */ a("th", {
			scope: "col",
			class: "number",
			children: name[0]
		}, at)) }) }), /* @__PURE__ */ a("tbody", { children })] })
	});
}
function Field({ label, hint, ...input }) {
	const id = P();
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [
			/* @__PURE__ */ a("label", {
				for: id,
				children: label
			}),
			/* @__PURE__ */ a("input", {
				...input,
				id,
				"aria-describedby": hint ? `${id}-hint` : void 0
			}),
			hint && /* @__PURE__ */ a("p", {
				class: "hint",
				id: `${id}-hint`,
				children: hint
			})
		]
	});
}
/** Where it is `required`, the empty value is none. */
function Choice({ label, value, required, options, onChange }) {
	const id = P();
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [/* @__PURE__ */ a("label", {
			for: id,
			children: label
		}), /* @__PURE__ */ a("select", {
			id,
			value,
			required,
			onChange: (event) => onChange(event.currentTarget.value),
			children: options.map(([key, text]) => /* @__PURE__ */ a("option", {
				value: key,
				children: text
			}, key))
		})]
	});
}
/** A window over the page. It closes with Escape, and the focus goes back to where it was. */
function Dialog({ title, close, alert, children }) {
	const dialog = T(null);
	const id = P();
	F$1(() => {
		const before = document.activeElement;
		const window = dialog.current;
		window.showModal();
		return () => {
			window.close();
			const back = before?.isConnected ? before : document.querySelector("main h1");
			if (back instanceof HTMLElement) back.focus({ preventScroll: true });
		};
	}, []);
	return /* @__PURE__ */ a("dialog", {
		ref: dialog,
		"aria-labelledby": id,
		role: alert ? "alertdialog" : void 0,
		onCancel: (event) => {
			event.preventDefault();
			close();
		},
		onClose: (event) => {
			if (event.currentTarget.isConnected) close();
		},
		children: [/* @__PURE__ */ a("h2", {
			id,
			children: title
		}), children]
	});
}
/** Goes on to the next page of a listing. */
function More({ next, go, first }) {
	if (!next && !first) return null;
	return /* @__PURE__ */ a("div", {
		class: "pager",
		children: [first && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: first,
			children: t.common.firstPage
		}), next && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button",
			onClick: () => go(next),
			children: t.common.nextPage
		})]
	});
}
/** A number with thin spaces between thousands. */
function count(n) {
	return n === null || n === void 0 ? t.common.none : n.toLocaleString("en").replaceAll(",", " ");
}
/** How a value went, as a line: its last points, no axes. What it says is said in words beside it. */
function Spark({ points, label, fromZero }) {
	if (points.length < 2) return /* @__PURE__ */ a("svg", {
		class: "spark",
		viewBox: "0 0 100 24",
		"aria-hidden": "true"
	});
	const low = fromZero ? 0 : Math.min(...points);
	const range = Math.max(...points) - low || 1;
	const step = 96 / (points.length - 1);
	const line = points.map((value, at) => `${(2 + at * step).toFixed(1)},${(21 - (value - low) / range * 18).toFixed(1)}`);
	const [x, y] = line.at(-1).split(",");
	return /* @__PURE__ */ a("svg", {
		class: "spark",
		viewBox: "0 0 100 24",
		preserveAspectRatio: "none",
		role: "img",
		"aria-label": label,
		children: [/* @__PURE__ */ a("polyline", { points: line.join(" ") }), /* @__PURE__ */ a("circle", {
			cx: x,
			cy: y,
			r: "1.8"
		})]
	});
}
// src/app/store.ts
var Store = class {
	now;
	listeners = /* @__PURE__ */ new Set();
	constructor(now) {
		this.now = now;
	}
	get() {
		return this.now;
	}
	set(next) {
		if (next === this.now) return;
		this.now = next;
		for (const listener of this.listeners) listener(next);
	}
	/** The value as it is whenever it changes. */
	use() {
		const [shown, show] = d(() => this.now);
		F$1(() => {
			const look = (now) => show(() => now);
			look(this.now);
			this.listeners.add(look);
			return () => void this.listeners.delete(look);
		}, []);
		return shown;
	}
};
// src/app/late.ts
var late = new Store([]);
onLeaving(() => late.set([]));
function tellLate(one) {
	late.set([...late.get(), one].slice(-5));
}
function dropLate(one) {
	late.set(late.get().filter((other) => other !== one));
}
function useLate() {
	return late.use();
}
// src/ui/sending.ts
/** Sends one thing at a time and keeps what was refused. Whoever has gone on by then is told where they are. */
function useSending() {
	const [busy, setBusy] = d(false);
	const [problem, setProblem] = d();
	const isUnderWay = T(false);
	const stands = useStanding();
	return {
		busy,
		problem,
		send: b(async (work) => {
			if (isUnderWay.current) return;
			isUnderWay.current = true;
			setBusy(true);
			setProblem(void 0);
			const [asker, from] = [era(), location.pathname + location.search];
			try {
				await work();
			} catch (error) {
				const problem = asProblem(error);
				if (stands()) setProblem(problem);
				else if (problem.isOfAct && asker === era()) tellLate({
					problem,
					from
				});
			}
			isUnderWay.current = false;
			setBusy(false);
		}, [])
	};
}
/** Whether this part is still on the page, for an answer that comes when somebody may have closed it. */
function useStanding() {
	const stands = T(false);
	F$1(() => {
		stands.current = true;
		return () => void (stands.current = false);
	}, []);
	return b(() => stands.current, []);
}
/** What is refused because the try before is being worked on, or was done. */
var DONE_OR_UNDER_WAY = /* @__PURE__ */ new Set(["idempotency_key_busy", "idempotency_answer_not_kept"]);
/** Gives what is to be done once a key, and the same to each try of it while nobody knows whether it was done. What was
* refused was not done, and something else is another thing. `since` is when it was tried first, in milliseconds since 1970 by
* the server's clock: a try that says another time is another request. */
function useOnce() {
	const tried = T(void 0);
	return b(async (what, send) => {
		const text = JSON.stringify(what);
		if (tried.current?.what !== text) tried.current = {
			what: text,
			key: onceKey(),
			since: serverNow()
		};
		const { key, since } = tried.current;
		try {
			const done = await send({ "Idempotency-Key": key }, since);
			tried.current = void 0;
			return done;
		} catch (error) {
			if (isRefusal(error)) tried.current = void 0;
			throw error;
		}
	}, []);
}
/** Whether it is known that what was asked for was not done. */
function isRefusal(error) {
	return error instanceof Problem && error.status >= 400 && error.status < 500 && !DONE_OR_UNDER_WAY.has(error.code);
}
// src/app/reach.ts
var since = new Store(void 0);
onLeaving(reached);
/** Nobody answered what was asked then, in milliseconds since 1970 by the server's clock. */
function unheard(askedAt) {
	since.set(since.get() ?? askedAt);
}
function reached() {
	since.set(void 0);
}
function useUnreached() {
	return since.use();
}
// src/app/idle.tsx
/** Somebody who reads, scrolls and types is there; the server is told this often at most. */
var TELL_MS = 6e4;
/** How soon a page notices that its session was ended elsewhere. */
var LOOK_MS = 2e3;
/** How long such a look may take. */
var LOOK_LIMIT_MS = 1e4;
/** How long the server may take to say whether a session that should be over lives, or that it was put off. */
var ANSWER_MS$1 = 5e3;
/** What a proxy answers when there is nobody behind it. */
var NOBODY = /* @__PURE__ */ new Set([
	"http_502",
	"http_503",
	"http_504"
]);
/** Notices that the session ended, that another window of the browser signed somebody else in, and that nobody answers. */
async function watch() {
	const asked = era();
	const askedAt = serverNow();
	try {
		const me = await api("get", "/v1/me", {
			passive: true,
			patienceMs: LOOK_LIMIT_MS
		});
		reached();
		const now = session();
		if (asked === era() && now.is === "in" && now.me.session_id !== me.session_id) signedIn(me, false);
	} catch (error) {
		if (asked !== era()) return;
		if (error instanceof Problem && error.status > 0 && !NOBODY.has(error.code)) reached();
		else unheard(askedAt);
	}
}
/** Asks who is signed in. `active` when a person did something. */
async function lookAtSession(active, patienceMs) {
	const asked = era();
	const me = await api("get", "/v1/me", {
		passive: !active,
		...patienceMs ? { patienceMs } : {}
	});
	if (asked === era()) signedIn(me, active);
}
function IdleWarning() {
	const state = useSession();
	const now = useNow();
	const [warned, setWarned] = d(false);
	const limits = state.is === "in" ? deadlines(state) : void 0;
	const due = limits !== void 0 && now >= limits.warnsAt;
	A(() => {
		if (!due) {
			setWarned(false);
			return;
		}
		lookAtSession(false, ANSWER_MS$1).then(() => {
			const still = session();
			setWarned(still.is === "in" && serverNow() >= deadlines(still).warnsAt);
		}, () => setWarned(true));
	}, [due]);
	const over = limits !== void 0 && now >= limits.endsAt;
	A(() => {
		if (!over) return;
		const end = () => {
			const still = session();
			if (still.is === "in" && serverNow() >= deadlines(still).endsAt) loggedOut("ended");
		};
		lookAtSession(false, ANSWER_MS$1).then(end, end);
	}, [over]);
	if (!warned || !limits) return null;
	return /* @__PURE__ */ a(Warning, {
		leftMs: limits.endsAt - now,
		isFinal: limits.final,
		close: () => setWarned(false)
	});
}
function Warning({ leftMs, isFinal, close }) {
	const { busy, problem, send } = useSending();
	const stay = () => send(async () => {
		await lookAtSession(true, ANSWER_MS$1);
		close();
	});
	const leave = isFinal || problem ? close : () => void stay();
	return /* @__PURE__ */ a(Dialog, {
		title: isFinal ? t.idle.finalTitle : t.idle.title,
		close: leave,
		alert: true,
		children: /* @__PURE__ */ a("div", {
			onKeyDown: (event) => {
				if (isFinal || problem || event.key === "Tab" || event.key === "Shift") return;
				event.preventDefault();
				stay();
			},
			children: [
				/* @__PURE__ */ a("p", {
					class: "countdown",
					"aria-hidden": "true",
					children: span(leftMs)
				}),
				/* @__PURE__ */ a("p", { children: isFinal ? t.idle.finalText : t.idle.text }),
				/* @__PURE__ */ a("div", {
					role: "alert",
					class: problem ? "refused" : void 0,
					children: problem && /* @__PURE__ */ a($, { children: [
						/* @__PURE__ */ a("strong", { children: problem.title }),
						" ",
						t.idle.unheard
					] })
				}),
				/* @__PURE__ */ a("div", {
					class: "dialog-actions",
					children: [problem && /* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: close,
						children: t.common.close
					}), isFinal ? /* @__PURE__ */ a("button", {
						type: "button",
						class: "button primary",
						autofocus: true,
						onClick: close,
						children: t.common.close
					}) : /* @__PURE__ */ a(ActButton, {
						class: "button primary",
						autofocus: true,
						busy,
						onClick: () => void stay(),
						children: t.idle.stay
					})]
				})
			]
		})
	});
}
/** Tells the server that somebody is there, notices when the session was ended elsewhere, and that somebody is about to leave what
* is under way. */
function useWatchedSession(on) {
	A(() => {
		if (!on) return;
		let told = Date.now();
		const onInput = () => {
			if (Date.now() - told < TELL_MS || document.querySelector("dialog[role=alertdialog][open]")) return;
			told = Date.now();
			lookAtSession(true).catch(() => {});
		};
		let isLooking = false;
		const timer = setInterval(() => {
			if (document.hidden || isLooking) return;
			isLooking = true;
			watch().finally(() => {
				isLooking = false;
			});
		}, LOOK_MS);
		const onSeen = () => {
			if (!document.hidden) lookAtSession(false).catch(() => {});
		};
		const onUnload = (event) => {
			if (isActing()) event.preventDefault();
		};
		addEventListener("beforeunload", onUnload);
		addEventListener("keydown", onInput);
		addEventListener("pointerdown", onInput);
		document.addEventListener("visibilitychange", onSeen);
		return () => {
			clearInterval(timer);
			removeEventListener("beforeunload", onUnload);
			removeEventListener("keydown", onInput);
			removeEventListener("pointerdown", onInput);
			document.removeEventListener("visibilitychange", onSeen);
		};
	}, [on]);
}
// src/app/preferences.ts
var KEY$1 = "wardline-preferences";
var USUAL = {
	theme: "system",
	density: "desk",
	shortcuts: true
};
var listeners$1 = /* @__PURE__ */ new Set();
var kept = read$1();
function read$1() {
	try {
		return {
			...USUAL,
			...JSON.parse(localStorage.getItem(KEY$1) ?? "{}")
		};
	} catch {
		return USUAL;
	}
}
function preferences() {
	return kept;
}
function prefer(change) {
	kept = {
		...kept,
		...change
	};
	try {
		localStorage.setItem(KEY$1, JSON.stringify(kept));
	} catch {}
	const root = document.documentElement;
	if (kept.theme === "system") delete root.dataset.theme;
	else root.dataset.theme = kept.theme;
	if (kept.density === "wall") root.dataset.density = "wall";
	else delete root.dataset.density;
	for (const listener of listeners$1) listener(kept);
}
function usePreferences() {
	const [shown, show] = d(kept);
	F$1(() => {
		listeners$1.add(show);
		return () => void listeners$1.delete(show);
	}, []);
	return shown;
}
// \0vite/preload-helper.js
var scriptRel = /* @__PURE__ */ (function detectScriptRel() {
	const relList = typeof document !== "undefined" && document.createElement("link").relList;
	return relList && relList.supports && relList.supports("modulepreload") ? "modulepreload" : "preload";
})();
var assetsURL = function(dep) {
	return "/" + dep;
};
var seen = {};
var isCssPreloadUrl = function isCssPreloadUrl(url) {
	return url.pathname.endsWith(".css");
};
var preloadOnce = function preloadOnce(seen, href, preload) {
	if (href in seen) return seen[href];
	const promise = preload();
	if (!promise) {
		seen[href] = void 0;
		return;
	}
	const preloadPromise = promise.then(() => {
		seen[href] = void 0;
	}, (err) => {
		seen[href] = void 0;
		throw err;
	});
	seen[href] = preloadPromise;
	return preloadPromise;
};
var __vitePreload = function preload(baseModule, deps, importerUrl) {
	let promise = Promise.resolve();
	if (deps && deps.length > 0) {
		let preloadedHrefs;
		const cspNonceMeta = document.querySelector("meta[property=csp-nonce]");
		const cspNonce = cspNonceMeta?.nonce || cspNonceMeta?.getAttribute("nonce");
		function allSettled(promises) {
			return Promise.all(promises.map((p) => Promise.resolve(p).then((value) => ({
				status: "fulfilled",
				value
			}), (reason) => ({
				status: "rejected",
				reason
			}))));
		}
		function importMetaResolve(specifier) {
			if (import.meta.resolve) return new URL(import.meta.resolve(specifier));
			return new URL(
				specifier,
				/** #__KEEP__ */
				import.meta.url
			);
		}
		promise = allSettled(deps.map((depString) => {
			depString = assetsURL(depString, importerUrl);
			const dep = importMetaResolve(depString);
			const isCss = isCssPreloadUrl(dep);
			return preloadOnce(seen, dep.href, () => {
				if (preloadedHrefs === void 0) {
					preloadedHrefs = {
						all: /* @__PURE__ */ new Set(),
						styles: /* @__PURE__ */ new Set()
					};
					const links = document.getElementsByTagName("link");
					for (let i = links.length - 1; i >= 0; i--) {
						const link = links[i];
						preloadedHrefs.all.add(link.href);
						if (link.rel === "stylesheet") preloadedHrefs.styles.add(link.href);
					}
				}
				if ((isCss ? preloadedHrefs.styles : preloadedHrefs.all).has(dep.href)) return;
				const link = document.createElement("link");
				link.rel = isCss ? "stylesheet" : scriptRel;
				if (!isCss) link.as = "script";
				link.crossOrigin = "";
				link.href = dep.href;
				if (cspNonce) link.setAttribute("nonce", cspNonce);
				document.head.appendChild(link);
				if (isCss) return new Promise((res, rej) => {
					const handleSettle = (e) => {
						link.removeEventListener("load", handleSettle);
						link.removeEventListener("error", handleSettle);
						if (e.type === "error") rej(/* @__PURE__ */ new Error(`Unable to preload CSS for ${dep}`));
						else res(e);
					};
					link.addEventListener("load", handleSettle);
					link.addEventListener("error", handleSettle);
				});
			});
		}).filter((p) => p !== void 0));
	}
	function handlePreloadError(err) {
		const e = new Event("vite:preloadError", { cancelable: true });
		e.payload = err;
		window.dispatchEvent(e);
		if (!e.defaultPrevented) throw err;
	}
	return promise.then((res) => {
		for (const item of res || []) {
			if (item.status !== "rejected") continue;
			handlePreloadError(item.reason);
		}
		return baseModule().catch(handlePreloadError);
	});
};
// src/app/places.ts
var g = t.nav.groups;
var PLACES = [
	{
		path: "/",
		name: t.nav.overview,
		scopes: [""],
		key: "o",
		group: ""
	},
	{
		path: "/beds",
		name: t.nav.beds,
		scopes: ["beds:read"],
		key: "b",
		group: g.ward
	},
	{
		path: "/patients",
		name: t.nav.patients,
		scopes: ["patients:read"],
		key: "p",
		group: g.ward
	},
	{
		path: "/channels",
		name: t.nav.channels,
		scopes: ["read"],
		key: "c",
		group: g.messages
	},
	{
		path: "/messages",
		name: t.nav.messages,
		scopes: ["read"],
		key: "m",
		group: g.messages
	},
	{
		path: "/dead-letters",
		name: t.nav.deadLetters,
		scopes: ["read"],
		key: "d",
		group: g.messages
	},
	{
		path: "/jobs",
		name: t.nav.jobs,
		scopes: ["read"],
		key: "j",
		group: g.messages
	},
	{
		path: "/break-glass",
		name: t.nav.breakGlass,
		scopes: ["emergencies:use", "emergencies:review"],
		key: "e",
		group: g.oversight
	},
	{
		path: "/audit",
		name: t.nav.audit,
		scopes: ["audit:read"],
		key: "a",
		group: g.oversight
	},
	{
		path: "/compliance",
		name: t.nav.compliance,
		scopes: ["system:read"],
		key: "h",
		group: g.oversight
	},
	{
		path: "/sessions",
		name: t.nav.sessions,
		scopes: ["sessions:read"],
		key: "s",
		group: g.oversight
	},
	{
		path: "/users",
		name: t.nav.users,
		scopes: ["identities:read"],
		key: "u",
		group: g.oversight
	},
	{
		path: "/estate",
		name: t.nav.estate,
		scopes: ["system:read"],
		key: "i",
		group: g.system
	},
	{
		path: "/settings",
		name: t.nav.settings,
		scopes: [""],
		key: "t",
		group: g.system
	},
	{
		path: "/reference",
		name: t.nav.reference,
		scopes: [""],
		key: "r",
		group: g.system
	}
];
/** Pages by address, each in a file of its own that is loaded when somebody goes there. */
var PAGES = [
	[/^\/$/, () => __vitePreload(() => import("./overview.js"), [])],
	[/^\/beds$/, () => __vitePreload(() => import("./beds.js"), [])],
	[/^\/beds\/([^/]+)$/, () => __vitePreload(() => import("./bed.js"), [])],
	[/^\/sessions$/, () => __vitePreload(() => import("./sessions.js"), __vite__mapDeps([0,1,2]))],
	[/^\/break-glass$/, () => __vitePreload(() => import("./break-glass.js"), [])],
	[/^\/break-glass\/([0-9a-f]+)$/, () => __vitePreload(() => import("./emergency.js"), [])],
	[/^\/patients$/, () => __vitePreload(() => import("./patients.js"), __vite__mapDeps([3,4]))],
	[/^\/patients\/([0-9a-f]+)$/, () => __vitePreload(() => import("./patient.js"), __vite__mapDeps([5,4]))],
	[/^\/audit$/, () => __vitePreload(() => import("./audit.js"), __vite__mapDeps([6,1,2]))],
	[/^\/audit\/(\d+)$/, () => __vitePreload(() => import("./audit-record.js"), __vite__mapDeps([7,6,1,2]))],
	[/^\/compliance$/, () => __vitePreload(() => import("./compliance.js"), [])],
	[/^\/estate$/, () => __vitePreload(() => import("./estate.js"), [])],
	[/^\/estate\/drills\/([a-z0-9-]+)$/, () => __vitePreload(() => import("./drill.js"), [])],
	[/^\/users$/, () => __vitePreload(() => import("./users.js"), [])],
	[/^\/users\/([0-9a-f]+)$/, () => __vitePreload(() => import("./user.js"), [])],
	[/^\/settings$/, () => __vitePreload(() => import("./settings.js"), [])],
	[/^\/reference$/, () => __vitePreload(() => import("./reference.js"), [])],
	[/^\/channels$/, () => __vitePreload(() => import("./channels.js"), [])],
	[/^\/channels\/([^/]+)$/, () => __vitePreload(() => import("./channel.js"), [])],
	[/^\/dead-letters$/, () => __vitePreload(() => import("./dead-letters.js"), __vite__mapDeps([8,1,2]))],
	[/^\/jobs$/, () => __vitePreload(() => import("./jobs.js"), [])],
	[/^\/jobs\/(\d+)$/, () => __vitePreload(() => import("./job.js"), [])],
	[/^\/messages$/, () => __vitePreload(() => import("./messages.js").then((n) => n.r), __vite__mapDeps([1,2]))],
	[/^\/messages\/compare$/, () => __vitePreload(() => import("./compare.js"), [])],
	[/^\/messages\/(\d+)$/, () => __vitePreload(() => import("./message.js"), [])]
];
// src/app/keys.tsx
var PREFIX_MS = 1200;
function useKeys() {
	const [open, setOpen] = d(false);
	F$1(() => {
		let prefixAt = -Infinity;
		const onKey = (event) => {
			if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
			if (!preferences().shortcuts || isTyping(event.target) || document.querySelector("dialog[open]")) return;
			const key = event.key;
			if (event.timeStamp - prefixAt < PREFIX_MS) {
				prefixAt = -Infinity;
				const place = PLACES.find((place) => place.key === key && place.scopes.some((scope) => !scope || may(scope)));
				if (place) {
					event.preventDefault();
					go(place.path);
				}
				return;
			}
			if (key === "g") prefixAt = event.timeStamp;
			else if (key === "?") setOpen(true);
			else if (key === "/") focus("[data-find]");
			else if (key === "f") focus("main [data-filter]");
			else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
			else if (key === ".") document.querySelector("[data-pause]")?.click();
			else return;
			event.preventDefault();
		};
		addEventListener("keydown", onKey);
		return () => removeEventListener("keydown", onKey);
	}, []);
	return [open, setOpen];
}
function focus(selector) {
	document.querySelector(selector)?.focus();
}
/** The row that was gone to last, and its place in its listing. */
var stood;
/** Moves along the rows of a listing; Enter opens the one that has the focus, as with any link. */
function step(by) {
	const rows = [...document.querySelectorAll("main [data-row]")];
	if (rows.length === 0) return;
	const at = rows.indexOf(document.activeElement);
	const next = Math.min(Math.max(at < 0 ? afterGone(by, rows) : at + by, 0), rows.length - 1);
	const row = rows[next];
	row.focus();
	row.scrollIntoView({ block: "nearest" });
	stood = {
		row,
		at: next,
		path: location.pathname
	};
}
/** Where one goes on when the row that had the focus is gone from a listing that changes by itself: at its place, which the
* next one took. */
function afterGone(by, rows) {
	const isGone = stood && !stood.row.isConnected && stood.path === location.pathname && document.activeElement === document.body;
	if (stood && isGone) return by > 0 ? stood.at : stood.at - 1;
	return by > 0 ? 0 : rows.length - 1;
}
function KeyMap({ close }) {
	const places = PLACES.filter((place) => place.key && place.scopes.some((scope) => !scope || may(scope)));
	return /* @__PURE__ */ a(Dialog, {
		title: t.keys.title,
		close,
		children: [
			/* @__PURE__ */ a("div", {
				class: "key-map",
				children: [/* @__PURE__ */ a("dl", { children: t.keys.general.map(([keys, what]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: keys.split(" ").map((key) => /* @__PURE__ */ a("kbd", { children: key }, key)) }), /* @__PURE__ */ a("dd", { children: what })] }, keys)) }), /* @__PURE__ */ a("dl", { children: places.map((place) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", { children: [/* @__PURE__ */ a("kbd", { children: "g" }), /* @__PURE__ */ a("kbd", { children: place.key })] }), /* @__PURE__ */ a("dd", { children: place.name })] }, place.path)) })]
			}),
			/* @__PURE__ */ a("p", {
				class: "hint",
				children: t.keys.off
			}),
			/* @__PURE__ */ a("div", {
				class: "dialog-actions",
				children: /* @__PURE__ */ a("button", {
					type: "button",
					class: "button primary",
					onClick: close,
					autofocus: true,
					children: t.common.close
				})
			})
		]
	});
}
// src/app/notices.tsx
/** A server that is started anew is away for less than that, and nobody needs to know. */
var TOLD_AFTER_MS = 5e3;
function Unreached() {
	const since = useUnreached();
	return since === void 0 ? null : /* @__PURE__ */ a(Since, { since });
}
function Since({ since }) {
	if (useNow() - since < TOLD_AFTER_MS) return null;
	return /* @__PURE__ */ a("div", {
		class: "stale-notice over-page",
		role: "alert",
		children: [
			/* @__PURE__ */ a("strong", { children: t.nav.unreached(clockTime(since)) }),
			" ",
			/* @__PURE__ */ a("span", { children: t.nav.unreachedText })
		]
	});
}
function LateNotices() {
	return /* @__PURE__ */ a($, { children: useLate().map((one, at) => /* @__PURE__ */ a("div", {
		class: "refused over-page",
		role: "alert",
		children: [
			/* @__PURE__ */ a("strong", { children: t.nav.late }),
			" ",
			one.problem.title,
			" ",
			one.problem.detail,
			" ",
			/* @__PURE__ */ a(Link, {
				to: one.from,
				class: "button small",
				onClick: () => dropLate(one),
				children: t.nav.lateBack
			}),
			" ",
			/* @__PURE__ */ a("button", {
				type: "button",
				class: "button small",
				onClick: () => dropLate(one),
				children: t.common.close
			})
		]
	}, at)) });
}
// src/app/sign-in.tsx
/** Sign-outs that are not answered yet: an answer takes the browser's cookie away, whoever's it is by then. */
var signOuts = /* @__PURE__ */ new Set();
/** Tells the server that the person goes, and says whether it is known to have heard it. */
async function tellSignOut() {
	const asking = new AbortController();
	signOuts.add(asking);
	try {
		await api("post", "/v1/sign-out", {
			passive: true,
			signal: asking.signal
		});
		return "out";
	} catch (error) {
		return error instanceof Problem && (error.status === 401 || error.code === "of_ended_session") ? "out" : "unsure";
	} finally {
		signOuts.delete(asking);
	}
}
function SignIn({ why, isMidAct }) {
	const [step, setStep] = d({ is: "credentials" });
	const [login, setLogin] = d("");
	const [password, setPassword] = d("");
	const [code, setCode] = d("");
	const [role, setRole] = d("");
	const [byRecovery, setByRecovery] = d(false);
	const [asksRole, setAsksRole] = d(false);
	A(() => {
		document.title = "Wardline";
	}, []);
	const entering = useSending();
	const leaving = useSending();
	const [heard, setHeard] = d(false);
	const unsure = why === "unsure" && !heard;
	const signOut = () => leaving.send(async () => {
		if (await tellSignOut() === "unsure") throw new Problem(0, "unreachable", t.signIn.stillUnsure);
		setHeard(true);
	});
	const told = unsure ? void 0 : why === "out" || heard ? t.signIn.out : why === "ended" ? t.signIn.ended : why === "idle" ? t.signIn.idle : void 0;
	const signIn = () => entering.send(async () => {
		for (const late of signOuts) late.abort();
		const second = !code ? {} : byRecovery ? { recovery_code: code } : { code };
		try {
			await api("post", "/v1/sign-in", {
				body: {
					login,
					password,
					...second,
					...role ? { role } : {}
				},
				passive: true
			});
		} catch (error) {
			if (error instanceof Problem && error.code === "second_factor_needed") {
				setStep({
					is: "enrol",
					secret: await api("post", "/v1/sign-in/second-factor", {
						body: {
							login,
							password
						},
						passive: true
					})
				});
				setCode("");
				return;
			}
			if (error instanceof Problem && error.field === "role") setAsksRole(true);
			throw error;
		}
		await lookAtSession(true);
	});
	const confirm = () => entering.send(async () => {
		const { recovery_codes } = await api("post", "/v1/sign-in/second-factor/confirm", {
			body: {
				credentials: {
					login,
					password
				},
				first_code: code
			},
			passive: true
		});
		setCode("");
		setStep({
			is: "codes",
			codes: recovery_codes
		});
	});
	return /* @__PURE__ */ a("main", {
		class: "sign-in",
		id: "content",
		children: [/* @__PURE__ */ a("div", {
			class: "sign-in-card",
			children: [
				/* @__PURE__ */ a("div", {
					class: "brand",
					children: [/* @__PURE__ */ a("img", {
						src: "/icon.svg",
						width: "36",
						height: "36",
						alt: ""
					}), /* @__PURE__ */ a("span", { children: "Wardline" })]
				}),
				step.is === "credentials" && /* @__PURE__ */ a("form", {
					onSubmit: (event) => {
						event.preventDefault();
						signIn();
					},
					children: [
						/* @__PURE__ */ a("h1", { children: t.signIn.title }),
						/* @__PURE__ */ a("p", {
							class: "lead",
							children: t.signIn.lead
						}),
						told && /* @__PURE__ */ a("p", {
							class: "told",
							role: "status",
							children: told
						}),
						isMidAct && /* @__PURE__ */ a("p", {
							class: "stale-notice",
							role: "alert",
							children: t.signIn.midAct
						}),
						unsure && /* @__PURE__ */ a("div", {
							class: "stale-notice",
							role: "alert",
							children: [
								/* @__PURE__ */ a("strong", { children: t.signIn.unsure }),
								" ",
								/* @__PURE__ */ a("span", { children: t.signIn.unsureText }),
								" ",
								/* @__PURE__ */ a(ActButton, {
									class: "button small",
									busy: leaving.busy,
									onClick: () => void signOut(),
									children: t.nav.signOut
								})
							]
						}),
						/* @__PURE__ */ a(Refused, { problem: leaving.problem }),
						/* @__PURE__ */ a(Field, {
							label: t.signIn.login,
							value: login,
							onInput: (e) => setLogin(e.currentTarget.value),
							autocomplete: "username",
							name: "login",
							required: true,
							autofocus: true,
							autocapitalize: "none",
							spellcheck: false
						}),
						/* @__PURE__ */ a(Field, {
							label: t.signIn.password,
							value: password,
							onInput: (e) => setPassword(e.currentTarget.value),
							type: "password",
							autocomplete: "current-password",
							name: "password",
							required: true
						}),
						byRecovery ? /* @__PURE__ */ a(Field, {
							label: t.signIn.recovery,
							value: code,
							onInput: (e) => setCode(e.currentTarget.value.trim()),
							autocomplete: "off",
							name: "recovery",
							spellcheck: false
						}) : /* @__PURE__ */ a(Field, {
							label: t.signIn.code,
							hint: t.signIn.codeHint,
							value: code,
							onInput: (e) => setCode(e.currentTarget.value.replace(/\s/g, "")),
							inputMode: "numeric",
							autocomplete: "one-time-code",
							name: "code"
						}),
						/* @__PURE__ */ a("button", {
							type: "button",
							class: "link",
							onClick: () => {
								setByRecovery(!byRecovery);
								setCode("");
							},
							children: byRecovery ? t.signIn.useCode : t.signIn.useRecovery
						}),
						asksRole && /* @__PURE__ */ a(Field, {
							label: t.signIn.role,
							hint: t.signIn.roleHint,
							value: role,
							onInput: (e) => setRole(e.currentTarget.value.trim()),
							name: "role"
						}),
						/* @__PURE__ */ a(Refused, { problem: entering.problem }),
						/* @__PURE__ */ a(ActButton, {
							type: "submit",
							class: "button primary big",
							busy: entering.busy,
							children: entering.busy ? t.signIn.busy : t.signIn.submit
						})
					]
				}),
				step.is === "enrol" && /* @__PURE__ */ a("form", {
					onSubmit: (event) => {
						event.preventDefault();
						confirm();
					},
					children: [
						/* @__PURE__ */ a("h1", { children: t.signIn.enrolTitle }),
						/* @__PURE__ */ a("p", { children: t.signIn.enrolText }),
						/* @__PURE__ */ a("p", {
							class: "secret",
							children: [/* @__PURE__ */ a("span", {
								class: "faint",
								children: t.signIn.secret
							}), /* @__PURE__ */ a("code", { children: step.secret.secret.match(/.{1,4}/g)?.join(" ") })]
						}),
						/* @__PURE__ */ a("p", { children: /* @__PURE__ */ a("a", {
							href: step.secret.uri,
							children: t.signIn.openApp
						}) }),
						/* @__PURE__ */ a(Field, {
							label: t.signIn.firstCode,
							value: code,
							onInput: (e) => setCode(e.currentTarget.value.replace(/\s/g, "")),
							inputMode: "numeric",
							autocomplete: "one-time-code",
							required: true,
							autofocus: true
						}),
						/* @__PURE__ */ a(Refused, { problem: entering.problem }),
						/* @__PURE__ */ a(ActButton, {
							type: "submit",
							class: "button primary big",
							busy: entering.busy,
							children: entering.busy ? t.signIn.busy : t.signIn.confirm
						})
					]
				}),
				step.is === "codes" && /* @__PURE__ */ a("div", { children: [
					/* @__PURE__ */ a("h1", { children: t.signIn.recoveryTitle }),
					/* @__PURE__ */ a("p", { children: t.signIn.recoveryText }),
					/* @__PURE__ */ a("ul", {
						class: "codes",
						children: step.codes.map((one) => /* @__PURE__ */ a("li", { children: /* @__PURE__ */ a("code", { children: one }) }, one))
					}),
					/* @__PURE__ */ a("p", {
						class: "hint",
						children: t.signIn.waitForCode
					}),
					/* @__PURE__ */ a("div", {
						class: "dialog-actions",
						children: [/* @__PURE__ */ a("button", {
							type: "button",
							class: "button",
							onClick: () => print(),
							children: t.signIn.print
						}), /* @__PURE__ */ a("button", {
							type: "button",
							class: "button primary",
							onClick: () => setStep({ is: "credentials" }),
							children: t.signIn.goOn
						})]
					})
				] })
			]
		}), /* @__PURE__ */ a("p", {
			class: "sign-in-foot",
			children: [
				t.nav.notAlarm,
				" ",
				t.nav.notAlarmLong
			]
		})]
	});
}
// src/app/shell.tsx
function Shell() {
	const state = useSession();
	const [problem, setProblem] = d();
	const look = () => {
		setProblem(void 0);
		lookAtSession(true).catch((error) => {
			if (error instanceof Problem && error.status !== 401) setProblem(error);
		});
	};
	A(look, []);
	useWatchedSession(state.is === "in");
	if (state.is === "unknown") return /* @__PURE__ */ a("main", {
		class: "sign-in",
		children: problem ? /* @__PURE__ */ a(Failed, {
			problem,
			again: look
		}) : /* @__PURE__ */ a(Loading, { rows: 3 })
	});
	if (state.is === "out") return /* @__PURE__ */ a(SignIn, {
		why: state.why,
		isMidAct: state.isMidAct
	});
	return /* @__PURE__ */ a(SignedIn, {
		login: state.me.login,
		role: state.me.role.join(", ")
	}, state.me.session_id);
}
function SignedIn({ login, role }) {
	const place = usePlace();
	const [mapOpen, openMap] = useKeys();
	const [menuOpen, openMenu] = d(false);
	A(() => openMenu(false), [place.path]);
	const open = PLACES.filter((place) => place.scopes.some((scope) => !scope || may(scope)));
	const groups = [...new Set(open.map((place) => place.group))];
	const isHere = (path) => path === "/" ? place.path === "/" : place.path === path || place.path.startsWith(`${path}/`);
	return /* @__PURE__ */ a("div", {
		class: "shell",
		children: [
			/* @__PURE__ */ a("a", {
				class: "skip",
				href: "#content",
				children: t.nav.skip
			}),
			/* @__PURE__ */ a("header", {
				class: "bar",
				children: [
					/* @__PURE__ */ a(Link, {
						to: "/",
						class: "brand",
						children: [/* @__PURE__ */ a("img", {
							src: "/icon.svg",
							width: "24",
							height: "24",
							alt: ""
						}), /* @__PURE__ */ a("span", { children: "Wardline" })]
					}),
					/* @__PURE__ */ a("button", {
						type: "button",
						class: "button menu-button",
						"aria-expanded": menuOpen,
						"aria-controls": "nav",
						onClick: () => openMenu(!menuOpen),
						children: t.nav.menu
					}),
					may("read") && /* @__PURE__ */ a(Find, {}),
					/* @__PURE__ */ a("div", {
						class: "bar-end",
						children: [
							/* @__PURE__ */ a(ThemeChoice, {}),
							/* @__PURE__ */ a("button", {
								type: "button",
								class: "button quiet keys-button",
								onClick: () => openMap(true),
								"aria-keyshortcuts": "?",
								children: [
									/* @__PURE__ */ a("kbd", { children: "?" }),
									" ",
									t.nav.keys
								]
							}),
							/* @__PURE__ */ a("span", {
								class: "who",
								children: [
									/* @__PURE__ */ a("strong", { children: login }),
									" ",
									/* @__PURE__ */ a("span", {
										class: "faint",
										children: role.replaceAll("_", " ")
									})
								]
							}),
							/* @__PURE__ */ a("button", {
								type: "button",
								class: "button quiet",
								onClick: () => void signOut(),
								children: t.nav.signOut
							})
						]
					})
				]
			}),
			/* @__PURE__ */ a("nav", {
				id: "nav",
				class: menuOpen ? "nav open" : "nav",
				"aria-label": t.nav.label,
				children: groups.map((group) => /* @__PURE__ */ a("div", {
					class: "nav-group",
					children: [group && /* @__PURE__ */ a("p", { children: group }), /* @__PURE__ */ a("ul", { children: open.filter((place) => place.group === group).map((place) => /* @__PURE__ */ a("li", { children: /* @__PURE__ */ a(Link, {
						to: place.path,
						"aria-current": isHere(place.path) ? "page" : void 0,
						children: place.name
					}) }, place.path)) })]
				}, group))
			}),
			/* @__PURE__ */ a("main", {
				id: "content",
				tabIndex: -1,
				children: [
					/* @__PURE__ */ a(Unreached, {}),
					/* @__PURE__ */ a(LateNotices, {}),
					/* @__PURE__ */ a(Routed, { path: place.path }, place.path)
				]
			}),
			/* @__PURE__ */ a("footer", {
				class: "no-alarm",
				children: [
					/* @__PURE__ */ a("strong", { children: t.nav.notAlarm }),
					" ",
					t.nav.notAlarmLong
				]
			}),
			/* @__PURE__ */ a(IdleWarning, {}),
			mapOpen && /* @__PURE__ */ a(KeyMap, { close: () => openMap(false) })
		]
	});
}
function Find() {
	const [text, setText] = d("");
	return /* @__PURE__ */ a("form", {
		class: "find",
		role: "search",
		"aria-label": t.nav.findLabel,
		onSubmit: (event) => {
			event.preventDefault();
			if (!text.trim()) return;
			keepSearch({ find: text.trim() });
			setText("");
			document.getElementById("content")?.focus({ preventScroll: true });
			go("/messages");
		},
		children: /* @__PURE__ */ a("input", {
			type: "search",
			"data-find": true,
			"aria-label": t.nav.find,
			placeholder: t.nav.find,
			value: text,
			onInput: (e) => setText(e.currentTarget.value),
			autocomplete: "off",
			spellcheck: false,
			"aria-keyshortcuts": "/"
		})
	});
}
function ThemeChoice() {
	const { theme } = usePreferences();
	return /* @__PURE__ */ a("select", {
		class: "theme",
		"aria-label": t.nav.themeLabel,
		value: theme,
		onChange: (e) => prefer({ theme: e.currentTarget.value }),
		children: [
			"system",
			"light",
			"dark"
		].map((one) => /* @__PURE__ */ a("option", {
			value: one,
			children: t.nav.theme[one]
		}, one))
	});
}
/** How long what was shown stays while the server is told that its person goes. */
var SIGN_OUT_MS = 5e3;
async function signOut() {
	const asked = era();
	signingOut();
	const late = setTimeout(() => loggedOut("unsure"), SIGN_OUT_MS);
	const told = await tellSignOut();
	clearTimeout(late);
	if (session().is === "out" || era() === asked) loggedOut(told);
}
/** The page of an address, once its file is there. */
function Routed({ path }) {
	const [page, setPage] = d();
	const found = PAGES.find(([pattern]) => pattern.test(path));
	const id = decodeURIComponent(found ? found[0].exec(path)?.[1] ?? "" : "");
	const load = () => {
		found?.[1]().then((module) => setPage(() => module.default), () => setPage("broken"));
	};
	A(load, []);
	if (!found) return /* @__PURE__ */ a("div", {
		class: "page",
		children: [/* @__PURE__ */ a("h1", { children: t.nav.notFoundTitle }), /* @__PURE__ */ a(Empty, {
			title: t.nav.notFound,
			children: /* @__PURE__ */ a(Link, {
				to: "/",
				class: "button",
				children: t.nav.toOverview
			})
		})]
	});
	if (page === void 0) return /* @__PURE__ */ a("div", {
		class: "page",
		children: /* @__PURE__ */ a(Loading, {})
	});
	if (page === "broken") return /* @__PURE__ */ a("div", {
		class: "page",
		children: /* @__PURE__ */ a(Failed, {
			problem: new Problem(0, "chunk", t.nav.pageBroken),
			again: load
		})
	});
	return /* @__PURE__ */ a(Guarded, { children: /* @__PURE__ */ a(page, { id }) });
}
/** A page that breaks says so and leaves the rest standing. */
var Guarded = class extends x {
	state = { broken: false };
	componentDidCatch() {
		this.setState({ broken: true });
	}
	render() {
		if (!this.state.broken) return this.props.children;
		return /* @__PURE__ */ a("div", {
			class: "page",
			children: /* @__PURE__ */ a(Failed, {
				problem: new Problem(0, "page", t.nav.pageBroken),
				again: () => this.setState({ broken: false })
			})
		});
	}
};
// src/api/use.ts
/** What is shown to nobody who is told one of these: the right to see it, or the thing itself, is gone. */
var GONE = /* @__PURE__ */ new Set([
	403,
	404,
	410
]);
/** Asks when the page opens, whenever `key` changes, and every `everyMs` as a program does. A program waits for the answer
* to what it asked before: an answer that takes longer than `everyMs` is shown nevertheless. */
function useAsked(ask, key, everyMs) {
	const of = JSON.stringify(key);
	const nothing = {
		data: void 0,
		problem: void 0,
		loading: true,
		at: void 0
	};
	const [come, show] = d({
		...nothing,
		of
	});
	const asking = T(ask);
	asking.current = ask;
	const current = T(void 0);
	const begin = b((passive, of) => {
		current.current?.stop.abort();
		const attempt = {
			stop: new AbortController(),
			more: false
		};
		current.current = attempt;
		const { signal } = attempt.stop;
		const ended = (change) => {
			if (signal.aborted) return;
			current.current = void 0;
			show(change);
			if (attempt.more) begin(true, of);
		};
		show((before) => before.of === of ? {
			...before,
			loading: true
		} : {
			...nothing,
			of
		});
		asking.current(passive, signal).then((data) => ended(() => ({
			data,
			problem: void 0,
			loading: false,
			at: Date.now(),
			of
		})), (error) => {
			const problem = asProblem(error);
			ended((before) => ({
				...GONE.has(problem.status) ? {
					...nothing,
					of
				} : before,
				problem,
				loading: false
			}));
		});
	}, []);
	const latest = T(of);
	latest.current = of;
	const again = b((passive = false) => {
		if (passive && current.current) current.current.more = true;
		else begin(passive, latest.current);
	}, []);
	A(() => {
		begin(false, of);
		return () => {
			current.current?.stop.abort();
			current.current = void 0;
		};
	}, [of]);
	A(() => {
		if (!everyMs) return;
		const timer = setInterval(() => {
			if (!document.hidden && !current.current) begin(true, latest.current);
		}, everyMs);
		return () => clearInterval(timer);
	}, [everyMs]);
	const { of: _, ...shown } = come.of === of ? come : {
		...nothing,
		of
	};
	return {
		...shown,
		again
	};
}
// src/ui/audit-bits.tsx
function kindText(kind) {
	const words = kind.replaceAll("-", " ").replaceAll("_", " ");
	return words.charAt(0).toUpperCase() + words.slice(1);
}
function OutcomeBadge({ outcome }) {
	return /* @__PURE__ */ a(Badge, {
		tone: outcome === "success" ? "good" : outcome === "denied" ? "warning" : "bad",
		children: t.audit.outcomes[outcome] ?? outcome
	});
}
// src/ui/reason.tsx
/** Characters of a reason, at least and at most. */
var SHORTEST = 10;
var LONGEST$1 = 200;
function AskReason({ title, text, action, danger, picks, done, close, children }) {
	const [reason, setReason] = d("");
	const { busy, problem, send } = useSending();
	return /* @__PURE__ */ a(Dialog, {
		title,
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				send(() => done(reason.trim()));
			},
			children: [
				/* @__PURE__ */ a("p", { children: text }),
				children,
				picks && /* @__PURE__ */ a("div", {
					class: "picks",
					role: "group",
					"aria-label": t.reason.picks,
					children: picks.map((pick) => /* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						onClick: () => setReason(pick),
						children: pick
					}, pick))
				}),
				/* @__PURE__ */ a("div", {
					class: "field",
					children: [
						/* @__PURE__ */ a("label", {
							for: "reason",
							children: t.common.reason
						}),
						/* @__PURE__ */ a("textarea", {
							id: "reason",
							value: reason,
							onInput: (event) => setReason(event.currentTarget.value),
							minLength: SHORTEST,
							maxLength: LONGEST$1,
							required: true,
							autofocus: true,
							"aria-describedby": "reason-hint"
						}),
						/* @__PURE__ */ a("p", {
							class: "hint",
							id: "reason-hint",
							children: t.reason.hint
						})
					]
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(DialogActs, {
					danger: danger ?? false,
					busy,
					ready: reason.trim().length >= SHORTEST,
					close,
					children: action
				})
			]
		})
	});
}
// src/app/views.ts
/** Pages whose filters can be kept, and which parameters of theirs. */
var KEPT = {
	"/messages": [
		"channel",
		"type",
		"state",
		"from",
		"until"
	],
	"/dead-letters": [
		"channel",
		"destination",
		"reason"
	],
	"/sessions": ["role", "state"],
	"/audit": ["kind", "outcome"],
	"/beds": [
		"unit",
		"order",
		"show"
	],
	"/break-glass": ["review"]
};
/** Views of one person, and characters of one address, at most. */
var MOST = 30;
var LONGEST = 300;
var KEY = "wardline-views";
var listeners = /* @__PURE__ */ new Set();
/** What can be kept of an address; nothing when no filter is set. */
function viewOf(path, query) {
	const filters = (KEPT[path] ?? []).flatMap((name) => {
		const value = query.get(name);
		return value ? [[name, value]] : [];
	});
	const view = {
		path,
		filters
	};
	return filters.length && addressOf(view).length <= LONGEST ? view : void 0;
}
function addressOf({ path, filters }) {
	return `${path}?${new URLSearchParams(filters)}`;
}
function owner() {
	const state = session();
	return state.is === "in" ? state.me.user : void 0;
}
/** Everybody's addresses. What somebody else wrote there is no reason to break. */
function stored() {
	try {
		const all = JSON.parse(localStorage.getItem(KEY) ?? "{}");
		return typeof all === "object" && all !== null && !Array.isArray(all) ? all : {};
	} catch {
		return {};
	}
}
function views() {
	const mine = stored()[owner() ?? ""];
	if (!Array.isArray(mine)) return [];
	return mine.slice(0, MOST).flatMap((address) => {
		if (typeof address !== "string" || address.length > LONGEST) return [];
		const [path, query] = address.split("?");
		return viewOf(path ?? "", new URLSearchParams(query)) ?? [];
	});
}
function write(next) {
	const id = owner();
	if (!id) return;
	try {
		localStorage.setItem(KEY, JSON.stringify({
			...stored(),
			[id]: next.map(addressOf)
		}));
	} catch {}
	for (const listener of listeners) listener();
}
function keepView(view) {
	write([view, ...views().filter((one) => addressOf(one) !== addressOf(view))].slice(0, MOST));
}
function dropView(view) {
	write(views().filter((one) => addressOf(one) !== addressOf(view)));
}
/** The views of a page. */
function useViews(path) {
	const [shown, show] = d(() => views());
	F$1(() => {
		const look = () => show(views());
		listeners.add(look);
		return () => void listeners.delete(look);
	}, []);
	return shown.filter((view) => view.path === path);
}
// src/ui/views.tsx
function Views() {
	const place = usePlace();
	const kept = useViews(place.path);
	const now = viewOf(place.path, place.query);
	const isKept = now !== void 0 && kept.some((one) => addressOf(one) === addressOf(now));
	if (!now && kept.length === 0) return null;
	return /* @__PURE__ */ a("div", {
		class: "views",
		role: "group",
		"aria-label": t.views.label,
		children: [kept.length > 0 && /* @__PURE__ */ a("ul", { children: kept.map((view) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a(Link, {
			to: addressOf(view),
			"aria-current": now && addressOf(view) === addressOf(now) ? "page" : void 0,
			children: inWords$1(view)
		}), /* @__PURE__ */ a("button", {
			type: "button",
			class: "button small quiet",
			"aria-label": t.views.drop(inWords$1(view)),
			title: t.views.drop(inWords$1(view)),
			onClick: () => dropView(view),
			children: "×"
		})] }, addressOf(view))) }), now && !isKept && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button small",
			onClick: () => keepView(now),
			children: t.views.keep
		})]
	});
}
/** A view by what it filters: nobody types a name for it, in which a patient's could stand. */
function inWords$1({ filters }) {
	return filters.map(([name, value]) => t.views.filter(t.views.names[name] ?? name, words(name, value))).join(", ");
}
function words(name, value) {
	if (name === "from" || name === "until") return absolute(value) || value;
	return {
		state: {
			...t.messages.stateOptions,
			...t.sessions.states
		},
		reason: t.message.deadReasons,
		outcome: t.audit.outcomes,
		review: t.glass.states
	}[name]?.[value] ?? value.split("~").at(-1).replaceAll("_", " ").replaceAll("-", " ");
}
// src/ui/message-bits.tsx
var TONES$3 = {
	waiting: "notice",
	dead: "bad",
	done: "good",
	unrouted: "plain",
	quarantined: "warning",
	delivered: "good",
	discarded: "plain",
	superseded: "plain"
};
function StateBadge({ state }) {
	return /* @__PURE__ */ a(Badge, {
		tone: TONES$3[state] ?? "plain",
		children: t.message.states[state] ?? state
	});
}
function reasonText(reason) {
	return reason ? t.message.deadReasons[reason] ?? reason : t.common.none;
}
function bytes$1(n) {
	if (n < 1024) return `${n} B`;
	if (n < 1048576) return `${(n / 1024).toFixed(1)} KiB`;
	return `${(n / 1048576).toFixed(1)} MiB`;
}
// src/app/emergency.ts
var held = new Store(void 0);
onLeaving(() => held.set(void 0));
function hold(next) {
	held.set(next);
}
/** What a read of a patient carries while an emergency access is held. */
function emergencyHeaders() {
	const now = held.get();
	return now && now.expiresAt > serverNow() ? { "Wardline-Emergency": now.token } : {};
}
function useHeld() {
	return held.use();
}
// src/ui/vitals.tsx
/** What NEWS2 scores, in the order in which nurses read it out. */
var SCORED = [
	"respiratory_rate",
	"oxygen_saturation",
	"supplemental_oxygen",
	"systolic_pressure",
	"pulse",
	"consciousness",
	"temperature"
];
/** What a card of the board shows. */
var ON_CARDS = [
	"pulse",
	"respiratory_rate",
	"oxygen_saturation",
	"systolic_pressure",
	"temperature"
];
var RANK = {
	high: 5,
	medium: 3,
	low_medium: 2,
	low: 1
};
function valueOf(patient, parameter) {
	return patient.values.filter((value) => value.parameter === parameter).sort((a, b) => a.age_ms - b.age_ms)[0];
}
function reading(value) {
	if (value.number !== null && value.number !== void 0) return value.parameter === "temperature" ? value.number.toFixed(1) : String(Math.round(value.number * 10) / 10);
	return value.consciousness ?? value.oxygen ?? t.common.none;
}
function unitOf(unit) {
	return t.beds.units[unit] ?? unit;
}
/** Age and staleness by the clock, so that a value grows old on the screen also when nothing comes any more. */
function ageOf(value, asOf, now) {
	const ms = value.age_ms + Math.max(0, now - Date.parse(asOf));
	return {
		ms,
		stale: value.state === "stale" || ms > value.limit_ms
	};
}
/** The band that counts for looking: what was told, what the score is, or the least that it can be. */
function bandOf(score) {
	return [
		score.standing?.band,
		score.band,
		score.at_least
	].filter((band) => Boolean(band)).sort((a, b) => (RANK[b] ?? 0) - (RANK[a] ?? 0))[0];
}
/** The parameters that are stale by now, those that the server knows of and those that became so since. */
function staleOf(patient, asOf, now) {
	const grown = SCORED.filter((parameter) => {
		const value = valueOf(patient, parameter);
		return value && ageOf(value, asOf, now).stale;
	});
	return [.../* @__PURE__ */ new Set([...patient.score.stale, ...grown])];
}
/** How urgent a bed is, for the order of a board: not to know comes before what is known to be low. */
function urgency(bed) {
	return Math.max(0, ...bed.patients.map(({ score }) => {
		const band = RANK[bandOf(score) ?? ""] ?? 0;
		const unknown = score.state === "incomplete" ? 2.5 : 0;
		return Math.max(band, unknown) * 100 + (score.total ?? 0);
	}));
}
function bandTone(band) {
	if (band === "high") return "bad";
	if (band === "medium") return "warning";
	if (band === "low_medium") return "notice";
	return "plain";
}
function BandBadge({ band }) {
	if (!band) return null;
	return /* @__PURE__ */ a(Badge, {
		tone: bandTone(band),
		children: t.beds.bands[band] ?? band
	});
}
/** A name as the server gives it: in clear to whom the policy lets, else masked. */
function nameOf(patient) {
	const { family_name: family, given_name: given } = patient.identity;
	return [family, given].filter(Boolean).join(", ") || t.common.none;
}
function oldest(patient, asOf, now) {
	const ages = ON_CARDS.flatMap((parameter) => {
		const value = valueOf(patient, parameter);
		return value ? [ageOf(value, asOf, now).ms] : [];
	});
	return ages.length ? span(Math.min(...ages)) : t.common.none;
}
// src/ui/memo.tsx
function memo(part) {
	return class Memo extends x {
		shouldComponentUpdate(next) {
			const [before, after] = [this.props, next];
			return [.../* @__PURE__ */ new Set([...Object.keys(before), ...Object.keys(after)])].some((name) => before[name] !== after[name]);
		}
		render() {
			return k$1(part, this.props);
		}
	};
}
// src/api/stream.ts
/** Servers send something at least every 15 s. What is not answered at all is given up earlier than what is silent. */
var ANSWER_MS = 15e3;
var FIRST_PAUSE_MS = 500;
var LONGEST_PAUSE_MS = 1e4;
/** Reads a stream until told to stop. `told` gets what happened in order, several at once when they come together; `state`
* gets why, when it is lost or refused. */
function listen(template, query, told, state) {
	const stop = new AbortController();
	run(template, query, told, state, stop.signal);
	return () => stop.abort();
}
async function run(template, query, told, state, stopped) {
	let last = "";
	let pause = FIRST_PAUSE_MS;
	state("connecting");
	while (!stopped.aborted) {
		let why;
		const attempt = new AbortController();
		const give = () => attempt.abort();
		stopped.addEventListener("abort", give);
		try {
			const headers = { Accept: "text/event-stream" };
			if (last) headers["Last-Event-ID"] = last;
			const response = await send("get", template, {
				query,
				headers,
				passive: true,
				patienceMs: ANSWER_MS,
				signal: attempt.signal
			});
			state("live");
			pause = FIRST_PAUSE_MS;
			await read(response, (happenings) => {
				if (stopped.aborted) return;
				last = happenings.at(-1)?.id || last;
				told(happenings);
			});
		} catch (error) {
			if (stopped.aborted) return;
			if (error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 404)) {
				state("refused", error);
				return;
			}
			if (error instanceof Problem) why = error;
		} finally {
			stopped.removeEventListener("abort", give);
		}
		if (stopped.aborted) return;
		state("lost", why);
		await rest(pause + Math.random() * pause);
		pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
	}
}
/** Waits before the next try, and no longer than until the network is there again. */
function rest(ms) {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			removeEventListener("online", end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		addEventListener("online", end);
	});
}
async function read(response, told) {
	let text = "";
	for await (const more of texts(response)) {
		text += more.replaceAll("\r\n", "\n");
		const end = text.lastIndexOf("\n\n");
		if (end < 0) continue;
		const whole = text.slice(0, end);
		text = text.slice(end + 2);
		const happenings = whole.split("\n\n").flatMap(parse);
		if (happenings.length) told(happenings);
	}
}
function parse(block) {
	const happening = {
		id: "",
		type: "message",
		data: ""
	};
	let holds = false;
	for (const line of block.split("\n")) {
		const at = line.indexOf(":");
		if (at <= 0) continue;
		const value = line.slice(at + 1).replace(/^ /, "");
		const field = line.slice(0, at);
		if (field === "id") happening.id = value;
		else if (field === "event") happening.type = value;
		else if (field === "data") {
			happening.data += happening.data ? `\n${value}` : value;
			holds = true;
		}
	}
	return holds ? [happening] : [];
}
/** A stream for as long as a page shows it. While paused nothing is read; going on resumes where it stopped. */
function useStream(template, query, told) {
	const [state, setState] = d("connecting");
	const teller = T(told);
	teller.current = told;
	A(() => {
		if (!template) return;
		return listen(template, query, (happenings) => teller.current(happenings), setState);
	}, [template, JSON.stringify(query)]);
	return template ? state : "paused";
}
// src/ui/live.tsx
function LiveMark({ state, paused, pause }) {
	const shown = paused ? "paused" : state;
	return /* @__PURE__ */ a("span", {
		class: "live",
		children: [/* @__PURE__ */ a("span", {
			class: `live-mark ${shown}`,
			role: "status",
			children: t.live[shown]
		}), pause && /* @__PURE__ */ a("button", {
			type: "button",
			class: "button small",
			"data-pause": true,
			"aria-keyshortcuts": ".",
			"aria-label": paused ? t.live.goOnLabel : t.live.pauseLabel,
			onClick: () => pause(!paused),
			children: paused ? t.live.goOn : t.live.pause
		})]
	});
}
/** Told above what is shown when it is not live: louder than anything in it. `shown`: something is, of before. */
function NotLive({ state, paused, shown = false }) {
	if (paused) return /* @__PURE__ */ a("div", {
		class: "stale-notice",
		role: "status",
		children: [/* @__PURE__ */ a("strong", { children: t.live.paused }), /* @__PURE__ */ a("span", { children: t.live.pausedSince(clockTime(paused)) })]
	});
	if (state === "lost" || state === "refused") return /* @__PURE__ */ a("div", {
		class: "stale-notice",
		role: "alert",
		children: [/* @__PURE__ */ a("strong", { children: t.live[state] }), /* @__PURE__ */ a("span", { children: t.live.lostText })]
	});
	if (state === "connecting" && shown) return /* @__PURE__ */ a("div", {
		class: "stale-notice",
		role: "status",
		children: [/* @__PURE__ */ a("strong", { children: t.live.connecting }), /* @__PURE__ */ a("span", { children: t.live.connectingText })]
	});
	return null;
}
// src/ui/emergency-bits.tsx
var TONES$2 = {
	open: "notice",
	overdue: "bad",
	closed: "good"
};
function ReviewState({ state }) {
	return /* @__PURE__ */ a(Badge, {
		tone: TONES$2[state] ?? "plain",
		children: t.glass.states[state] ?? state
	});
}
// src/ui/channel-bits.tsx
var SILENT_S = 3600;
function ChannelState({ channel }) {
	if (!channel.configured) return /* @__PURE__ */ a(Badge, { children: t.channels.gone });
	if (!channel.enabled) return /* @__PURE__ */ a(Badge, { children: t.channels.disabled });
	if (!channel.listening) return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.channels.notListening
	});
	if ((channel.last_received_seconds_ago ?? Infinity) > SILENT_S) return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.channels.silent
	});
	return /* @__PURE__ */ a(Badge, {
		tone: "good",
		children: t.channels.listening
	});
}
function CircuitState({ destination }) {
	if (!destination.enabled) return /* @__PURE__ */ a(Badge, { children: t.channels.disabled });
	if (destination.circuit === "open") return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.channels.down
	});
	if (destination.circuit === "half_open") return /* @__PURE__ */ a(Badge, {
		tone: "warning",
		children: t.channels.trying
	});
	return /* @__PURE__ */ a(Badge, {
		tone: "good",
		children: t.channels.taking
	});
}
// src/hl7/names.ts
var F = (names) => names.split("|");
var NAMES = {
	MSH: F("Field separator|Encoding characters|Sending application|Sending facility|Receiving application|Receiving facility|Date/time of message|Security|Message type|Message control id|Processing id|Version id|Sequence number|Continuation pointer|Accept acknowledgement type|Application acknowledgement type|Country code|Character set|Principal language|Alternate character set handling|Message profile identifier"),
	MSA: F("Acknowledgement code|Message control id|Text message|Expected sequence number|Delayed acknowledgement type|Error condition"),
	ERR: F("Error code and location|Error location|HL7 error code|Severity|Application error code|Application error parameter|Diagnostic information|User message|Inform person indicator|Override type|Override reason code|Help desk contact point"),
	EVN: F("Event type code|Recorded date/time|Planned event date/time|Event reason code|Operator|Event occurred|Event facility"),
	PID: F("Set id|Patient id|Patient identifier list|Alternate patient id|Patient name|Mother’s maiden name|Date/time of birth|Administrative sex|Patient alias|Race|Patient address|County code|Home phone|Business phone|Primary language|Marital status|Religion|Patient account number|Social security number|Driver’s license number|Mother’s identifier|Ethnic group|Birth place|Multiple birth indicator|Birth order|Citizenship|Veterans military status|Nationality|Death date and time|Death indicator|Identity unknown|Identity reliability|Last update|Last update facility|Species|Breed|Strain|Production class|Tribal citizenship"),
	PD1: F("Living dependency|Living arrangement|Primary facility|Primary care provider|Student indicator|Handicap|Living will|Organ donor|Separate bill|Duplicate patient|Publicity code|Protection indicator|Protection effective date|Place of worship|Advance directive code|Immunization registry status"),
	NK1: F("Set id|Name|Relationship|Address|Phone number|Business phone|Contact role|Start date|End date|Job title|Job code|Employee number|Organization name|Marital status|Administrative sex|Date/time of birth"),
	MRG: F("Prior patient identifier list|Prior alternate patient id|Prior patient account number|Prior patient id|Prior visit number|Prior alternate visit id|Prior patient name"),
	PV1: F("Set id|Patient class|Assigned location|Admission type|Preadmit number|Prior location|Attending doctor|Referring doctor|Consulting doctor|Hospital service|Temporary location|Preadmit test indicator|Re-admission indicator|Admit source|Ambulatory status|VIP indicator|Admitting doctor|Patient type|Visit number|Financial class|Charge price indicator|Courtesy code|Credit rating|Contract code|Contract effective date|Contract amount|Contract period|Interest code|Transfer to bad debt code|Transfer to bad debt date|Bad debt agency|Bad debt transfer amount|Bad debt recovery amount|Delete account indicator|Delete account date|Discharge disposition|Discharged to location|Diet type|Servicing facility|Bed status|Account status|Pending location|Prior temporary location|Admit date/time|Discharge date/time|Current balance|Total charges|Total adjustments|Total payments|Alternate visit id|Visit indicator|Other provider"),
	PV2: F("Prior pending location|Accommodation code|Admit reason|Transfer reason|Patient valuables|Patient valuables location|Visit user code|Expected admit date|Expected discharge date|Estimated length of stay|Actual length of stay|Visit description|Referral source|Previous service date|Employment illness related|Purge status code|Purge status date|Special program code|Retention indicator|Expected insurance plans|Visit publicity code|Visit protection indicator|Clinic organization name|Patient status code|Visit priority code|Previous treatment date|Expected discharge disposition"),
	AL1: F("Set id|Allergen type|Allergen|Severity|Reaction|Identification date"),
	DG1: F("Set id|Coding method|Diagnosis code|Description|Diagnosis date/time|Diagnosis type|Major diagnostic category|Diagnostic related group|DRG approval|DRG grouper review|Outlier type|Outlier days|Outlier cost|Grouper version|Priority|Diagnosing clinician|Classification|Confidential|Attestation date/time|Diagnosis identifier|Action code"),
	PR1: F("Set id|Coding method|Procedure code|Description|Procedure date/time|Functional type|Minutes|Anesthesiologist|Anesthesia code|Anesthesia minutes|Surgeon|Practitioner|Consent code|Priority"),
	GT1: F("Set id|Guarantor number|Guarantor name|Spouse name|Address|Home phone|Business phone|Date/time of birth|Administrative sex|Type|Relationship|Social security number"),
	IN1: F("Set id|Plan id|Company id|Company name|Company address|Contact person|Phone number|Group number|Group name|Insured’s group employer id|Insured’s group employer name|Plan effective date|Plan expiration date|Authorization information|Plan type|Name of insured|Relationship to patient|Insured’s date of birth|Insured’s address|Assignment of benefits|Coordination of benefits|Coordination priority|Notice of admission|Notice date|Report of eligibility|Report date|Release information code|Pre-admit certification|Verification date/time|Verification by|Type of agreement|Billing status|Lifetime reserve days|Delay before lifetime reserve|Company plan code|Policy number"),
	ORC: F("Order control|Placer order number|Filler order number|Placer group number|Order status|Response flag|Quantity/timing|Parent|Date/time of transaction|Entered by|Verified by|Ordering provider|Enterer’s location|Call back phone|Order effective date/time|Order control reason|Entering organization|Entering device|Action by|Beneficiary notice code|Ordering facility name|Ordering facility address|Ordering facility phone|Ordering provider address"),
	OBR: F("Set id|Placer order number|Filler order number|Universal service identifier|Priority|Requested date/time|Observation date/time|Observation end date/time|Collection volume|Collector|Specimen action code|Danger code|Relevant clinical information|Specimen received date/time|Specimen source|Ordering provider|Order callback phone|Placer field 1|Placer field 2|Filler field 1|Filler field 2|Results report date/time|Charge to practice|Diagnostic service section|Result status|Parent result|Quantity/timing|Result copies to|Parent|Transportation mode|Reason for study|Principal result interpreter|Assistant result interpreter|Technician|Transcriptionist|Scheduled date/time"),
	OBX: F("Set id|Value type|Observation identifier|Observation sub-id|Observation value|Units|Reference range|Interpretation|Probability|Nature of abnormal test|Result status|Effective date of reference range|User defined access checks|Date/time of observation|Producer’s id|Responsible observer|Observation method|Equipment identifier|Date/time of analysis|Observation site|Observation instance identifier|Mood code|Performing organization|Performing organization address|Performing medical director"),
	NTE: F("Set id|Source of comment|Comment|Comment type"),
	RXO: F("Requested give code|Requested give amount, minimum|Requested give amount, maximum|Requested give units|Requested dosage form|Provider’s pharmacy instructions|Provider’s administration instructions|Deliver to location|Allow substitutions|Requested dispense code|Requested dispense amount|Requested dispense units|Number of refills"),
	RXE: F("Quantity/timing|Give code|Give amount, minimum|Give amount, maximum|Give units|Give dosage form|Provider’s administration instructions|Deliver to location|Substitution status|Dispense amount|Dispense units|Number of refills|Ordering provider’s DEA number|Pharmacist verifier id|Prescription number"),
	RXA: F("Give sub-id counter|Administration sub-id counter|Administration start|Administration end|Administered code|Administered amount|Administered units|Administered dosage form|Administration notes|Administering provider|Administered-at location|Administered per|Administered strength|Administered strength units|Substance lot number|Substance expiration date|Substance manufacturer|Refusal reason|Indication|Completion status|Action code"),
	RXR: F("Route|Administration site|Administration device|Administration method|Routing instruction|Administration site modifier"),
	TQ1: F("Set id|Quantity|Repeat pattern|Explicit time|Relative time and units|Service duration|Start date/time|End date/time|Priority|Condition text|Text instruction|Conjunction|Occurrence duration|Total occurrences"),
	SPM: F("Set id|Specimen id|Specimen parent ids|Specimen type|Specimen type modifier|Specimen additives|Collection method|Source site|Source site modifier|Collection site|Specimen role|Collection amount|Grouped specimen count|Description|Handling code|Risk code|Collection date/time|Received date/time"),
	SCH: F("Placer appointment id|Filler appointment id|Occurrence number|Placer group number|Schedule id|Event reason|Appointment reason|Appointment type|Duration|Duration units|Timing quantity|Placer contact person|Placer contact phone|Placer contact address|Placer contact location|Filler contact person|Filler contact phone|Filler contact address|Filler contact location|Entered by|Entered by phone|Entered by location|Parent placer appointment id|Parent filler appointment id|Filler status code"),
	TXA: F("Set id|Document type|Content presentation|Activity date/time|Primary activity provider|Origination date/time|Transcription date/time|Edit date/time|Originator|Assigned authenticator|Transcriptionist|Unique document number|Parent document number|Placer order number|Filler order number|Unique document file name|Completion status|Confidentiality status|Availability status|Storage status|Change reason|Authentication person|Distributed copies"),
	FT1: F("Set id|Transaction id|Transaction batch id|Transaction date|Posting date|Transaction type|Transaction code|Description|Description, alternate|Quantity|Amount, extended|Amount, unit|Department code|Insurance plan id|Insurance amount|Assigned location|Fee schedule|Patient type|Diagnosis code|Performed by|Ordered by|Unit cost|Filler order number|Entered by|Procedure code"),
	PRT: F("Participation instance id|Action code|Action reason|Participation|Participation person|Participation person type|Participation organization type|Participation organization|Participation location|Participation device|Begin date/time|End date/time|Qualitative duration|Address|Telecommunication address"),
	NPU: F("Bed location|Bed status"),
	SFT: F("Vendor organization|Certified version|Product name|Binary id|Product information|Install date")
};
var PARTS = {
	"PID-3": F("id|check digit|check digit scheme|assigning authority|type"),
	"PID-5": F("family|given|second|suffix|prefix|degree|use"),
	"PID-9": F("family|given|second|suffix|prefix|degree|use"),
	"PID-11": F("street|other|city|state|postal code|country|type"),
	"PID-13": F("number|use|equipment|e-mail"),
	"PID-18": F("id|check digit|check digit scheme|assigning authority|type"),
	"NK1-2": F("family|given|second|suffix|prefix|degree|use"),
	"NK1-3": F("code|text|system"),
	"NK1-4": F("street|other|city|state|postal code|country|type"),
	"PV1-3": F("unit|room|bed|facility|status|type|building|floor"),
	"PV1-6": F("unit|room|bed|facility|status|type|building|floor"),
	"PV1-7": F("id|family|given|second|suffix|prefix|degree|source|authority"),
	"PV1-19": F("id|check digit|check digit scheme|assigning authority|type"),
	"MSH-9": F("code|trigger|structure"),
	"OBX-3": F("code|text|system|alternate code|alternate text|alternate system"),
	"OBX-6": F("code|text|system"),
	"OBR-4": F("code|text|system|alternate code|alternate text|alternate system"),
	"OBR-2": F("number|namespace"),
	"OBR-3": F("number|namespace"),
	"ORC-2": F("number|namespace"),
	"ORC-3": F("number|namespace"),
	"DG1-3": F("code|text|system"),
	"AL1-3": F("code|text|system"),
	"MRG-1": F("id|check digit|check digit scheme|assigning authority|type")
};
/** Reads a path as the API writes it: `PID-3[2].4.1`, `OBX[3]-5`. */
function parsePath(path) {
	const found = /^(\w{3})(?:\[(\d+)\])?-(\d+)(?:\[(\d+)\])?(?:\.(\d+))?(?:\.(\d+))?$/.exec(path);
	if (!found) return void 0;
	const n = (at) => found[at] === void 0 ? void 0 : Number(found[at]);
	return {
		segment: found[1],
		occurrence: n(2) ?? 1,
		field: n(3),
		repetition: n(4),
		component: n(5),
		subcomponent: n(6)
	};
}
/** What a path is called: `Patient name, family`. */
function nameOfPath(path) {
	const at = parsePath(path);
	if (!at) return "";
	const field = NAMES[at.segment]?.[at.field - 1] ?? "";
	const part = at.component === void 0 ? void 0 : PARTS[`${at.segment}-${at.field}`]?.[at.component - 1];
	return part ? `${field}, ${part}` : field;
}
// src/ui/delivery-acts.tsx
function Acts({ detail, again }) {
	const [act, setAct] = d();
	if (detail.deliveries.length === 0) return null;
	const close = () => setAct(void 0);
	const operates = may("operate");
	return /* @__PURE__ */ a("div", {
		class: "deliveries",
		children: [
			/* @__PURE__ */ a(Table, {
				label: t.message.deliveries,
				head: [
					t.message.destination,
					t.messages.state,
					t.message.why,
					[t.message.attempts, "number"],
					""
				],
				children: detail.deliveries.map((delivery) => /* @__PURE__ */ a("tr", { children: [
					/* @__PURE__ */ a("th", {
						scope: "row",
						children: delivery.destination
					}),
					/* @__PURE__ */ a("td", { children: /* @__PURE__ */ a(StateBadge, { state: delivery.state }) }),
					/* @__PURE__ */ a("td", { children: delivery.dead_reason ? reasonText(delivery.dead_reason) : delivery.reason ?? /* @__PURE__ */ a("span", {
						class: "faint",
						children: t.common.none
					}) }),
					/* @__PURE__ */ a("td", {
						class: "number",
						children: delivery.attempt_count
					}),
					/* @__PURE__ */ a("td", { children: [operates && delivery.state === "dead" && /* @__PURE__ */ a($, { children: [
						/* @__PURE__ */ a("button", {
							type: "button",
							class: "button small",
							onClick: () => setAct({
								is: "retry",
								delivery
							}),
							children: t.acts.retry
						}),
						may("phi") && /* @__PURE__ */ a("button", {
							type: "button",
							class: "button small",
							onClick: () => setAct({
								is: "edit",
								delivery
							}),
							children: t.acts.edit
						}),
						/* @__PURE__ */ a("button", {
							type: "button",
							class: "button small danger",
							onClick: () => setAct({
								is: "discard",
								delivery
							}),
							children: t.acts.discard
						})
					] }), operates && delivery.state === "waiting" && /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("button", {
						type: "button",
						class: "button small",
						onClick: () => setAct({
							is: "park",
							delivery
						}),
						children: t.acts.park
					}), /* @__PURE__ */ a("button", {
						type: "button",
						class: "button small danger",
						onClick: () => setAct({
							is: "skip",
							delivery
						}),
						children: t.acts.skip
					})] })] })
				] }, delivery.destination))
			}),
			operates && /* @__PURE__ */ a("p", {
				class: "page-actions below",
				children: /* @__PURE__ */ a("button", {
					type: "button",
					class: "button small",
					onClick: () => setAct({ is: "replay" }),
					children: t.acts.replay
				})
			}),
			act && /* @__PURE__ */ a(Doing, {
				act,
				detail,
				close,
				done: () => {
					close();
					again();
				}
			})
		]
	});
}
function Doing({ act, detail, close, done }) {
	const { id, channel } = detail.message;
	const stands = useStanding();
	const once = useOnce();
	if (act.is === "replay") return /* @__PURE__ */ a(AskReason, {
		title: t.acts.replayTitle,
		text: t.acts.replayText,
		action: t.acts.replay,
		close,
		done: async (reason) => {
			const body = {
				action: "replay",
				ids: [id],
				reason
			};
			const job = await once(body, (headers) => api("post", "/v1/jobs", {
				body,
				headers
			}));
			if (!stands()) return;
			close();
			go(`/jobs/${job.id}`);
		}
	});
	const path = {
		channel,
		destination: act.delivery.destination,
		id
	};
	if (act.is === "edit") return /* @__PURE__ */ a(Edit, {
		path,
		close
	});
	if (act.is === "discard" || act.is === "skip") {
		const discard = act.is === "discard";
		return /* @__PURE__ */ a(AskReason, {
			danger: true,
			title: discard ? t.acts.discardTitle : t.acts.skipTitle,
			text: discard ? t.acts.discardText(path.destination) : t.acts.skipText(path.destination),
			action: discard ? t.acts.discard : t.acts.skip,
			close,
			done: async (reason) => {
				if (discard) await api("post", "/v1/dead-letters/{channel}/{destination}/{id}/discard", {
					path,
					body: { reason }
				});
				else await api("post", "/v1/queues/{channel}/{destination}/{id}/skip", {
					path,
					body: { reason }
				});
				done();
			}
		});
	}
	const retry = act.is === "retry";
	return /* @__PURE__ */ a(Confirm, {
		title: retry ? t.acts.retryTitle : t.acts.parkTitle,
		text: retry ? t.acts.retryText(path.destination) : t.acts.parkText,
		action: retry ? t.acts.retry : t.acts.park,
		close,
		done: async () => {
			if (retry) await api("post", "/v1/dead-letters/{channel}/{destination}/{id}/retry", { path });
			else await api("post", "/v1/queues/{channel}/{destination}/{id}/park", { path });
			done();
		}
	});
}
function Confirm({ title, text, action, danger, close, done }) {
	const { busy, problem, send } = useSending();
	return /* @__PURE__ */ a(Dialog, {
		title,
		close,
		children: [
			/* @__PURE__ */ a("p", { children: text }),
			/* @__PURE__ */ a(Refused, { problem }),
			/* @__PURE__ */ a(DialogActs, {
				danger: danger ?? false,
				autofocus: true,
				busy,
				close,
				onClick: () => void send(done),
				children: action
			})
		]
	});
}
/** One value of a copy is changed; the copy gets an MSH-10 of its own, and the original is kept. */
function Edit({ path, close }) {
	const [at, setAt] = d("");
	const [value, setValue] = d("");
	const [copy, setCopy] = d();
	const { busy, problem, send } = useSending();
	const once = useOnce();
	const submit = () => send(async () => {
		const body = { set: [{
			path: at,
			value
		}] };
		const edited = await once(body, (headers) => api("post", "/v1/dead-letters/{channel}/{destination}/{id}/edit", {
			path,
			body,
			headers
		}));
		setCopy(edited.id);
	});
	return /* @__PURE__ */ a(Dialog, {
		title: t.acts.editTitle,
		close,
		children: copy !== void 0 ? /* @__PURE__ */ a($, { children: [/* @__PURE__ */ a("p", {
			role: "status",
			children: [
				t.acts.edited,
				" ",
				/* @__PURE__ */ a(Link, {
					to: `/messages/${copy}`,
					children: copy
				})
			]
		}), /* @__PURE__ */ a("div", {
			class: "dialog-actions",
			children: /* @__PURE__ */ a("button", {
				type: "button",
				class: "button primary",
				autofocus: true,
				onClick: close,
				children: t.common.close
			})
		})] }) : /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				submit();
			},
			children: [
				/* @__PURE__ */ a("p", { children: t.acts.editText }),
				/* @__PURE__ */ a(Field, {
					label: t.acts.path,
					hint: t.acts.pathHint,
					value: at,
					onInput: (e) => setAt(e.currentTarget.value.trim()),
					required: true,
					autofocus: true,
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a(Field, {
					label: t.acts.value,
					value,
					onInput: (e) => setValue(e.currentTarget.value),
					spellcheck: false,
					autocomplete: "off"
				}),
				/* @__PURE__ */ a(Refused, { problem }),
				/* @__PURE__ */ a(DialogActs, {
					busy,
					close,
					children: t.acts.editAction
				})
			]
		})
	});
}
// src/api/told.ts
/** Follows a stream while it is not paused. `read` makes what is shown of what was told, or the problem that was. */
function useTold(template, paused, read) {
	const [shown, show] = d({
		data: void 0,
		problem: void 0,
		at: void 0
	});
	const [live, setLive] = d("connecting");
	const [tries, setTries] = d(0);
	A(() => {
		if (paused) return;
		return listen(template, {}, (happenings) => {
			const told = read(happenings.at(-1));
			show((before) => told instanceof Problem ? {
				...before,
				problem: told
			} : {
				data: told,
				problem: void 0,
				at: Date.now()
			});
		}, (state, why) => {
			setLive(state);
			if (state === "lost" || state === "refused") show((before) => ({
				...before,
				problem: why ?? new Problem(0, "unreachable", t.live.lost)
			}));
		});
	}, [
		template,
		paused,
		tries
	]);
	const again = b(() => setTries((before) => before + 1), []);
	return {
		...shown,
		loading: live === "connecting",
		live: paused ? "paused" : live,
		again
	};
}
// src/ui/estate-bits.tsx
/** Bytes in the unit that people read: powers of 1,024. */
function bytes(n) {
	const units = [
		"B",
		"KiB",
		"MiB",
		"GiB",
		"TiB"
	];
	let at = 0;
	while (n >= 1024 && at < units.length - 1) {
		n /= 1024;
		at += 1;
	}
	return `${n >= 100 || at === 0 ? Math.round(n) : n.toFixed(1)} ${units[at]}`;
}
/** Percent, rounded down: 100 is said of what is full. */
function share(part, whole) {
	return Math.floor(part * 100 / whole);
}
var TONES$1 = {
	broken: "bad",
	warning: "warning",
	unseen: "plain"
};
function Warnings({ of }) {
	if (of.length === 0) return /* @__PURE__ */ a("div", {
		class: "readiness good",
		role: "status",
		children: /* @__PURE__ */ a("strong", { children: t.estate.well })
	});
	return /* @__PURE__ */ a("div", {
		class: `panel warnings ${of.some((one) => one.severity === "broken") ? "bad" : of.some((one) => one.severity === "warning") ? "warning" : "plain"}`,
		role: "status",
		"aria-label": t.estate.warnings,
		children: /* @__PURE__ */ a("ul", {
			class: "list",
			children: of.map((one) => /* @__PURE__ */ a("li", { children: [/* @__PURE__ */ a(Badge, {
				tone: TONES$1[one.severity],
				children: t.estate.severity[one.severity]
			}), /* @__PURE__ */ a("span", {
				class: "warning-says",
				children: [
					one.address && /* @__PURE__ */ a("strong", {
						class: "nowrap",
						children: [one.address, " "]
					}),
					/* @__PURE__ */ a("code", { children: one.what }),
					": ",
					one.says
				]
			})] }, `${one.address} ${one.what} ${one.says}`))
		})
	});
}
function ServerState({ server }) {
	if (server.role === "silent") return /* @__PURE__ */ a(Badge, {
		tone: "bad",
		children: t.estate.roles.silent
	});
	return /* @__PURE__ */ a(Badge, {
		tone: server.role === "master" ? "notice" : "plain",
		children: t.estate.roles[server.role]
	});
}
var BOX = {
	width: 176,
	height: 58,
	gap: 22,
	lane: 92
};
/** Masters in a column, each with its replicas to the right; Sentinels below. The table says the same in words. */
function Topology({ redis }) {
	const { rows, loose } = lanes(redis);
	const columns = Math.max(1, ...rows.map((row) => row.replicas.length + 1), loose.length);
	const all = loose.length ? [...rows, {
		master: void 0,
		replicas: loose
	}] : rows;
	const width = Math.max(columns, redis.sentinels.length ? Math.min(redis.sentinels.length, 4) : 0) * (BOX.width + BOX.gap);
	const sentinelsTop = all.length * BOX.lane;
	const perRow = Math.max(1, Math.floor(width / (BOX.width + BOX.gap)));
	const height = sentinelsTop + Math.ceil(redis.sentinels.length / perRow) * BOX.lane;
	return /* @__PURE__ */ a("div", {
		class: "topology",
		role: "group",
		"aria-label": t.estate.picture,
		tabIndex: 0,
		children: /* @__PURE__ */ a("svg", {
			viewBox: `0 0 ${width} ${height}`,
			width,
			height,
			role: "img",
			"aria-label": inWords(redis, rows),
			children: [all.map((row, at) => /* @__PURE__ */ a("g", { children: [row.replicas.map((replica, column) => {
				const x = (column + (row.master ? 1 : 0)) * (BOX.width + BOX.gap);
				const down = replica.role === "silent" || replica.is_linked === false || replica.is_in_line === false;
				return /* @__PURE__ */ a("g", { children: [row.master && /* @__PURE__ */ a("line", {
					class: down ? "wire down" : "wire",
					x1: x - BOX.gap,
					x2: x,
					y1: at * BOX.lane + BOX.height / 2,
					y2: at * BOX.lane + BOX.height / 2
				}), /* @__PURE__ */ a(Box, {
					x,
					y: at * BOX.lane,
					server: replica
				})] }, replica.address);
			}), row.master && /* @__PURE__ */ a(Box, {
				x: 0,
				y: at * BOX.lane,
				server: row.master
			})] }, row.master?.address ?? "loose")), redis.sentinels.map((sentinel, at) => /* @__PURE__ */ a("g", {
				transform: `translate(${at % perRow * (BOX.width + BOX.gap)}, ${sentinelsTop + Math.floor(at / perRow) * BOX.lane})`,
				children: [
					/* @__PURE__ */ a("rect", {
						class: sentinel.silent_because ? "box silent" : "box sentinel",
						width: BOX.width,
						height: BOX.height,
						rx: "28"
					}),
					/* @__PURE__ */ a("text", {
						x: "16",
						y: "24",
						class: "box-name",
						children: sentinel.address
					}),
					/* @__PURE__ */ a("text", {
						x: "16",
						y: "43",
						children: sentinel.silent_because ? t.estate.roles.silent : `${t.estate.sentinel}: ${short(sentinel.master ?? "")}`
					})
				]
			}, sentinel.address))]
		})
	});
}
function Box({ x, y, server }) {
	const says = server.role === "silent" ? t.estate.roles.silent : server.role === "master" ? server.slots.length ? t.estate.slotCount(server.slots.reduce((sum, { first, last }) => sum + last - first + 1, 0)) : t.estate.roles.master : server.is_linked === false ? t.estate.linkDown : server.is_in_line === false ? t.estate.notInLine : `${t.estate.roles.replica}, ${bytes(server.behind_bytes ?? 0)} ${t.estate.behindShort}`;
	return /* @__PURE__ */ a("g", {
		transform: `translate(${x}, ${y})`,
		children: [
			/* @__PURE__ */ a("rect", {
				class: `box ${server.role}`,
				width: BOX.width,
				height: BOX.height,
				rx: "6"
			}),
			/* @__PURE__ */ a("text", {
				x: "12",
				y: "24",
				class: "box-name",
				children: server.address
			}),
			/* @__PURE__ */ a("text", {
				x: "12",
				y: "43",
				children: says
			})
		]
	});
}
/** Each master with its replicas, and servers of which it is not known whose they are. */
function lanes(redis) {
	const masters = redis.servers.filter((one) => one.role === "master" || one.role === "silent" && (one.is_followed || one.slots.length > 0));
	const others = redis.servers.filter((one) => !masters.includes(one));
	const rows = masters.map((master) => ({
		master,
		replicas: others.filter((one) => one.master === master.address)
	}));
	const placed = new Set(rows.flatMap((row) => row.replicas));
	return {
		rows,
		loose: others.filter((one) => !placed.has(one))
	};
}
function inWords(redis, rows) {
	const said = rows.map(({ master, replicas }) => t.estate.lane(master?.address ?? "", replicas.map((one) => one.address)));
	const silent = redis.servers.filter((one) => one.role === "silent").map((one) => one.address);
	return [
		...said,
		silent.length ? t.estate.silent(silent) : "",
		redis.sentinels.length ? t.estate.watched(redis.sentinels.length) : ""
	].filter(Boolean).join(" ");
}
/** An address without what all of them begin with would be guessing: the port alone says which one on a machine. */
function short(address) {
	return address.length > 18 ? `…${address.slice(-17)}` : address;
}
// src/ui/job-bits.tsx
var TONES = {
	running: "notice",
	finished: "good",
	cancelled: "plain",
	failed: "bad"
};
function JobState({ state }) {
	return /* @__PURE__ */ a(Badge, {
		tone: TONES[state] ?? "plain",
		children: t.jobs.states[state] ?? state
	});
}
/** What a job was asked to touch, in words. */
function selectionText(job) {
	const { selection: of } = job;
	return [
		of.ids ? t.jobs.named(of.ids) : void 0,
		[of.channel, of.destination].filter(Boolean).join(" → "),
		of.message_type,
		of.dead_reason ? reasonText(of.dead_reason) : void 0,
		of.identifiers ? t.jobs.identifiers(of.identifiers) : void 0
	].filter(Boolean).join(", ");
}
// src/hl7/raw.ts
var DELIMITERS = /* @__PURE__ */ new Set([
	"|",
	"^",
	"~",
	"&",
	"\\"
]);
var NAMED = {
	9: "TAB",
	10: "LF",
	11: "VT",
	13: "CR",
	28: "FS",
	127: "DEL"
};
/** Characters below space by their names. */
function picture(code) {
	return NAMED[code] ?? `x${code.toString(16).padStart(2, "0").toUpperCase()}`;
}
/** Lines of pieces. `encoding` is MSH-18 as browsers name it. */
function linesOf(bytes, charset) {
	return cut(new TextDecoder(encodingOf(charset)).decode(bytes));
}
function encodingOf(charset) {
	return {
		"8859/1": "iso-8859-1",
		"8859/15": "iso-8859-15",
		"8859/2": "iso-8859-2",
		"UNICODE UTF-8": "utf-8",
		ASCII: "utf-8"
	}[charset ?? ""] ?? "utf-8";
}
function cut(text) {
	const lines = [];
	let line = [];
	const push = (kind, text) => {
		const last = line.at(-1);
		if (last && last.kind === kind && kind !== "control") last.text += text;
		else line.push({
			kind,
			text
		});
	};
	for (let at = 0; at < text.length; at += 1) {
		const c = text[at];
		const code = c.charCodeAt(0);
		if (code < 32 || code === 127) push("control", picture(code));
		else push(DELIMITERS.has(c) ? "delimiter" : line.length === 0 || line.length === 1 && line[0].kind === "segment" ? "segment" : "text", c);
		if (c === "\n" || c === "\r" && text[at + 1] !== "\n") {
			lines.push(line);
			line = [];
		}
	}
	if (line.length) lines.push(line);
	return lines;
}
/** A masked message, with every value where it would stand. */
function maskedLines(content) {
	if (content.segments.length === 0) return cut(content.text ?? "");
	return content.segments.map(({ name, values }) => {
		const fields = [];
		for (const { path, value } of values) {
			const at = parsePath(path);
			if (!at) continue;
			const repetitions = fields[at.field] ??= [];
			const components = repetitions[(at.repetition ?? 1) - 1] ??= [];
			const parts = components[(at.component ?? 1) - 1] ??= [];
			parts[(at.subcomponent ?? 1) - 1] = value ?? "\"\"";
		}
		const line = [{
			kind: "segment",
			text: name
		}];
		const join = (items, by, write) => {
			for (let at = 0; at < items.length; at += 1) {
				if (at > 0) line.push({
					kind: "delimiter",
					text: by
				});
				if (items[at] !== void 0) write(items[at]);
			}
		};
		const first = name === "MSH" ? 2 : 1;
		for (let field = first; field < fields.length; field += 1) {
			line.push({
				kind: "delimiter",
				text: "|"
			});
			join(fields[field] ?? [], "~", (repetition) => join(repetition, "^", (component) => join(component, "&", (value) => {
				line.push({
					kind: /^\*+/.test(value) ? "masked" : "text",
					text: value
				});
			})));
		}
		line.push({
			kind: "control",
			text: "CR"
		});
		return line;
	});
}
// src/ui/hl7.tsx
function Tree({ content, masked }) {
	if (content.segments.length === 0) return content.text ? /* @__PURE__ */ a("pre", {
		class: "raw",
		children: content.text
	}) : /* @__PURE__ */ a(Empty, { title: masked ? t.message.notHl7Masked : t.message.notHl7 });
	return /* @__PURE__ */ a("div", {
		class: "tree",
		children: [content.segments.map((segment, at) => /* @__PURE__ */ a("details", {
			open: true,
			children: [/* @__PURE__ */ a("summary", { children: [
				/* @__PURE__ */ a("code", { children: segment.name || t.message.stray }),
				" ",
				/* @__PURE__ */ a("span", {
					class: "faint",
					children: t.message.values(segment.values.length)
				})
			] }), /* @__PURE__ */ a("dl", { children: segment.values.map(({ path, value }) => /* @__PURE__ */ a("div", {
				class: isStart(path) ? void 0 : "inner",
				children: [/* @__PURE__ */ a("dt", { children: [
					/* @__PURE__ */ a(CopyPath, { path }),
					" ",
					/* @__PURE__ */ a("span", {
						class: "field-name",
						children: nameOfPath(path)
					})
				] }), /* @__PURE__ */ a("dd", { children: value === void 0 || value === null ? /* @__PURE__ */ a("span", {
					class: "faint",
					children: t.message.null
				}) : /* @__PURE__ */ a(Value, {
					value,
					masked
				}) })]
			}, path)) })]
		}, at)), content.truncated && /* @__PURE__ */ a("p", {
			class: "hint",
			children: t.message.truncated
		})]
	});
}
function isStart(path) {
	const at = parsePath(path);
	return !at || (at.component ?? 1) === 1;
}
function CopyPath({ path }) {
	const [copied, setCopied] = d(false);
	return /* @__PURE__ */ a("button", {
		type: "button",
		class: "path",
		title: t.message.copyPath,
		onClick: () => void navigator.clipboard?.writeText(path).then(() => setCopied(true), () => {}),
		onBlur: () => setCopied(false),
		children: [/* @__PURE__ */ a("code", { children: path }), copied && /* @__PURE__ */ a("span", {
			class: "hidden",
			role: "status",
			children: t.message.copied
		})]
	});
}
function Value({ value, masked }) {
	if (!(masked && /^\*{2,}/.test(value))) return /* @__PURE__ */ a("span", {
		class: "value",
		children: value
	});
	return /* @__PURE__ */ a("span", {
		class: "value masked",
		children: [/* @__PURE__ */ a("span", {
			class: "hidden",
			children: t.message.maskedValue
		}), /* @__PURE__ */ a("span", {
			"aria-hidden": "true",
			children: value.replaceAll("*", "•")
		})]
	});
}
function Raw({ content, bytes }) {
	const lines = w(() => bytes ? linesOf(bytes, charsetOf(content)) : maskedLines(content), [content, bytes]);
	if (lines.length === 0) return /* @__PURE__ */ a(Empty, { title: t.message.notHl7Masked });
	return /* @__PURE__ */ a($, { children: [!bytes && /* @__PURE__ */ a("p", {
		class: "hint",
		children: t.message.rawMasked
	}), /* @__PURE__ */ a("div", {
		class: "raw",
		role: "region",
		"aria-label": t.message.tabs.raw,
		tabIndex: 0,
		children: /* @__PURE__ */ a("ol", { children: lines.map((line, at) => /* @__PURE__ */ a("li", { children: line.map((piece, n) => /* @__PURE__ */ a(Part, { piece }, n)) }, at)) })
	})] });
}
function Part({ piece }) {
	if (piece.kind === "text") return /* @__PURE__ */ a($, { children: piece.text });
	return /* @__PURE__ */ a("span", {
		class: `raw-${piece.kind}`,
		children: piece.kind === "masked" ? piece.text.replaceAll("*", "•") : piece.text
	});
}
function charsetOf(content) {
	return content.segments[0]?.values.find(({ path }) => path === "MSH-18" || path === "MSH-18[1]")?.value ?? void 0;
}
function fromBase64(text) {
	return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
// src/ui/record-bits.tsx
function recordName(fields) {
	const name = fields.name;
	return name ? [name.family, name.given?.join(" ")].filter(Boolean).join(", ") : t.common.none;
}
function birthDate(fields) {
	return typeof fields.birth_date === "string" ? fields.birth_date : t.common.none;
}
function recordNumbers(fields) {
	return fields.mrn?.map((one) => [one.value, one.authority].filter(Boolean).join(" · ")).join(", ") ?? t.common.none;
}
/** Any value: lists as lists, objects as names and what they are. */
function Any({ value }) {
	if (value === null || value === void 0) return /* @__PURE__ */ a("span", {
		class: "faint",
		children: t.common.none
	});
	if (Array.isArray(value)) {
		if (value.length === 0) return /* @__PURE__ */ a("span", {
			class: "faint",
			children: t.common.none
		});
		return /* @__PURE__ */ a("ul", {
			class: "any",
			children: value.map((one, at) => /* @__PURE__ */ a("li", { children: /* @__PURE__ */ a(Any, { value: one }) }, at))
		});
	}
	if (typeof value === "object") {
		const parts = Object.entries(value);
		if (parts.every(([, part]) => typeof part !== "object" || part === null)) return /* @__PURE__ */ a($, { children: parts.map(([name, part], at) => /* @__PURE__ */ a("span", { children: [
			at > 0 && ", ",
			/* @__PURE__ */ a("span", {
				class: "faint",
				children: name.replaceAll("_", " ")
			}),
			" ",
			String(part)
		] }, name)) });
		return /* @__PURE__ */ a("dl", {
			class: "any",
			children: parts.map(([name, part]) => /* @__PURE__ */ a("div", { children: [/* @__PURE__ */ a("dt", {
				class: "faint",
				children: name.replaceAll("_", " ")
			}), /* @__PURE__ */ a("dd", { children: /* @__PURE__ */ a(Any, { value: part }) })] }, name))
		});
	}
	if (typeof value === "boolean") return /* @__PURE__ */ a($, { children: value ? t.common.yes : t.common.no });
	return /* @__PURE__ */ a($, { children: String(value) });
}
// src/ui/user-bits.tsx
/** Users that a page reads at most. */
var MAX_USERS = 5e3;
/** What people and machines may act as. The server refuses what does not go together. */
var ROLES = {
	person: [
		"physician",
		"nurse",
		"pharmacist",
		"lab",
		"registrar",
		"admin",
		"billing",
		"operator",
		"auditor",
		"privacy_officer",
		"health_information",
		"security_admin",
		"researcher",
		"patient"
	],
	service: ["integration", "device"]
};
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
	} while (cursor && users.length < MAX_USERS);
	return users.sort((a, b) => a.login.localeCompare(b.login));
}
function roleNames(roles) {
	return roles.join(", ").replaceAll("_", " ");
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
function RoleChoice({ kind, value, onChange }) {
	const known = ROLES[kind === "service" ? "service" : "person"];
	const all = [...known, ...value.filter((role) => !known.includes(role))];
	return /* @__PURE__ */ a("fieldset", {
		class: "choices",
		children: [/* @__PURE__ */ a("legend", { children: t.users.roles }), all.map((role) => /* @__PURE__ */ a("label", {
			class: "check",
			children: [
				/* @__PURE__ */ a("input", {
					type: "checkbox",
					checked: value.includes(role),
					onChange: (event) => onChange(event.currentTarget.checked ? [...value, role] : value.filter((one) => one !== role))
				}),
				" ",
				role.replaceAll("_", " ")
			]
		}, role))]
	});
}
export { useAsked as $, session as $t, BandBadge as A, Loading as At, unitOf as B, span as Bt, ChannelState as C, ActButton as Ct, NotLive as D, onSearch as Dt, LiveMark as E, keptSearch as Et, bandTone as F, When as Ft, useHeld as G, api as Gt, valueOf as H, useSlowNow as Ht, nameOf as I, absolute as It, reasonText as J, whole as Jt, StateBadge as K, asProblem as Kt, oldest as L, clockTime as Lt, SCORED as M, Shown as Mt, ageOf as N, Ago as Nt, useStream as O, Empty as Ot, bandOf as P, LAST_DAY as Pt, kindText as Q, serverNow as Qt, reading as R, localDay as Rt, nameOfPath as S, withQuery as St, ReviewState as T, keepSearch as Tt, emergencyHeaders as U, a as Ut, urgency as V, useNow as Vt, hold as W, Problem as Wt, AskReason as X, may as Xt, Views as Y, t as Yt, OutcomeBadge as Z, onLeaving as Zt, bytes as _, Table as _t, Any as a, b as an, useSending as at, Acts as b, go as bt, recordNumbers as c, $ as cn, Badge as ct, fromBase64 as d, Facts as dt, useSession as en, Shell as et, JobState as f, Field as ft, Warnings as g, Spark as gt, Topology as h, Section as ht, roleNames as i, T as in, useOnce as it, ON_CARDS as j, Refused as jt, memo as k, Failed as kt, Raw as l, Q as ln, Choice as lt, ServerState as m, Page as mt, UserState as n, F$1 as nn, usePreferences as nt, birthDate as o, d as on, useStanding as ot, selectionText as p, More as pt, bytes$1 as q, send as qt, everyUser as r, P as rn, isRefusal as rt, recordName as s, w as sn, Store as st, RoleChoice as t, A as tn, prefer as tt, Tree as u, Dialog as ut, share as v, count as vt, CircuitState as w, DialogActs as wt, Confirm as x, usePlace as xt, useTold as y, Link as yt, staleOf as z, midnight as zt };
