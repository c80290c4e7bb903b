// A message as text with its control characters to be seen. What is masked is put together from its values, since the
// bytes themselves are not here.

import type { Content } from '../api/types';
import { parsePath } from './names';

export interface Piece {
  kind: 'text' | 'delimiter' | 'control' | 'masked' | 'segment';
  text: string;
}

const DELIMITERS = new Set(['|', '^', '~', '&', '\\']);

const NAMED: Record<number, string> = { 9: 'TAB', 10: 'LF', 11: 'VT', 13: 'CR', 28: 'FS', 127: 'DEL' };

/** Characters below space by their names. */
function picture(code: number): string {
  return NAMED[code] ?? `x${code.toString(16).padStart(2, '0').toUpperCase()}`;
}

/** Lines of pieces. `encoding` is MSH-18 as browsers name it. */
export function linesOf(bytes: Uint8Array, charset: string | undefined): Piece[][] {
  return cut(new TextDecoder(encodingOf(charset)).decode(bytes));
}

function encodingOf(charset: string | undefined): string {
  const known: Record<string, string> = { '8859/1': 'iso-8859-1', '8859/15': 'iso-8859-15', '8859/2': 'iso-8859-2', 'UNICODE UTF-8': 'utf-8', ASCII: 'utf-8' };
  return known[charset ?? ''] ?? 'utf-8';
}

function cut(text: string): Piece[][] {
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  const push = (kind: Piece['kind'], text: string) => {
    const last = line.at(-1);
    if (last && last.kind === kind && kind !== 'control') last.text += text;
    else line.push({ kind, text });
  };
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at]!;
    const code = c.charCodeAt(0);
    if (code < 32 || code === 127) push('control', picture(code));
    else push(DELIMITERS.has(c) ? 'delimiter' : line.length === 0 || (line.length === 1 && line[0]!.kind === 'segment') ? 'segment' : 'text', c);
    const ends = c === '\n' || (c === '\r' && text[at + 1] !== '\n');
    if (ends) {
      lines.push(line);
      line = [];
    }
  }
  if (line.length) lines.push(line);
  return lines;
}

/** A masked message, with every value where it would stand. */
export function maskedLines(content: Content): Piece[][] {
  if (content.segments.length === 0) return cut(content.text ?? '');
  return content.segments.map(({ name, values }) => {
    const fields: string[][][][] = [];
    for (const { path, value } of values) {
      const at = parsePath(path);
      if (!at) continue;
      const repetitions = (fields[at.field] ??= []);
      const components = (repetitions[(at.repetition ?? 1) - 1] ??= []);
      const parts = (components[(at.component ?? 1) - 1] ??= []);
      parts[(at.subcomponent ?? 1) - 1] = value ?? '""';
    }
    const line: Piece[] = [{ kind: 'segment', text: name }];
    const join = <T>(items: T[], by: string, write: (item: T) => void) => {
      for (let at = 0; at < items.length; at += 1) {
        if (at > 0) line.push({ kind: 'delimiter', text: by });
        if (items[at] !== undefined) write(items[at]!);
      }
    };
    // MSH-1 is the separator itself.
    const first = name === 'MSH' ? 2 : 1;
    for (let field = first; field < fields.length; field += 1) {
      line.push({ kind: 'delimiter', text: '|' });
      join(fields[field] ?? [], '~', (repetition) => join(repetition, '^', (component) => join(component, '&', (value) => {
        line.push({ kind: /^\*+/.test(value) ? 'masked' : 'text', text: value });
      })));
    }
    line.push({ kind: 'control', text: 'CR' });
    return line;
  });
}
