// Values of a record as people read them.

import { t } from '../texts';

type Fields = Record<string, unknown>;

export function recordName(fields: Fields): string {
  const name = fields.name as { family?: string; given?: string[] } | undefined;
  return name ? [name.family, name.given?.join(' ')].filter(Boolean).join(', ') : t.common.none;
}

export function birthDate(fields: Fields): string {
  return typeof fields.birth_date === 'string' ? fields.birth_date : t.common.none;
}

export function recordNumbers(fields: Fields): string {
  const numbers = fields.mrn as { value?: string; authority?: string }[] | undefined;
  return numbers?.map((one) => [one.value, one.authority].filter(Boolean).join(' · ')).join(', ') ?? t.common.none;
}

/** Any value: lists as lists, objects as names and what they are. */
export function Any({ value }: { value: unknown }) {
  if (value === null || value === undefined) return <span class="faint">{t.common.none}</span>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span class="faint">{t.common.none}</span>;
    return <ul class="any">{value.map((one, at) => <li key={at}><Any value={one} /></li>)}</ul>;
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value as Fields);
    if (parts.every(([, part]) => typeof part !== 'object' || part === null)) {
      return <>{parts.map(([name, part], at) => <span key={name}>{at > 0 && ', '}<span class="faint">{name.replaceAll('_', ' ')}</span> {String(part)}</span>)}</>;
    }
    return <dl class="any">{parts.map(([name, part]) => <div key={name}><dt class="faint">{name.replaceAll('_', ' ')}</dt><dd><Any value={part} /></dd></div>)}</dl>;
  }
  if (typeof value === 'boolean') return <>{value ? t.common.yes : t.common.no}</>;
  return <>{String(value)}</>;
}
