// Two messages, field by field. The server compares them; what differs is shown masked.

import { useEffect, useState } from 'preact/hooks';
import { api, asProblem, Problem } from '../api/client';
import type { Answer } from '../api/client';
import { Link, go, usePlace } from '../app/router';
import { nameOfPath } from '../hl7/names';
import { t } from '../texts';
import { Badge, Field, Page, Table } from '../ui/parts';
import { Empty, Failed, Loading } from '../ui/states';

type Compared = Answer<'/v1/messages/compare', 'post'>;
type How = Compared['differences'][number]['how'];

const WORDS: Record<How, string> = { differs: t.compare.differs, only_first: t.compare.onlyFirst, only_second: t.compare.onlySecond };

export default function Compare() {
  const place = usePlace();
  const [a, b] = [place.query.get('a') ?? '', place.query.get('b') ?? ''];
  return (
    <Page wide title={t.compare.title} lead={t.compare.lead}>
      <Choose a={a} b={b} />
      {/^\d+$/.test(a) && /^\d+$/.test(b) ? <Differences key={`${a} ${b}`} first={Number(a)} second={Number(b)} /> : <Empty title={t.compare.bad} />}
    </Page>
  );
}

function Choose({ a, b }: { a: string; b: string }) {
  const [first, setFirst] = useState(a);
  const [second, setSecond] = useState(b);
  return (
    <form class="filters" onSubmit={(event) => { event.preventDefault(); go(`/messages/compare?a=${encodeURIComponent(first)}&b=${encodeURIComponent(second)}`, true); }}>
      <Field label={t.compare.first} value={first} inputMode="numeric" pattern="[0-9]+" required onInput={(e) => setFirst(e.currentTarget.value.trim())} data-filter />
      <Field label={t.compare.second} value={second} inputMode="numeric" pattern="[0-9]+" required onInput={(e) => setSecond(e.currentTarget.value.trim())} />
      <button type="submit" class="button primary">{t.compare.compare}</button>
    </form>
  );
}

function Differences({ first, second }: { first: number; second: number }) {
  const [compared, setCompared] = useState<Compared>();
  const [problem, setProblem] = useState<Problem>();
  const ask = () => {
    setProblem(undefined);
    api('post', '/v1/messages/compare', { body: { first, second } }).then(setCompared, (error: unknown) => setProblem(asProblem(error)));
  };
  useEffect(ask, []);
  if (problem) return <Failed problem={problem} again={ask} />;
  if (!compared) return <Loading />;
  return (
    <>
      <p role="status">{compared.differences.length === 0 && <strong>{t.compare.none} </strong>}{t.compare.same(compared.same)} <span class="faint">{t.compare.masked}</span></p>
      {compared.truncated && <p class="hint">{t.compare.truncated}</p>}
      {compared.differences.length > 0 && (
        <Table label={t.compare.title} head={[t.compare.path, t.compare.differs, `${t.compare.first} (${first})`, `${t.compare.second} (${second})`]}>
          {compared.differences.map((one) => (
            <tr key={one.path + one.how}>
              <th scope="row"><code>{one.path}</code> <span class="faint">{nameOfPath(one.path)}</span></th>
              <td><Badge tone={one.how === 'differs' ? 'warning' : 'notice'}>{WORDS[one.how]}</Badge></td>
              <td class="diff-a"><span class="value">{one.first?.replaceAll('*', '•') ?? t.common.none}</span></td>
              <td class="diff-b"><span class="value">{one.second?.replaceAll('*', '•') ?? t.common.none}</span></td>
            </tr>
          ))}
        </Table>
      )}
      <p class="page-actions below"><Link class="button small" to={`/messages/${first}`}>{t.message.title(String(first))}</Link> <Link class="button small" to={`/messages/${second}`}>{t.message.title(String(second))}</Link></p>
    </>
  );
}
