// Users as several pages show them.

import { api } from '../api/client';
import type { User } from '../api/types';
import { t } from '../texts';
import { Badge } from './parts';

/** Users that a page reads at most. */
const MAX_USERS = 5_000;

/** What people and machines may act as. The server refuses what does not go together. */
const ROLES = {
  person: ['physician', 'nurse', 'pharmacist', 'lab', 'registrar', 'admin', 'billing', 'operator', 'auditor', 'privacy_officer', 'health_information', 'security_admin', 'researcher', 'patient'],
  service: ['integration', 'device'],
};

export async function everyUser(passive: boolean, signal: AbortSignal): Promise<User[]> {
  const users: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await api('get', '/v1/users', { query: { cursor, limit: 500 } as never, passive, signal });
    users.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && users.length < MAX_USERS);
  return users.sort((a, b) => a.login.localeCompare(b.login));
}

export function roleNames(roles: string[]): string {
  return roles.join(', ').replaceAll('_', ' ');
}

export function UserState({ user }: { user: User }) {
  if (user.is_disabled) return <Badge tone="bad">{t.settings.disabled}</Badge>;
  if (user.is_suspended) return <Badge tone="bad">{t.settings.suspended}</Badge>;
  if (user.locked_until) return <Badge tone="warning">{t.settings.locked}</Badge>;
  if (user.is_off_shift) return <Badge>{t.settings.offShift}</Badge>;
  return <Badge tone="good">{t.settings.active}</Badge>;
}

export function RoleChoice({ kind, value, onChange }: { kind: string; value: string[]; onChange: (roles: string[]) => void }) {
  const known = ROLES[kind === 'service' ? 'service' : 'person'];
  const all = [...known, ...value.filter((role) => !known.includes(role))];
  return (
    <fieldset class="choices">
      <legend>{t.users.roles}</legend>
      {all.map((role) => (
        <label class="check" key={role}>
          <input type="checkbox" checked={value.includes(role)} onChange={(event) => onChange(event.currentTarget.checked ? [...value, role] : value.filter((one) => one !== role))} /> {role.replaceAll('_', ' ')}
        </label>
      ))}
    </fieldset>
  );
}
