// One user or service account: what is known of it, what can be changed, and its API keys.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import type { ApiKey, User } from '../api/types';
import { useAsked } from '../api/use';
import type { PageProps } from '../app/places';
import { may, useSession } from '../app/session';
import { t } from '../texts';
import { DialogActs } from '../ui/acts';
import { Confirm } from '../ui/delivery-acts';
import { Badge, Dialog, Facts, Field, Page, Section, Table } from '../ui/parts';
import { useOnce, useSending } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { Ago, When } from '../ui/time';
import { RoleChoice, roleNames, UserState } from '../ui/user-bits';

type Act = 'suspend' | 'unsuspend' | 'disable' | 'enable' | 'reset-second-factor';
type Open = { is: 'act'; act: Act } | { is: 'edit' } | { is: 'password' } | undefined;

export default function OneUser({ id }: PageProps) {
  const asked = useAsked((passive, signal) => api('get', '/v1/users/{id}', { path: { id }, passive, signal }), [id], 60_000);
  const user = asked.data;
  return (
    <Page title={user?.login ?? t.users.one} lead={user?.name}>
      <Shown asked={asked} lateMs={180_000}>{(user) => <Whole user={user} again={() => asked.again()} />}</Shown>
      {user?.kind === 'service' && <Keys user={user} />}
    </Page>
  );
}

function Whole({ user, again }: { user: User; again: () => void }) {
  const [open, setOpen] = useState<Open>();
  const [told, tell] = useState('');
  const state = useSession();
  const isMe = state.is === 'in' && state.me.login === user.login;
  const done = (text: string) => {
    setOpen(undefined);
    tell(text);
    again();
  };
  const act = (act: Act) => () => setOpen({ is: 'act', act });
  const buttons: [Act, boolean, boolean][] = [
    [user.is_suspended ? 'unsuspend' : 'suspend', !isMe, !user.is_suspended],
    [user.is_disabled ? 'enable' : 'disable', !isMe, !user.is_disabled],
    ['reset-second-factor', user.kind === 'person' && user.has_second_factor, true],
  ];
  return (
    <>
      <div role="status">{told && <p class="told">{told}</p>}</div>
      <Facts of={[
        [t.messages.state, <UserState user={user} />],
        [t.sessions.role, roleNames(user.roles)],
        [t.settings.department, user.department],
        [t.settings.second, user.kind === 'service' ? '' : user.has_second_factor ? t.users.codesLeft(user.recovery_codes_left) : <Badge tone="warning">{t.common.no}</Badge>],
        [t.users.lockedUntil, user.locked_until && <When at={user.locked_until} />],
        [t.settings.made, <When at={user.created_at} />],
        [t.settings.ends, user.expires_at && <When at={user.expires_at} />],
        [t.users.ownRecord, user.has_own_record ? t.common.yes : ''],
      ]} />
      {may('identities:write') && (
        <div class="page-actions acts">
          <button type="button" class="button" onClick={() => setOpen({ is: 'edit' })}>{t.users.edit}</button>
          {user.kind === 'person' && <button type="button" class="button" onClick={() => setOpen({ is: 'password' })}>{t.users.setPassword}</button>}
          {buttons.filter(([, shown]) => shown).map(([which, , danger]) => (
            <button key={which} type="button" class={danger ? 'button danger' : 'button'} onClick={act(which)}>{t.users.acts[which].name}</button>
          ))}
          {isMe && <p class="hint">{t.users.notYourself}</p>}
        </div>
      )}
      {open?.is === 'act' && (
        <Confirm danger={open.act !== 'enable' && open.act !== 'unsuspend'} title={t.users.acts[open.act].title(user.login)} text={t.users.acts[open.act].text} action={t.users.acts[open.act].name} close={() => setOpen(undefined)} done={async () => {
          await api('post', `/v1/users/{id}/${open.act}`, { path: { id: user.id } });
          done(t.users.acts[open.act].done(user.login));
        }} />
      )}
      {open?.is === 'edit' && <Edit user={user} close={() => setOpen(undefined)} done={() => done(t.users.changed)} />}
      {open?.is === 'password' && <SetPassword user={user} close={() => setOpen(undefined)} done={() => done(t.users.passwordSet)} />}
    </>
  );
}

