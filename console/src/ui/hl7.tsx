// A message as a tree with the names of its fields, and as text with its control characters.

import { useMemo, useState } from 'preact/hooks';
import type { Content } from '../api/types';
import { nameOfPath, parsePath } from '../hl7/names';
import { linesOf, maskedLines } from '../hl7/raw';
import type { Piece } from '../hl7/raw';
import { t } from '../texts';
import { Empty } from './states';

export function Tree({ content, masked }: { content: Content; masked: boolean }) {
  if (content.segments.length === 0) {
    return content.text ? <pre class="raw">{content.text}</pre> : <Empty title={masked ? t.message.notHl7Masked : t.message.notHl7} />;
  }
  return (
    <div class="tree">
      {content.segments.map((segment, at) => (
        <details key={at} open>
          <summary><code>{segment.name || t.message.stray}</code> <span class="faint">{t.message.values(segment.values.length)}</span></summary>
          <dl>
            {segment.values.map(({ path, value }) => (
              <div key={path} class={isStart(path) ? undefined : 'inner'}>
                <dt><CopyPath path={path} /> <span class="field-name">{nameOfPath(path)}</span></dt>
                <dd>{value === undefined || value === null ? <span class="faint">{t.message.null}</span> : <Value value={value} masked={masked} />}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
      {content.truncated && <p class="hint">{t.message.truncated}</p>}
    </div>
  );
}

function isStart(path: string): boolean {
  const at = parsePath(path);
  return !at || (at.component ?? 1) === 1;
}

function CopyPath({ path }: { path: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      class="path"
      title={t.message.copyPath}
      onClick={() => void navigator.clipboard?.writeText(path).then(() => setCopied(true), () => {})}
      onBlur={() => setCopied(false)}
    >
      <code>{path}</code>{copied && <span class="hidden" role="status">{t.message.copied}</span>}
    </button>
  );
}

function Value({ value, masked }: { value: string; masked: boolean }) {
  const hidden = masked && /^\*{2,}/.test(value);
  if (!hidden) return <span class="value">{value}</span>;
  return <span class="value masked"><span class="hidden">{t.message.maskedValue}</span><span aria-hidden="true">{value.replaceAll('*', '•')}</span></span>;
}

export function Raw({ content, bytes }: { content: Content; bytes: Uint8Array | undefined }) {
  const lines = useMemo(() => (bytes ? linesOf(bytes, charsetOf(content)) : maskedLines(content)), [content, bytes]);
  if (lines.length === 0) return <Empty title={t.message.notHl7Masked} />;
  return (
    <>
      {!bytes && <p class="hint">{t.message.rawMasked}</p>}
      <div class="raw" role="region" aria-label={t.message.tabs.raw} tabIndex={0}>
        <ol>{lines.map((line, at) => <li key={at}>{line.map((piece, n) => <Part key={n} piece={piece} />)}</li>)}</ol>
      </div>
    </>
  );
}

function Part({ piece }: { piece: Piece }) {
  if (piece.kind === 'text') return <>{piece.text}</>;
  return <span class={`raw-${piece.kind}`}>{piece.kind === 'masked' ? piece.text.replaceAll('*', '•') : piece.text}</span>;
}

function charsetOf(content: Content): string | undefined {
  return content.segments[0]?.values.find(({ path }) => path === 'MSH-18' || path === 'MSH-18[1]')?.value ?? undefined;
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
