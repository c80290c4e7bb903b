// The API's shapes by short names.

import type { components } from './schema';

type S = components['schemas'];
export type Bed = S['Bed'];
export type BedPatient = S['BedPatient'];
export type BedEvent = S['BedEvent'];
export type VitalValue = S['VitalValue'];
export type Score = S['Score'];
export type Unit = S['Unit'];
export type Channel = S['Channel'];
export type Destination = S['Destination'];
export type MessageDetail = S['MessageDetail'];
export type MessageHead = S['MessageHead'];
export type MessageItem = S['MessageItem'];
export type MessageState = S['MessageState'];
export type Content = S['Content'];
export type Delivery = S['Delivery'];
export type DeadLetter = S['DeadLetter'];
export type DeadReason = S['DeadReason'];
export type Job = S['Job'];
export type Session = S['Session'];
export type Emergency = S['Emergency'];
export type EmergencyReason = S['EmergencyReason'];
export type AuditRecord = S['AuditRecord'];
export type AuditVerification = S['AuditVerification'];
export type AuditAlert = S['AuditAlert'];
export type PatientFind = S['PatientFind'];
export type PatientRecord = S['PatientRecord'];
export type User = S['User'];
export type Me = S['MeView'];
export type Readiness = S['Readiness'];
export type Trend = S['Trend'];