/** A form in a window that sends once and says what was refused. */
function Form({ title, action, ready, close, send, children }: { title: string; action: string; ready: boolean; close: () => void; send: () => Promise<void>; children: preact.ComponentChildren }) {
  const { busy, problem, send: once } = useSending();
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={(event) => { event.preventDefault(); void once(send); }}>
        {children}
        <Refused problem={problem} />
        <DialogActs busy={busy} ready={ready} close={close}>{action}</DialogActs>
      </form>
    </Dialog>
  );
}

function Edit({ user, close, done }: { user: User; close: () => void; done: () => void }) {
  const [name, setName] = useState(user.name);
  const [department, setDepartment] = useState(user.department ?? '');
  const [roles, setRoles] = useState(user.roles);
  const [offShift, setOffShift] = useState(user.is_off_shift);
  const send = async () => {
    const path = { id: user.id };
    const place = department.trim();
    if (name.trim() !== user.name || place !== (user.department ?? '')) {
      await api('patch', '/v1/users/{id}', { path, body: { name: name.trim(), department: place || null } as never });
    }
    if ([...roles].sort().join() !== [...user.roles].sort().join()) await api('put', '/v1/users/{id}/roles', { path, body: { roles } });
    if (offShift !== user.is_off_shift) await api('put', '/v1/users/{id}/shift', { path, body: { is_off_shift: offShift } });
    done();
  };
  return (
    <Form title={t.users.editTitle(user.login)} action={t.common.save} ready={roles.length > 0 && name.trim() !== ''} close={close} send={send}>
      <Field label={t.settings.name} value={name} required maxLength={128} autocomplete="off" onInput={(e) => setName(e.currentTarget.value)} />
      <Field label={t.settings.department} hint={t.users.departmentHint} value={department} maxLength={128} autocomplete="off" onInput={(e) => setDepartment(e.currentTarget.value)} />
      <RoleChoice kind={user.kind} value={roles} onChange={setRoles} />
      {user.kind === 'person' && <label class="check"><input type="checkbox" checked={offShift} onChange={(event) => setOffShift(event.currentTarget.checked)} /> {t.settings.offShift}</label>}
      <p class="hint">{t.users.editHint}</p>
    </Form>
  );
}

function SetPassword({ user, close, done }: { user: User; close: () => void; done: () => void }) {
  const [password, setPassword] = useState('');
  const send = async () => {
    await api('put', '/v1/users/{id}/password', { path: { id: user.id }, body: { password } });
    done();
  };
  return (
    <Form title={t.users.passwordTitle(user.login)} action={t.users.setPassword} ready={password.length >= 12} close={close} send={send}>
      <p>{t.users.passwordText}</p>
      <Field label={t.settings.new} hint={t.settings.newHint} type="password" value={password} required minLength={12} autocomplete="new-password" onInput={(e) => setPassword(e.currentTarget.value)} />
    </Form>
  );
}

/** Days that a new key holds, to choose from. */
const DAYS = [30, 90, 365];
const DAY_MS = 86_400_000;

