// The API as it describes itself: every route with what it asks for and answers. It is drawn from the server's own
// description, so it is that of this version, and needs no other site.

import { useMemo, useState } from 'preact/hooks';
import { useAsked } from '../api/use';
import { Problem } from '../api/client';
import { t } from '../texts';
import { Badge, Field, Page, Section } from '../ui/parts';
import { Empty, Shown } from '../ui/states';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  items?: Schema;
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  description?: string;
  format?: string;
}
interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  operationId?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}
interface Description {
  info: { title: string; version: string };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Route { path: string; method: string; operation: Operation }

export default function Reference() {
  const asked = useAsked(async (_passive, signal) => {
    const response = await fetch('/v1/openapi.json', { signal });
    if (!response.ok) throw new Problem(response.status, 'description', t.reference.none);
    return (await response.json()) as Description;
  }, []);
  const [find, setFind] = useState('');
  return (
    <Page title={t.reference.title} lead={asked.data && t.reference.lead(asked.data.info.version)}>
      <div class="filters"><Field label={t.reference.find} value={find} onInput={(e) => setFind(e.currentTarget.value)} data-filter /></div>
      <Shown asked={asked}>{(description) => <Routes description={description} find={find.toLowerCase()} />}</Shown>
    </Page>
  );
}

function Routes({ description, find }: { description: Description; find: string }) {
  const routes = useMemo(() => Object.entries(description.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([method]) => method !== 'parameters').map(([method, operation]): Route => ({ path, method, operation }))), [description]);
  const shown = routes.filter(({ path, operation }) => !find || `${path} ${operation.summary} ${operation.operationId}`.toLowerCase().includes(find));
  if (shown.length === 0) return <Empty title={t.reference.noneFound} />;
  return (
    <>
      {description.tags.map(({ name, description: says }) => {
        const of = shown.filter(({ operation }) => operation.tags?.includes(name));
        return of.length > 0 && (
          <Section key={name} title={name.replaceAll('-', ' ')}>
            <p class="faint">{says}</p>
            <div class="panel routes">
              {of.map((route) => <One key={route.method + route.path} route={route} schemas={description.components.schemas} />)}
            </div>
          </Section>
        );
      })}
    </>
  );
}

function One({ route: { path, method, operation }, schemas }: { route: Route; schemas: Record<string, Schema> }) {
  const scopes = (operation.security ?? []).flatMap((one) => Object.entries(one).flatMap(([scheme, of]) => (of.length ? of : [scheme])));
  return (
    <details>
      <summary><span class={`method ${method}`}>{method.toUpperCase()}</span> <code>{path}</code> <span class="faint route-says">{(operation.summary ?? '').split('. ')[0]}</span></summary>
      <div class="route-body">
        <p>{operation.summary} {operation.description}</p>
        <p>{scopes.length ? <>{t.reference.needs} {scopes.map((scope) => <Badge key={scope}>{scope}</Badge>)}</> : t.reference.open}</p>
        {operation.parameters && operation.parameters.length > 0 && (
          <dl class="record">{operation.parameters.map((one) => <div key={one.name}><dt><code>{one.name}</code> <span class="faint">{one.in}{one.required ? `, ${t.reference.required}` : ''}</span></dt><dd>{one.description} <code class="faint">{typeText(one.schema)}</code></dd></div>)}</dl>
        )}
        {operation.requestBody && <Body title={t.reference.body} content={operation.requestBody.content} schemas={schemas} />}
        {Object.entries(operation.responses).map(([status, answer]) => (
          <div key={status}>
            <p><strong>{status === 'default' ? t.reference.else : status}</strong> {answer.description}</p>
            {status !== 'default' && answer.content && <Body content={answer.content} schemas={schemas} />}
          </div>
        ))}
      </div>
    </details>
  );
}

function Body({ title, content, schemas }: { title?: string; content: Record<string, { schema?: Schema }>; schemas: Record<string, Schema> }) {
  return (
    <>
      {Object.entries(content).map(([type, { schema }]) => (
        <div key={type}>
          <p>{title} <code class="faint">{type}</code> <code>{typeText(schema)}</code></p>
          <Fields schema={schema} schemas={schemas} />
        </div>
      ))}
    </>
  );
}

function Fields({ schema, schemas }: { schema: Schema | undefined; schemas: Record<string, Schema> }) {
  const found = schema?.$ref ? schemas[schema.$ref.split('/').at(-1)!] : schema;
  const properties = Object.entries(found?.properties ?? {});
  if (properties.length === 0) return null;
  return (
    <dl class="record">
      {properties.map(([name, of]) => <div key={name}><dt><code>{name}</code> {found?.required?.includes(name) && <span class="faint">{t.reference.required}</span>}</dt><dd>{of.description} <code class="faint">{typeText(of)}</code></dd></div>)}
    </dl>
  );
}

function typeText(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.$ref) return schema.$ref.split('/').at(-1)!;
  if (schema.enum) return schema.enum.join(' | ');
  if (schema.oneOf) return schema.oneOf.map(typeText).join(' | ');
  if (schema.allOf) return schema.allOf.map(typeText).join(' & ');
  if (schema.items) return `${typeText(schema.items)}[]`;
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
  return schema.format ? `${type} (${schema.format})` : type;
}
