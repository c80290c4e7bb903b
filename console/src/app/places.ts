// Where one can go: the navigation, the keys after `g`, and which page an address is of.

import type { ComponentType } from 'preact';
import { t } from '../texts';

export interface Place {
  path: string;
  name: string;
  /** One of them opens the page; the empty one is everybody's. */
  scopes: string[];
  key?: string;
  group: string;
}

const g = t.nav.groups;
export const PLACES: Place[] = [
  { path: '/', name: t.nav.overview, scopes: [''], key: 'o', group: '' },
  { path: '/beds', name: t.nav.beds, scopes: ['beds:read'], key: 'b', group: g.ward },
  { path: '/patients', name: t.nav.patients, scopes: ['patients:read'], key: 'p', group: g.ward },
  { path: '/channels', name: t.nav.channels, scopes: ['read'], key: 'c', group: g.messages },
  { path: '/messages', name: t.nav.messages, scopes: ['read'], key: 'm', group: g.messages },
  { path: '/dead-letters', name: t.nav.deadLetters, scopes: ['read'], key: 'd', group: g.messages },
  { path: '/jobs', name: t.nav.jobs, scopes: ['read'], key: 'j', group: g.messages },
  { path: '/break-glass', name: t.nav.breakGlass, scopes: ['emergencies:use', 'emergencies:review'], key: 'e', group: g.oversight },
  { path: '/audit', name: t.nav.audit, scopes: ['audit:read'], key: 'a', group: g.oversight },
  { path: '/compliance', name: t.nav.compliance, scopes: ['system:read'], key: 'h', group: g.oversight },
  { path: '/sessions', name: t.nav.sessions, scopes: ['sessions:read'], key: 's', group: g.oversight },
  { path: '/users', name: t.nav.users, scopes: ['identities:read'], key: 'u', group: g.oversight },
  { path: '/estate', name: t.nav.estate, scopes: ['system:read'], key: 'i', group: g.system },
  { path: '/settings', name: t.nav.settings, scopes: [''], key: 't', group: g.system },
  { path: '/reference', name: t.nav.reference, scopes: [''], key: 'r', group: g.system },
];

export interface PageProps {
  /** The last part of the address, where the page is of one thing. */
  id: string;
}

type Loader = () => Promise<{ default: ComponentType<PageProps> }>;

/** Pages by address, each in a file of its own that is loaded when somebody goes there. */
export const PAGES: [RegExp, Loader][] = [
  [/^\/$/, () => import('../pages/overview')],
  [/^\/beds$/, () => import('../pages/beds')],
  [/^\/beds\/([^/]+)$/, () => import('../pages/bed')],
  [/^\/sessions$/, () => import('../pages/sessions')],
  [/^\/break-glass$/, () => import('../pages/break-glass')],
  [/^\/break-glass\/([0-9a-f]+)$/, () => import('../pages/emergency')],
  [/^\/patients$/, () => import('../pages/patients')],
  [/^\/patients\/([0-9a-f]+)$/, () => import('../pages/patient')],
  [/^\/audit$/, () => import('../pages/audit')],
  [/^\/audit\/(\d+)$/, () => import('../pages/audit-record')],
  [/^\/compliance$/, () => import('../pages/compliance')],
  [/^\/estate$/, () => import('../pages/estate')],
  [/^\/estate\/drills\/([a-z0-9-]+)$/, () => import('../pages/drill')],
  [/^\/users$/, () => import('../pages/users')],
  [/^\/users\/([0-9a-f]+)$/, () => import('../pages/user')],
  [/^\/settings$/, () => import('../pages/settings')],
  [/^\/reference$/, () => import('../pages/reference')],
  [/^\/channels$/, () => import('../pages/channels')],
  [/^\/channels\/([^/]+)$/, () => import('../pages/channel')],
  [/^\/dead-letters$/, () => import('../pages/dead-letters')],
  [/^\/jobs$/, () => import('../pages/jobs')],
  [/^\/jobs\/(\d+)$/, () => import('../pages/job')],
  [/^\/messages$/, () => import('../pages/messages')],
  [/^\/messages\/compare$/, () => import('../pages/compare')],
  [/^\/messages\/(\d+)$/, () => import('../pages/message')],
];