function Keys({ user }: { user: User }) {
  const asked = useAsked(async (passive, signal) => (await api('get', '/v1/api-keys', { query: { user: user.id, limit: 500 } as never, passive, signal })).items, [user.id]);
  const [asking, ask] = useState<{ is: 'new' } | { is: 'rotate' | 'revoke'; key: ApiKey }>();
  const [token, show] = useState('');
  const issued = (token: string) => {
    ask(undefined);
    show(token);
    asked.again();
  };
  return (
    <Section title={t.settings.keys} aside={may('identities:write') && <button type="button" class="button small" onClick={() => ask({ is: 'new' })}>{t.users.newKey}</button>}>
      <Shown asked={asked} rows={2}>{(keys) => keys.length === 0 ? <Empty title={t.settings.noKeys}>{t.users.noKeysText}</Empty> : (
        <Table label={t.settings.keys} head={[t.settings.key, t.settings.made, t.settings.ends, t.messages.state, '']}>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row"><code>{key.id.slice(0, 8)}…</code></th>
              <td><Ago at={key.created_at} /></td>
              {/* Of a revoked key the server tells as its end when it was made: when it was revoked is in the trail. */}
              <td><When at={key.is_revoked ? undefined : key.expires_at} /></td>
              <td>{key.holds ? <Badge tone="good">{t.settings.holds}</Badge> : <Badge>{key.is_revoked ? t.settings.revoked : t.settings.ended}</Badge>}</td>
              <td class="nowrap">{key.holds && may('identities:write') && (
                <>
                  <button type="button" class="button small" onClick={() => ask({ is: 'rotate', key })}>{t.users.rotate}</button>
                  <button type="button" class="button small danger" onClick={() => ask({ is: 'revoke', key })}>{t.users.revoke}</button>
                </>
              )}</td>
            </tr>
          ))}
        </Table>
      )}</Shown>
      {asking?.is === 'revoke' && <Confirm danger title={t.users.revokeTitle} text={t.users.revokeText} action={t.users.revoke} close={() => ask(undefined)} done={async () => {
        await api('delete', '/v1/api-keys/{id}', { path: { id: asking.key.id } });
        ask(undefined);
        asked.again();
      }} />}
      {(asking?.is === 'new' || asking?.is === 'rotate') && <Issue user={user} old={asking.is === 'rotate' ? asking.key : undefined} close={() => ask(undefined)} issued={issued} />}
      {token && <Issued token={token} close={() => show('')} />}
    </Section>
  );
}

function Issue({ user, old, close, issued }: { user: User; old: ApiKey | undefined; close: () => void; issued: (token: string) => void }) {
  const [days, setDays] = useState(90);
  const once = useOnce();
  const send = async () => {
    const { token } = await once(days, (headers, since) => {
      const expires_at = new Date(since + days * DAY_MS).toISOString();
      return old
        ? api('post', '/v1/api-keys/{id}/rotate', { path: { id: old.id }, body: { expires_at, overlap_seconds: 86_400 }, headers })
        : api('post', '/v1/api-keys', { body: { user: user.id, expires_at }, headers });
    });
    issued(token);
  };
  return (
    <Form title={old ? t.users.rotateTitle : t.users.newKey} action={old ? t.users.rotate : t.users.newKey} ready close={close} send={send}>
      {old && <p>{t.users.rotateText}</p>}
      <div class="choices" role="radiogroup" aria-label={t.users.holdsFor}>
        {DAYS.map((one) => <label class="check" key={one}><input type="radio" name="days" checked={days === one} onChange={() => setDays(one)} /> {t.users.days(one)}</label>)}
      </div>
    </Form>
  );
}

function Issued({ token, close }: { token: string; close: () => void }) {
  const [copied, setCopied] = useState<boolean>();
  const copy = () => {
    // Without TLS a browser has no clipboard for a page.
    const written = navigator.clipboard?.writeText(token) ?? Promise.reject(new Error('there is no clipboard'));
    written.then(() => setCopied(true), () => setCopied(false));
  };
  return (
    <Dialog title={t.users.tokenTitle} close={close}>
      <p>{t.users.tokenText}</p>
      <p><code class="quote">{token}</code></p>
      <p role="status">{copied === undefined ? '' : copied ? t.users.copied : t.users.notCopied}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={copy}>{t.users.copy}</button>
        <button type="button" class="button primary" onClick={close}>{t.users.kept}</button>
      </div>
    </Dialog>
  );
}
