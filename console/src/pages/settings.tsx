// How the console looks to oneself, the own account, and what is in force: policies, users, keys.

import { useState } from 'preact/hooks';
import { api, Problem } from '../api/client';
import type { User } from '../api/types';
import { useAsked } from '../api/use';
import { prefer, usePreferences } from '../app/preferences';
import type { Preferences } from '../app/preferences';
import { may, useSession } from '../app/session';
import { t } from '../texts';
import { Badge, Choice, Facts, Field, Page, Section, Table } from '../ui/parts';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, When } from '../ui/time';

export default function Settings() {
  return (
    <Page title={t.settings.title}>
      <div class="columns">
        <Looks />
        <Account />
      </div>
      {may('identities:read') && (
        <>
          <Users />
          <Keys />
          <Policies />
        </>
      )}
    </Page>
  );
}

function Looks() {
  const { theme, density, shortcuts } = usePreferences();
  return (
    <Section title={t.settings.looks}>
      <div class="panel">
        <Choice label={t.nav.themeLabel} value={theme} onChange={(value) => prefer({ theme: value as Preferences['theme'] })} options={Object.entries(t.nav.theme)} />
        <Choice label={t.settings.density} value={density} onChange={(value) => prefer({ density: value as Preferences['density'] })} options={[['desk', t.settings.desk], ['wall', t.settings.wall]]} />
        <label class="check"><input type="checkbox" checked={shortcuts} onChange={(event) => prefer({ shortcuts: event.currentTarget.checked })} /> {t.settings.shortcuts}</label>
        <p class="hint">{t.settings.kept}</p>
      </div>
    </Section>
  );
}

function Account() {
  const state = useSession();
  const [password, setPassword] = useState('');
  const [next, setNext] = useState('');
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const [told, setTold] = useState(false);
  if (state.is !== 'in') return null;
  const { me } = state;
  const submit = async () => {
    setProblem(undefined);
    try {
      await api('post', '/v1/sign-in/password', { body: { credentials: { login: me.login, password, code }, new_password: next } });
      setTold(true);
      setPassword('');
      setNext('');
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, 'broken', String(error)));
    }
    setCode('');
  };
  return (
    <Section title={t.settings.account}>
      <div class="panel">
        <Facts of={[
          [t.signIn.login, me.login],
          [t.sessions.role, me.role.join(', ').replaceAll('_', ' ')],
          [t.settings.department, me.department],
          [t.settings.endsAt, <When at={me.absolute_expires_at} />],
        ]} />
        <details>
          <summary>{t.settings.change}</summary>
          <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
            <Field label={t.settings.old} type="password" value={password} required autocomplete="current-password" onInput={(e) => setPassword(e.currentTarget.value)} />
            <Field label={t.settings.new} hint={t.settings.newHint} type="password" value={next} required minLength={12} autocomplete="new-password" onInput={(e) => setNext(e.currentTarget.value)} />
            <Field label={t.signIn.code} value={code} required inputMode="numeric" autocomplete="one-time-code" onInput={(e) => setCode(e.currentTarget.value.replace(/\s/g, ''))} />
            <Refused problem={problem} />
            {told && <p class="told" role="status">{t.settings.changed}</p>}
            <button type="submit" class="button primary">{t.settings.change}</button>
          </form>
        </details>
      </div>
    </Section>
  );
}

async function everyUser(passive: boolean, signal: AbortSignal): Promise<User[]> {
  const users: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await api('get', '/v1/users', { query: { cursor, limit: 500 } as never, passive, signal });
    users.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && users.length < 5_000);
  return users.sort((a, b) => a.login.localeCompare(b.login));
}

function Users() {
  const asked = useAsked(everyUser, []);
  return (
    <Section title={t.settings.users}>
      <Shown asked={asked}>{(users) => (
        <Table label={t.settings.users} head={[t.signIn.login, t.settings.name, t.sessions.role, t.settings.department, t.settings.second, t.messages.state]}>
          {users.map((user) => (
            <tr key={user.id}>
              <th scope="row">{user.login} {user.kind === 'service' && <Badge>{t.settings.service}</Badge>}</th>
              <td>{user.name}</td>
              <td>{user.roles.join(', ').replaceAll('_', ' ')}</td>
              <td>{user.department ?? <span class="faint">{t.common.none}</span>}</td>
              <td>{user.kind === 'service' ? <span class="faint">{t.common.none}</span> : user.has_second_factor ? t.common.yes : <Badge tone="warning">{t.common.no}</Badge>}</td>
              <td><UserState user={user} /></td>
            </tr>
          ))}
        </Table>
      )}</Shown>
      <p class="hint">{t.settings.usersHint} <code>wardline user</code></p>
    </Section>
  );
}

function UserState({ user }: { user: User }) {
  if (user.is_disabled) return <Badge tone="bad">{t.settings.disabled}</Badge>;
  if (user.is_suspended) return <Badge tone="bad">{t.settings.suspended}</Badge>;
  if (user.locked_until) return <Badge tone="warning">{t.settings.locked}</Badge>;
  if (user.is_off_shift) return <Badge>{t.settings.offShift}</Badge>;
  return <Badge tone="good">{t.settings.active}</Badge>;
}

function Keys() {
  const asked = useAsked(async (passive, signal) => (await api('get', '/v1/api-keys', { query: { limit: 500 } as never, passive, signal })).items, []);
  return (
    <Section title={t.settings.keys}>
      <Shown asked={asked} rows={2}>{(keys) => keys.length === 0 ? <Empty title={t.settings.noKeys} /> : (
        <Table label={t.settings.keys} head={[t.settings.key, t.settings.user, t.settings.made, t.settings.ends, t.messages.state]}>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row"><code>{key.id.slice(0, 8)}…</code></th>
              <td><code>{key.user.slice(0, 8)}…</code></td>
              <td><Ago at={key.created_at} /></td>
              <td><When at={key.expires_at} /></td>
              <td>{key.holds ? <Badge tone="good">{t.settings.holds}</Badge> : <Badge>{t.settings.ended}</Badge>}</td>
            </tr>
          ))}
        </Table>
      )}</Shown>
    </Section>
  );
}

function Policies() {
  const asked = useAsked((passive, signal) => api('get', '/v1/policy', { passive, signal }), []);
  return (
    <Section title={t.settings.policies}>
      <Shown asked={asked}>{(set) => (
        <>
          <p class="hint">{t.settings.policySet} <code>{set.policy_set.slice(0, 16)}…</code></p>
          <Table label={t.settings.policies} head={[t.settings.policy, t.settings.says]}>
            {set.policies.map((policy) => <tr key={policy.id}><th scope="row"><code>{policy.id}</code></th><td>{policy.says}</td></tr>)}
          </Table>
        </>
      )}</Shown>
    </Section>
  );
}
