// What stands around every page: navigation, finding, who is signed in, and that this is no alarm.

import type { ComponentType } from 'preact';
import { Component } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../api/client';
import { t } from '../texts';
import { Empty, Failed, Loading } from '../ui/states';
import { keepSearch } from './found';
import { IdleWarning, lookAtSession, useWatchedSession } from './idle';
import { KeyMap, useKeys } from './keys';
import { LateNotices, Unreached } from './notices';
import { PAGES, PLACES } from './places';
import type { PageProps } from './places';
import { prefer, usePreferences } from './preferences';
import type { Preferences } from './preferences';
import { go, Link, usePlace } from './router';
import { era, loggedOut, may, session, signingOut, useSession } from './session';
import { SignIn, tellSignOut } from './sign-in';

export function Shell() {
  const state = useSession();
  const [problem, setProblem] = useState<Problem>();
  const look = () => {
    setProblem(undefined);
    lookAtSession(true).catch((error: unknown) => {
      if (error instanceof Problem && error.status !== 401) setProblem(error);
    });
  };
  useEffect(look, []);
  useWatchedSession(state.is === 'in');
  if (state.is === 'unknown') {
    return <main class="sign-in">{problem ? <Failed problem={problem} again={look} /> : <Loading rows={3} />}</main>;
  }
  if (state.is === 'out') return <SignIn why={state.why} isMidAct={state.isMidAct} />;
  // Another session, another console: nothing that was shown to one is there for the next.
  return <SignedIn key={state.me.session_id} login={state.me.login} role={state.me.role.join(', ')} />;
}

function SignedIn({ login, role }: { login: string; role: string }) {
  const place = usePlace();
  const [mapOpen, openMap] = useKeys();
  const [menuOpen, openMenu] = useState(false);
  useEffect(() => openMenu(false), [place.path]);
  const open = PLACES.filter((place) => place.scopes.some((scope) => !scope || may(scope)));
  const groups = [...new Set(open.map((place) => place.group))];
  const isHere = (path: string) => path === '/' ? place.path === '/' : place.path === path || place.path.startsWith(`${path}/`);
  return (
    <div class="shell">
      <a class="skip" href="#content">{t.nav.skip}</a>
      <header class="bar">
        <Link to="/" class="brand"><img src="/icon.svg" width="24" height="24" alt="" /><span>Wardline</span></Link>
        <button type="button" class="button menu-button" aria-expanded={menuOpen} aria-controls="nav" onClick={() => openMenu(!menuOpen)}>{t.nav.menu}</button>
        {may('read') && <Find />}
        <div class="bar-end">
          <ThemeChoice />
          <button type="button" class="button quiet keys-button" onClick={() => openMap(true)} aria-keyshortcuts="?"><kbd>?</kbd> {t.nav.keys}</button>
          <span class="who"><strong>{login}</strong> <span class="faint">{role.replaceAll('_', ' ')}</span></span>
          <button type="button" class="button quiet" onClick={() => void signOut()}>{t.nav.signOut}</button>
        </div>
      </header>
      <nav id="nav" class={menuOpen ? 'nav open' : 'nav'} aria-label={t.nav.label}>
        {groups.map((group) => (
          <div class="nav-group" key={group}>
            {group && <p>{group}</p>}
            <ul>
              {open.filter((place) => place.group === group).map((place) => (
                <li key={place.path}>
                  <Link to={place.path} aria-current={isHere(place.path) ? 'page' : undefined}>{place.name}</Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        <Unreached />
        <LateNotices />
        <Routed key={place.path} path={place.path} />
      </main>
      <footer class="no-alarm"><strong>{t.nav.notAlarm}</strong> {t.nav.notAlarmLong}</footer>
      <IdleWarning />
      {mapOpen && <KeyMap close={() => openMap(false)} />}
    </div>
  );
}

function Find() {
  const [text, setText] = useState('');
  return (
    <form
      class="find"
      role="search"
      aria-label={t.nav.findLabel}
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        // What is searched for may name a patient: it goes along in memory, never in the address.
        keepSearch({ find: text.trim() });
        setText('');
        // What was found is where one goes on; the page's heading takes it from there.
        document.getElementById('content')?.focus({ preventScroll: true });
        go('/messages');
      }}
    >
      <input type="search" data-find aria-label={t.nav.find} placeholder={t.nav.find} value={text} onInput={(e) => setText(e.currentTarget.value)} autocomplete="off" spellcheck={false} aria-keyshortcuts="/" />
    </form>
  );
}

function ThemeChoice() {
  const { theme } = usePreferences();
  return (
    <select class="theme" aria-label={t.nav.themeLabel} value={theme} onChange={(e) => prefer({ theme: e.currentTarget.value as Preferences['theme'] })}>
      {(['system', 'light', 'dark'] as const).map((one) => <option key={one} value={one}>{t.nav.theme[one]}</option>)}
    </select>
  );
}

/** How long what was shown stays while the server is told that its person goes. */
const SIGN_OUT_MS = 5_000;

async function signOut() {
  const asked = era();
  signingOut();
  // What is shown does not wait for a server that does not answer.
  const late = setTimeout(() => loggedOut('unsure'), SIGN_OUT_MS);
  const told = await tellSignOut();
  clearTimeout(late);
  // Somebody else may have signed in meanwhile.
  if (session().is === 'out' || era() === asked) loggedOut(told);
}

/** The page of an address, once its file is there. */
function Routed({ path }: { path: string }) {
  const [page, setPage] = useState<ComponentType<PageProps> | 'broken'>();
  const found = PAGES.find(([pattern]) => pattern.test(path));
  const id = decodeURIComponent(found ? (found[0].exec(path)?.[1] ?? '') : '');
  const load = () => {
    found?.[1]().then((module) => setPage(() => module.default), () => setPage('broken'));
  };
  useEffect(load, []);
  if (!found) return <div class="page"><h1>{t.nav.notFoundTitle}</h1><Empty title={t.nav.notFound}><Link to="/" class="button">{t.nav.toOverview}</Link></Empty></div>;
  if (page === undefined) return <div class="page"><Loading /></div>;
  if (page === 'broken') return <div class="page"><Failed problem={new Problem(0, 'chunk', t.nav.pageBroken)} again={load} /></div>;
  const Found = page;
  return <Guarded><Found id={id} /></Guarded>;
}

/** A page that breaks says so and leaves the rest standing. */
class Guarded extends Component<{ children: preact.ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };
  override componentDidCatch() {
    this.setState({ broken: true });
  }
  override render() {
    if (!this.state.broken) return this.props.children;
    return <div class="page"><Failed problem={new Problem(0, 'page', t.nav.pageBroken)} again={() => this.setState({ broken: false })} /></div>;
  }
}
