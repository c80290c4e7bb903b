const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=["assets/sessions.js","assets/messages.js","assets/audit.js","assets/audit-record.js","assets/dead-letters.js"])))=>i.map(i=>d[i]);
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
var _$2 = Object.assign;
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
	e && ((r = _$2({ constructor: h$1 }, u)).__v = u.__v + 1, n.vnode && n.vnode(r), z$1(e, r, u, t.__n, e.namespaceURI, 32 & u.__u ? [i] : null, f, i || S(u), 32 & u.__u, o), r.__v = u.__v, r.__.__k[r.__i] = r, E$1(f, r, o), u.__ = u.__e = null, r.__e != i && j(r));
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
			if (M = r.props, C = (s = V.prototype) && s.render, j = (s = V.contextType) && i[s.__c], L = s ? j ? j.props.value : s.__ : i, (d = u.__c) ? (r.__c = d, 2 & d.__g && (d.__g |= 1)) : (C ? r.__c = d = new V(M, L) : (r.__c = d = new x(M, L), d.constructor = V, d.render = K), j && j.sub(d), d.state || (d.state = {}), d.__n = i, d.__g |= 8, d.__h = [], d.__k = []), C && (d.__s || (d.__s = d.state), V.getDerivedStateFromProps && (d.__s == d.state && (d.__s = _$2({}, d.__s)), _$2(d.__s, V.getDerivedStateFromProps(M, d.__s)))), k = d.props, b = d.state, d.__v = r, u.__c) {
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
			C && (y$1.push.apply(d.__h, d.__k), d.__k = []), d.state = d.__s, d.getChildContext && (i = _$2({}, i, d.getChildContext())), C && u.__c && d.getSnapshotBeforeUpdate && (m = d.getSnapshotBeforeUpdate(k, b)), A = s && s.type === $ && null == s.key ? s.props.children : s, M.__P && (s = l, f = (t = M.__P).namespaceURI, c = o = null, u.props && u.props.__P != t && (u.__k.some(function(n) {
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
	} else l = r.__e = F$1(u.__e, r, u, i, f, o, e, c, a, t);
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
function F$1(t, r, u, i, f, o, e, l, c, a) {
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
	r && r != this.state || (r = this.__s = _$2({}, this.state)), "function" == typeof n && (n = n(_$2({}, r), this.props)), n && (_$2(r, n), this.__v && (t && this.__k.push(t), L(this)));
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
	return f$1 = 1, _$1(G, n);
}
function _$1(n, u, i) {
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
function set(next) {
	state = next;
	for (const listener of listeners$5) listener(state);
}
function session() {
	return state;
}
function useSession() {
	const [shown, show] = d(state);
	A(() => {
		show(state);
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
	warningMs = Math.max(Math.min(idleEndsAt, endsAt) - Date.parse(me.warns_at), 0);
	if (active) idleLimitMs = Math.max(idleEndsAt - serverNow(), 1e3);
	set({
		is: "in",
		me,
		idleEndsAt,
		endsAt
	});
}
/** A person did something that the server saw. */
function acted(date) {
	if (date) {
		const ahead = Date.parse(date) - Date.now();
		if (Number.isFinite(ahead) && Math.abs(ahead - aheadMs) > 1500) aheadMs = ahead;
	}
	if (state.is === "in") set({
		...state,
		idleEndsAt: serverNow() + idleLimitMs
	});
}
function loggedOut(why) {
	if (state.is === "out") return;
	const first = state.is === "unknown";
	for (const forget of leaving) forget();
	set({
		is: "out",
		why: first ? "first" : why
	});
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
// src/api/client.ts
/** Whatever went wrong, as the API says it or as the network shows it. */
var Problem = class extends Error {
	status;
	code;
	title;
	detail;
	field;
	requestId;
	constructor(status, code, title, detail, field, requestId) {
		super(title);
		this.status = status;
		this.code = code;
		this.title = title;
		this.detail = detail;
		this.field = field;
		this.requestId = requestId;
	}
};
/** The header that other origins cannot set, and that the cookie counts only with. */
var OF_THE_CONSOLE = { "Wardline-Browser": "1" };
/** Ends a session here: the page has nothing to show any more. */
var SIGNED_OUT = /* @__PURE__ */ new Set(["unauthenticated", "session_ended"]);
/** Sends a request and gives the answer's body. */
async function api(method, template, asked = {}) {
	const response = await send(method, template, asked);
	if (response.status === 204 || response.status === 202) return void 0;
	return await response.json();
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
	if (asked.signal) init.signal = asked.signal;
	let response;
	try {
		response = await fetch(address(template, asked), init);
	} catch (error) {
		if (asked.signal?.aborted) throw error;
		throw new Problem(0, "unreachable", "The server cannot be reached.");
	}
	if (!response.ok) throw await problem(response);
	if (!asked.passive) acted(response.headers.get("Date"));
	return response;
}
function address(template, asked) {
	const parts = asked.path ?? {};
	const path = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name] ?? "")));
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(asked.query ?? {})) if (value !== void 0 && value !== null && value !== "") query.set(name, String(value));
	const text = query.toString();
	return text ? `${path}?${text}` : path;
}
async function problem(response) {
	let said = {};
	try {
		said = await response.json();
	} catch {}
	const id = response.headers.get("X-Request-Id") ?? void 0;
	const code = said.code ?? `http_${response.status}`;
	if (SIGNED_OUT.has(code)) loggedOut("ended");
	return new Problem(response.status, code, said.title ?? `The server answered ${response.status}.`, said.detail, said.field, id);
}
/** A key for a request that must be done once, however often it is sent. */
function onceKey() {
	return crypto.randomUUID();
}
// src/texts.ts
var plural = (n, one, many) => `${n.toLocaleString("en").replaceAll(",", " ")} ${n === 1 ? one : many}`;
var t = {
	common: {
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
		unreachableHint: "Check the network. Nothing that was stored is lost.",
		any: "Any",
		yes: "yes",
		no: "no",
		all: "All",
		search: "Search",
		clear: "Clear",
		plural
	},
	nav: {
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
		sessions: "Sessions",
		settings: "Settings",
		reference: "API reference",
		groups: {
			ward: "Ward",
			messages: "Messages",
			oversight: "Oversight",
			system: "System"
		},
		find: "Find a message by accession, visit or MSH-10",
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
		pageBroken: "This page could not be loaded.",
		reload: "Load it again"
	},
	keys: {
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
	},
	idle: {
		title: "You will be signed out",
		text: "Nobody did anything for a while. Press any key to stay; what you have typed is kept.",
		stay: "Stay signed in",
		finalTitle: "This session ends",
		finalText: "It has reached the longest time that a session may last. Finish what you are doing; you will be asked to sign in again."
	},
	signIn: {
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
	},
	live: {
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
		lostText: "What is shown may be out of date. The connection is tried again by itself."
	},
	overview: {
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
	},
	events: {
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
	},
	beds: {
		title: "Beds",
		lead: (unit) => `Unit ${unit}, the most urgent first`,
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
	},
	reason: {
		hint: "10 to 200 characters. It stands in the audit trail: write nothing of the patient in it.",
		picks: "Common reasons"
	},
	messages: {
		title: "Messages",
		lead: "Newest first",
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
	},
	message: {
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
	},
	acts: {
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
	},
	dead: {
		title: "Dead letters",
		lead: "Messages that need a person’s decision, by cause",
		cause: "Cause",
		emptyTitle: "No dead letter",
		empty: "Everything that was routed has been delivered, or waits for its turn.",
		more: (n) => `The first ${n} are shown. Narrow the filter to see the others.`,
		between: "between",
		and: "and",
		attempts: (n) => `up to ${plural(n, "attempt", "attempts")}`,
		chosen: (n) => `${n} chosen`,
		show: "Show",
		hide: "Hide",
		showMore: (n) => `Show more of ${n}`,
		choose: "Choose",
		chooseAll: "Choose all of this group",
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
		edited: (done, of) => `${done} of ${of} copies are on their way.`,
		editLeaving: "If you close this now, those that were sent stay sent and the others stay dead letters. None is lost or sent twice."
	},
	jobs: {
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
	},
	channels: {
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
	},
	bed: {
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
			oxygen: "oxygen",
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
			bed_in_use: "It was given to somebody while another patient lies there.",
			not_here: "Its patient is said to be elsewhere.",
			elsewhere: "Its patient is said to be elsewhere.",
			several_patients: "A message named several patients.",
			several_stays: "Its patient is said to have several stays."
		},
		breakGlass: "If somebody’s care depends on it, ask for"
	},
	sessions: {
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
	},
	glass: {
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
	},
	patients: {
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
	},
	audit: {
		title: "Audit trail",
		lead: "Who did what to whose records. Reading it is recorded in it.",
		record: "Record",
		at: "At",
		kind: "Kind",
		outcome: "Outcome",
		user: "User",
		role: "Role",
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
	},
	settings: {
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
		changed: "The password was changed.",
		users: "Users",
		usersHint: "Users are made and changed by a security administrator:",
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
		policies: "Policies in force",
		policySet: "Set",
		policy: "Policy",
		says: "What it says"
	},
	reference: {
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
	},
	compare: {
		title: "Compare messages",
		lead: "Field by field. What is left out at the end of a segment is the same as what is empty.",
		first: "First",
		second: "Second",
		compare: "Compare",
		why: "Why",
		same: (n) => `${plural(n, "value is", "values are")} the same.`,
		none: "They say the same.",
		path: "Field",
		differs: "Differs",
		onlyFirst: "Only in the first",
		onlySecond: "Only in the second",
		masked: "Values are masked; the server compared them in clear."
	}
};
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
// src/ui/parts.tsx
/** A page: its heading gets the focus when one comes to it, so that a screen reader says where one is. */
function Page({ title, lead, actions, wide, children }) {
	const heading = T(null);
	A(() => {
		document.title = `${title} · Wardline`;
	}, [title]);
	A(() => {
		heading.current?.focus({ preventScroll: true });
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
function Choice({ label, value, options, onChange }) {
	const id = P();
	return /* @__PURE__ */ a("div", {
		class: "field",
		children: [/* @__PURE__ */ a("label", {
			for: id,
			children: label
		}), /* @__PURE__ */ a("select", {
			id,
			value,
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
	A(() => {
		const before = document.activeElement;
		dialog.current?.showModal();
		return () => {
			if (before instanceof HTMLElement) before.focus();
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
function Spark({ points, label }) {
	if (points.length < 2) return /* @__PURE__ */ a("svg", {
		class: "spark",
		viewBox: "0 0 100 24",
		"aria-hidden": "true"
	});
	const low = Math.min(...points);
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
// src/app/idle.tsx
/** Somebody who reads, scrolls and types is there; the server is told this often at most. */
var TELL_MS = 6e4;
/** How soon a page notices that its session was ended elsewhere. */
var LOOK_MS = 2e3;
/** Asks who is signed in. `active` when a person did something. */
async function lookAtSession(active) {
	signedIn(await api("get", "/v1/me", { passive: !active }), active);
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
		lookAtSession(false).then(() => {
			const still = session();
			setWarned(still.is === "in" && serverNow() >= deadlines(still).warnsAt);
		}, () => setWarned(true));
	}, [due]);
	A(() => {
		if (limits && now >= limits.endsAt) loggedOut("idle");
	});
	if (!warned || !limits) return null;
	const stay = () => {
		setWarned(false);
		lookAtSession(true).catch(() => {});
	};
	return /* @__PURE__ */ a(Dialog, {
		title: limits.final ? t.idle.finalTitle : t.idle.title,
		close: stay,
		alert: true,
		children: /* @__PURE__ */ a("div", {
			onKeyDown: (event) => {
				if (limits.final || event.key === "Tab" || event.key === "Shift") return;
				event.preventDefault();
				stay();
			},
			children: [
				/* @__PURE__ */ a("p", {
					class: "countdown",
					"aria-hidden": "true",
					children: span(limits.endsAt - now)
				}),
				/* @__PURE__ */ a("p", { children: limits.final ? t.idle.finalText : t.idle.text }),
				/* @__PURE__ */ a("div", {
					class: "dialog-actions",
					children: /* @__PURE__ */ a("button", {
						type: "button",
						class: "button primary",
						autofocus: true,
						onClick: limits.final ? () => setWarned(false) : stay,
						children: limits.final ? t.common.close : t.idle.stay
					})
				})
			]
		})
	});
}
/** Tells the server that somebody is there, and notices when the session was ended elsewhere. */
function useWatchedSession(on) {
	A(() => {
		if (!on) return;
		let told = Date.now();
		const onInput = () => {
			if (Date.now() - told < TELL_MS || document.querySelector("dialog[role=alertdialog][open]")) return;
			told = Date.now();
			lookAtSession(true).catch(() => {});
		};
		const timer = setInterval(() => {
			if (!document.hidden) api("get", "/v1/me", { passive: true }).catch(() => {});
		}, LOOK_MS);
		const onSeen = () => {
			if (!document.hidden) lookAtSession(false).catch(() => {});
		};
		addEventListener("keydown", onInput);
		addEventListener("pointerdown", onInput);
		document.addEventListener("visibilitychange", onSeen);
		return () => {
			clearInterval(timer);
			removeEventListener("keydown", onInput);
			removeEventListener("pointerdown", onInput);
			document.removeEventListener("visibilitychange", onSeen);
		};
	}, [on]);
}
// src/app/preferences.ts
var KEY = "wardline-preferences";
var USUAL = {
	theme: "system",
	density: "desk",
	shortcuts: true
};
var listeners$2 = /* @__PURE__ */ new Set();
var kept = read$1();
function read$1() {
	try {
		return {
			...USUAL,
			...JSON.parse(localStorage.getItem(KEY) ?? "{}")
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
		localStorage.setItem(KEY, JSON.stringify(kept));
	} catch {}
	const root = document.documentElement;
	if (kept.theme === "system") delete root.dataset.theme;
	else root.dataset.theme = kept.theme;
	if (kept.density === "wall") root.dataset.density = "wall";
	else delete root.dataset.density;
	for (const listener of listeners$2) listener(kept);
}
function usePreferences() {
	const [shown, show] = d(kept);
	A(() => {
		listeners$2.add(show);
		return () => void listeners$2.delete(show);
	}, []);
	return shown;
}
// src/app/router.tsx
var listeners$1 = /* @__PURE__ */ new Set();
function here() {
	return {
		path: location.pathname,
		query: new URLSearchParams(location.search)
	};
}
/** Goes to an address of the console. */
function go(to, replace = false) {
	if (to === location.pathname + location.search) return;
	if (replace) history.replaceState(null, "", to);
	else history.pushState(null, "", to);
	moved();
	if (!replace) scrollTo(0, 0);
}
function moved() {
	const place = here();
	for (const listener of listeners$1) listener(place);
}
addEventListener("popstate", moved);
function usePlace() {
	const [place, set] = d(here);
	A(() => {
		listeners$1.add(set);
		return () => void listeners$1.delete(set);
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
		path: "/sessions",
		name: t.nav.sessions,
		scopes: ["sessions:read"],
		key: "s",
		group: g.oversight
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
	[/^\/sessions$/, () => __vitePreload(() => import("./sessions.js"), __vite__mapDeps([0,1]))],
	[/^\/break-glass$/, () => __vitePreload(() => import("./break-glass.js"), [])],
	[/^\/break-glass\/([0-9a-f]+)$/, () => __vitePreload(() => import("./emergency.js"), [])],
	[/^\/patients$/, () => __vitePreload(() => import("./patients.js"), [])],
	[/^\/patients\/([0-9a-f]+)$/, () => __vitePreload(() => import("./patient.js"), [])],
	[/^\/audit$/, () => __vitePreload(() => import("./audit.js"), __vite__mapDeps([2,1]))],
	[/^\/audit\/(\d+)$/, () => __vitePreload(() => import("./audit-record.js"), __vite__mapDeps([3,2,1]))],
	[/^\/settings$/, () => __vitePreload(() => import("./settings.js"), [])],
	[/^\/reference$/, () => __vitePreload(() => import("./reference.js"), [])],
	[/^\/channels$/, () => __vitePreload(() => import("./channels.js"), [])],
	[/^\/channels\/([^/]+)$/, () => __vitePreload(() => import("./channel.js"), [])],
	[/^\/dead-letters$/, () => __vitePreload(() => import("./dead-letters.js"), __vite__mapDeps([4,1]))],
	[/^\/jobs$/, () => __vitePreload(() => import("./jobs.js"), [])],
	[/^\/jobs\/(\d+)$/, () => __vitePreload(() => import("./job.js"), [])],
	[/^\/messages$/, () => __vitePreload(() => import("./messages.js").then((n) => n.r), [])],
	[/^\/messages\/(\d+)$/, () => __vitePreload(() => import("./message.js"), [])]
];
// src/app/keys.tsx
var PREFIX_MS = 1200;
function useKeys() {
	const [open, setOpen] = d(false);
	A(() => {
		let prefixAt = 0;
		const onKey = (event) => {
			if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
			if (!preferences().shortcuts || isTyping(event.target) || document.querySelector("dialog[open]")) return;
			const key = event.key;
			if (event.timeStamp - prefixAt < PREFIX_MS) {
				prefixAt = 0;
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
function isTyping(target) {
	return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}
function focus(selector) {
	document.querySelector(selector)?.focus();
}
/** Moves along the rows of a listing; Enter opens the one that has the focus, as with any link. */
function step(by) {
	const rows = [...document.querySelectorAll("main [data-row]")];
	if (rows.length === 0) return;
	const at = rows.indexOf(document.activeElement);
	const next = at < 0 ? by > 0 ? 0 : rows.length - 1 : Math.min(Math.max(at + by, 0), rows.length - 1);
	rows[next]?.focus();
	rows[next]?.scrollIntoView({ block: "nearest" });
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
// src/app/sign-in.tsx
function SignIn({ why }) {
	const [step, setStep] = d({ is: "credentials" });
	const [login, setLogin] = d("");
	const [password, setPassword] = d("");
	const [code, setCode] = d("");
	const [role, setRole] = d("");
	const [byRecovery, setByRecovery] = d(false);
	const [asksRole, setAsksRole] = d(false);
	const [busy, setBusy] = d(false);
	const [problem, setProblem] = d();
	const told = why === "ended" ? t.signIn.ended : why === "idle" ? t.signIn.idle : why === "out" ? t.signIn.out : void 0;
	const attempt = async (work) => {
		setBusy(true);
		setProblem(void 0);
		try {
			await work();
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, "broken", String(error)));
		} finally {
			setBusy(false);
		}
	};
	const signIn = () => attempt(async () => {
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
	const confirm = () => attempt(async () => {
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
						/* @__PURE__ */ a(Refused, { problem }),
						/* @__PURE__ */ a("button", {
							type: "submit",
							class: "button primary big",
							disabled: busy,
							children: busy ? t.signIn.busy : t.signIn.submit
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
						/* @__PURE__ */ a(Refused, { problem }),
						/* @__PURE__ */ a("button", {
							type: "submit",
							class: "button primary big",
							disabled: busy,
							children: busy ? t.signIn.busy : t.signIn.confirm
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
	if (state.is === "out") return /* @__PURE__ */ a(SignIn, { why: state.why });
	return /* @__PURE__ */ a(SignedIn, {
		login: state.me.login,
		role: state.me.role.join(", ")
	});
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
				children: /* @__PURE__ */ a(Routed, { path: place.path }, place.path)
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
		onSubmit: (event) => {
			event.preventDefault();
			if (!text.trim()) return;
			keepSearch({ find: text.trim() });
			setText("");
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
async function signOut() {
	try {
		await api("post", "/v1/sign-out", { passive: true });
	} finally {
		loggedOut("out");
	}
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
/** Asks when the page opens, whenever `key` changes, and every `everyMs` as a program does. */
function useAsked(ask, key, everyMs) {
	const [shown, show] = d({
		data: void 0,
		problem: void 0,
		loading: true,
		at: void 0
	});
	const asking = T(ask);
	asking.current = ask;
	const current = T(void 0);
	const again = b((passive = false) => {
		current.current?.abort();
		const attempt = new AbortController();
		current.current = attempt;
		show((before) => ({
			...before,
			loading: true
		}));
		asking.current(passive, attempt.signal).then((data) => {
			if (!attempt.signal.aborted) show({
				data,
				problem: void 0,
				loading: false,
				at: Date.now()
			});
		}, (error) => {
			if (attempt.signal.aborted) return;
			const problem = error instanceof Problem ? error : new Problem(0, "broken", "The page could not read the answer.");
			show((before) => ({
				...before,
				problem,
				loading: false
			}));
		});
	}, []);
	A(() => {
		show({
			data: void 0,
			problem: void 0,
			loading: true,
			at: void 0
		});
		again();
		return () => current.current?.abort();
	}, key);
	A(() => {
		if (!everyMs) return;
		const timer = setInterval(() => {
			if (!document.hidden) again(true);
		}, everyMs);
		return () => clearInterval(timer);
	}, [everyMs]);
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
var LONGEST = 200;
function AskReason({ title, text, action, danger, picks, done, close, children }) {
	const [reason, setReason] = d("");
	const [busy, setBusy] = d(false);
	const [problem, setProblem] = d();
	const submit = async () => {
		setBusy(true);
		setProblem(void 0);
		try {
			await done(reason.trim());
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, "broken", String(error)));
			setBusy(false);
		}
	};
	return /* @__PURE__ */ a(Dialog, {
		title,
		close,
		children: /* @__PURE__ */ a("form", {
			onSubmit: (event) => {
				event.preventDefault();
				submit();
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
							maxLength: LONGEST,
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
				/* @__PURE__ */ a("div", {
					class: "dialog-actions",
					children: [/* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: close,
						children: t.common.cancel
					}), /* @__PURE__ */ a("button", {
						type: "submit",
						class: danger ? "button danger" : "button primary",
						disabled: busy || reason.trim().length < SHORTEST,
						children: action
					})]
				})
			]
		})
	});
}
// src/ui/message-bits.tsx
var TONES$2 = {
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
		tone: TONES$2[state] ?? "plain",
		children: t.message.states[state] ?? state
	});
}
function reasonText(reason) {
	return reason ? t.message.deadReasons[reason] ?? reason : t.common.none;
}
function bytes(n) {
	if (n < 1024) return `${n} B`;
	if (n < 1048576) return `${(n / 1024).toFixed(1)} KiB`;
	return `${(n / 1048576).toFixed(1)} MiB`;
}
// src/app/emergency.ts
var held;
var listeners = /* @__PURE__ */ new Set();
function hold(next) {
	held = next;
	for (const listener of listeners) listener(held);
}
onLeaving(() => hold(void 0));
/** What a read of a patient carries while an emergency access is held. */
function emergencyHeaders() {
	if (!held || held.expiresAt <= serverNow()) return {};
	return { "Wardline-Emergency": held.token };
}
function useHeld() {
	const [shown, show] = d(held);
	A(() => {
		listeners.add(show);
		return () => void listeners.delete(show);
	}, []);
	return shown;
}
// node_modules/uplot/dist/uPlot.esm.js
/**
* Copyright (c) 2025, Leon Sorokin
* All rights reserved. (MIT Licensed)
*
* uPlot.js (μPlot)
* A small, fast chart for time series, lines, areas, ohlc & bars
* https://github.com/leeoniya/uPlot (v1.6.32)
*/
var FEAT_TIME = true;
var UPLOT = "uplot";
var ORI_HZ = "u-hz";
var ORI_VT = "u-vt";
var TITLE = "u-title";
var WRAP = "u-wrap";
var UNDER = "u-under";
var OVER = "u-over";
var AXIS = "u-axis";
var OFF = "u-off";
var SELECT = "u-select";
var CURSOR_X = "u-cursor-x";
var CURSOR_Y = "u-cursor-y";
var CURSOR_PT = "u-cursor-pt";
var LEGEND = "u-legend";
var LEGEND_LIVE = "u-live";
var LEGEND_INLINE = "u-inline";
var LEGEND_SERIES = "u-series";
var LEGEND_MARKER = "u-marker";
var LEGEND_LABEL = "u-label";
var LEGEND_VALUE = "u-value";
var WIDTH = "width";
var HEIGHT$1 = "height";
var TOP = "top";
var BOTTOM = "bottom";
var LEFT = "left";
var RIGHT = "right";
var hexBlack = "#000";
var transparent = "#0000";
var mousemove = "mousemove";
var mousedown = "mousedown";
var mouseup = "mouseup";
var mouseenter = "mouseenter";
var mouseleave = "mouseleave";
var dblclick = "dblclick";
var resize = "resize";
var scroll = "scroll";
var change = "change";
var dppxchange = "dppxchange";
var LEGEND_DISP = "--";
var domEnv = typeof window != "undefined";
var doc = domEnv ? document : null;
var win = domEnv ? window : null;
var nav = domEnv ? navigator : null;
var pxRatio;
var query;
function setPxRatio() {
	let _pxRatio = devicePixelRatio;
	if (pxRatio != _pxRatio) {
		pxRatio = _pxRatio;
		query && off(change, query, setPxRatio);
		query = matchMedia(`(min-resolution: ${pxRatio - .001}dppx) and (max-resolution: ${pxRatio + .001}dppx)`);
		on(change, query, setPxRatio);
		win.dispatchEvent(new CustomEvent(dppxchange));
	}
}
function addClass(el, c) {
	if (c != null) {
		let cl = el.classList;
		!cl.contains(c) && cl.add(c);
	}
}
function remClass(el, c) {
	let cl = el.classList;
	cl.contains(c) && cl.remove(c);
}
function setStylePx(el, name, value) {
	el.style[name] = value + "px";
}
function placeTag(tag, cls, targ, refEl) {
	let el = doc.createElement(tag);
	if (cls != null) addClass(el, cls);
	if (targ != null) targ.insertBefore(el, refEl);
	return el;
}
function placeDiv(cls, targ) {
	return placeTag("div", cls, targ);
}
var xformCache = /* @__PURE__ */ new WeakMap();
function elTrans(el, xPos, yPos, xMax, yMax) {
	let xform = "translate(" + xPos + "px," + yPos + "px)";
	if (xform != xformCache.get(el)) {
		el.style.transform = xform;
		xformCache.set(el, xform);
		if (xPos < 0 || yPos < 0 || xPos > xMax || yPos > yMax) addClass(el, OFF);
		else remClass(el, OFF);
	}
}
var colorCache = /* @__PURE__ */ new WeakMap();
function elColor(el, background, borderColor) {
	let newColor = background + borderColor;
	if (newColor != colorCache.get(el)) {
		colorCache.set(el, newColor);
		el.style.background = background;
		el.style.borderColor = borderColor;
	}
}
var sizeCache = /* @__PURE__ */ new WeakMap();
function elSize(el, newWid, newHgt, centered) {
	let newSize = newWid + "" + newHgt;
	if (newSize != sizeCache.get(el)) {
		sizeCache.set(el, newSize);
		el.style.height = newHgt + "px";
		el.style.width = newWid + "px";
		el.style.marginLeft = centered ? -newWid / 2 + "px" : 0;
		el.style.marginTop = centered ? -newHgt / 2 + "px" : 0;
	}
}
var evOpts = { passive: true };
var evOpts2 = {
	...evOpts,
	capture: true
};
function on(ev, el, cb, capt) {
	el.addEventListener(ev, cb, capt ? evOpts2 : evOpts);
}
function off(ev, el, cb, capt) {
	el.removeEventListener(ev, cb, evOpts);
}
domEnv && setPxRatio();
function closestIdx(num, arr, lo, hi) {
	let mid;
	lo = lo || 0;
	hi = hi || arr.length - 1;
	let bitwise = hi <= 2147483647;
	while (hi - lo > 1) {
		mid = bitwise ? lo + hi >> 1 : floor((lo + hi) / 2);
		if (arr[mid] < num) lo = mid;
		else hi = mid;
	}
	if (num - arr[lo] <= arr[hi] - num) return lo;
	return hi;
}
function makeIndexOfs(predicate) {
	let indexOfs = (data, _i0, _i1) => {
		let i0 = -1;
		let i1 = -1;
		for (let i = _i0; i <= _i1; i++) if (predicate(data[i])) {
			i0 = i;
			break;
		}
		for (let i = _i1; i >= _i0; i--) if (predicate(data[i])) {
			i1 = i;
			break;
		}
		return [i0, i1];
	};
	return indexOfs;
}
var notNullish = (v) => v != null;
var isPositive = (v) => v != null && v > 0;
var nonNullIdxs = makeIndexOfs(notNullish);
var positiveIdxs = makeIndexOfs(isPositive);
function getMinMax(data, _i0, _i1, sorted = 0, log = false) {
	let getEdgeIdxs = log ? positiveIdxs : nonNullIdxs;
	let predicate = log ? isPositive : notNullish;
	[_i0, _i1] = getEdgeIdxs(data, _i0, _i1);
	let _min = data[_i0];
	let _max = data[_i0];
	if (_i0 > -1) {
		if (sorted == 1) {
			_min = data[_i0];
			_max = data[_i1];
		} else if (sorted == -1) {
			_min = data[_i1];
			_max = data[_i0];
		} else for (let i = _i0; i <= _i1; i++) {
			let v = data[i];
			if (predicate(v)) {
				if (v < _min) _min = v;
				else if (v > _max) _max = v;
			}
		}
	}
	return [_min ?? inf, _max ?? -inf];
}
function rangeLog(min, max, base, fullMags) {
	let minSign = sign(min);
	let maxSign = sign(max);
	if (min == max) {
		if (minSign == -1) {
			min *= base;
			max /= base;
		} else {
			min /= base;
			max *= base;
		}
	}
	let logFn = base == 10 ? log10 : log2;
	let growMinAbs = minSign == 1 ? floor : ceil;
	let growMaxAbs = maxSign == 1 ? ceil : floor;
	let minExp = growMinAbs(logFn(abs(min)));
	let maxExp = growMaxAbs(logFn(abs(max)));
	let minIncr = pow(base, minExp);
	let maxIncr = pow(base, maxExp);
	if (base == 10) {
		if (minExp < 0) minIncr = roundDec(minIncr, -minExp);
		if (maxExp < 0) maxIncr = roundDec(maxIncr, -maxExp);
	}
	if (fullMags || base == 2) {
		min = minIncr * minSign;
		max = maxIncr * maxSign;
	} else {
		min = incrRoundDn(min, minIncr);
		max = incrRoundUp(max, maxIncr);
	}
	return [min, max];
}
function rangeAsinh(min, max, base, fullMags) {
	let minMax = rangeLog(min, max, base, fullMags);
	if (min == 0) minMax[0] = 0;
	if (max == 0) minMax[1] = 0;
	return minMax;
}
var rangePad = .1;
var autoRangePart = {
	mode: 3,
	pad: rangePad
};
var _eqRangePart = {
	pad: 0,
	soft: null,
	mode: 0
};
var _eqRange = {
	min: _eqRangePart,
	max: _eqRangePart
};
function rangeNum(_min, _max, mult, extra) {
	if (isObj(mult)) return _rangeNum(_min, _max, mult);
	_eqRangePart.pad = mult;
	_eqRangePart.soft = extra ? 0 : null;
	_eqRangePart.mode = extra ? 3 : 0;
	return _rangeNum(_min, _max, _eqRange);
}
function ifNull(lh, rh) {
	return lh == null ? rh : lh;
}
function hasData(data, idx0, idx1) {
	idx0 = ifNull(idx0, 0);
	idx1 = ifNull(idx1, data.length - 1);
	while (idx0 <= idx1) {
		if (data[idx0] != null) return true;
		idx0++;
	}
	return false;
}
function _rangeNum(_min, _max, cfg) {
	let cmin = cfg.min;
	let cmax = cfg.max;
	let padMin = ifNull(cmin.pad, 0);
	let padMax = ifNull(cmax.pad, 0);
	let hardMin = ifNull(cmin.hard, -inf);
	let hardMax = ifNull(cmax.hard, inf);
	let softMin = ifNull(cmin.soft, inf);
	let softMax = ifNull(cmax.soft, -inf);
	let softMinMode = ifNull(cmin.mode, 0);
	let softMaxMode = ifNull(cmax.mode, 0);
	let delta = _max - _min;
	let deltaMag = log10(delta);
	let scalarMax = max(abs(_min), abs(_max));
	let scalarMagDelta = abs(log10(scalarMax) - deltaMag);
	if (delta < 1e-24 || scalarMagDelta > 10) {
		delta = 0;
		if (_min == 0 || _max == 0) {
			delta = 1e-24;
			if (softMinMode == 2 && softMin != inf) padMin = 0;
			if (softMaxMode == 2 && softMax != -inf) padMax = 0;
		}
	}
	let nonZeroDelta = delta || scalarMax || 1e3;
	let base = pow(10, floor(log10(nonZeroDelta)));
	let _newMin = roundDec(incrRoundDn(_min - nonZeroDelta * (delta == 0 ? _min == 0 ? .1 : 1 : padMin), base / 10), 24);
	let _softMin = _min >= softMin && (softMinMode == 1 || softMinMode == 3 && _newMin <= softMin || softMinMode == 2 && _newMin >= softMin) ? softMin : inf;
	let minLim = max(hardMin, _newMin < _softMin && _min >= _softMin ? _softMin : min(_softMin, _newMin));
	let _newMax = roundDec(incrRoundUp(_max + nonZeroDelta * (delta == 0 ? _max == 0 ? .1 : 1 : padMax), base / 10), 24);
	let _softMax = _max <= softMax && (softMaxMode == 1 || softMaxMode == 3 && _newMax >= softMax || softMaxMode == 2 && _newMax <= softMax) ? softMax : -inf;
	let maxLim = min(hardMax, _newMax > _softMax && _max <= _softMax ? _softMax : max(_softMax, _newMax));
	if (minLim == maxLim && minLim == 0) maxLim = 100;
	return [minLim, maxLim];
}
var numFormatter = new Intl.NumberFormat(domEnv ? nav.language : "en-US");
var fmtNum = (val) => numFormatter.format(val);
var M = Math;
var PI = M.PI;
var abs = M.abs;
var floor = M.floor;
var round = M.round;
var ceil = M.ceil;
var min = M.min;
var max = M.max;
var pow = M.pow;
var sign = M.sign;
var log10 = M.log10;
var log2 = M.log2;
var sinh = (v, linthresh = 1) => M.sinh(v) * linthresh;
var asinh = (v, linthresh = 1) => M.asinh(v / linthresh);
var inf = Infinity;
function numIntDigits(x) {
	return (log10((x ^ x >> 31) - (x >> 31)) | 0) + 1;
}
function clamp(num, _min, _max) {
	return min(max(num, _min), _max);
}
function isFn(v) {
	return typeof v == "function";
}
function fnOrSelf(v) {
	return isFn(v) ? v : () => v;
}
var noop = () => {};
var retArg0 = (_0) => _0;
var retArg1 = (_0, _1) => _1;
var retNull = (_) => null;
var retTrue = (_) => true;
var retEq = (a, b) => a == b;
var regex6 = /\.\d*?(?=9{6,}|0{6,})/gm;
var fixFloat = (val) => {
	if (isInt(val) || fixedDec.has(val)) return val;
	const str = `${val}`;
	const match = str.match(regex6);
	if (match == null) return val;
	let len = match[0].length - 1;
	if (str.indexOf("e-") != -1) {
		let [num, exp] = str.split("e");
		return +`${fixFloat(num)}e${exp}`;
	}
	return roundDec(val, len);
};
function incrRound(num, incr) {
	return fixFloat(roundDec(fixFloat(num / incr)) * incr);
}
function incrRoundUp(num, incr) {
	return fixFloat(ceil(fixFloat(num / incr)) * incr);
}
function incrRoundDn(num, incr) {
	return fixFloat(floor(fixFloat(num / incr)) * incr);
}
function roundDec(val, dec = 0) {
	if (isInt(val)) return val;
	let p = 10 ** dec;
	return round(val * p * (1 + Number.EPSILON)) / p;
}
var fixedDec = /* @__PURE__ */ new Map();
function guessDec(num) {
	return (("" + num).split(".")[1] || "").length;
}
function genIncrs(base, minExp, maxExp, mults) {
	let incrs = [];
	let multDec = mults.map(guessDec);
	for (let exp = minExp; exp < maxExp; exp++) {
		let expa = abs(exp);
		let mag = roundDec(pow(base, exp), expa);
		for (let i = 0; i < mults.length; i++) {
			let _incr = base == 10 ? +`${mults[i]}e${exp}` : mults[i] * mag;
			let dec = (exp >= 0 ? 0 : expa) + (exp >= multDec[i] ? 0 : multDec[i]);
			let incr = base == 10 ? _incr : roundDec(_incr, dec);
			incrs.push(incr);
			fixedDec.set(incr, dec);
		}
	}
	return incrs;
}
var EMPTY_OBJ = {};
var EMPTY_ARR = [];
var nullNullTuple = [null, null];
var isArr = Array.isArray;
var isInt = Number.isInteger;
var isUndef = (v) => v === void 0;
function isStr(v) {
	return typeof v == "string";
}
function isObj(v) {
	let is = false;
	if (v != null) {
		let c = v.constructor;
		is = c == null || c == Object;
	}
	return is;
}
function fastIsObj(v) {
	return v != null && typeof v == "object";
}
var TypedArray = Object.getPrototypeOf(Uint8Array);
var __proto__ = "__proto__";
function copy(o, _isObj = isObj) {
	let out;
	if (isArr(o)) {
		let val = o.find((v) => v != null);
		if (isArr(val) || _isObj(val)) {
			out = Array(o.length);
			for (let i = 0; i < o.length; i++) out[i] = copy(o[i], _isObj);
		} else out = o.slice();
	} else if (o instanceof TypedArray) out = o.slice();
	else if (_isObj(o)) {
		out = {};
		for (let k in o) if (k != __proto__) out[k] = copy(o[k], _isObj);
	} else out = o;
	return out;
}
function assign(targ) {
	let args = arguments;
	for (let i = 1; i < args.length; i++) {
		let src = args[i];
		for (let key in src) if (key != __proto__) {
			if (isObj(targ[key])) assign(targ[key], copy(src[key]));
			else targ[key] = copy(src[key]);
		}
	}
	return targ;
}
var NULL_REMOVE = 0;
var NULL_RETAIN = 1;
var NULL_EXPAND = 2;
function nullExpand(yVals, nullIdxs, alignedLen) {
	for (let i = 0, xi, lastNullIdx = -1; i < nullIdxs.length; i++) {
		let nullIdx = nullIdxs[i];
		if (nullIdx > lastNullIdx) {
			xi = nullIdx - 1;
			while (xi >= 0 && yVals[xi] == null) yVals[xi--] = null;
			xi = nullIdx + 1;
			while (xi < alignedLen && yVals[xi] == null) yVals[lastNullIdx = xi++] = null;
		}
	}
}
function join(tables, nullModes) {
	if (allHeadersSame(tables)) {
		let table = tables[0].slice();
		for (let i = 1; i < tables.length; i++) table.push(...tables[i].slice(1));
		if (!isAsc(table[0])) table = sortCols(table);
		return table;
	}
	let xVals = /* @__PURE__ */ new Set();
	for (let ti = 0; ti < tables.length; ti++) {
		let xs = tables[ti][0];
		let len = xs.length;
		for (let i = 0; i < len; i++) xVals.add(xs[i]);
	}
	let data = [Array.from(xVals).sort((a, b) => a - b)];
	let alignedLen = data[0].length;
	let xIdxs = /* @__PURE__ */ new Map();
	for (let i = 0; i < alignedLen; i++) xIdxs.set(data[0][i], i);
	for (let ti = 0; ti < tables.length; ti++) {
		let t = tables[ti];
		let xs = t[0];
		for (let si = 1; si < t.length; si++) {
			let ys = t[si];
			let yVals = Array(alignedLen).fill(void 0);
			let nullMode = nullModes ? nullModes[ti][si] : NULL_RETAIN;
			let nullIdxs = [];
			for (let i = 0; i < ys.length; i++) {
				let yVal = ys[i];
				let alignedIdx = xIdxs.get(xs[i]);
				if (yVal === null) {
					if (nullMode != NULL_REMOVE) {
						yVals[alignedIdx] = yVal;
						if (nullMode == NULL_EXPAND) nullIdxs.push(alignedIdx);
					}
				} else yVals[alignedIdx] = yVal;
			}
			nullExpand(yVals, nullIdxs, alignedLen);
			data.push(yVals);
		}
	}
	return data;
}
var microTask = typeof queueMicrotask == "undefined" ? (fn) => Promise.resolve().then(fn) : queueMicrotask;
function sortCols(table) {
	let head = table[0];
	let rlen = head.length;
	let idxs = Array(rlen);
	for (let i = 0; i < idxs.length; i++) idxs[i] = i;
	idxs.sort((i0, i1) => head[i0] - head[i1]);
	let table2 = [];
	for (let i = 0; i < table.length; i++) {
		let row = table[i];
		let row2 = Array(rlen);
		for (let j = 0; j < rlen; j++) row2[j] = row[idxs[j]];
		table2.push(row2);
	}
	return table2;
}
function allHeadersSame(tables) {
	let vals0 = tables[0][0];
	let len0 = vals0.length;
	for (let i = 1; i < tables.length; i++) {
		let vals1 = tables[i][0];
		if (vals1.length != len0) return false;
		if (vals1 != vals0) {
			for (let j = 0; j < len0; j++) if (vals1[j] != vals0[j]) return false;
		}
	}
	return true;
}
function isAsc(vals, samples = 100) {
	const len = vals.length;
	if (len <= 1) return true;
	let firstIdx = 0;
	let lastIdx = len - 1;
	while (firstIdx <= lastIdx && vals[firstIdx] == null) firstIdx++;
	while (lastIdx >= firstIdx && vals[lastIdx] == null) lastIdx--;
	if (lastIdx <= firstIdx) return true;
	const stride = max(1, floor((lastIdx - firstIdx + 1) / samples));
	for (let prevVal = vals[firstIdx], i = firstIdx + stride; i <= lastIdx; i += stride) {
		const v = vals[i];
		if (v != null) {
			if (v <= prevVal) return false;
			prevVal = v;
		}
	}
	return true;
}
var months = [
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December"
];
var days = [
	"Sunday",
	"Monday",
	"Tuesday",
	"Wednesday",
	"Thursday",
	"Friday",
	"Saturday"
];
function slice3(str) {
	return str.slice(0, 3);
}
var days3 = days.map(slice3);
var engNames = {
	MMMM: months,
	MMM: months.map(slice3),
	WWWW: days,
	WWW: days3
};
function zeroPad2(int) {
	return (int < 10 ? "0" : "") + int;
}
function zeroPad3(int) {
	return (int < 10 ? "00" : int < 100 ? "0" : "") + int;
}
var subs = {
	YYYY: (d) => d.getFullYear(),
	YY: (d) => (d.getFullYear() + "").slice(2),
	MMMM: (d, names) => names.MMMM[d.getMonth()],
	MMM: (d, names) => names.MMM[d.getMonth()],
	MM: (d) => zeroPad2(d.getMonth() + 1),
	M: (d) => d.getMonth() + 1,
	DD: (d) => zeroPad2(d.getDate()),
	D: (d) => d.getDate(),
	WWWW: (d, names) => names.WWWW[d.getDay()],
	WWW: (d, names) => names.WWW[d.getDay()],
	HH: (d) => zeroPad2(d.getHours()),
	H: (d) => d.getHours(),
	h: (d) => {
		let h = d.getHours();
		return h == 0 ? 12 : h > 12 ? h - 12 : h;
	},
	AA: (d) => d.getHours() >= 12 ? "PM" : "AM",
	aa: (d) => d.getHours() >= 12 ? "pm" : "am",
	a: (d) => d.getHours() >= 12 ? "p" : "a",
	mm: (d) => zeroPad2(d.getMinutes()),
	m: (d) => d.getMinutes(),
	ss: (d) => zeroPad2(d.getSeconds()),
	s: (d) => d.getSeconds(),
	fff: (d) => zeroPad3(d.getMilliseconds())
};
function fmtDate(tpl, names) {
	names = names || engNames;
	let parts = [];
	let R = /\{([a-z]+)\}|[^{]+/gi, m;
	while (m = R.exec(tpl)) parts.push(m[0][0] == "{" ? subs[m[1]] : m[0]);
	return (d) => {
		let out = "";
		for (let i = 0; i < parts.length; i++) out += typeof parts[i] == "string" ? parts[i] : parts[i](d, names);
		return out;
	};
}
var localTz = new Intl.DateTimeFormat().resolvedOptions().timeZone;
function tzDate(date, tz) {
	let date2;
	if (tz == "UTC" || tz == "Etc/UTC") date2 = /* @__PURE__ */ new Date(+date + date.getTimezoneOffset() * 6e4);
	else if (tz == localTz) date2 = date;
	else {
		date2 = new Date(date.toLocaleString("en-US", { timeZone: tz }));
		date2.setMilliseconds(date.getMilliseconds());
	}
	return date2;
}
var onlyWhole = (v) => v % 1 == 0;
var allMults = [
	1,
	2,
	2.5,
	5
];
var decIncrs = genIncrs(10, -32, 0, allMults);
var oneIncrs = genIncrs(10, 0, 32, allMults);
var wholeIncrs = oneIncrs.filter(onlyWhole);
var numIncrs = decIncrs.concat(oneIncrs);
var NL = "\n";
var yyyy = "{YYYY}";
var NLyyyy = NL + yyyy;
var md = "{M}/{D}";
var NLmd = NL + md;
var NLmdyy = NLmd + "/{YY}";
var aa = "{aa}";
var hmmaa = "{h}:{mm}" + aa;
var NLhmmaa = NL + hmmaa;
var ss = ":{ss}";
var _ = null;
function genTimeStuffs(ms) {
	let s = ms * 1e3, m = s * 60, h = m * 60, d = h * 24, mo = d * 30, y = d * 365;
	let timeIncrs = (ms == 1 ? genIncrs(10, 0, 3, allMults).filter(onlyWhole) : genIncrs(10, -3, 0, allMults)).concat([
		s,
		s * 5,
		s * 10,
		s * 15,
		s * 30,
		m,
		m * 5,
		m * 10,
		m * 15,
		m * 30,
		h,
		h * 2,
		h * 3,
		h * 4,
		h * 6,
		h * 8,
		h * 12,
		d,
		d * 2,
		d * 3,
		d * 4,
		d * 5,
		d * 6,
		d * 7,
		d * 8,
		d * 9,
		d * 10,
		d * 15,
		mo,
		mo * 2,
		mo * 3,
		mo * 4,
		mo * 6,
		y,
		y * 2,
		y * 5,
		y * 10,
		y * 25,
		y * 50,
		y * 100
	]);
	const _timeAxisStamps = [
		[
			y,
			yyyy,
			_,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			d * 28,
			"{MMM}",
			NLyyyy,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			d,
			md,
			NLyyyy,
			_,
			_,
			_,
			_,
			_,
			1
		],
		[
			h,
			"{h}" + aa,
			NLmdyy,
			_,
			NLmd,
			_,
			_,
			_,
			1
		],
		[
			m,
			hmmaa,
			NLmdyy,
			_,
			NLmd,
			_,
			_,
			_,
			1
		],
		[
			s,
			ss,
			NLmdyy + " " + hmmaa,
			_,
			NLmd + " " + hmmaa,
			_,
			NLhmmaa,
			_,
			1
		],
		[
			ms,
			ss + ".{fff}",
			NLmdyy + " " + hmmaa,
			_,
			NLmd + " " + hmmaa,
			_,
			NLhmmaa,
			_,
			1
		]
	];
	function timeAxisSplits(tzDate) {
		return (self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace) => {
			let splits = [];
			let isYr = foundIncr >= y;
			let isMo = foundIncr >= mo && foundIncr < y;
			let minDate = tzDate(scaleMin);
			let minDateTs = roundDec(minDate * ms, 3);
			let minMin = mkDate(minDate.getFullYear(), isYr ? 0 : minDate.getMonth(), isMo || isYr ? 1 : minDate.getDate());
			let minMinTs = roundDec(minMin * ms, 3);
			if (isMo || isYr) {
				let moIncr = isMo ? foundIncr / mo : 0;
				let yrIncr = isYr ? foundIncr / y : 0;
				let split = minDateTs == minMinTs ? minDateTs : roundDec(mkDate(minMin.getFullYear() + yrIncr, minMin.getMonth() + moIncr, 1) * ms, 3);
				let splitDate = new Date(round(split / ms));
				let baseYear = splitDate.getFullYear();
				let baseMonth = splitDate.getMonth();
				for (let i = 0; split <= scaleMax; i++) {
					let next = mkDate(baseYear + yrIncr * i, baseMonth + moIncr * i, 1);
					let offs = next - tzDate(roundDec(next * ms, 3));
					split = roundDec((+next + offs) * ms, 3);
					if (split <= scaleMax) splits.push(split);
				}
			} else {
				let incr0 = foundIncr >= d ? d : foundIncr;
				let split = minMinTs + (floor(scaleMin) - floor(minDateTs)) + incrRoundUp(minDateTs - minMinTs, incr0);
				splits.push(split);
				let date0 = tzDate(split);
				let prevHour = date0.getHours() + date0.getMinutes() / m + date0.getSeconds() / h;
				let incrHours = foundIncr / h;
				let pctSpace = foundSpace / self.axes[axisIdx]._space;
				while (1) {
					split = roundDec(split + foundIncr, ms == 1 ? 0 : 3);
					if (split > scaleMax) break;
					if (incrHours > 1) {
						let expectedHour = floor(roundDec(prevHour + incrHours, 6)) % 24;
						let dstShift = tzDate(split).getHours() - expectedHour;
						if (dstShift > 1) dstShift = -1;
						split -= dstShift * h;
						prevHour = (prevHour + incrHours) % 24;
						let prevSplit = splits[splits.length - 1];
						if (roundDec((split - prevSplit) / foundIncr, 3) * pctSpace >= .7) splits.push(split);
					} else splits.push(split);
				}
			}
			return splits;
		};
	}
	return [
		timeIncrs,
		_timeAxisStamps,
		timeAxisSplits
	];
}
var [timeIncrsMs, _timeAxisStampsMs, timeAxisSplitsMs] = genTimeStuffs(1);
var [timeIncrsS, _timeAxisStampsS, timeAxisSplitsS] = genTimeStuffs(.001);
genIncrs(2, -53, 53, [1]);
function timeAxisStamps(stampCfg, fmtDate) {
	return stampCfg.map((s) => s.map((v, i) => i == 0 || i == 8 || v == null ? v : fmtDate(i == 1 || s[8] == 0 ? v : s[1] + v)));
}
function timeAxisVals(tzDate, stamps) {
	return (self, splits, axisIdx, foundSpace, foundIncr) => {
		let s = stamps.find((s) => foundIncr >= s[0]) || stamps[stamps.length - 1];
		let prevYear;
		let prevMnth;
		let prevDate;
		let prevHour;
		let prevMins;
		let prevSecs;
		return splits.map((split) => {
			let date = tzDate(split);
			let newYear = date.getFullYear();
			let newMnth = date.getMonth();
			let newDate = date.getDate();
			let newHour = date.getHours();
			let newMins = date.getMinutes();
			let newSecs = date.getSeconds();
			let stamp = newYear != prevYear && s[2] || newMnth != prevMnth && s[3] || newDate != prevDate && s[4] || newHour != prevHour && s[5] || newMins != prevMins && s[6] || newSecs != prevSecs && s[7] || s[1];
			prevYear = newYear;
			prevMnth = newMnth;
			prevDate = newDate;
			prevHour = newHour;
			prevMins = newMins;
			prevSecs = newSecs;
			return stamp(date);
		});
	};
}
function timeAxisVal(tzDate, dateTpl) {
	let stamp = fmtDate(dateTpl);
	return (self, splits, axisIdx, foundSpace, foundIncr) => splits.map((split) => stamp(tzDate(split)));
}
function mkDate(y, m, d) {
	return new Date(y, m, d);
}
function timeSeriesStamp(stampCfg, fmtDate) {
	return fmtDate(stampCfg);
}
var _timeSeriesStamp = "{YYYY}-{MM}-{DD} {h}:{mm}{aa}";
function timeSeriesVal(tzDate, stamp) {
	return (self, val, seriesIdx, dataIdx) => dataIdx == null ? LEGEND_DISP : stamp(tzDate(val));
}
function legendStroke(self, seriesIdx) {
	let s = self.series[seriesIdx];
	return s.width ? s.stroke(self, seriesIdx) : s.points.width ? s.points.stroke(self, seriesIdx) : null;
}
function legendFill(self, seriesIdx) {
	return self.series[seriesIdx].fill(self, seriesIdx);
}
var legendOpts = {
	show: true,
	live: true,
	isolate: false,
	mount: noop,
	markers: {
		show: true,
		width: 2,
		stroke: legendStroke,
		fill: legendFill,
		dash: "solid"
	},
	idx: null,
	idxs: null,
	values: []
};
function cursorPointShow(self, si) {
	let o = self.cursor.points;
	let pt = placeDiv();
	let size = o.size(self, si);
	setStylePx(pt, WIDTH, size);
	setStylePx(pt, HEIGHT$1, size);
	let mar = size / -2;
	setStylePx(pt, "marginLeft", mar);
	setStylePx(pt, "marginTop", mar);
	let width = o.width(self, si, size);
	width && setStylePx(pt, "borderWidth", width);
	return pt;
}
function cursorPointFill(self, si) {
	let sp = self.series[si].points;
	return sp._fill || sp._stroke;
}
function cursorPointStroke(self, si) {
	let sp = self.series[si].points;
	return sp._stroke || sp._fill;
}
function cursorPointSize(self, si) {
	return self.series[si].points.size;
}
var moveTuple = [0, 0];
function cursorMove(self, mouseLeft1, mouseTop1) {
	moveTuple[0] = mouseLeft1;
	moveTuple[1] = mouseTop1;
	return moveTuple;
}
function filtBtn0(self, targ, handle, onlyTarg = true) {
	return (e) => {
		e.button == 0 && (!onlyTarg || e.target == targ) && handle(e);
	};
}
function filtTarg(self, targ, handle, onlyTarg = true) {
	return (e) => {
		(!onlyTarg || e.target == targ) && handle(e);
	};
}
var cursorOpts = {
	show: true,
	x: true,
	y: true,
	lock: false,
	move: cursorMove,
	points: {
		one: false,
		show: cursorPointShow,
		size: cursorPointSize,
		width: 0,
		stroke: cursorPointStroke,
		fill: cursorPointFill
	},
	bind: {
		mousedown: filtBtn0,
		mouseup: filtBtn0,
		click: filtBtn0,
		dblclick: filtBtn0,
		mousemove: filtTarg,
		mouseleave: filtTarg,
		mouseenter: filtTarg
	},
	drag: {
		setScale: true,
		x: true,
		y: false,
		dist: 0,
		uni: null,
		click: (self, e) => {
			e.stopPropagation();
			e.stopImmediatePropagation();
		},
		_x: false,
		_y: false
	},
	focus: {
		dist: (self, seriesIdx, dataIdx, valPos, curPos) => valPos - curPos,
		prox: -1,
		bias: 0
	},
	hover: {
		skip: [void 0],
		prox: null,
		bias: 0
	},
	left: -10,
	top: -10,
	idx: null,
	dataIdx: null,
	idxs: null,
	event: null
};
var axisLines = {
	show: true,
	stroke: "rgba(0,0,0,0.07)",
	width: 2
};
var grid = assign({}, axisLines, { filter: retArg1 });
var ticks = assign({}, grid, { size: 10 });
var border = assign({}, axisLines, { show: false });
var font = "12px system-ui, -apple-system, \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, \"Noto Sans\", sans-serif, \"Apple Color Emoji\", \"Segoe UI Emoji\", \"Segoe UI Symbol\", \"Noto Color Emoji\"";
var labelFont = "bold " + font;
var lineGap = 1.5;
var xAxisOpts = {
	show: true,
	scale: "x",
	stroke: hexBlack,
	space: 50,
	gap: 5,
	alignTo: 1,
	size: 50,
	labelGap: 0,
	labelSize: 30,
	labelFont,
	side: 2,
	grid,
	ticks,
	border,
	font,
	lineGap,
	rotate: 0
};
var numSeriesLabel = "Value";
var timeSeriesLabel = "Time";
var xSeriesOpts = {
	show: true,
	scale: "x",
	auto: false,
	sorted: 1,
	min: inf,
	max: -Infinity,
	idxs: []
};
function numAxisVals(self, splits, axisIdx, foundSpace, foundIncr) {
	return splits.map((v) => v == null ? "" : fmtNum(v));
}
function numAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	let splits = [];
	let numDec = fixedDec.get(foundIncr) || 0;
	scaleMin = forceMin ? scaleMin : roundDec(incrRoundUp(scaleMin, foundIncr), numDec);
	for (let val = scaleMin; val <= scaleMax; val = roundDec(val + foundIncr, numDec)) splits.push(Object.is(val, -0) ? 0 : val);
	return splits;
}
function logAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	const splits = [];
	const logBase = self.scales[self.axes[axisIdx].scale].log;
	foundIncr = pow(logBase, floor((logBase == 10 ? log10 : log2)(scaleMin)));
	if (logBase == 10) foundIncr = numIncrs[closestIdx(foundIncr, numIncrs)];
	let split = scaleMin;
	let nextMagIncr = foundIncr * logBase;
	if (logBase == 10) nextMagIncr = numIncrs[closestIdx(nextMagIncr, numIncrs)];
	do {
		splits.push(split);
		split = split + foundIncr;
		if (logBase == 10 && !fixedDec.has(split)) split = roundDec(split, fixedDec.get(foundIncr));
		if (split >= nextMagIncr) {
			foundIncr = split;
			nextMagIncr = foundIncr * logBase;
			if (logBase == 10) nextMagIncr = numIncrs[closestIdx(nextMagIncr, numIncrs)];
		}
	} while (split <= scaleMax);
	return splits;
}
function asinhAxisSplits(self, axisIdx, scaleMin, scaleMax, foundIncr, foundSpace, forceMin) {
	let linthresh = self.scales[self.axes[axisIdx].scale].asinh;
	let posSplits = scaleMax > linthresh ? logAxisSplits(self, axisIdx, max(linthresh, scaleMin), scaleMax, foundIncr) : [linthresh];
	let zero = scaleMax >= 0 && scaleMin <= 0 ? [0] : [];
	return (scaleMin < -linthresh ? logAxisSplits(self, axisIdx, max(linthresh, -scaleMax), -scaleMin, foundIncr) : [linthresh]).reverse().map((v) => -v).concat(zero, posSplits);
}
var RE_ALL = /./;
var RE_12357 = /[12357]/;
var RE_125 = /[125]/;
var RE_1 = /1/;
var _filt = (splits, distr, re, keepMod) => splits.map((v, i) => distr == 4 && v == 0 || i % keepMod == 0 && re.test(v.toExponential()[v < 0 ? 1 : 0]) ? v : null);
function log10AxisValsFilt(self, splits, axisIdx, foundSpace, foundIncr) {
	let axis = self.axes[axisIdx];
	let scaleKey = axis.scale;
	let sc = self.scales[scaleKey];
	let valToPos = self.valToPos;
	let minSpace = axis._space;
	let _10 = valToPos(10, scaleKey);
	let re = valToPos(9, scaleKey) - _10 >= minSpace ? RE_ALL : valToPos(7, scaleKey) - _10 >= minSpace ? RE_12357 : valToPos(5, scaleKey) - _10 >= minSpace ? RE_125 : RE_1;
	if (re == RE_1) {
		let magSpace = abs(valToPos(1, scaleKey) - _10);
		if (magSpace < minSpace) return _filt(splits.slice().reverse(), sc.distr, re, ceil(minSpace / magSpace)).reverse();
	}
	return _filt(splits, sc.distr, re, 1);
}
function log2AxisValsFilt(self, splits, axisIdx, foundSpace, foundIncr) {
	let axis = self.axes[axisIdx];
	let scaleKey = axis.scale;
	let minSpace = axis._space;
	let valToPos = self.valToPos;
	let magSpace = abs(valToPos(1, scaleKey) - valToPos(2, scaleKey));
	if (magSpace < minSpace) return _filt(splits.slice().reverse(), 3, RE_ALL, ceil(minSpace / magSpace)).reverse();
	return splits;
}
function numSeriesVal(self, val, seriesIdx, dataIdx) {
	return dataIdx == null ? LEGEND_DISP : val == null ? "" : fmtNum(val);
}
var yAxisOpts = {
	show: true,
	scale: "y",
	stroke: hexBlack,
	space: 30,
	gap: 5,
	alignTo: 1,
	size: 50,
	labelGap: 0,
	labelSize: 30,
	labelFont,
	side: 3,
	grid,
	ticks,
	border,
	font,
	lineGap,
	rotate: 0
};
function ptDia(width, mult) {
	return roundDec((3 + (width || 1) * 2) * mult, 3);
}
function seriesPointsShow(self, si) {
	let { scale, idxs } = self.series[0];
	let xData = self._data[0];
	let p0 = self.valToPos(xData[idxs[0]], scale, true);
	let maxPts = abs(self.valToPos(xData[idxs[1]], scale, true) - p0) / (self.series[si].points.space * pxRatio);
	return idxs[1] - idxs[0] <= maxPts;
}
var facet = {
	scale: null,
	auto: true,
	sorted: 0,
	min: inf,
	max: -Infinity
};
var gaps = (self, seriesIdx, idx0, idx1, nullGaps) => nullGaps;
var xySeriesOpts = {
	show: true,
	auto: true,
	sorted: 0,
	gaps,
	alpha: 1,
	facets: [assign({}, facet, { scale: "x" }), assign({}, facet, { scale: "y" })]
};
var ySeriesOpts = {
	scale: "y",
	auto: true,
	sorted: 0,
	show: true,
	spanGaps: false,
	gaps,
	alpha: 1,
	points: {
		show: seriesPointsShow,
		filter: null
	},
	values: null,
	min: inf,
	max: -Infinity,
	idxs: [],
	path: null,
	clip: null
};
function clampScale(self, val, scaleMin, scaleMax, scaleKey) {
	return scaleMin / 10;
}
var xScaleOpts = {
	time: FEAT_TIME,
	auto: true,
	distr: 1,
	log: 10,
	asinh: 1,
	min: null,
	max: null,
	dir: 1,
	ori: 0
};
var yScaleOpts = assign({}, xScaleOpts, {
	time: false,
	ori: 1
});
var syncs = {};
function _sync(key, opts) {
	let s = syncs[key];
	if (!s) {
		s = {
			key,
			plots: [],
			sub(plot) {
				s.plots.push(plot);
			},
			unsub(plot) {
				s.plots = s.plots.filter((c) => c != plot);
			},
			pub(type, self, x, y, w, h, i) {
				for (let j = 0; j < s.plots.length; j++) s.plots[j] != self && s.plots[j].pub(type, self, x, y, w, h, i);
			}
		};
		if (key != null) syncs[key] = s;
	}
	return s;
}
var BAND_CLIP_FILL = 1;
var BAND_CLIP_STROKE = 2;
function orient(u, seriesIdx, cb) {
	const mode = u.mode;
	const series = u.series[seriesIdx];
	const data = mode == 2 ? u._data[seriesIdx] : u._data;
	const scales = u.scales;
	const bbox = u.bbox;
	let dx = data[0], dy = mode == 2 ? data[1] : data[seriesIdx], sx = mode == 2 ? scales[series.facets[0].scale] : scales[u.series[0].scale], sy = mode == 2 ? scales[series.facets[1].scale] : scales[series.scale], l = bbox.left, t = bbox.top, w = bbox.width, h = bbox.height, H = u.valToPosH, V = u.valToPosV;
	return sx.ori == 0 ? cb(series, dx, dy, sx, sy, H, V, l, t, w, h, moveToH, lineToH, rectH, arcH, bezierCurveToH) : cb(series, dx, dy, sx, sy, V, H, t, l, h, w, moveToV, lineToV, rectV, arcV, bezierCurveToV);
}
function bandFillClipDirs(self, seriesIdx) {
	let fillDir = 0;
	let clipDirs = 0;
	let bands = ifNull(self.bands, EMPTY_ARR);
	for (let i = 0; i < bands.length; i++) {
		let b = bands[i];
		if (b.series[0] == seriesIdx) fillDir = b.dir;
		else if (b.series[1] == seriesIdx) {
			if (b.dir == 1) clipDirs |= 1;
			else clipDirs |= 2;
		}
	}
	return [fillDir, clipDirs == 1 ? -1 : clipDirs == 2 ? 1 : clipDirs == 3 ? 2 : 0];
}
function seriesFillTo(self, seriesIdx, dataMin, dataMax, bandFillDir) {
	let mode = self.mode;
	let series = self.series[seriesIdx];
	let scaleKey = mode == 2 ? series.facets[1].scale : series.scale;
	let scale = self.scales[scaleKey];
	return bandFillDir == -1 ? scale.min : bandFillDir == 1 ? scale.max : scale.distr == 3 ? scale.dir == 1 ? scale.min : scale.max : 0;
}
function clipBandLine(self, seriesIdx, idx0, idx1, strokePath, clipDir) {
	return orient(self, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
		let pxRound = series.pxRound;
		const dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1);
		const lineTo = scaleX.ori == 0 ? lineToH : lineToV;
		let frIdx, toIdx;
		if (dir == 1) {
			frIdx = idx0;
			toIdx = idx1;
		} else {
			frIdx = idx1;
			toIdx = idx0;
		}
		let x0 = pxRound(valToPosX(dataX[frIdx], scaleX, xDim, xOff));
		let y0 = pxRound(valToPosY(dataY[frIdx], scaleY, yDim, yOff));
		let x1 = pxRound(valToPosX(dataX[toIdx], scaleX, xDim, xOff));
		let yLimit = pxRound(valToPosY(clipDir == 1 ? scaleY.max : scaleY.min, scaleY, yDim, yOff));
		let clip = new Path2D(strokePath);
		lineTo(clip, x1, yLimit);
		lineTo(clip, x0, yLimit);
		lineTo(clip, x0, y0);
		return clip;
	});
}
function clipGaps(gaps, ori, plotLft, plotTop, plotWid, plotHgt) {
	let clip = null;
	if (gaps.length > 0) {
		clip = new Path2D();
		const rect = ori == 0 ? rectH : rectV;
		let prevGapEnd = plotLft;
		for (let i = 0; i < gaps.length; i++) {
			let g = gaps[i];
			if (g[1] > g[0]) {
				let w = g[0] - prevGapEnd;
				w > 0 && rect(clip, prevGapEnd, plotTop, w, plotTop + plotHgt);
				prevGapEnd = g[1];
			}
		}
		let w = plotLft + plotWid - prevGapEnd;
		let maxStrokeWidth = 10;
		w > 0 && rect(clip, prevGapEnd, plotTop - maxStrokeWidth / 2, w, plotTop + plotHgt + maxStrokeWidth);
	}
	return clip;
}
function addGap(gaps, fromX, toX) {
	let prevGap = gaps[gaps.length - 1];
	if (prevGap && prevGap[0] == fromX) prevGap[1] = toX;
	else gaps.push([fromX, toX]);
}
function findGaps(xs, ys, idx0, idx1, dir, pixelForX, align) {
	let gaps = [];
	let len = xs.length;
	for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) if (ys[i] === null) {
		let fr = i, to = i;
		if (dir == 1) while (++i <= idx1 && ys[i] === null) to = i;
		else while (--i >= idx0 && ys[i] === null) to = i;
		let frPx = pixelForX(xs[fr]);
		let toPx = to == fr ? frPx : pixelForX(xs[to]);
		let fri2 = fr - dir;
		frPx = align <= 0 && fri2 >= 0 && fri2 < len ? pixelForX(xs[fri2]) : frPx;
		let toi2 = to + dir;
		toPx = align >= 0 && toi2 >= 0 && toi2 < len ? pixelForX(xs[toi2]) : toPx;
		if (toPx >= frPx) gaps.push([frPx, toPx]);
	}
	return gaps;
}
function pxRoundGen(pxAlign) {
	return pxAlign == 0 ? retArg0 : pxAlign == 1 ? round : (v) => incrRound(v, pxAlign);
}
function rect(ori) {
	let moveTo = ori == 0 ? moveToH : moveToV;
	let arcTo = ori == 0 ? (p, x1, y1, x2, y2, r) => {
		p.arcTo(x1, y1, x2, y2, r);
	} : (p, y1, x1, y2, x2, r) => {
		p.arcTo(x1, y1, x2, y2, r);
	};
	let rect = ori == 0 ? (p, x, y, w, h) => {
		p.rect(x, y, w, h);
	} : (p, y, x, h, w) => {
		p.rect(x, y, w, h);
	};
	return (p, x, y, w, h, endRad = 0, baseRad = 0) => {
		if (endRad == 0 && baseRad == 0) rect(p, x, y, w, h);
		else {
			endRad = min(endRad, w / 2, h / 2);
			baseRad = min(baseRad, w / 2, h / 2);
			moveTo(p, x + endRad, y);
			arcTo(p, x + w, y, x + w, y + h, endRad);
			arcTo(p, x + w, y + h, x, y + h, baseRad);
			arcTo(p, x, y + h, x, y, baseRad);
			arcTo(p, x, y, x + w, y, endRad);
			p.closePath();
		}
	};
}
var moveToH = (p, x, y) => {
	p.moveTo(x, y);
};
var moveToV = (p, y, x) => {
	p.moveTo(x, y);
};
var lineToH = (p, x, y) => {
	p.lineTo(x, y);
};
var lineToV = (p, y, x) => {
	p.lineTo(x, y);
};
var rectH = rect(0);
var rectV = rect(1);
var arcH = (p, x, y, r, startAngle, endAngle) => {
	p.arc(x, y, r, startAngle, endAngle);
};
var arcV = (p, y, x, r, startAngle, endAngle) => {
	p.arc(x, y, r, startAngle, endAngle);
};
var bezierCurveToH = (p, bp1x, bp1y, bp2x, bp2y, p2x, p2y) => {
	p.bezierCurveTo(bp1x, bp1y, bp2x, bp2y, p2x, p2y);
};
var bezierCurveToV = (p, bp1y, bp1x, bp2y, bp2x, p2y, p2x) => {
	p.bezierCurveTo(bp1x, bp1y, bp2x, bp2y, p2x, p2y);
};
function points(opts) {
	return (u, seriesIdx, idx0, idx1, filtIdxs) => {
		return orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
			let { pxRound, points } = series;
			let moveTo, arc;
			if (scaleX.ori == 0) {
				moveTo = moveToH;
				arc = arcH;
			} else {
				moveTo = moveToV;
				arc = arcV;
			}
			const width = roundDec(points.width * pxRatio, 3);
			let rad = (points.size - points.width) / 2 * pxRatio;
			let dia = roundDec(rad * 2, 3);
			let fill = new Path2D();
			let clip = new Path2D();
			let { left: lft, top, width: wid, height: hgt } = u.bbox;
			rectH(clip, lft - dia, top - dia, wid + dia * 2, hgt + dia * 2);
			const drawPoint = (pi) => {
				if (dataY[pi] != null) {
					let x = pxRound(valToPosX(dataX[pi], scaleX, xDim, xOff));
					let y = pxRound(valToPosY(dataY[pi], scaleY, yDim, yOff));
					moveTo(fill, x + rad, y);
					arc(fill, x, y, rad, 0, PI * 2);
				}
			};
			if (filtIdxs) filtIdxs.forEach(drawPoint);
			else for (let pi = idx0; pi <= idx1; pi++) drawPoint(pi);
			return {
				stroke: width > 0 ? fill : null,
				fill,
				clip,
				flags: 3
			};
		});
	};
}
function _drawAcc(lineTo) {
	return (stroke, accX, minY, maxY, inY, outY) => {
		if (minY != maxY) {
			if (inY != minY && outY != minY) lineTo(stroke, accX, minY);
			if (inY != maxY && outY != maxY) lineTo(stroke, accX, maxY);
			lineTo(stroke, accX, outY);
		}
	};
}
var drawAccH = _drawAcc(lineToH);
var drawAccV = _drawAcc(lineToV);
function linear(opts) {
	const alignGaps = ifNull(opts?.alignGaps, 0);
	return (u, seriesIdx, idx0, idx1) => {
		return orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
			[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
			let pxRound = series.pxRound;
			let pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff));
			let pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff));
			let lineTo, drawAcc;
			if (scaleX.ori == 0) {
				lineTo = lineToH;
				drawAcc = drawAccH;
			} else {
				lineTo = lineToV;
				drawAcc = drawAccV;
			}
			const dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1);
			const _paths = {
				stroke: new Path2D(),
				fill: null,
				clip: null,
				band: null,
				gaps: null,
				flags: BAND_CLIP_FILL
			};
			const stroke = _paths.stroke;
			let hasGap = false;
			if (idx1 - idx0 >= xDim * 4) {
				let xForPixel = (pos) => u.posToVal(pos, scaleX.key, true);
				let minY = null, maxY = null, inY, outY, drawnAtX;
				let accX = pixelForX(dataX[dir == 1 ? idx0 : idx1]);
				let idx0px = pixelForX(dataX[idx0]);
				let idx1px = pixelForX(dataX[idx1]);
				let nextAccXVal = xForPixel(dir == 1 ? idx0px + 1 : idx1px - 1);
				for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
					let xVal = dataX[i];
					let x = (dir == 1 ? xVal < nextAccXVal : xVal > nextAccXVal) ? accX : pixelForX(xVal);
					let yVal = dataY[i];
					if (x == accX) {
						if (yVal != null) {
							outY = yVal;
							if (minY == null) {
								lineTo(stroke, x, pixelForY(outY));
								inY = minY = maxY = outY;
							} else if (outY < minY) minY = outY;
							else if (outY > maxY) maxY = outY;
						} else if (yVal === null) hasGap = true;
					} else {
						if (minY != null) drawAcc(stroke, accX, pixelForY(minY), pixelForY(maxY), pixelForY(inY), pixelForY(outY));
						if (yVal != null) {
							outY = yVal;
							lineTo(stroke, x, pixelForY(outY));
							minY = maxY = inY = outY;
						} else {
							minY = maxY = null;
							if (yVal === null) hasGap = true;
						}
						accX = x;
						nextAccXVal = xForPixel(accX + dir);
					}
				}
				if (minY != null && minY != maxY && drawnAtX != accX) drawAcc(stroke, accX, pixelForY(minY), pixelForY(maxY), pixelForY(inY), pixelForY(outY));
			} else for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
				let yVal = dataY[i];
				if (yVal === null) hasGap = true;
				else if (yVal != null) lineTo(stroke, pixelForX(dataX[i]), pixelForY(yVal));
			}
			let [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
			if (series.fill != null || bandFillDir != 0) {
				let fill = _paths.fill = new Path2D(stroke);
				let fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir));
				let frX = pixelForX(dataX[idx0]);
				let toX = pixelForX(dataX[idx1]);
				if (dir == -1) [toX, frX] = [frX, toX];
				lineTo(fill, toX, fillToY);
				lineTo(fill, frX, fillToY);
			}
			if (!series.spanGaps) {
				let gaps = [];
				hasGap && gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps));
				_paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps);
				_paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
			}
			if (bandClipDir != 0) _paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir);
			return _paths;
		});
	};
}
function stepped(opts) {
	const align = ifNull(opts.align, 1);
	const ascDesc = ifNull(opts.ascDesc, false);
	const alignGaps = ifNull(opts.alignGaps, 0);
	const extend = ifNull(opts.extend, false);
	return (u, seriesIdx, idx0, idx1) => {
		return orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
			[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
			let pxRound = series.pxRound;
			let { left, width } = u.bbox;
			let pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff));
			let pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff));
			let lineTo = scaleX.ori == 0 ? lineToH : lineToV;
			const _paths = {
				stroke: new Path2D(),
				fill: null,
				clip: null,
				band: null,
				gaps: null,
				flags: BAND_CLIP_FILL
			};
			const stroke = _paths.stroke;
			const dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1);
			let prevYPos = pixelForY(dataY[dir == 1 ? idx0 : idx1]);
			let firstXPos = pixelForX(dataX[dir == 1 ? idx0 : idx1]);
			let prevXPos = firstXPos;
			let firstXPosExt = firstXPos;
			if (extend && align == -1) {
				firstXPosExt = left;
				lineTo(stroke, firstXPosExt, prevYPos);
			}
			lineTo(stroke, firstXPos, prevYPos);
			for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) {
				let yVal1 = dataY[i];
				if (yVal1 == null) continue;
				let x1 = pixelForX(dataX[i]);
				let y1 = pixelForY(yVal1);
				if (align == 1) lineTo(stroke, x1, prevYPos);
				else lineTo(stroke, prevXPos, y1);
				lineTo(stroke, x1, y1);
				prevYPos = y1;
				prevXPos = x1;
			}
			let prevXPosExt = prevXPos;
			if (extend && align == 1) {
				prevXPosExt = left + width;
				lineTo(stroke, prevXPosExt, prevYPos);
			}
			let [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
			if (series.fill != null || bandFillDir != 0) {
				let fill = _paths.fill = new Path2D(stroke);
				let fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir));
				lineTo(fill, prevXPosExt, fillToY);
				lineTo(fill, firstXPosExt, fillToY);
			}
			if (!series.spanGaps) {
				let gaps = [];
				gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps));
				let halfStroke = series.width * pxRatio / 2;
				let startsOffset = ascDesc || align == 1 ? halfStroke : -halfStroke;
				let endsOffset = ascDesc || align == -1 ? -halfStroke : halfStroke;
				gaps.forEach((g) => {
					g[0] += startsOffset;
					g[1] += endsOffset;
				});
				_paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps);
				_paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
			}
			if (bandClipDir != 0) _paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir);
			return _paths;
		});
	};
}
function findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid = inf) {
	if (dataX.length > 1) {
		let prevIdx = null;
		for (let i = 0, minDelta = Infinity; i < dataX.length; i++) if (dataY[i] !== void 0) {
			if (prevIdx != null) {
				let delta = abs(dataX[i] - dataX[prevIdx]);
				if (delta < minDelta) {
					minDelta = delta;
					colWid = abs(valToPosX(dataX[i], scaleX, xDim, xOff) - valToPosX(dataX[prevIdx], scaleX, xDim, xOff));
				}
			}
			prevIdx = i;
		}
	}
	return colWid;
}
function bars(opts) {
	opts = opts || EMPTY_OBJ;
	const size = ifNull(opts.size, [
		.6,
		inf,
		1
	]);
	const align = opts.align || 0;
	const _extraGap = opts.gap || 0;
	let ro = opts.radius;
	ro = ro == null ? [0, 0] : typeof ro == "number" ? [ro, 0] : ro;
	const radiusFn = fnOrSelf(ro);
	const gapFactor = 1 - size[0];
	const _maxWidth = ifNull(size[1], inf);
	const _minWidth = ifNull(size[2], 1);
	const disp = ifNull(opts.disp, EMPTY_OBJ);
	const _each = ifNull(opts.each, (_) => {});
	const { fill: dispFills, stroke: dispStrokes } = disp;
	return (u, seriesIdx, idx0, idx1) => {
		return orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
			let pxRound = series.pxRound;
			let _align = align;
			let extraGap = _extraGap * pxRatio;
			let maxWidth = _maxWidth * pxRatio;
			let minWidth = _minWidth * pxRatio;
			let valRadius, baseRadius;
			if (scaleX.ori == 0) [valRadius, baseRadius] = radiusFn(u, seriesIdx);
			else [baseRadius, valRadius] = radiusFn(u, seriesIdx);
			const _dirX = scaleX.dir * (scaleX.ori == 0 ? 1 : -1);
			let rect = scaleX.ori == 0 ? rectH : rectV;
			let each = scaleX.ori == 0 ? _each : (u, seriesIdx, i, top, lft, hgt, wid) => {
				_each(u, seriesIdx, i, lft, top, wid, hgt);
			};
			let band = ifNull(u.bands, EMPTY_ARR).find((b) => b.series[0] == seriesIdx);
			let fillDir = band != null ? band.dir : 0;
			let fillTo = series.fillTo(u, seriesIdx, series.min, series.max, fillDir);
			let fillToY = pxRound(valToPosY(fillTo, scaleY, yDim, yOff));
			let xShift, barWid, fullGap, colWid = xDim;
			let strokeWidth = pxRound(series.width * pxRatio);
			let multiPath = false;
			let fillColors = null;
			let fillPaths = null;
			let strokeColors = null;
			let strokePaths = null;
			if (dispFills != null && (strokeWidth == 0 || dispStrokes != null)) {
				multiPath = true;
				fillColors = dispFills.values(u, seriesIdx, idx0, idx1);
				fillPaths = /* @__PURE__ */ new Map();
				new Set(fillColors).forEach((color) => {
					if (color != null) fillPaths.set(color, new Path2D());
				});
				if (strokeWidth > 0) {
					strokeColors = dispStrokes.values(u, seriesIdx, idx0, idx1);
					strokePaths = /* @__PURE__ */ new Map();
					new Set(strokeColors).forEach((color) => {
						if (color != null) strokePaths.set(color, new Path2D());
					});
				}
			}
			let { x0, size } = disp;
			if (x0 != null && size != null) {
				_align = 1;
				dataX = x0.values(u, seriesIdx, idx0, idx1);
				if (x0.unit == 2) dataX = dataX.map((pct) => u.posToVal(xOff + pct * xDim, scaleX.key, true));
				let sizes = size.values(u, seriesIdx, idx0, idx1);
				if (size.unit == 2) barWid = sizes[0] * xDim;
				else barWid = valToPosX(sizes[0], scaleX, xDim, xOff) - valToPosX(0, scaleX, xDim, xOff);
				colWid = findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid);
				fullGap = colWid - barWid + extraGap;
			} else {
				colWid = findColWidth(dataX, dataY, valToPosX, scaleX, xDim, xOff, colWid);
				fullGap = colWid * gapFactor + extraGap;
				barWid = colWid - fullGap;
			}
			if (fullGap < 1) fullGap = 0;
			if (strokeWidth >= barWid / 2) strokeWidth = 0;
			if (fullGap < 5) pxRound = retArg0;
			let insetStroke = fullGap > 0;
			let rawBarWid = colWid - fullGap - (insetStroke ? strokeWidth : 0);
			barWid = pxRound(clamp(rawBarWid, minWidth, maxWidth));
			xShift = (_align == 0 ? barWid / 2 : _align == _dirX ? 0 : barWid) - _align * _dirX * ((_align == 0 ? extraGap / 2 : 0) + (insetStroke ? strokeWidth / 2 : 0));
			const _paths = {
				stroke: null,
				fill: null,
				clip: null,
				band: null,
				gaps: null,
				flags: 0
			};
			const stroke = multiPath ? null : new Path2D();
			let dataY0 = null;
			if (band != null) dataY0 = u.data[band.series[1]];
			else {
				let { y0, y1 } = disp;
				if (y0 != null && y1 != null) {
					dataY = y1.values(u, seriesIdx, idx0, idx1);
					dataY0 = y0.values(u, seriesIdx, idx0, idx1);
				}
			}
			let radVal = valRadius * barWid;
			let radBase = baseRadius * barWid;
			for (let i = _dirX == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += _dirX) {
				let yVal = dataY[i];
				if (yVal == null) continue;
				if (dataY0 != null) {
					let yVal0 = dataY0[i] ?? 0;
					if (yVal - yVal0 == 0) continue;
					fillToY = valToPosY(yVal0, scaleY, yDim, yOff);
				}
				let xPos = valToPosX(scaleX.distr != 2 || disp != null ? dataX[i] : i, scaleX, xDim, xOff);
				let yPos = valToPosY(ifNull(yVal, fillTo), scaleY, yDim, yOff);
				let lft = pxRound(xPos - xShift);
				let btm = pxRound(max(yPos, fillToY));
				let top = pxRound(min(yPos, fillToY));
				let barHgt = btm - top;
				if (yVal != null) {
					let rv = yVal < 0 ? radBase : radVal;
					let rb = yVal < 0 ? radVal : radBase;
					if (multiPath) {
						if (strokeWidth > 0 && strokeColors[i] != null) rect(strokePaths.get(strokeColors[i]), lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb);
						if (fillColors[i] != null) rect(fillPaths.get(fillColors[i]), lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb);
					} else rect(stroke, lft, top + floor(strokeWidth / 2), barWid, max(0, barHgt - strokeWidth), rv, rb);
					each(u, seriesIdx, i, lft - strokeWidth / 2, top, barWid + strokeWidth, barHgt);
				}
			}
			if (strokeWidth > 0) _paths.stroke = multiPath ? strokePaths : stroke;
			else if (!multiPath) {
				_paths._fill = series.width == 0 ? series._fill : series._stroke ?? series._fill;
				_paths.width = 0;
			}
			_paths.fill = multiPath ? fillPaths : stroke;
			return _paths;
		});
	};
}
function splineInterp(interp, opts) {
	const alignGaps = ifNull(opts?.alignGaps, 0);
	return (u, seriesIdx, idx0, idx1) => {
		return orient(u, seriesIdx, (series, dataX, dataY, scaleX, scaleY, valToPosX, valToPosY, xOff, yOff, xDim, yDim) => {
			[idx0, idx1] = nonNullIdxs(dataY, idx0, idx1);
			let pxRound = series.pxRound;
			let pixelForX = (val) => pxRound(valToPosX(val, scaleX, xDim, xOff));
			let pixelForY = (val) => pxRound(valToPosY(val, scaleY, yDim, yOff));
			let moveTo, bezierCurveTo, lineTo;
			if (scaleX.ori == 0) {
				moveTo = moveToH;
				lineTo = lineToH;
				bezierCurveTo = bezierCurveToH;
			} else {
				moveTo = moveToV;
				lineTo = lineToV;
				bezierCurveTo = bezierCurveToV;
			}
			const dir = scaleX.dir * (scaleX.ori == 0 ? 1 : -1);
			let firstXPos = pixelForX(dataX[dir == 1 ? idx0 : idx1]);
			let prevXPos = firstXPos;
			let xCoords = [];
			let yCoords = [];
			for (let i = dir == 1 ? idx0 : idx1; i >= idx0 && i <= idx1; i += dir) if (dataY[i] != null) {
				let xVal = dataX[i];
				let xPos = pixelForX(xVal);
				xCoords.push(prevXPos = xPos);
				yCoords.push(pixelForY(dataY[i]));
			}
			const _paths = {
				stroke: interp(xCoords, yCoords, moveTo, lineTo, bezierCurveTo, pxRound),
				fill: null,
				clip: null,
				band: null,
				gaps: null,
				flags: BAND_CLIP_FILL
			};
			const stroke = _paths.stroke;
			let [bandFillDir, bandClipDir] = bandFillClipDirs(u, seriesIdx);
			if (series.fill != null || bandFillDir != 0) {
				let fill = _paths.fill = new Path2D(stroke);
				let fillToY = pixelForY(series.fillTo(u, seriesIdx, series.min, series.max, bandFillDir));
				lineTo(fill, prevXPos, fillToY);
				lineTo(fill, firstXPos, fillToY);
			}
			if (!series.spanGaps) {
				let gaps = [];
				gaps.push(...findGaps(dataX, dataY, idx0, idx1, dir, pixelForX, alignGaps));
				_paths.gaps = gaps = series.gaps(u, seriesIdx, idx0, idx1, gaps);
				_paths.clip = clipGaps(gaps, scaleX.ori, xOff, yOff, xDim, yDim);
			}
			if (bandClipDir != 0) _paths.band = bandClipDir == 2 ? [clipBandLine(u, seriesIdx, idx0, idx1, stroke, -1), clipBandLine(u, seriesIdx, idx0, idx1, stroke, 1)] : clipBandLine(u, seriesIdx, idx0, idx1, stroke, bandClipDir);
			return _paths;
		});
	};
}
function monotoneCubic(opts) {
	return splineInterp(_monotoneCubic, opts);
}
function _monotoneCubic(xs, ys, moveTo, lineTo, bezierCurveTo, pxRound) {
	const n = xs.length;
	if (n < 2) return null;
	const path = new Path2D();
	moveTo(path, xs[0], ys[0]);
	if (n == 2) lineTo(path, xs[1], ys[1]);
	else {
		let ms = Array(n), ds = Array(n - 1), dys = Array(n - 1), dxs = Array(n - 1);
		for (let i = 0; i < n - 1; i++) {
			dys[i] = ys[i + 1] - ys[i];
			dxs[i] = xs[i + 1] - xs[i];
			ds[i] = dys[i] / dxs[i];
		}
		ms[0] = ds[0];
		for (let i = 1; i < n - 1; i++) if (ds[i] === 0 || ds[i - 1] === 0 || ds[i - 1] > 0 !== ds[i] > 0) ms[i] = 0;
		else {
			ms[i] = 3 * (dxs[i - 1] + dxs[i]) / ((2 * dxs[i] + dxs[i - 1]) / ds[i - 1] + (dxs[i] + 2 * dxs[i - 1]) / ds[i]);
			if (!isFinite(ms[i])) ms[i] = 0;
		}
		ms[n - 1] = ds[n - 2];
		for (let i = 0; i < n - 1; i++) bezierCurveTo(path, xs[i] + dxs[i] / 3, ys[i] + ms[i] * dxs[i] / 3, xs[i + 1] - dxs[i] / 3, ys[i + 1] - ms[i + 1] * dxs[i] / 3, xs[i + 1], ys[i + 1]);
	}
	return path;
}
var cursorPlots = /* @__PURE__ */ new Set();
function invalidateRects() {
	for (let u of cursorPlots) u.syncRect(true);
}
if (domEnv) {
	on(resize, win, invalidateRects);
	on(scroll, win, invalidateRects, true);
	on(dppxchange, win, () => {
		uPlot.pxRatio = pxRatio;
	});
}
var linearPath = linear();
var pointsPath = points();
function setDefaults(d, xo, yo, initY) {
	return (initY ? [d[0], d[1]].concat(d.slice(2)) : [d[0]].concat(d.slice(1))).map((o, i) => setDefault(o, i, xo, yo));
}
function setDefaults2(d, xyo) {
	return d.map((o, i) => i == 0 ? {} : assign({}, xyo, o));
}
function setDefault(o, i, xo, yo) {
	return assign({}, i == 0 ? xo : yo, o);
}
function snapNumX(self, dataMin, dataMax) {
	return dataMin == null ? nullNullTuple : [dataMin, dataMax];
}
var snapTimeX = snapNumX;
function snapNumY(self, dataMin, dataMax) {
	return dataMin == null ? nullNullTuple : rangeNum(dataMin, dataMax, rangePad, true);
}
function snapLogY(self, dataMin, dataMax, scale) {
	return dataMin == null ? nullNullTuple : rangeLog(dataMin, dataMax, self.scales[scale].log, false);
}
var snapLogX = snapLogY;
function snapAsinhY(self, dataMin, dataMax, scale) {
	return dataMin == null ? nullNullTuple : rangeAsinh(dataMin, dataMax, self.scales[scale].log, false);
}
var snapAsinhX = snapAsinhY;
function findIncr(minVal, maxVal, incrs, dim, minSpace) {
	let intDigits = max(numIntDigits(minVal), numIntDigits(maxVal));
	let delta = maxVal - minVal;
	let incrIdx = closestIdx(minSpace / dim * delta, incrs);
	do {
		let foundIncr = incrs[incrIdx];
		let foundSpace = dim * foundIncr / delta;
		if (foundSpace >= minSpace && intDigits + (foundIncr < 5 ? fixedDec.get(foundIncr) : 0) <= 17) return [foundIncr, foundSpace];
	} while (++incrIdx < incrs.length);
	return [0, 0];
}
function pxRatioFont(font) {
	let fontSize, fontSizeCss;
	font = font.replace(/(\d+)px/, (m, p1) => (fontSize = round((fontSizeCss = +p1) * pxRatio)) + "px");
	return [
		font,
		fontSize,
		fontSizeCss
	];
}
function syncFontSize(axis) {
	if (axis.show) [axis.font, axis.labelFont].forEach((f) => {
		let size = roundDec(f[2] * pxRatio, 1);
		f[0] = f[0].replace(/[0-9.]+px/, size + "px");
		f[1] = size;
	});
}
function uPlot(opts, data, then) {
	const self = { mode: ifNull(opts.mode, 1) };
	const mode = self.mode;
	function getHPos(val, scale, dim, off) {
		let pct = scale.valToPct(val);
		return off + dim * (scale.dir == -1 ? 1 - pct : pct);
	}
	function getVPos(val, scale, dim, off) {
		let pct = scale.valToPct(val);
		return off + dim * (scale.dir == -1 ? pct : 1 - pct);
	}
	function getPos(val, scale, dim, off) {
		return scale.ori == 0 ? getHPos(val, scale, dim, off) : getVPos(val, scale, dim, off);
	}
	self.valToPosH = getHPos;
	self.valToPosV = getVPos;
	let ready = false;
	self.status = 0;
	const root = self.root = placeDiv(UPLOT);
	if (opts.id != null) root.id = opts.id;
	addClass(root, opts.class);
	if (opts.title) {
		let title = placeDiv(TITLE, root);
		title.textContent = opts.title;
	}
	const can = placeTag("canvas");
	const ctx = self.ctx = can.getContext("2d");
	const wrap = placeDiv(WRAP, root);
	on("click", wrap, (e) => {
		if (e.target === over) (mouseLeft1 != mouseLeft0 || mouseTop1 != mouseTop0) && drag.click(self, e);
	}, true);
	const under = self.under = placeDiv(UNDER, wrap);
	wrap.appendChild(can);
	const over = self.over = placeDiv(OVER, wrap);
	opts = copy(opts);
	const pxAlign = +ifNull(opts.pxAlign, 1);
	const pxRound = pxRoundGen(pxAlign);
	(opts.plugins || []).forEach((p) => {
		if (p.opts) opts = p.opts(self, opts) || opts;
	});
	const ms = opts.ms || .001;
	const series = self.series = mode == 1 ? setDefaults(opts.series || [], xSeriesOpts, ySeriesOpts, false) : setDefaults2(opts.series || [null], xySeriesOpts);
	const axes = self.axes = setDefaults(opts.axes || [], xAxisOpts, yAxisOpts, true);
	const scales = self.scales = {};
	const bands = self.bands = opts.bands || [];
	bands.forEach((b) => {
		b.fill = fnOrSelf(b.fill || null);
		b.dir = ifNull(b.dir, -1);
	});
	const xScaleKey = mode == 2 ? series[1].facets[0].scale : series[0].scale;
	const drawOrderMap = {
		axes: drawAxesGrid,
		series: drawSeries
	};
	const drawOrder = (opts.drawOrder || ["axes", "series"]).map((key) => drawOrderMap[key]);
	function initValToPct(sc) {
		const getVal = sc.distr == 3 ? (val) => log10(val > 0 ? val : sc.clamp(self, val, sc.min, sc.max, sc.key)) : sc.distr == 4 ? (val) => asinh(val, sc.asinh) : sc.distr == 100 ? (val) => sc.fwd(val) : (val) => val;
		return (val) => {
			let _val = getVal(val);
			let { _min, _max } = sc;
			let delta = _max - _min;
			return (_val - _min) / delta;
		};
	}
	function initScale(scaleKey) {
		let sc = scales[scaleKey];
		if (sc == null) {
			let scaleOpts = (opts.scales || EMPTY_OBJ)[scaleKey] || EMPTY_OBJ;
			if (scaleOpts.from != null) {
				initScale(scaleOpts.from);
				let sc = assign({}, scales[scaleOpts.from], scaleOpts, { key: scaleKey });
				sc.valToPct = initValToPct(sc);
				scales[scaleKey] = sc;
			} else {
				sc = scales[scaleKey] = assign({}, scaleKey == xScaleKey ? xScaleOpts : yScaleOpts, scaleOpts);
				sc.key = scaleKey;
				let isTime = sc.time;
				let rn = sc.range;
				let rangeIsArr = isArr(rn);
				if (scaleKey != xScaleKey || mode == 2 && !isTime) {
					if (rangeIsArr && (rn[0] == null || rn[1] == null)) {
						rn = {
							min: rn[0] == null ? autoRangePart : {
								mode: 1,
								hard: rn[0],
								soft: rn[0]
							},
							max: rn[1] == null ? autoRangePart : {
								mode: 1,
								hard: rn[1],
								soft: rn[1]
							}
						};
						rangeIsArr = false;
					}
					if (!rangeIsArr && isObj(rn)) {
						let cfg = rn;
						rn = (self, dataMin, dataMax) => dataMin == null ? nullNullTuple : rangeNum(dataMin, dataMax, cfg);
					}
				}
				sc.range = fnOrSelf(rn || (isTime ? snapTimeX : scaleKey == xScaleKey ? sc.distr == 3 ? snapLogX : sc.distr == 4 ? snapAsinhX : snapNumX : sc.distr == 3 ? snapLogY : sc.distr == 4 ? snapAsinhY : snapNumY));
				sc.auto = fnOrSelf(rangeIsArr ? false : sc.auto);
				sc.clamp = fnOrSelf(sc.clamp || clampScale);
				sc._min = sc._max = null;
				sc.valToPct = initValToPct(sc);
			}
		}
	}
	initScale("x");
	initScale("y");
	if (mode == 1) series.forEach((s) => {
		initScale(s.scale);
	});
	axes.forEach((a) => {
		initScale(a.scale);
	});
	for (let k in opts.scales) initScale(k);
	const scaleX = scales[xScaleKey];
	const xScaleDistr = scaleX.distr;
	let valToPosX, valToPosY;
	if (scaleX.ori == 0) {
		addClass(root, ORI_HZ);
		valToPosX = getHPos;
		valToPosY = getVPos;
	} else {
		addClass(root, ORI_VT);
		valToPosX = getVPos;
		valToPosY = getHPos;
	}
	const pendScales = {};
	for (let k in scales) {
		let sc = scales[k];
		if (sc.min != null || sc.max != null) {
			pendScales[k] = {
				min: sc.min,
				max: sc.max
			};
			sc.min = sc.max = null;
		}
	}
	const _tzDate = opts.tzDate || ((ts) => new Date(round(ts / ms)));
	const _fmtDate = opts.fmtDate || fmtDate;
	const _timeAxisSplits = ms == 1 ? timeAxisSplitsMs(_tzDate) : timeAxisSplitsS(_tzDate);
	const _timeAxisVals = timeAxisVals(_tzDate, timeAxisStamps(ms == 1 ? _timeAxisStampsMs : _timeAxisStampsS, _fmtDate));
	const _timeSeriesVal = timeSeriesVal(_tzDate, timeSeriesStamp(_timeSeriesStamp, _fmtDate));
	const activeIdxs = [];
	const legend = self.legend = assign({}, legendOpts, opts.legend);
	const cursor = self.cursor = assign({}, cursorOpts, { drag: { y: mode == 2 } }, opts.cursor);
	const showLegend = legend.show;
	const showCursor = cursor.show;
	const markers = legend.markers;
	legend.idxs = activeIdxs;
	markers.width = fnOrSelf(markers.width);
	markers.dash = fnOrSelf(markers.dash);
	markers.stroke = fnOrSelf(markers.stroke);
	markers.fill = fnOrSelf(markers.fill);
	let legendTable;
	let legendHead;
	let legendBody;
	let legendRows = [];
	let legendCells = [];
	let legendCols;
	let multiValLegend = false;
	let NULL_LEGEND_VALUES = {};
	if (legend.live) {
		const getMultiVals = series[1] ? series[1].values : null;
		multiValLegend = getMultiVals != null;
		legendCols = multiValLegend ? getMultiVals(self, 1, 0) : { _: 0 };
		for (let k in legendCols) NULL_LEGEND_VALUES[k] = LEGEND_DISP;
	}
	if (showLegend) {
		legendTable = placeTag("table", LEGEND, root);
		legendBody = placeTag("tbody", null, legendTable);
		legend.mount(self, legendTable);
		if (multiValLegend) {
			legendHead = placeTag("thead", null, legendTable, legendBody);
			let head = placeTag("tr", null, legendHead);
			placeTag("th", null, head);
			for (var key in legendCols) placeTag("th", LEGEND_LABEL, head).textContent = key;
		} else {
			addClass(legendTable, LEGEND_INLINE);
			legend.live && addClass(legendTable, LEGEND_LIVE);
		}
	}
	const son = { show: true };
	const soff = { show: false };
	function initLegendRow(s, i) {
		if (i == 0 && (multiValLegend || !legend.live || mode == 2)) return nullNullTuple;
		let cells = [];
		let row = placeTag("tr", LEGEND_SERIES, legendBody, legendBody.childNodes[i]);
		addClass(row, s.class);
		if (!s.show) addClass(row, OFF);
		let label = placeTag("th", null, row);
		if (markers.show) {
			let indic = placeDiv(LEGEND_MARKER, label);
			if (i > 0) {
				let width = markers.width(self, i);
				if (width) indic.style.border = width + "px " + markers.dash(self, i) + " " + markers.stroke(self, i);
				indic.style.background = markers.fill(self, i);
			}
		}
		let text = placeDiv(LEGEND_LABEL, label);
		if (s.label instanceof HTMLElement) text.appendChild(s.label);
		else text.textContent = s.label;
		if (i > 0) {
			if (!markers.show) text.style.color = s.width > 0 ? markers.stroke(self, i) : markers.fill(self, i);
			onMouse("click", label, (e) => {
				if (cursor._lock) return;
				setCursorEvent(e);
				let seriesIdx = series.indexOf(s);
				if ((e.ctrlKey || e.metaKey) != legend.isolate) {
					let isolate = series.some((s, i) => i > 0 && i != seriesIdx && s.show);
					series.forEach((s, i) => {
						i > 0 && setSeries(i, isolate ? i == seriesIdx ? son : soff : son, true, syncOpts.setSeries);
					});
				} else setSeries(seriesIdx, { show: !s.show }, true, syncOpts.setSeries);
			}, false);
			if (cursorFocus) onMouse(mouseenter, label, (e) => {
				if (cursor._lock) return;
				setCursorEvent(e);
				setSeries(series.indexOf(s), FOCUS_TRUE, true, syncOpts.setSeries);
			}, false);
		}
		for (var key in legendCols) {
			let v = placeTag("td", LEGEND_VALUE, row);
			v.textContent = "--";
			cells.push(v);
		}
		return [row, cells];
	}
	const mouseListeners = /* @__PURE__ */ new Map();
	function onMouse(ev, targ, fn, onlyTarg = true) {
		const targListeners = mouseListeners.get(targ) || {};
		const listener = cursor.bind[ev](self, targ, fn, onlyTarg);
		if (listener) {
			on(ev, targ, targListeners[ev] = listener);
			mouseListeners.set(targ, targListeners);
		}
	}
	function offMouse(ev, targ, fn) {
		const targListeners = mouseListeners.get(targ) || {};
		for (let k in targListeners) if (ev == null || k == ev) {
			off(k, targ, targListeners[k]);
			delete targListeners[k];
		}
		if (ev == null) mouseListeners.delete(targ);
	}
	let fullWidCss = 0;
	let fullHgtCss = 0;
	let plotWidCss = 0;
	let plotHgtCss = 0;
	let plotLftCss = 0;
	let plotTopCss = 0;
	let _plotLftCss = plotLftCss;
	let _plotTopCss = plotTopCss;
	let _plotWidCss = plotWidCss;
	let _plotHgtCss = plotHgtCss;
	let plotLft = 0;
	let plotTop = 0;
	let plotWid = 0;
	let plotHgt = 0;
	self.bbox = {};
	let shouldSetScales = false;
	let shouldSetSize = false;
	let shouldConvergeSize = false;
	let shouldSetCursor = false;
	let shouldSetSelect = false;
	let shouldSetLegend = false;
	function _setSize(width, height, force) {
		if (force || width != self.width || height != self.height) calcSize(width, height);
		resetYSeries(false);
		shouldConvergeSize = true;
		shouldSetSize = true;
		commit();
	}
	function calcSize(width, height) {
		self.width = fullWidCss = plotWidCss = width;
		self.height = fullHgtCss = plotHgtCss = height;
		plotLftCss = plotTopCss = 0;
		calcPlotRect();
		calcAxesRects();
		let bb = self.bbox;
		plotLft = bb.left = incrRound(plotLftCss * pxRatio, .5);
		plotTop = bb.top = incrRound(plotTopCss * pxRatio, .5);
		plotWid = bb.width = incrRound(plotWidCss * pxRatio, .5);
		plotHgt = bb.height = incrRound(plotHgtCss * pxRatio, .5);
	}
	const CYCLE_LIMIT = 3;
	function convergeSize() {
		let converged = false;
		let cycleNum = 0;
		while (!converged) {
			cycleNum++;
			let axesConverged = axesCalc(cycleNum);
			let paddingConverged = paddingCalc(cycleNum);
			converged = cycleNum == CYCLE_LIMIT || axesConverged && paddingConverged;
			if (!converged) {
				calcSize(self.width, self.height);
				shouldSetSize = true;
			}
		}
	}
	function setSize({ width, height }) {
		_setSize(width, height);
	}
	self.setSize = setSize;
	function calcPlotRect() {
		let hasTopAxis = false;
		let hasBtmAxis = false;
		let hasRgtAxis = false;
		let hasLftAxis = false;
		axes.forEach((axis, i) => {
			if (axis.show && axis._show) {
				let { side, _size } = axis;
				let isVt = side % 2;
				let fullSize = _size + (axis.label != null ? axis.labelSize : 0);
				if (fullSize > 0) {
					if (isVt) {
						plotWidCss -= fullSize;
						if (side == 3) {
							plotLftCss += fullSize;
							hasLftAxis = true;
						} else hasRgtAxis = true;
					} else {
						plotHgtCss -= fullSize;
						if (side == 0) {
							plotTopCss += fullSize;
							hasTopAxis = true;
						} else hasBtmAxis = true;
					}
				}
			}
		});
		sidesWithAxes[0] = hasTopAxis;
		sidesWithAxes[1] = hasRgtAxis;
		sidesWithAxes[2] = hasBtmAxis;
		sidesWithAxes[3] = hasLftAxis;
		plotWidCss -= _padding[1] + _padding[3];
		plotLftCss += _padding[3];
		plotHgtCss -= _padding[2] + _padding[0];
		plotTopCss += _padding[0];
	}
	function calcAxesRects() {
		let off1 = plotLftCss + plotWidCss;
		let off2 = plotTopCss + plotHgtCss;
		let off3 = plotLftCss;
		let off0 = plotTopCss;
		function incrOffset(side, size) {
			switch (side) {
				case 1:
					off1 += size;
					return off1 - size;
				case 2:
					off2 += size;
					return off2 - size;
				case 3:
					off3 -= size;
					return off3 + size;
				case 0:
					off0 -= size;
					return off0 + size;
			}
		}
		axes.forEach((axis, i) => {
			if (axis.show && axis._show) {
				let side = axis.side;
				axis._pos = incrOffset(side, axis._size);
				if (axis.label != null) axis._lpos = incrOffset(side, axis.labelSize);
			}
		});
	}
	if (cursor.dataIdx == null) {
		let hov = cursor.hover;
		let skip = hov.skip = new Set(hov.skip ?? []);
		skip.add(void 0);
		let prox = hov.prox = fnOrSelf(hov.prox);
		let bias = hov.bias ??= 0;
		cursor.dataIdx = (self, seriesIdx, cursorIdx, valAtPosX) => {
			if (seriesIdx == 0) return cursorIdx;
			let idx2 = cursorIdx;
			let _prox = prox(self, seriesIdx, cursorIdx, valAtPosX) ?? inf;
			let withProx = _prox >= 0 && _prox < inf;
			let xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss;
			let cursorLft = cursor.left;
			let xValues = data[0];
			let yValues = data[seriesIdx];
			if (skip.has(yValues[cursorIdx])) {
				idx2 = null;
				let nonNullLft = null, nonNullRgt = null, j;
				if (bias == 0 || bias == -1) {
					j = cursorIdx;
					while (nonNullLft == null && j-- > 0) if (!skip.has(yValues[j])) nonNullLft = j;
				}
				if (bias == 0 || bias == 1) {
					j = cursorIdx;
					while (nonNullRgt == null && j++ < yValues.length) if (!skip.has(yValues[j])) nonNullRgt = j;
				}
				if (nonNullLft != null || nonNullRgt != null) {
					if (withProx) {
						let lftPos = nonNullLft == null ? -Infinity : valToPosX(xValues[nonNullLft], scaleX, xDim, 0);
						let rgtPos = nonNullRgt == null ? Infinity : valToPosX(xValues[nonNullRgt], scaleX, xDim, 0);
						let lftDelta = cursorLft - lftPos;
						let rgtDelta = rgtPos - cursorLft;
						if (lftDelta <= rgtDelta) {
							if (lftDelta <= _prox) idx2 = nonNullLft;
						} else if (rgtDelta <= _prox) idx2 = nonNullRgt;
					} else idx2 = nonNullRgt == null ? nonNullLft : nonNullLft == null ? nonNullRgt : cursorIdx - nonNullLft <= nonNullRgt - cursorIdx ? nonNullLft : nonNullRgt;
				}
			} else if (withProx) {
				if (abs(cursorLft - valToPosX(xValues[cursorIdx], scaleX, xDim, 0)) > _prox) idx2 = null;
			}
			return idx2;
		};
	}
	const setCursorEvent = (e) => {
		cursor.event = e;
	};
	cursor.idxs = activeIdxs;
	cursor._lock = false;
	let points = cursor.points;
	points.show = fnOrSelf(points.show);
	points.size = fnOrSelf(points.size);
	points.stroke = fnOrSelf(points.stroke);
	points.width = fnOrSelf(points.width);
	points.fill = fnOrSelf(points.fill);
	const focus = self.focus = assign({}, opts.focus || { alpha: .3 }, cursor.focus);
	const cursorFocus = focus.prox >= 0;
	const cursorOnePt = cursorFocus && points.one;
	let cursorPts = [];
	let cursorPtsLft = [];
	let cursorPtsTop = [];
	function initCursorPt(s, si) {
		let pt = points.show(self, si);
		if (pt instanceof HTMLElement) {
			addClass(pt, CURSOR_PT);
			addClass(pt, s.class);
			elTrans(pt, -10, -10, plotWidCss, plotHgtCss);
			over.insertBefore(pt, cursorPts[si]);
			return pt;
		}
	}
	function initSeries(s, i) {
		if (mode == 1 || i > 0) {
			let isTime = mode == 1 && scales[s.scale].time;
			let sv = s.value;
			s.value = isTime ? isStr(sv) ? timeSeriesVal(_tzDate, timeSeriesStamp(sv, _fmtDate)) : sv || _timeSeriesVal : sv || numSeriesVal;
			s.label = s.label || (isTime ? timeSeriesLabel : numSeriesLabel);
		}
		if (cursorOnePt || i > 0) {
			s.width = s.width == null ? 1 : s.width;
			s.paths = s.paths || linearPath || retNull;
			s.fillTo = fnOrSelf(s.fillTo || seriesFillTo);
			s.pxAlign = +ifNull(s.pxAlign, pxAlign);
			s.pxRound = pxRoundGen(s.pxAlign);
			s.stroke = fnOrSelf(s.stroke || null);
			s.fill = fnOrSelf(s.fill || null);
			s._stroke = s._fill = s._paths = s._focus = null;
			let _ptDia = ptDia(max(1, s.width), 1);
			let points = s.points = assign({}, {
				size: _ptDia,
				width: max(1, _ptDia * .2),
				stroke: s.stroke,
				space: _ptDia * 2,
				paths: pointsPath,
				_stroke: null,
				_fill: null
			}, s.points);
			points.show = fnOrSelf(points.show);
			points.filter = fnOrSelf(points.filter);
			points.fill = fnOrSelf(points.fill);
			points.stroke = fnOrSelf(points.stroke);
			points.paths = fnOrSelf(points.paths);
			points.pxAlign = s.pxAlign;
		}
		if (showLegend) {
			let rowCells = initLegendRow(s, i);
			legendRows.splice(i, 0, rowCells[0]);
			legendCells.splice(i, 0, rowCells[1]);
			legend.values.push(null);
		}
		if (showCursor) {
			activeIdxs.splice(i, 0, null);
			let pt = null;
			if (cursorOnePt) {
				if (i == 0) pt = initCursorPt(s, i);
			} else if (i > 0) pt = initCursorPt(s, i);
			cursorPts.splice(i, 0, pt);
			cursorPtsLft.splice(i, 0, 0);
			cursorPtsTop.splice(i, 0, 0);
		}
		fire("addSeries", i);
	}
	function addSeries(opts, si) {
		si = si == null ? series.length : si;
		opts = mode == 1 ? setDefault(opts, si, xSeriesOpts, ySeriesOpts) : setDefault(opts, si, {}, xySeriesOpts);
		series.splice(si, 0, opts);
		initSeries(series[si], si);
	}
	self.addSeries = addSeries;
	function delSeries(i) {
		series.splice(i, 1);
		if (showLegend) {
			legend.values.splice(i, 1);
			legendCells.splice(i, 1);
			let tr = legendRows.splice(i, 1)[0];
			offMouse(null, tr.firstChild);
			tr.remove();
		}
		if (showCursor) {
			activeIdxs.splice(i, 1);
			cursorPts.splice(i, 1)[0].remove();
			cursorPtsLft.splice(i, 1);
			cursorPtsTop.splice(i, 1);
		}
		fire("delSeries", i);
	}
	self.delSeries = delSeries;
	const sidesWithAxes = [
		false,
		false,
		false,
		false
	];
	function initAxis(axis, i) {
		axis._show = axis.show;
		if (axis.show) {
			let isVt = axis.side % 2;
			let sc = scales[axis.scale];
			if (sc == null) {
				axis.scale = isVt ? series[1].scale : xScaleKey;
				sc = scales[axis.scale];
			}
			let isTime = sc.time;
			axis.size = fnOrSelf(axis.size);
			axis.space = fnOrSelf(axis.space);
			axis.rotate = fnOrSelf(axis.rotate);
			if (isArr(axis.incrs)) axis.incrs.forEach((incr) => {
				!fixedDec.has(incr) && fixedDec.set(incr, guessDec(incr));
			});
			axis.incrs = fnOrSelf(axis.incrs || (sc.distr == 2 ? wholeIncrs : isTime ? ms == 1 ? timeIncrsMs : timeIncrsS : numIncrs));
			axis.splits = fnOrSelf(axis.splits || (isTime && sc.distr == 1 ? _timeAxisSplits : sc.distr == 3 ? logAxisSplits : sc.distr == 4 ? asinhAxisSplits : numAxisSplits));
			axis.stroke = fnOrSelf(axis.stroke);
			axis.grid.stroke = fnOrSelf(axis.grid.stroke);
			axis.ticks.stroke = fnOrSelf(axis.ticks.stroke);
			axis.border.stroke = fnOrSelf(axis.border.stroke);
			let av = axis.values;
			axis.values = isArr(av) && !isArr(av[0]) ? fnOrSelf(av) : isTime ? isArr(av) ? timeAxisVals(_tzDate, timeAxisStamps(av, _fmtDate)) : isStr(av) ? timeAxisVal(_tzDate, av) : av || _timeAxisVals : av || numAxisVals;
			axis.filter = fnOrSelf(axis.filter || (sc.distr >= 3 && sc.log == 10 ? log10AxisValsFilt : sc.distr == 3 && sc.log == 2 ? log2AxisValsFilt : retArg1));
			axis.font = pxRatioFont(axis.font);
			axis.labelFont = pxRatioFont(axis.labelFont);
			axis._size = axis.size(self, null, i, 0);
			axis._space = axis._rotate = axis._incrs = axis._found = axis._splits = axis._values = null;
			if (axis._size > 0) {
				sidesWithAxes[i] = true;
				axis._el = placeDiv(AXIS, wrap);
			}
		}
	}
	function autoPadSide(self, side, sidesWithAxes, cycleNum) {
		let [hasTopAxis, hasRgtAxis, hasBtmAxis, hasLftAxis] = sidesWithAxes;
		let ori = side % 2;
		let size = 0;
		if (ori == 0 && (hasLftAxis || hasRgtAxis)) size = side == 0 && !hasTopAxis || side == 2 && !hasBtmAxis ? round(xAxisOpts.size / 3) : 0;
		if (ori == 1 && (hasTopAxis || hasBtmAxis)) size = side == 1 && !hasRgtAxis || side == 3 && !hasLftAxis ? round(yAxisOpts.size / 2) : 0;
		return size;
	}
	const padding = self.padding = (opts.padding || [
		autoPadSide,
		autoPadSide,
		autoPadSide,
		autoPadSide
	]).map((p) => fnOrSelf(ifNull(p, autoPadSide)));
	const _padding = self._padding = padding.map((p, i) => p(self, i, sidesWithAxes, 0));
	let dataLen;
	let i0 = null;
	let i1 = null;
	const idxs = mode == 1 ? series[0].idxs : null;
	let data0 = null;
	let viaAutoScaleX = false;
	function setData(_data, _resetScales) {
		data = _data == null ? [] : _data;
		self.data = self._data = data;
		if (mode == 2) {
			dataLen = 0;
			for (let i = 1; i < series.length; i++) dataLen += data[i][0].length;
		} else {
			if (data.length == 0) self.data = self._data = data = [[]];
			data0 = data[0];
			dataLen = data0.length;
			let scaleData = data;
			if (xScaleDistr == 2) {
				scaleData = data.slice();
				let _data0 = scaleData[0] = Array(dataLen);
				for (let i = 0; i < dataLen; i++) _data0[i] = i;
			}
			self._data = data = scaleData;
		}
		resetYSeries(true);
		fire("setData");
		if (xScaleDistr == 2) shouldConvergeSize = true;
		if (_resetScales !== false) {
			let xsc = scaleX;
			if (xsc.auto(self, viaAutoScaleX)) autoScaleX();
			else _setScale(xScaleKey, xsc.min, xsc.max);
			shouldSetCursor = shouldSetCursor || cursor.left >= 0;
			shouldSetLegend = true;
			commit();
		}
	}
	self.setData = setData;
	function autoScaleX() {
		viaAutoScaleX = true;
		let _min, _max;
		if (mode == 1) {
			if (dataLen > 0) {
				i0 = idxs[0] = 0;
				i1 = idxs[1] = dataLen - 1;
				_min = data[0][i0];
				_max = data[0][i1];
				if (xScaleDistr == 2) {
					_min = i0;
					_max = i1;
				} else if (_min == _max) {
					if (xScaleDistr == 3) [_min, _max] = rangeLog(_min, _min, scaleX.log, false);
					else if (xScaleDistr == 4) [_min, _max] = rangeAsinh(_min, _min, scaleX.log, false);
					else if (scaleX.time) _max = _min + round(86400 / ms);
					else [_min, _max] = rangeNum(_min, _max, rangePad, true);
				}
			} else {
				i0 = idxs[0] = _min = null;
				i1 = idxs[1] = _max = null;
			}
		}
		_setScale(xScaleKey, _min, _max);
	}
	let ctxStroke, ctxFill, ctxWidth, ctxDash, ctxJoin, ctxCap, ctxFont, ctxAlign, ctxBaseline;
	let ctxAlpha;
	function setCtxStyle(stroke, width, dash, cap, fill, join) {
		stroke ??= transparent;
		dash ??= EMPTY_ARR;
		cap ??= "butt";
		fill ??= transparent;
		join ??= "round";
		if (stroke != ctxStroke) ctx.strokeStyle = ctxStroke = stroke;
		if (fill != ctxFill) ctx.fillStyle = ctxFill = fill;
		if (width != ctxWidth) ctx.lineWidth = ctxWidth = width;
		if (join != ctxJoin) ctx.lineJoin = ctxJoin = join;
		if (cap != ctxCap) ctx.lineCap = ctxCap = cap;
		if (dash != ctxDash) ctx.setLineDash(ctxDash = dash);
	}
	function setFontStyle(font, fill, align, baseline) {
		if (fill != ctxFill) ctx.fillStyle = ctxFill = fill;
		if (font != ctxFont) ctx.font = ctxFont = font;
		if (align != ctxAlign) ctx.textAlign = ctxAlign = align;
		if (baseline != ctxBaseline) ctx.textBaseline = ctxBaseline = baseline;
	}
	function accScale(wsc, psc, facet, data, sorted = 0) {
		if (data.length > 0 && wsc.auto(self, viaAutoScaleX) && (psc == null || psc.min == null)) {
			let _i0 = ifNull(i0, 0);
			let _i1 = ifNull(i1, data.length - 1);
			let minMax = facet.min == null ? getMinMax(data, _i0, _i1, sorted, wsc.distr == 3) : [facet.min, facet.max];
			wsc.min = min(wsc.min, facet.min = minMax[0]);
			wsc.max = max(wsc.max, facet.max = minMax[1]);
		}
	}
	const AUTOSCALE = {
		min: null,
		max: null
	};
	function setScales() {
		for (let k in scales) {
			let sc = scales[k];
			if (pendScales[k] == null && (sc.min == null || pendScales[xScaleKey] != null && sc.auto(self, viaAutoScaleX))) pendScales[k] = AUTOSCALE;
		}
		for (let k in scales) {
			let sc = scales[k];
			if (pendScales[k] == null && sc.from != null && pendScales[sc.from] != null) pendScales[k] = AUTOSCALE;
		}
		if (pendScales[xScaleKey] != null) resetYSeries(true);
		let wipScales = {};
		for (let k in pendScales) {
			let psc = pendScales[k];
			if (psc != null) {
				let wsc = wipScales[k] = copy(scales[k], fastIsObj);
				if (psc.min != null) assign(wsc, psc);
				else if (k != xScaleKey || mode == 2) {
					if (dataLen == 0 && wsc.from == null) {
						let minMax = wsc.range(self, null, null, k);
						wsc.min = minMax[0];
						wsc.max = minMax[1];
					} else {
						wsc.min = inf;
						wsc.max = -Infinity;
					}
				}
			}
		}
		if (dataLen > 0) {
			series.forEach((s, i) => {
				if (mode == 1) {
					let k = s.scale;
					let psc = pendScales[k];
					if (psc == null) return;
					let wsc = wipScales[k];
					if (i == 0) {
						let minMax = wsc.range(self, wsc.min, wsc.max, k);
						wsc.min = minMax[0];
						wsc.max = minMax[1];
						i0 = closestIdx(wsc.min, data[0]);
						i1 = closestIdx(wsc.max, data[0]);
						if (i1 - i0 > 1) {
							if (data[0][i0] < wsc.min) i0++;
							if (data[0][i1] > wsc.max) i1--;
						}
						s.min = data0[i0];
						s.max = data0[i1];
					} else if (s.show && s.auto) accScale(wsc, psc, s, data[i], s.sorted);
					s.idxs[0] = i0;
					s.idxs[1] = i1;
				} else if (i > 0) {
					if (s.show && s.auto) {
						let [xFacet, yFacet] = s.facets;
						let xScaleKey = xFacet.scale;
						let yScaleKey = yFacet.scale;
						let [xData, yData] = data[i];
						let wscx = wipScales[xScaleKey];
						let wscy = wipScales[yScaleKey];
						wscx != null && accScale(wscx, pendScales[xScaleKey], xFacet, xData, xFacet.sorted);
						wscy != null && accScale(wscy, pendScales[yScaleKey], yFacet, yData, yFacet.sorted);
						s.min = yFacet.min;
						s.max = yFacet.max;
					}
				}
			});
			for (let k in wipScales) {
				let wsc = wipScales[k];
				let psc = pendScales[k];
				if (wsc.from == null && (psc == null || psc.min == null)) {
					let minMax = wsc.range(self, wsc.min == inf ? null : wsc.min, wsc.max == -Infinity ? null : wsc.max, k);
					wsc.min = minMax[0];
					wsc.max = minMax[1];
				}
			}
		}
		for (let k in wipScales) {
			let wsc = wipScales[k];
			if (wsc.from != null) {
				let base = wipScales[wsc.from];
				if (base.min == null) wsc.min = wsc.max = null;
				else {
					let minMax = wsc.range(self, base.min, base.max, k);
					wsc.min = minMax[0];
					wsc.max = minMax[1];
				}
			}
		}
		let changed = {};
		let anyChanged = false;
		for (let k in wipScales) {
			let wsc = wipScales[k];
			let sc = scales[k];
			if (sc.min != wsc.min || sc.max != wsc.max) {
				sc.min = wsc.min;
				sc.max = wsc.max;
				let distr = sc.distr;
				sc._min = distr == 3 ? log10(sc.min) : distr == 4 ? asinh(sc.min, sc.asinh) : distr == 100 ? sc.fwd(sc.min) : sc.min;
				sc._max = distr == 3 ? log10(sc.max) : distr == 4 ? asinh(sc.max, sc.asinh) : distr == 100 ? sc.fwd(sc.max) : sc.max;
				changed[k] = anyChanged = true;
			}
		}
		if (anyChanged) {
			series.forEach((s, i) => {
				if (mode == 2) {
					if (i > 0 && changed.y) s._paths = null;
				} else if (changed[s.scale]) s._paths = null;
			});
			for (let k in changed) {
				shouldConvergeSize = true;
				fire("setScale", k);
			}
			if (showCursor && cursor.left >= 0) shouldSetCursor = shouldSetLegend = true;
		}
		for (let k in pendScales) pendScales[k] = null;
	}
	function getOuterIdxs(ydata) {
		let _i0 = clamp(i0 - 1, 0, dataLen - 1);
		let _i1 = clamp(i1 + 1, 0, dataLen - 1);
		while (ydata[_i0] == null && _i0 > 0) _i0--;
		while (ydata[_i1] == null && _i1 < dataLen - 1) _i1++;
		return [_i0, _i1];
	}
	function drawSeries() {
		if (dataLen > 0) {
			let shouldAlpha = series.some((s) => s._focus) && ctxAlpha != focus.alpha;
			if (shouldAlpha) ctx.globalAlpha = ctxAlpha = focus.alpha;
			series.forEach((s, i) => {
				if (i > 0 && s.show) {
					cacheStrokeFill(i, false);
					cacheStrokeFill(i, true);
					if (s._paths == null) {
						let _ctxAlpha = ctxAlpha;
						if (ctxAlpha != s.alpha) ctx.globalAlpha = ctxAlpha = s.alpha;
						let _idxs = mode == 2 ? [0, data[i][0].length - 1] : getOuterIdxs(data[i]);
						s._paths = s.paths(self, i, _idxs[0], _idxs[1]);
						if (ctxAlpha != _ctxAlpha) ctx.globalAlpha = ctxAlpha = _ctxAlpha;
					}
				}
			});
			series.forEach((s, i) => {
				if (i > 0 && s.show) {
					let _ctxAlpha = ctxAlpha;
					if (ctxAlpha != s.alpha) ctx.globalAlpha = ctxAlpha = s.alpha;
					s._paths != null && drawPath(i, false);
					{
						let _gaps = s._paths != null ? s._paths.gaps : null;
						let show = s.points.show(self, i, i0, i1, _gaps);
						let idxs = s.points.filter(self, i, show, _gaps);
						if (show || idxs) {
							s.points._paths = s.points.paths(self, i, i0, i1, idxs);
							drawPath(i, true);
						}
					}
					if (ctxAlpha != _ctxAlpha) ctx.globalAlpha = ctxAlpha = _ctxAlpha;
					fire("drawSeries", i);
				}
			});
			if (shouldAlpha) ctx.globalAlpha = ctxAlpha = 1;
		}
	}
	function cacheStrokeFill(si, _points) {
		let s = _points ? series[si].points : series[si];
		s._stroke = s.stroke(self, si);
		s._fill = s.fill(self, si);
	}
	function drawPath(si, _points) {
		let s = _points ? series[si].points : series[si];
		let { stroke, fill, clip: gapsClip, flags, _stroke: strokeStyle = s._stroke, _fill: fillStyle = s._fill, _width: width = s.width } = s._paths;
		width = roundDec(width * pxRatio, 3);
		let boundsClip = null;
		let offset = width % 2 / 2;
		if (_points && fillStyle == null) fillStyle = width > 0 ? "#fff" : strokeStyle;
		let _pxAlign = s.pxAlign == 1 && offset > 0;
		_pxAlign && ctx.translate(offset, offset);
		if (!_points) {
			let lft = plotLft - width / 2, top = plotTop - width / 2, wid = plotWid + width, hgt = plotHgt + width;
			boundsClip = new Path2D();
			boundsClip.rect(lft, top, wid, hgt);
		}
		if (_points) strokeFill(strokeStyle, width, s.dash, s.cap, fillStyle, stroke, fill, flags, gapsClip);
		else fillStroke(si, strokeStyle, width, s.dash, s.cap, fillStyle, stroke, fill, flags, boundsClip, gapsClip);
		_pxAlign && ctx.translate(-offset, -offset);
	}
	function fillStroke(si, strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip) {
		let didStrokeFill = false;
		flags != 0 && bands.forEach((b, bi) => {
			if (b.series[0] == si) {
				let lowerEdge = series[b.series[1]];
				let lowerData = data[b.series[1]];
				let bandClip = (lowerEdge._paths || EMPTY_OBJ).band;
				if (isArr(bandClip)) bandClip = b.dir == 1 ? bandClip[0] : bandClip[1];
				let gapsClip2;
				let _fillStyle = null;
				if (lowerEdge.show && bandClip && hasData(lowerData, i0, i1)) {
					_fillStyle = b.fill(self, bi) || fillStyle;
					gapsClip2 = lowerEdge._paths.clip;
				} else bandClip = null;
				strokeFill(strokeStyle, lineWidth, lineDash, lineCap, _fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip, gapsClip2, bandClip);
				didStrokeFill = true;
			}
		});
		if (!didStrokeFill) strokeFill(strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip);
	}
	const CLIP_FILL_STROKE = 3;
	function strokeFill(strokeStyle, lineWidth, lineDash, lineCap, fillStyle, strokePath, fillPath, flags, boundsClip, gapsClip, gapsClip2, bandClip) {
		setCtxStyle(strokeStyle, lineWidth, lineDash, lineCap, fillStyle);
		if (boundsClip || gapsClip || bandClip) {
			ctx.save();
			boundsClip && ctx.clip(boundsClip);
			gapsClip && ctx.clip(gapsClip);
		}
		if (bandClip) {
			if ((flags & CLIP_FILL_STROKE) == CLIP_FILL_STROKE) {
				ctx.clip(bandClip);
				gapsClip2 && ctx.clip(gapsClip2);
				doFill(fillStyle, fillPath);
				doStroke(strokeStyle, strokePath, lineWidth);
			} else if (flags & BAND_CLIP_STROKE) {
				doFill(fillStyle, fillPath);
				ctx.clip(bandClip);
				doStroke(strokeStyle, strokePath, lineWidth);
			} else if (flags & BAND_CLIP_FILL) {
				ctx.save();
				ctx.clip(bandClip);
				gapsClip2 && ctx.clip(gapsClip2);
				doFill(fillStyle, fillPath);
				ctx.restore();
				doStroke(strokeStyle, strokePath, lineWidth);
			}
		} else {
			doFill(fillStyle, fillPath);
			doStroke(strokeStyle, strokePath, lineWidth);
		}
		if (boundsClip || gapsClip || bandClip) ctx.restore();
	}
	function doStroke(strokeStyle, strokePath, lineWidth) {
		if (lineWidth > 0) {
			if (strokePath instanceof Map) strokePath.forEach((strokePath, strokeStyle) => {
				ctx.strokeStyle = ctxStroke = strokeStyle;
				ctx.stroke(strokePath);
			});
			else strokePath != null && strokeStyle && ctx.stroke(strokePath);
		}
	}
	function doFill(fillStyle, fillPath) {
		if (fillPath instanceof Map) fillPath.forEach((fillPath, fillStyle) => {
			ctx.fillStyle = ctxFill = fillStyle;
			ctx.fill(fillPath);
		});
		else fillPath != null && fillStyle && ctx.fill(fillPath);
	}
	function getIncrSpace(axisIdx, min, max, fullDim) {
		let axis = axes[axisIdx];
		let incrSpace;
		if (fullDim <= 0) incrSpace = [0, 0];
		else {
			let minSpace = axis._space = axis.space(self, axisIdx, min, max, fullDim);
			incrSpace = findIncr(min, max, axis._incrs = axis.incrs(self, axisIdx, min, max, fullDim, minSpace), fullDim, minSpace);
		}
		return axis._found = incrSpace;
	}
	function drawOrthoLines(offs, filts, ori, side, pos0, len, width, stroke, dash, cap) {
		let offset = width % 2 / 2;
		pxAlign == 1 && ctx.translate(offset, offset);
		setCtxStyle(stroke, width, dash, cap, stroke);
		ctx.beginPath();
		let x0, y0, x1, y1, pos1 = pos0 + (side == 0 || side == 3 ? -len : len);
		if (ori == 0) {
			y0 = pos0;
			y1 = pos1;
		} else {
			x0 = pos0;
			x1 = pos1;
		}
		for (let i = 0; i < offs.length; i++) if (filts[i] != null) {
			if (ori == 0) x0 = x1 = offs[i];
			else y0 = y1 = offs[i];
			ctx.moveTo(x0, y0);
			ctx.lineTo(x1, y1);
		}
		ctx.stroke();
		pxAlign == 1 && ctx.translate(-offset, -offset);
	}
	function axesCalc(cycleNum) {
		let converged = true;
		axes.forEach((axis, i) => {
			if (!axis.show) return;
			let scale = scales[axis.scale];
			if (scale.min == null) {
				if (axis._show) {
					converged = false;
					axis._show = false;
					resetYSeries(false);
				}
				return;
			} else if (!axis._show) {
				converged = false;
				axis._show = true;
				resetYSeries(false);
			}
			let side = axis.side;
			let ori = side % 2;
			let { min, max } = scale;
			let [_incr, _space] = getIncrSpace(i, min, max, ori == 0 ? plotWidCss : plotHgtCss);
			if (_space == 0) return;
			let forceMin = scale.distr == 2;
			let _splits = axis._splits = axis.splits(self, i, min, max, _incr, _space, forceMin);
			let splits = scale.distr == 2 ? _splits.map((i) => data0[i]) : _splits;
			let incr = scale.distr == 2 ? data0[_splits[1]] - data0[_splits[0]] : _incr;
			let values = axis._values = axis.values(self, axis.filter(self, splits, i, _space, incr), i, _space, incr);
			axis._rotate = side == 2 ? axis.rotate(self, values, i, _space) : 0;
			let oldSize = axis._size;
			axis._size = ceil(axis.size(self, values, i, cycleNum));
			if (oldSize != null && axis._size != oldSize) converged = false;
		});
		return converged;
	}
	function paddingCalc(cycleNum) {
		let converged = true;
		padding.forEach((p, i) => {
			let _p = p(self, i, sidesWithAxes, cycleNum);
			if (_p != _padding[i]) converged = false;
			_padding[i] = _p;
		});
		return converged;
	}
	function drawAxesGrid() {
		for (let i = 0; i < axes.length; i++) {
			let axis = axes[i];
			if (!axis.show || !axis._show) continue;
			let side = axis.side;
			let ori = side % 2;
			let x, y;
			let fillStyle = axis.stroke(self, i);
			let shiftDir = side == 0 || side == 3 ? -1 : 1;
			let [_incr, _space] = axis._found;
			if (axis.label != null) {
				let shiftAmt = axis.labelGap * shiftDir;
				let baseLpos = round((axis._lpos + shiftAmt) * pxRatio);
				setFontStyle(axis.labelFont[0], fillStyle, "center", side == 2 ? TOP : BOTTOM);
				ctx.save();
				if (ori == 1) {
					x = y = 0;
					ctx.translate(baseLpos, round(plotTop + plotHgt / 2));
					ctx.rotate((side == 3 ? -PI : PI) / 2);
				} else {
					x = round(plotLft + plotWid / 2);
					y = baseLpos;
				}
				let _label = isFn(axis.label) ? axis.label(self, i, _incr, _space) : axis.label;
				ctx.fillText(_label, x, y);
				ctx.restore();
			}
			if (_space == 0) continue;
			let scale = scales[axis.scale];
			let plotDim = ori == 0 ? plotWid : plotHgt;
			let plotOff = ori == 0 ? plotLft : plotTop;
			let _splits = axis._splits;
			let splits = scale.distr == 2 ? _splits.map((i) => data0[i]) : _splits;
			let incr = scale.distr == 2 ? data0[_splits[1]] - data0[_splits[0]] : _incr;
			let ticks = axis.ticks;
			let border = axis.border;
			let _tickSize = ticks.show ? ticks.size : 0;
			let tickSize = round(_tickSize * pxRatio);
			let axisGap = round((axis.alignTo == 2 ? axis._size - _tickSize - axis.gap : axis.gap) * pxRatio);
			let angle = axis._rotate * -PI / 180;
			let basePos = pxRound(axis._pos * pxRatio);
			let finalPos = basePos + (tickSize + axisGap) * shiftDir;
			y = ori == 0 ? finalPos : 0;
			x = ori == 1 ? finalPos : 0;
			let font = axis.font[0];
			setFontStyle(font, fillStyle, axis.align == 1 ? LEFT : axis.align == 2 ? RIGHT : angle > 0 ? LEFT : angle < 0 ? RIGHT : ori == 0 ? "center" : side == 3 ? RIGHT : LEFT, angle || ori == 1 ? "middle" : side == 2 ? TOP : BOTTOM);
			let lineHeight = axis.font[1] * axis.lineGap;
			let canOffs = _splits.map((val) => pxRound(getPos(val, scale, plotDim, plotOff)));
			let _values = axis._values;
			for (let i = 0; i < _values.length; i++) {
				let val = _values[i];
				if (val != null) {
					if (ori == 0) x = canOffs[i];
					else y = canOffs[i];
					val = "" + val;
					let _parts = val.indexOf("\n") == -1 ? [val] : val.split(/\n/gm);
					for (let j = 0; j < _parts.length; j++) {
						let text = _parts[j];
						if (angle) {
							ctx.save();
							ctx.translate(x, y + j * lineHeight);
							ctx.rotate(angle);
							ctx.fillText(text, 0, 0);
							ctx.restore();
						} else ctx.fillText(text, x, y + j * lineHeight);
					}
				}
			}
			if (ticks.show) drawOrthoLines(canOffs, ticks.filter(self, splits, i, _space, incr), ori, side, basePos, tickSize, roundDec(ticks.width * pxRatio, 3), ticks.stroke(self, i), ticks.dash, ticks.cap);
			let grid = axis.grid;
			if (grid.show) drawOrthoLines(canOffs, grid.filter(self, splits, i, _space, incr), ori, ori == 0 ? 2 : 1, ori == 0 ? plotTop : plotLft, ori == 0 ? plotHgt : plotWid, roundDec(grid.width * pxRatio, 3), grid.stroke(self, i), grid.dash, grid.cap);
			if (border.show) drawOrthoLines([basePos], [1], ori == 0 ? 1 : 0, ori == 0 ? 1 : 2, ori == 1 ? plotTop : plotLft, ori == 1 ? plotHgt : plotWid, roundDec(border.width * pxRatio, 3), border.stroke(self, i), border.dash, border.cap);
		}
		fire("drawAxes");
	}
	function resetYSeries(minMax) {
		series.forEach((s, i) => {
			if (i > 0) {
				s._paths = null;
				if (minMax) {
					if (mode == 1) {
						s.min = null;
						s.max = null;
					} else s.facets.forEach((f) => {
						f.min = null;
						f.max = null;
					});
				}
			}
		});
	}
	let queuedCommit = false;
	let deferHooks = false;
	let hooksQueue = [];
	function flushHooks() {
		deferHooks = false;
		for (let i = 0; i < hooksQueue.length; i++) fire(...hooksQueue[i]);
		hooksQueue.length = 0;
	}
	function commit() {
		if (!queuedCommit) {
			microTask(_commit);
			queuedCommit = true;
		}
	}
	function batch(fn, _deferHooks = false) {
		queuedCommit = true;
		deferHooks = _deferHooks;
		fn(self);
		_commit();
		if (_deferHooks && hooksQueue.length > 0) queueMicrotask(flushHooks);
	}
	self.batch = batch;
	function _commit() {
		if (shouldSetScales) {
			setScales();
			shouldSetScales = false;
		}
		if (shouldConvergeSize) {
			convergeSize();
			shouldConvergeSize = false;
		}
		if (shouldSetSize) {
			setStylePx(under, LEFT, plotLftCss);
			setStylePx(under, TOP, plotTopCss);
			setStylePx(under, WIDTH, plotWidCss);
			setStylePx(under, HEIGHT$1, plotHgtCss);
			setStylePx(over, LEFT, plotLftCss);
			setStylePx(over, TOP, plotTopCss);
			setStylePx(over, WIDTH, plotWidCss);
			setStylePx(over, HEIGHT$1, plotHgtCss);
			setStylePx(wrap, WIDTH, fullWidCss);
			setStylePx(wrap, HEIGHT$1, fullHgtCss);
			can.width = round(fullWidCss * pxRatio);
			can.height = round(fullHgtCss * pxRatio);
			axes.forEach(({ _el, _show, _size, _pos, side }) => {
				if (_el != null) {
					if (_show) {
						let posOffset = side === 3 || side === 0 ? _size : 0;
						let isVt = side % 2 == 1;
						setStylePx(_el, isVt ? "left" : "top", _pos - posOffset);
						setStylePx(_el, isVt ? "width" : "height", _size);
						setStylePx(_el, isVt ? "top" : "left", isVt ? plotTopCss : plotLftCss);
						setStylePx(_el, isVt ? "height" : "width", isVt ? plotHgtCss : plotWidCss);
						remClass(_el, OFF);
					} else addClass(_el, OFF);
				}
			});
			ctxStroke = ctxFill = ctxWidth = ctxJoin = ctxCap = ctxFont = ctxAlign = ctxBaseline = ctxDash = null;
			ctxAlpha = 1;
			syncRect(true);
			if (plotLftCss != _plotLftCss || plotTopCss != _plotTopCss || plotWidCss != _plotWidCss || plotHgtCss != _plotHgtCss) {
				resetYSeries(false);
				let pctWid = plotWidCss / _plotWidCss;
				let pctHgt = plotHgtCss / _plotHgtCss;
				if (showCursor && !shouldSetCursor && cursor.left >= 0) {
					cursor.left *= pctWid;
					cursor.top *= pctHgt;
					vCursor && elTrans(vCursor, round(cursor.left), 0, plotWidCss, plotHgtCss);
					hCursor && elTrans(hCursor, 0, round(cursor.top), plotWidCss, plotHgtCss);
					for (let i = 0; i < cursorPts.length; i++) {
						let pt = cursorPts[i];
						if (pt != null) {
							cursorPtsLft[i] *= pctWid;
							cursorPtsTop[i] *= pctHgt;
							elTrans(pt, ceil(cursorPtsLft[i]), ceil(cursorPtsTop[i]), plotWidCss, plotHgtCss);
						}
					}
				}
				if (select.show && !shouldSetSelect && select.left >= 0 && select.width > 0) {
					select.left *= pctWid;
					select.width *= pctWid;
					select.top *= pctHgt;
					select.height *= pctHgt;
					for (let prop in _hideProps) setStylePx(selectDiv, prop, select[prop]);
				}
				_plotLftCss = plotLftCss;
				_plotTopCss = plotTopCss;
				_plotWidCss = plotWidCss;
				_plotHgtCss = plotHgtCss;
			}
			fire("setSize");
			shouldSetSize = false;
		}
		if (fullWidCss > 0 && fullHgtCss > 0) {
			ctx.clearRect(0, 0, can.width, can.height);
			fire("drawClear");
			drawOrder.forEach((fn) => fn());
			fire("draw");
		}
		if (select.show && shouldSetSelect) {
			setSelect(select);
			shouldSetSelect = false;
		}
		if (showCursor && shouldSetCursor) {
			updateCursor(null, true, false);
			shouldSetCursor = false;
		}
		if (legend.show && legend.live && shouldSetLegend) {
			setLegend();
			shouldSetLegend = false;
		}
		if (!ready) {
			ready = true;
			self.status = 1;
			fire("ready");
		}
		viaAutoScaleX = false;
		queuedCommit = false;
	}
	self.redraw = (rebuildPaths, recalcAxes) => {
		shouldConvergeSize = recalcAxes || false;
		if (rebuildPaths !== false) _setScale(xScaleKey, scaleX.min, scaleX.max);
		else commit();
	};
	function setScale(key, opts) {
		let sc = scales[key];
		if (sc.from == null) {
			if (dataLen == 0) {
				let minMax = sc.range(self, opts.min, opts.max, key);
				opts.min = minMax[0];
				opts.max = minMax[1];
			}
			if (opts.min > opts.max) {
				let _min = opts.min;
				opts.min = opts.max;
				opts.max = _min;
			}
			if (dataLen > 1 && opts.min != null && opts.max != null && opts.max - opts.min < 1e-16) return;
			if (key == xScaleKey) {
				if (sc.distr == 2 && dataLen > 0) {
					opts.min = closestIdx(opts.min, data[0]);
					opts.max = closestIdx(opts.max, data[0]);
					if (opts.min == opts.max) opts.max++;
				}
			}
			pendScales[key] = opts;
			shouldSetScales = true;
			commit();
		}
	}
	self.setScale = setScale;
	let xCursor;
	let yCursor;
	let vCursor;
	let hCursor;
	let rawMouseLeft0;
	let rawMouseTop0;
	let mouseLeft0;
	let mouseTop0;
	let rawMouseLeft1;
	let rawMouseTop1;
	let mouseLeft1;
	let mouseTop1;
	let dragging = false;
	const drag = cursor.drag;
	let dragX = drag.x;
	let dragY = drag.y;
	if (showCursor) {
		if (cursor.x) xCursor = placeDiv(CURSOR_X, over);
		if (cursor.y) yCursor = placeDiv(CURSOR_Y, over);
		if (scaleX.ori == 0) {
			vCursor = xCursor;
			hCursor = yCursor;
		} else {
			vCursor = yCursor;
			hCursor = xCursor;
		}
		mouseLeft1 = cursor.left;
		mouseTop1 = cursor.top;
	}
	const select = self.select = assign({
		show: true,
		over: true,
		left: 0,
		width: 0,
		top: 0,
		height: 0
	}, opts.select);
	const selectDiv = select.show ? placeDiv(SELECT, select.over ? over : under) : null;
	function setSelect(opts, _fire) {
		if (select.show) {
			for (let prop in opts) {
				select[prop] = opts[prop];
				if (prop in _hideProps) setStylePx(selectDiv, prop, opts[prop]);
			}
			_fire !== false && fire("setSelect");
		}
	}
	self.setSelect = setSelect;
	function toggleDOM(i) {
		if (series[i].show) showLegend && remClass(legendRows[i], OFF);
		else {
			showLegend && addClass(legendRows[i], OFF);
			if (showCursor) {
				let pt = cursorOnePt ? cursorPts[0] : cursorPts[i];
				pt != null && elTrans(pt, -10, -10, plotWidCss, plotHgtCss);
			}
		}
	}
	function _setScale(key, min, max) {
		setScale(key, {
			min,
			max
		});
	}
	function setSeries(i, opts, _fire, _pub) {
		if (opts.focus != null) setFocus(i);
		if (opts.show != null) series.forEach((s, si) => {
			if (si > 0 && (i == si || i == null)) {
				s.show = opts.show;
				toggleDOM(si);
				if (mode == 2) {
					_setScale(s.facets[0].scale, null, null);
					_setScale(s.facets[1].scale, null, null);
				} else _setScale(s.scale, null, null);
				commit();
			}
		});
		_fire !== false && fire("setSeries", i, opts);
		_pub && pubSync("setSeries", self, i, opts);
	}
	self.setSeries = setSeries;
	function setBand(bi, opts) {
		assign(bands[bi], opts);
	}
	function addBand(opts, bi) {
		opts.fill = fnOrSelf(opts.fill || null);
		opts.dir = ifNull(opts.dir, -1);
		bi = bi == null ? bands.length : bi;
		bands.splice(bi, 0, opts);
	}
	function delBand(bi) {
		if (bi == null) bands.length = 0;
		else bands.splice(bi, 1);
	}
	self.addBand = addBand;
	self.setBand = setBand;
	self.delBand = delBand;
	function setAlpha(i, value) {
		series[i].alpha = value;
		if (showCursor && cursorPts[i] != null) cursorPts[i].style.opacity = value;
		if (showLegend && legendRows[i]) legendRows[i].style.opacity = value;
	}
	let closestDist;
	let closestSeries;
	let focusedSeries;
	const FOCUS_TRUE = { focus: true };
	function setFocus(i) {
		if (i != focusedSeries) {
			let allFocused = i == null;
			let _setAlpha = focus.alpha != 1;
			series.forEach((s, i2) => {
				if (mode == 1 || i2 > 0) {
					let isFocused = allFocused || i2 == 0 || i2 == i;
					s._focus = allFocused ? null : isFocused;
					_setAlpha && setAlpha(i2, isFocused ? 1 : focus.alpha);
				}
			});
			focusedSeries = i;
			_setAlpha && commit();
		}
	}
	if (showLegend && cursorFocus) onMouse(mouseleave, legendTable, (e) => {
		if (cursor._lock) return;
		setCursorEvent(e);
		if (focusedSeries != null) setSeries(null, FOCUS_TRUE, true, syncOpts.setSeries);
	});
	function posToVal(pos, scale, can) {
		let sc = scales[scale];
		if (can) pos = pos / pxRatio - (sc.ori == 1 ? plotTopCss : plotLftCss);
		let dim = plotWidCss;
		if (sc.ori == 1) {
			dim = plotHgtCss;
			pos = dim - pos;
		}
		if (sc.dir == -1) pos = dim - pos;
		let _min = sc._min, _max = sc._max, pct = pos / dim;
		let sv = _min + (_max - _min) * pct;
		let distr = sc.distr;
		return distr == 3 ? pow(10, sv) : distr == 4 ? sinh(sv, sc.asinh) : distr == 100 ? sc.bwd(sv) : sv;
	}
	function closestIdxFromXpos(pos, can) {
		return closestIdx(posToVal(pos, xScaleKey, can), data[0], i0, i1);
	}
	self.valToIdx = (val) => closestIdx(val, data[0]);
	self.posToIdx = closestIdxFromXpos;
	self.posToVal = posToVal;
	self.valToPos = (val, scale, can) => scales[scale].ori == 0 ? getHPos(val, scales[scale], can ? plotWid : plotWidCss, can ? plotLft : 0) : getVPos(val, scales[scale], can ? plotHgt : plotHgtCss, can ? plotTop : 0);
	self.setCursor = (opts, _fire, _pub) => {
		mouseLeft1 = opts.left;
		mouseTop1 = opts.top;
		updateCursor(null, _fire, _pub);
	};
	function setSelH(off, dim) {
		setStylePx(selectDiv, LEFT, select.left = off);
		setStylePx(selectDiv, WIDTH, select.width = dim);
	}
	function setSelV(off, dim) {
		setStylePx(selectDiv, TOP, select.top = off);
		setStylePx(selectDiv, HEIGHT$1, select.height = dim);
	}
	let setSelX = scaleX.ori == 0 ? setSelH : setSelV;
	let setSelY = scaleX.ori == 1 ? setSelH : setSelV;
	function syncLegend() {
		if (showLegend && legend.live) for (let i = mode == 2 ? 1 : 0; i < series.length; i++) {
			if (i == 0 && multiValLegend) continue;
			let vals = legend.values[i];
			let j = 0;
			for (let k in vals) legendCells[i][j++].firstChild.nodeValue = vals[k];
		}
	}
	function setLegend(opts, _fire) {
		if (opts != null) {
			if (opts.idxs) opts.idxs.forEach((didx, sidx) => {
				activeIdxs[sidx] = didx;
			});
			else if (!isUndef(opts.idx)) activeIdxs.fill(opts.idx);
			legend.idx = activeIdxs[0];
		}
		if (showLegend && legend.live) {
			for (let sidx = 0; sidx < series.length; sidx++) if (sidx > 0 || mode == 1 && !multiValLegend) setLegendValues(sidx, activeIdxs[sidx]);
			syncLegend();
		}
		shouldSetLegend = false;
		_fire !== false && fire("setLegend");
	}
	self.setLegend = setLegend;
	function setLegendValues(sidx, idx) {
		let s = series[sidx];
		let src = sidx == 0 && xScaleDistr == 2 ? data0 : data[sidx];
		let val;
		if (multiValLegend) val = s.values(self, sidx, idx) ?? NULL_LEGEND_VALUES;
		else {
			val = s.value(self, idx == null ? null : src[idx], sidx, idx);
			val = val == null ? NULL_LEGEND_VALUES : { _: val };
		}
		legend.values[sidx] = val;
	}
	function updateCursor(src, _fire, _pub) {
		rawMouseLeft1 = mouseLeft1;
		rawMouseTop1 = mouseTop1;
		[mouseLeft1, mouseTop1] = cursor.move(self, mouseLeft1, mouseTop1);
		cursor.left = mouseLeft1;
		cursor.top = mouseTop1;
		if (showCursor) {
			vCursor && elTrans(vCursor, round(mouseLeft1), 0, plotWidCss, plotHgtCss);
			hCursor && elTrans(hCursor, 0, round(mouseTop1), plotWidCss, plotHgtCss);
		}
		let idx;
		let noDataInRange = i0 > i1;
		closestDist = inf;
		closestSeries = null;
		let xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss;
		let yDim = scaleX.ori == 1 ? plotWidCss : plotHgtCss;
		if (mouseLeft1 < 0 || dataLen == 0 || noDataInRange) {
			idx = cursor.idx = null;
			for (let i = 0; i < series.length; i++) {
				let pt = cursorPts[i];
				pt != null && elTrans(pt, -10, -10, plotWidCss, plotHgtCss);
			}
			if (cursorFocus) setSeries(null, FOCUS_TRUE, true, src == null && syncOpts.setSeries);
			if (legend.live) {
				activeIdxs.fill(idx);
				shouldSetLegend = true;
			}
		} else {
			let mouseXPos, valAtPosX, xPos;
			if (mode == 1) {
				mouseXPos = scaleX.ori == 0 ? mouseLeft1 : mouseTop1;
				valAtPosX = posToVal(mouseXPos, xScaleKey);
				idx = cursor.idx = closestIdx(valAtPosX, data[0], i0, i1);
				xPos = valToPosX(data[0][idx], scaleX, xDim, 0);
			}
			let _ptLft = -10;
			let _ptTop = -10;
			let _ptWid = 0;
			let _ptHgt = 0;
			let _centered = true;
			let _ptFill = "";
			let _ptStroke = "";
			for (let i = mode == 2 ? 1 : 0; i < series.length; i++) {
				let s = series[i];
				let idx1 = activeIdxs[i];
				let yVal1 = idx1 == null ? null : mode == 1 ? data[i][idx1] : data[i][1][idx1];
				let idx2 = cursor.dataIdx(self, i, idx, valAtPosX);
				let yVal2 = idx2 == null ? null : mode == 1 ? data[i][idx2] : data[i][1][idx2];
				shouldSetLegend = shouldSetLegend || yVal2 != yVal1 || idx2 != idx1;
				activeIdxs[i] = idx2;
				if (i > 0 && s.show) {
					let xPos2 = idx2 == null ? -10 : idx2 == idx ? xPos : valToPosX(mode == 1 ? data[0][idx2] : data[i][0][idx2], scaleX, xDim, 0);
					let yPos = yVal2 == null ? -10 : valToPosY(yVal2, mode == 1 ? scales[s.scale] : scales[s.facets[1].scale], yDim, 0);
					if (cursorFocus && yVal2 != null) {
						let mouseYPos = scaleX.ori == 1 ? mouseLeft1 : mouseTop1;
						let dist = abs(focus.dist(self, i, idx2, yPos, mouseYPos));
						if (dist < closestDist) {
							let bias = focus.bias;
							if (bias != 0) {
								let mouseYVal = posToVal(mouseYPos, s.scale);
								let seriesYValSign = yVal2 >= 0 ? 1 : -1;
								let mouseYValSign = mouseYVal >= 0 ? 1 : -1;
								if (mouseYValSign == seriesYValSign && (mouseYValSign == 1 ? bias == 1 ? yVal2 >= mouseYVal : yVal2 <= mouseYVal : bias == 1 ? yVal2 <= mouseYVal : yVal2 >= mouseYVal)) {
									closestDist = dist;
									closestSeries = i;
								}
							} else {
								closestDist = dist;
								closestSeries = i;
							}
						}
					}
					if (shouldSetLegend || cursorOnePt) {
						let hPos, vPos;
						if (scaleX.ori == 0) {
							hPos = xPos2;
							vPos = yPos;
						} else {
							hPos = yPos;
							vPos = xPos2;
						}
						let ptWid, ptHgt, ptLft, ptTop, ptStroke, ptFill, centered = true, getBBox = points.bbox;
						if (getBBox != null) {
							centered = false;
							let bbox = getBBox(self, i);
							ptLft = bbox.left;
							ptTop = bbox.top;
							ptWid = bbox.width;
							ptHgt = bbox.height;
						} else {
							ptLft = hPos;
							ptTop = vPos;
							ptWid = ptHgt = points.size(self, i);
						}
						ptFill = points.fill(self, i);
						ptStroke = points.stroke(self, i);
						if (cursorOnePt) {
							if (i == closestSeries && closestDist <= focus.prox) {
								_ptLft = ptLft;
								_ptTop = ptTop;
								_ptWid = ptWid;
								_ptHgt = ptHgt;
								_centered = centered;
								_ptFill = ptFill;
								_ptStroke = ptStroke;
							}
						} else {
							let pt = cursorPts[i];
							if (pt != null) {
								cursorPtsLft[i] = ptLft;
								cursorPtsTop[i] = ptTop;
								elSize(pt, ptWid, ptHgt, centered);
								elColor(pt, ptFill, ptStroke);
								elTrans(pt, ceil(ptLft), ceil(ptTop), plotWidCss, plotHgtCss);
							}
						}
					}
				}
			}
			if (cursorOnePt) {
				let p = focus.prox;
				if (shouldSetLegend || (focusedSeries == null ? closestDist <= p : closestDist > p || closestSeries != focusedSeries)) {
					let pt = cursorPts[0];
					if (pt != null) {
						cursorPtsLft[0] = _ptLft;
						cursorPtsTop[0] = _ptTop;
						elSize(pt, _ptWid, _ptHgt, _centered);
						elColor(pt, _ptFill, _ptStroke);
						elTrans(pt, ceil(_ptLft), ceil(_ptTop), plotWidCss, plotHgtCss);
					}
				}
			}
		}
		if (select.show && dragging) {
			if (src != null) {
				let [xKey, yKey] = syncOpts.scales;
				let [matchXKeys, matchYKeys] = syncOpts.match;
				let [xKeySrc, yKeySrc] = src.cursor.sync.scales;
				let sdrag = src.cursor.drag;
				dragX = sdrag._x;
				dragY = sdrag._y;
				if (dragX || dragY) {
					let { left, top, width, height } = src.select;
					let sori = src.scales[xKeySrc].ori;
					let sPosToVal = src.posToVal;
					let sOff, sDim, sc, a, b;
					let matchingX = xKey != null && matchXKeys(xKey, xKeySrc);
					let matchingY = yKey != null && matchYKeys(yKey, yKeySrc);
					if (matchingX && dragX) {
						if (sori == 0) {
							sOff = left;
							sDim = width;
						} else {
							sOff = top;
							sDim = height;
						}
						sc = scales[xKey];
						a = valToPosX(sPosToVal(sOff, xKeySrc), sc, xDim, 0);
						b = valToPosX(sPosToVal(sOff + sDim, xKeySrc), sc, xDim, 0);
						setSelX(min(a, b), abs(b - a));
					} else setSelX(0, xDim);
					if (matchingY && dragY) {
						if (sori == 1) {
							sOff = left;
							sDim = width;
						} else {
							sOff = top;
							sDim = height;
						}
						sc = scales[yKey];
						a = valToPosY(sPosToVal(sOff, yKeySrc), sc, yDim, 0);
						b = valToPosY(sPosToVal(sOff + sDim, yKeySrc), sc, yDim, 0);
						setSelY(min(a, b), abs(b - a));
					} else setSelY(0, yDim);
				} else hideSelect();
			} else {
				let rawDX = abs(rawMouseLeft1 - rawMouseLeft0);
				let rawDY = abs(rawMouseTop1 - rawMouseTop0);
				if (scaleX.ori == 1) {
					let _rawDX = rawDX;
					rawDX = rawDY;
					rawDY = _rawDX;
				}
				dragX = drag.x && rawDX >= drag.dist;
				dragY = drag.y && rawDY >= drag.dist;
				let uni = drag.uni;
				if (uni != null) {
					if (dragX && dragY) {
						dragX = rawDX >= uni;
						dragY = rawDY >= uni;
						if (!dragX && !dragY) {
							if (rawDY > rawDX) dragY = true;
							else dragX = true;
						}
					}
				} else if (drag.x && drag.y && (dragX || dragY)) dragX = dragY = true;
				let p0, p1;
				if (dragX) {
					if (scaleX.ori == 0) {
						p0 = mouseLeft0;
						p1 = mouseLeft1;
					} else {
						p0 = mouseTop0;
						p1 = mouseTop1;
					}
					setSelX(min(p0, p1), abs(p1 - p0));
					if (!dragY) setSelY(0, yDim);
				}
				if (dragY) {
					if (scaleX.ori == 1) {
						p0 = mouseLeft0;
						p1 = mouseLeft1;
					} else {
						p0 = mouseTop0;
						p1 = mouseTop1;
					}
					setSelY(min(p0, p1), abs(p1 - p0));
					if (!dragX) setSelX(0, xDim);
				}
				if (!dragX && !dragY) {
					setSelX(0, 0);
					setSelY(0, 0);
				}
			}
		}
		drag._x = dragX;
		drag._y = dragY;
		if (src == null) {
			if (_pub) {
				if (syncKey != null) {
					let [xSyncKey, ySyncKey] = syncOpts.scales;
					syncOpts.values[0] = xSyncKey != null ? posToVal(scaleX.ori == 0 ? mouseLeft1 : mouseTop1, xSyncKey) : null;
					syncOpts.values[1] = ySyncKey != null ? posToVal(scaleX.ori == 1 ? mouseLeft1 : mouseTop1, ySyncKey) : null;
				}
				pubSync(mousemove, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, idx);
			}
			if (cursorFocus) {
				let shouldPub = _pub && syncOpts.setSeries;
				let p = focus.prox;
				if (focusedSeries == null) {
					if (closestDist <= p) setSeries(closestSeries, FOCUS_TRUE, true, shouldPub);
				} else if (closestDist > p) setSeries(null, FOCUS_TRUE, true, shouldPub);
				else if (closestSeries != focusedSeries) setSeries(closestSeries, FOCUS_TRUE, true, shouldPub);
			}
		}
		if (shouldSetLegend) {
			legend.idx = idx;
			setLegend();
		}
		_fire !== false && fire("setCursor");
	}
	let rect = null;
	Object.defineProperty(self, "rect", { get() {
		if (rect == null) syncRect(false);
		return rect;
	} });
	function syncRect(defer = false) {
		if (defer) rect = null;
		else {
			rect = over.getBoundingClientRect();
			fire("syncRect", rect);
		}
	}
	function mouseMove(e, src, _l, _t, _w, _h, _i) {
		if (cursor._lock) return;
		if (dragging && e != null && e.movementX == 0 && e.movementY == 0) return;
		cacheMouse(e, src, _l, _t, _w, _h, _i, false, e != null);
		if (e != null) updateCursor(null, true, true);
		else updateCursor(src, true, false);
	}
	function cacheMouse(e, src, _l, _t, _w, _h, _i, initial, snap) {
		if (rect == null) syncRect(false);
		setCursorEvent(e);
		if (e != null) {
			_l = e.clientX - rect.left;
			_t = e.clientY - rect.top;
		} else {
			if (_l < 0 || _t < 0) {
				mouseLeft1 = -10;
				mouseTop1 = -10;
				return;
			}
			let [xKey, yKey] = syncOpts.scales;
			let syncOptsSrc = src.cursor.sync;
			let [xValSrc, yValSrc] = syncOptsSrc.values;
			let [xKeySrc, yKeySrc] = syncOptsSrc.scales;
			let [matchXKeys, matchYKeys] = syncOpts.match;
			let rotSrc = src.axes[0].side % 2 == 1;
			let xDim = scaleX.ori == 0 ? plotWidCss : plotHgtCss, yDim = scaleX.ori == 1 ? plotWidCss : plotHgtCss, _xDim = rotSrc ? _h : _w, _yDim = rotSrc ? _w : _h, _xPos = rotSrc ? _t : _l, _yPos = rotSrc ? _l : _t;
			if (xKeySrc != null) _l = matchXKeys(xKey, xKeySrc) ? getPos(xValSrc, scales[xKey], xDim, 0) : -10;
			else _l = xDim * (_xPos / _xDim);
			if (yKeySrc != null) _t = matchYKeys(yKey, yKeySrc) ? getPos(yValSrc, scales[yKey], yDim, 0) : -10;
			else _t = yDim * (_yPos / _yDim);
			if (scaleX.ori == 1) {
				let __l = _l;
				_l = _t;
				_t = __l;
			}
		}
		if (snap && (src == null || src.cursor.event.type == mousemove)) {
			if (_l <= 1 || _l >= plotWidCss - 1) _l = incrRound(_l, plotWidCss);
			if (_t <= 1 || _t >= plotHgtCss - 1) _t = incrRound(_t, plotHgtCss);
		}
		if (initial) {
			rawMouseLeft0 = _l;
			rawMouseTop0 = _t;
			[mouseLeft0, mouseTop0] = cursor.move(self, _l, _t);
		} else {
			mouseLeft1 = _l;
			mouseTop1 = _t;
		}
	}
	const _hideProps = {
		width: 0,
		height: 0,
		left: 0,
		top: 0
	};
	function hideSelect() {
		setSelect(_hideProps, false);
	}
	let downSelectLeft;
	let downSelectTop;
	let downSelectWidth;
	let downSelectHeight;
	function mouseDown(e, src, _l, _t, _w, _h, _i) {
		dragging = true;
		dragX = dragY = drag._x = drag._y = false;
		cacheMouse(e, src, _l, _t, _w, _h, _i, true, false);
		if (e != null) {
			onMouse(mouseup, doc, mouseUp, false);
			pubSync(mousedown, self, mouseLeft0, mouseTop0, plotWidCss, plotHgtCss, null);
		}
		let { left, top, width, height } = select;
		downSelectLeft = left;
		downSelectTop = top;
		downSelectWidth = width;
		downSelectHeight = height;
	}
	function mouseUp(e, src, _l, _t, _w, _h, _i) {
		dragging = drag._x = drag._y = false;
		cacheMouse(e, src, _l, _t, _w, _h, _i, false, true);
		let { left, top, width, height } = select;
		let hasSelect = width > 0 || height > 0;
		let chgSelect = downSelectLeft != left || downSelectTop != top || downSelectWidth != width || downSelectHeight != height;
		hasSelect && chgSelect && setSelect(select);
		if (drag.setScale && hasSelect && chgSelect) {
			let xOff = left, xDim = width, yOff = top, yDim = height;
			if (scaleX.ori == 1) xOff = top, xDim = height, yOff = left, yDim = width;
			if (dragX) _setScale(xScaleKey, posToVal(xOff, xScaleKey), posToVal(xOff + xDim, xScaleKey));
			if (dragY) for (let k in scales) {
				let sc = scales[k];
				if (k != xScaleKey && sc.from == null && sc.min != inf) _setScale(k, posToVal(yOff + yDim, k), posToVal(yOff, k));
			}
			hideSelect();
		} else if (cursor.lock) {
			cursor._lock = !cursor._lock;
			updateCursor(src, true, e != null);
		}
		if (e != null) {
			offMouse(mouseup, doc);
			pubSync(mouseup, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, null);
		}
	}
	function mouseLeave(e, src, _l, _t, _w, _h, _i) {
		if (cursor._lock) return;
		setCursorEvent(e);
		let _dragging = dragging;
		if (dragging) {
			let snapH = true;
			let snapV = true;
			let snapProx = 10;
			let dragH, dragV;
			if (scaleX.ori == 0) {
				dragH = dragX;
				dragV = dragY;
			} else {
				dragH = dragY;
				dragV = dragX;
			}
			if (dragH && dragV) {
				snapH = mouseLeft1 <= snapProx || mouseLeft1 >= plotWidCss - snapProx;
				snapV = mouseTop1 <= snapProx || mouseTop1 >= plotHgtCss - snapProx;
			}
			if (dragH && snapH) mouseLeft1 = mouseLeft1 < mouseLeft0 ? 0 : plotWidCss;
			if (dragV && snapV) mouseTop1 = mouseTop1 < mouseTop0 ? 0 : plotHgtCss;
			updateCursor(null, true, true);
			dragging = false;
		}
		mouseLeft1 = -10;
		mouseTop1 = -10;
		activeIdxs.fill(null);
		updateCursor(null, true, true);
		if (_dragging) dragging = _dragging;
	}
	function dblClick(e, src, _l, _t, _w, _h, _i) {
		if (cursor._lock) return;
		setCursorEvent(e);
		autoScaleX();
		hideSelect();
		if (e != null) pubSync(dblclick, self, mouseLeft1, mouseTop1, plotWidCss, plotHgtCss, null);
	}
	function syncPxRatio() {
		axes.forEach(syncFontSize);
		_setSize(self.width, self.height, true);
	}
	on(dppxchange, win, syncPxRatio);
	const events = {};
	events.mousedown = mouseDown;
	events.mousemove = mouseMove;
	events.mouseup = mouseUp;
	events.dblclick = dblClick;
	events["setSeries"] = (e, src, idx, opts) => {
		let seriesIdxMatcher = syncOpts.match[2];
		idx = seriesIdxMatcher(self, src, idx);
		idx != -1 && setSeries(idx, opts, true, false);
	};
	if (showCursor) {
		onMouse(mousedown, over, mouseDown);
		onMouse(mousemove, over, mouseMove);
		onMouse(mouseenter, over, (e) => {
			setCursorEvent(e);
			syncRect(false);
		});
		onMouse(mouseleave, over, mouseLeave);
		onMouse(dblclick, over, dblClick);
		cursorPlots.add(self);
		self.syncRect = syncRect;
	}
	const hooks = self.hooks = opts.hooks || {};
	function fire(evName, a1, a2) {
		if (deferHooks) hooksQueue.push([
			evName,
			a1,
			a2
		]);
		else if (evName in hooks) hooks[evName].forEach((fn) => {
			fn.call(null, self, a1, a2);
		});
	}
	(opts.plugins || []).forEach((p) => {
		for (let evName in p.hooks) hooks[evName] = (hooks[evName] || []).concat(p.hooks[evName]);
	});
	const seriesIdxMatcher = (self, src, srcSeriesIdx) => srcSeriesIdx;
	const syncOpts = assign({
		key: null,
		setSeries: false,
		filters: {
			pub: retTrue,
			sub: retTrue
		},
		scales: [xScaleKey, series[1] ? series[1].scale : null],
		match: [
			retEq,
			retEq,
			seriesIdxMatcher
		],
		values: [null, null]
	}, cursor.sync);
	if (syncOpts.match.length == 2) syncOpts.match.push(seriesIdxMatcher);
	cursor.sync = syncOpts;
	const syncKey = syncOpts.key;
	const sync = _sync(syncKey);
	function pubSync(type, src, x, y, w, h, i) {
		if (syncOpts.filters.pub(type, src, x, y, w, h, i)) sync.pub(type, src, x, y, w, h, i);
	}
	sync.sub(self);
	function pub(type, src, x, y, w, h, i) {
		if (syncOpts.filters.sub(type, src, x, y, w, h, i)) events[type](null, src, x, y, w, h, i);
	}
	self.pub = pub;
	function destroy() {
		sync.unsub(self);
		cursorPlots.delete(self);
		mouseListeners.clear();
		off(dppxchange, win, syncPxRatio);
		root.remove();
		legendTable?.remove();
		fire("destroy");
	}
	self.destroy = destroy;
	function _init() {
		fire("init", opts, data);
		setData(data || opts.data, false);
		if (pendScales[xScaleKey]) setScale(xScaleKey, pendScales[xScaleKey]);
		else autoScaleX();
		shouldSetSelect = select.show && (select.width > 0 || select.height > 0);
		shouldSetCursor = shouldSetLegend = true;
		_setSize(opts.width, opts.height);
	}
	series.forEach(initSeries);
	axes.forEach(initAxis);
	if (then) {
		if (then instanceof HTMLElement) {
			then.appendChild(root);
			_init();
		} else then(self, _init);
	} else _init();
	return self;
}
uPlot.assign = assign;
uPlot.fmtNum = fmtNum;
uPlot.rangeNum = rangeNum;
uPlot.rangeLog = rangeLog;
uPlot.rangeAsinh = rangeAsinh;
uPlot.orient = orient;
uPlot.pxRatio = pxRatio;
uPlot.join = join;
uPlot.fmtDate = fmtDate;
uPlot.tzDate = tzDate;
uPlot.sync = _sync;
{
	uPlot.addGap = addGap;
	uPlot.clipGaps = clipGaps;
	let paths = uPlot.paths = { points };
	paths.linear = linear;
	paths.stepped = stepped;
	paths.bars = bars;
	paths.spline = monotoneCubic;
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
// src/ui/chart.tsx
var HEIGHT = 280;
/** The newest values with the range between lowest and highest of each point. */
function TrendChart({ trend, name }) {
	const box = T(null);
	const { theme } = usePreferences();
	A(() => {
		const at = box.current;
		if (!at) return;
		const colour = (property) => getComputedStyle(document.documentElement).getPropertyValue(property).trim();
		const [line, grid, ink, soft] = [
			colour("--accent"),
			colour("--line"),
			colour("--faint"),
			colour("--accent-soft")
		];
		const axis = {
			stroke: ink,
			grid: {
				stroke: grid,
				width: 1
			},
			ticks: {
				stroke: grid,
				width: 1
			},
			font: "12px ui-sans-serif, system-ui, sans-serif"
		};
		const data = [
			trend.points.map((point) => Date.parse(point.at) / 1e3),
			trend.points.map((point) => point.mean),
			trend.points.map((point) => point.min),
			trend.points.map((point) => point.max)
		];
		const chart = new uPlot({
			width: at.clientWidth,
			height: HEIGHT,
			legend: { show: false },
			cursor: { y: false },
			axes: [{ ...axis }, {
				...axis,
				label: unitOf(trend.unit),
				labelFont: axis.font,
				size: 55
			}],
			series: [
				{},
				{
					label: name,
					stroke: line,
					width: 2,
					points: {
						show: trend.points.length < 40,
						size: 5,
						fill: line
					}
				},
				{
					stroke: "transparent",
					points: { show: false }
				},
				{
					stroke: "transparent",
					points: { show: false }
				}
			],
			bands: [{
				series: [3, 2],
				fill: soft
			}]
		}, data, at);
		const resize = new ResizeObserver(() => chart.setSize({
			width: at.clientWidth,
			height: HEIGHT
		}));
		resize.observe(at);
		return () => {
			resize.disconnect();
			chart.destroy();
		};
	}, [trend, theme]);
	return /* @__PURE__ */ a("div", {
		class: "chart",
		ref: box,
		role: "img",
		"aria-label": t.bed.chartLabel(name, trend.points.length)
	});
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
/** Servers send something at least every 15 s; after this long without a byte the connection is given up. */
var SILENCE_MS = 4e4;
var FIRST_PAUSE_MS = 500;
var LONGEST_PAUSE_MS = 1e4;
/** Reads a stream until told to stop. `told` gets what happened in order, several at once when they come together. */
function listen(template, query, told, state) {
	const stop = new AbortController();
	run(template, query, told, state, stop.signal);
	return () => stop.abort();
}
async function run(template, query, told, state, stopped) {
	let last = "";
	let pause = FIRST_PAUSE_MS;
	while (!stopped.aborted) {
		state("connecting");
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
				signal: attempt.signal
			});
			state("live");
			pause = FIRST_PAUSE_MS;
			await read(response, give, (happenings) => {
				last = happenings.at(-1)?.id || last;
				told(happenings);
			});
		} catch (error) {
			if (stopped.aborted) return;
			if (error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 404)) {
				state("refused");
				return;
			}
		} finally {
			stopped.removeEventListener("abort", give);
		}
		if (stopped.aborted) return;
		state("lost");
		await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * pause));
		pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
	}
}
async function read(response, give, told) {
	const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
	let text = "";
	let silence = setTimeout(give, SILENCE_MS);
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			clearTimeout(silence);
			silence = setTimeout(give, SILENCE_MS);
			text += value.replaceAll("\r\n", "\n");
			const end = text.lastIndexOf("\n\n");
			if (end < 0) continue;
			const whole = text.slice(0, end);
			text = text.slice(end + 2);
			const happenings = whole.split("\n\n").flatMap(parse);
			if (happenings.length) told(happenings);
		}
	} finally {
		clearTimeout(silence);
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
/** Told above what is shown when it is not live: louder than anything in it. */
function NotLive({ state, paused }) {
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
	return null;
}
// src/ui/emergency-bits.tsx
var TONES$1 = {
	open: "notice",
	overdue: "bad",
	closed: "good"
};
function ReviewState({ state }) {
	return /* @__PURE__ */ a(Badge, {
		tone: TONES$1[state] ?? "plain",
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
	if (act.is === "replay") return /* @__PURE__ */ a(AskReason, {
		title: t.acts.replayTitle,
		text: t.acts.replayText,
		action: t.acts.replay,
		close,
		done: async (reason) => {
			const job = await api("post", "/v1/jobs", {
				body: {
					action: "replay",
					ids: [id],
					reason
				},
				headers: { "Idempotency-Key": onceKey() }
			});
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
	const [problem, setProblem] = d();
	const [busy, setBusy] = d(false);
	return /* @__PURE__ */ a(Dialog, {
		title,
		close,
		children: [
			/* @__PURE__ */ a("p", { children: text }),
			/* @__PURE__ */ a(Refused, { problem }),
			/* @__PURE__ */ a("div", {
				class: "dialog-actions",
				children: [/* @__PURE__ */ a("button", {
					type: "button",
					class: "button",
					onClick: close,
					children: t.common.cancel
				}), /* @__PURE__ */ a("button", {
					type: "button",
					class: danger ? "button danger" : "button primary",
					autofocus: true,
					disabled: busy,
					onClick: () => {
						setBusy(true);
						setProblem(void 0);
						done().catch((error) => {
							setBusy(false);
							setProblem(error instanceof Problem ? error : new Problem(0, "broken", String(error)));
						});
					},
					children: action
				})]
			})
		]
	});
}
/** One value of a copy is changed; the copy gets an MSH-10 of its own, and the original is kept. */
function Edit({ path, close }) {
	const [at, setAt] = d("");
	const [value, setValue] = d("");
	const [copy, setCopy] = d();
	const [problem, setProblem] = d();
	const [key] = d(onceKey);
	const submit = async () => {
		setProblem(void 0);
		try {
			const edited = await api("post", "/v1/dead-letters/{channel}/{destination}/{id}/edit", {
				path,
				body: { set: [{
					path: at,
					value
				}] },
				headers: { "Idempotency-Key": key }
			});
			setCopy(edited.id);
		} catch (error) {
			setProblem(error instanceof Problem ? error : new Problem(0, "broken", String(error)));
		}
	};
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
				/* @__PURE__ */ a("div", {
					class: "dialog-actions",
					children: [/* @__PURE__ */ a("button", {
						type: "button",
						class: "button",
						onClick: close,
						children: t.common.cancel
					}), /* @__PURE__ */ a("button", {
						type: "submit",
						class: "button primary",
						children: t.acts.editAction
					})]
				})
			]
		})
	});
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
export { Facts as $, unitOf as A, session as At, OutcomeBadge as B, ageOf as C, t as Ct, oldest as D, send as Dt, nameOf as E, onceKey as Et, useHeld as F, d as Ft, go as G, useAsked as H, StateBadge as I, w as It, prefer as J, usePlace as K, bytes as L, $ as Lt, valueOf as M, A as Mt, emergencyHeaders as N, T as Nt, reading as O, may as Ot, hold as P, b as Pt, Dialog as Q, reasonText as R, Q as Rt, SCORED as S, a as St, bandTone as T, api as Tt, Shell as U, kindText as V, Link as W, Badge as X, usePreferences as Y, Choice as Z, useStream as _, absolute as _t, Raw as a, Table as at, BandBadge as b, useNow as bt, JobState as c, keptSearch as ct, Confirm as d, Failed as dt, Field as et, ChannelState as f, Loading as ft, NotLive as g, When as gt, LiveMark as h, Ago as ht, recordNumbers as i, Spark as it, urgency as j, useSession as jt, staleOf as k, serverNow as kt, selectionText as l, onSearch as lt, ReviewState as m, Shown as mt, birthDate as n, Page as nt, Tree as o, count as ot, CircuitState as p, Refused as pt, withQuery as q, recordName as r, Section as rt, fromBase64 as s, keepSearch as st, Any as t, More as tt, Acts as u, Empty as ut, memo as v, clockTime as vt, bandOf as w, Problem as wt, ON_CARDS as x, useSlowNow as xt, TrendChart as y, span as yt, AskReason as z };
