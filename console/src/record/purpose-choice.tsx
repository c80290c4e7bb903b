// Asks for what a record is read or taken. What is not chosen yet is no purpose.

import { t } from '../texts';
import { Choice } from '../ui/parts';
import { ACCOUNTED } from './purpose';
import type { Chosen } from './purpose';

/** `usual` where the role may act for what it usually does. */
export function PurposeChoice({ value, usual, onChange }: { value: Chosen; usual: boolean; onChange: (purpose: Chosen) => void }) {
  const options: [Chosen, string][] = ACCOUNTED.map((one) => [one, t.patients.purposes[one]]);
  if (usual) options.unshift(['usual', t.patients.usualPurpose]);
  if (value === '') options.unshift(['', t.patients.choosePurpose]);
  return <Choice label={t.patients.purpose} value={value} required options={options} onChange={(next) => onChange(next as Chosen)} />;
}
