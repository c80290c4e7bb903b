// Users and service accounts of this installation: who there is, and a new one.

import { useState } from 'preact/hooks';
import { api } from '../api/client';
import type { User } from '../api/types';
import { useAsked } from '../api/use';
import { go, Link } from '../app/router';
import { may } from '../app/session';
import { t } from '../texts';
import { DialogActs } from '../ui/acts';
import { Badge, Choice, Dialog, Field, Page, Table } from '../ui/parts';
import { useOnce, useSending, useStanding } from '../ui/sending';
import { Empty, Refused, Shown } from '../ui/states';
import { everyUser, RoleChoice, roleNames, UserState } from '../ui/user-bits';

export default function Users() {
  const asked = useAsked(everyUser, [], 60_000);
  const [find, setFind] = useState('');
  const [making, make] = useState(false);
  const wanted = find.trim().toLowerCase();
  const fits = (user: User) => [user.login, user.name, user.department ?? '', ...user.roles].some((text) => text.toLowerCase().includes(wanted));
  return (
    <Page wide title={t.users.title} lead={t.users.lead} actions={may('identities:write') && <button type="button" class="button primary" onClick={() => make(true)}>{t.users.add}</button>}>
      <Shown asked={asked} lateMs={180_000}>{(users) => {
        const found = users.filter(fits);
        return (
          <>
            <div class="filters">
              <Field label={t.users.find} type="search" data-filter value={find} onInput={(e) => setFind(e.currentTarget.value)} autocomplete="off" />
              <p class="faint count" role="status">{t.users.count(found.length, users.length)}</p>
            </div>
            {found.length === 0 ? <Empty title={t.users.none}>{wanted ? t.users.noneFits : t.users.noneYet}</Empty> : (
              <Table label={t.users.title} head={[t.signIn.login, t.settings.name, t.sessions.role, t.settings.department, t.settings.second, t.messages.state]}>
                {found.map((user) => (
                  <tr key={user.id}>
                    <th scope="row"><Link to={`/users/${user.id}`} data-row>{user.login}</Link> {user.kind === 'service' && <Badge>{t.settings.service}</Badge>}</th>
                    <td>{user.name}</td>
                    <td>{roleNames(user.roles)}</td>
                    <td>{user.department ?? <span class="faint">{t.common.none}</span>}</td>
                    <td>{user.kind === 'service' ? <span class="faint">{t.common.none}</span> : user.has_second_factor ? t.common.yes : <Badge tone="warning">{t.common.no}</Badge>}</td>
                    <td><UserState user={user} /></td>
                  </tr>
                ))}
              </Table>
            )}
          </>
        );
      }}</Shown>
      {making && <NewUser close={() => make(false)} />}
    </Page>
  );
}

function NewUser({ close }: { close: () => void }) {
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'person' | 'service'>('person');
  const [roles, setRoles] = useState<string[]>([]);
  const [department, setDepartment] = useState('');
  const [password, setPassword] = useState('');
  const { busy, problem, send } = useSending();
  const once = useOnce();
  const stands = useStanding();
  const submit = () => send(async () => {
    const body = { login: login.trim(), name: name.trim(), kind, roles, ...(department.trim() ? { department: department.trim() } : {}), ...(kind === 'person' ? { password } : {}) };
    const { id } = await once(body, (headers) => api('post', '/v1/users', { body: body as never, headers }));
    if (stands()) go(`/users/${id}`);
  });
  return (
    <Dialog title={t.users.add} close={close}>
      <form onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={t.signIn.login} hint={t.users.loginHint} value={login} required maxLength={128} autocomplete="off" onInput={(e) => setLogin(e.currentTarget.value)} />
        <Field label={t.settings.name} value={name} required maxLength={128} autocomplete="off" onInput={(e) => setName(e.currentTarget.value)} />
        <Choice label={t.users.kind} value={kind} options={[['person', t.users.person], ['service', t.users.service]]} onChange={(value) => { setKind(value as typeof kind); setRoles([]); }} />
        <RoleChoice kind={kind} value={roles} onChange={setRoles} />
        <Field label={t.settings.department} hint={t.users.departmentHint} value={department} maxLength={128} autocomplete="off" onInput={(e) => setDepartment(e.currentTarget.value)} />
        {kind === 'person' && <Field label={t.users.firstPassword} hint={t.users.firstPasswordHint} type="password" value={password} required minLength={12} autocomplete="new-password" onInput={(e) => setPassword(e.currentTarget.value)} />}
        <Refused problem={problem} />
        <DialogActs busy={busy} ready={roles.length > 0} close={close}>{t.users.add}</DialogActs>
      </form>
    </Dialog>
  );
}
