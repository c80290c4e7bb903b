// How the console looks to oneself, the own account, and what is in force: configuration, keys, policies.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import { useAsked } from '../api/use';
import { prefer, usePreferences } from '../app/preferences';
import type { Preferences } from '../app/preferences';
import { may, serverNow, useSession } from '../app/session';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Badge, Choice, Facts, Field, Page, Section, Table, count } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, When } from '../ui/time';

export default function Settings() {
  return (
    <Page title={t.settings.title}>
      <div class="columns">
        <Looks />
        <Account />
      </div>
      {may('system:read') && <Effective />}
      {may('keys:read') && <EncryptionKeys />}
      {may('identities:read') && <SiteTokens />}
      {may('identities:read') && <Policies />}
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
  const { busy, problem, send } = useSending();
  const [told, setTold] = useState(false);
  if (state.is !== 'in') return null;
  const { me } = state;
  const submit = () => send(async () => {
    setTold(false);
    try {
      await api('post', '/v1/sign-in/password', { body: { credentials: { login: me.login, password, code }, new_password: next } });
      setTold(true);
      setPassword('');
      setNext('');
    } finally {
      setCode('');
    }
  });
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
            <ActButton type="submit" class="button primary" busy={busy}>{t.settings.change}</ActButton>
          </form>
        </details>
      </div>
    </Section>
  );
}

/** The configuration by section, with who gave each value. It is what the process started with. */
function Effective() {
  const asked = useAsked((passive, signal) => api('get', '/v1/configuration', { passive, signal }), []);
  const [find, setFind] = useState('');
  const [given, setGiven] = useState('');
  const wanted = find.trim().toLowerCase();
  return (
    <Section title={t.settings.configuration}>
      <Shown asked={asked}>{(configuration) => {
        const found = configuration.settings.filter((one) => (!given || one.given !== 'default') && `${one.section}.${one.key} ${one.value ?? ''}`.toLowerCase().includes(wanted));
        return (
          <>
            <p class="hint">{t.settings.configurationHint(configuration.version)} <When at={configuration.since} />. {t.settings.noSecrets}</p>
            <div class="filters">
              <Field label={t.settings.findSetting} type="search" data-filter value={find} onInput={(e) => setFind(e.currentTarget.value)} autocomplete="off" />
              <Choice label={t.settings.which} value={given} options={[['', t.common.all], ['given', t.settings.givenOnly]]} onChange={setGiven} />
              <p class="faint count" role="status">{t.settings.settingsCount(found.length)}</p>
            </div>
            {found.length === 0 ? <Empty title={t.settings.noSetting} /> : (
              <div class="long">
                <Table label={t.settings.configuration} head={[t.settings.setting, t.settings.value, t.settings.from]}>
                  {found.map((one) => (
                    <tr key={`${one.section}.${one.key}`}>
                      <th scope="row"><code>{one.section}.{one.key}</code></th>
                      <td>{one.value === null || one.value === undefined ? <span class="faint">{t.settings.notSet}</span> : <code class="quote">{one.value || '""'}</code>}</td>
                      <td>{one.given === 'default' ? <span class="faint">{t.settings.givenBy.default}</span> : <>{t.settings.givenBy[one.given]} <code>{one.source}</code></>}</td>
                    </tr>
                  ))}
                </Table>
              </div>
            )}
          </>
        );
      }}</Shown>
    </Section>
  );
}

/** Who holds the key-encryption keys, how old what they wrap is, and how far a move is. */
function EncryptionKeys() {
  const asked = useAsked((passive, signal) => api('get', '/v1/keys', { passive, signal }), []);
  return (
    <Section title={t.settings.kek}>
      <Shown asked={asked} rows={2}>{(keys) => (
        <>
          {keys.away && <div class="stale-notice" role="alert"><strong>{t.settings.kekAway}</strong><span>{keys.away}</span></div>}
          <Facts of={[
            [t.settings.kekHolder, keys.holder],
            [t.settings.kekOldest, keys.oldest_patient_key_at && <Ago at={keys.oldest_patient_key_at} />],
            [t.settings.kekErased, keys.erased_patients ? count(keys.erased_patients) : ''],
            [t.settings.kekMove, t.settings.moves[keys.rewrap.state] ?? keys.rewrap.state],
          ]} />
          <Table label={t.settings.kek} head={[t.settings.kekHolder, [t.settings.kekVersion, 'number'], t.messages.state, [t.settings.kekMonths, 'number'], [t.settings.kekPatients, 'number'], t.settings.kekAge]}>
            {keys.key_encryption_keys.map((one) => (
              <tr key={`${one.holder} ${one.version}`}>
                <th scope="row">{one.holder}</th>
                <td class="number">{one.version}</td>
                <td>{one.current ? <Badge tone="good">{t.settings.kekCurrent}</Badge> : <Badge>{t.settings.kekOld}</Badge>}</td>
                <td class="number">{count(one.data_keys)}</td>
                <td class="number">{count(one.patients)}</td>
                <td>{one.oldest_at ? <Ago at={one.oldest_at} /> : <span class="faint">{t.common.none}</span>}</td>
              </tr>
            ))}
          </Table>
          <p class="hint">{t.settings.kekHint} <code>wardline keys rotate</code></p>
        </>
      )}</Shown>
    </Section>
  );
}

/** Tokens of applications, from the site's file: what each may do and how old it is. The secret itself nobody has but its holder. */
function SiteTokens() {
  const asked = useAsked((passive, signal) => api('get', '/v1/tokens', { passive, signal }), []);
  return (
    <Section title={t.settings.tokens}>
      <Shown asked={asked} rows={2}>{({ items }) => (
        <>
          {items.length === 0 ? <Empty title={t.settings.noTokens} /> : (
            <Table label={t.settings.tokens} head={[t.settings.name, t.settings.tokenScopes, t.settings.tokenAge, t.settings.ends]}>
              {items.map((one) => (
                <tr key={one.name}>
                  <th scope="row">{one.name}</th>
                  <td>{one.scopes.map((scope) => <code key={scope} class="scope">{scope}</code>)}</td>
                  <td>{one.created_at ? <Ago at={one.created_at} /> : <span class="faint">{t.settings.notKnown}</span>}</td>
                  <td><TokenEnd at={one.expires_at} /></td>
                </tr>
              ))}
            </Table>
          )}
          <p class="hint">{t.settings.tokensHint} <code>wardline token</code></p>
        </>
      )}</Shown>
    </Section>
  );
}

function TokenEnd({ at }: { at: string | null | undefined }) {
  if (!at) return <Badge tone="warning">{t.common.never}</Badge>;
  return <><When at={at} /> {Date.parse(at) <= serverNow() && <Badge tone="bad">{t.settings.ended}</Badge>}</>;
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
