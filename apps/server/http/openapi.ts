import type { Engine } from '@mach/engine';
import { z } from 'zod';

const problem = { $ref: '#/components/schemas/Problem' };
const json = (schema: object): object => ({ content: { 'application/json': { schema } } });

/** The description of commands, views, codes and session, made from the same definitions that run. */
export function openapi(engine: Engine): object {
  const paths: Record<string, object> = {};
  for (const command of engine.commands.values())
    paths[`/api/commands/${command.name}`] = {
      post: {
        operationId: command.name,
        summary: `${command.title.vi} · ${command.title.en}`,
        description: `kind: ${command.kind}; permission: ${command.permission}; version: ${command.version}`,
        tags: [command.name.split('.')[0]],
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', minLength: 8, maxLength: 128 },
          },
        ],
        requestBody: { required: true, ...json(schemaOf(command.input)) },
        responses: {
          200: {
            description: 'done',
            ...json({
              type: 'object',
              properties: {
                result: command.result ? schemaOf(command.result) : {},
                position: { type: ['string', 'null'] },
              },
            }),
          },
          default: { description: 'refused', ...json(problem) },
        },
      },
    };
  for (const view of engine.views.values()) {
    const columns = Object.entries(view.definition.columns);
    paths[`/api/views/${view.definition.name}`] = {
      get: {
        operationId: `view.${view.definition.name}`,
        summary: `${view.title.vi} · ${view.title.en}`,
        tags: [view.definition.name.split('.')[0]],
        parameters: [...columns.map(([name]) => query(name)), query('sort'), query('limit'), query('after')],
        responses: {
          200: {
            description: 'rows',
            ...json(rowsOf(Object.fromEntries(columns.map(([name, c]) => [name, { type: TYPES[c.type] }])))),
          },
        },
      },
    };
  }
  for (const table of engine.tables.values())
    paths[`/api/views/${table.name}`] = {
      get: {
        operationId: `view.${table.name}`,
        summary: `${table.title.vi} · ${table.title.en}`,
        responses: { 200: { description: 'rows', ...json(rowsOf({})) } },
      },
    };
  for (const list of engine.modules.flatMap((m) => m.codes ?? []))
    paths[`/api/codes/${list.list}`] = {
      get: {
        operationId: `codes.${list.list}`,
        summary: `${list.title.vi} · ${list.title.en}`,
        parameters: ['q', 'date', 'limit'].map(query),
        responses: {
          200: {
            description: 'best first',
            ...json(rowsOf({ code: { type: 'string' }, display: { type: 'string' } })),
          },
        },
      },
    };
  paths['/api/session'] = {
    post: {
      operationId: 'session.signIn',
      summary: 'Đăng nhập · Sign in',
      security: [],
      requestBody: json({
        type: 'object',
        required: ['account', 'password'],
        properties: { account: { type: 'string' }, password: { type: 'string' }, facility: { type: 'string' } },
      }),
      responses: {
        200: { description: 'session cookie and bearer token' },
        default: { description: 'refused', ...json(problem) },
      },
    },
    get: { operationId: 'session.who', responses: { 200: { description: 'who is signed in' } } },
    delete: { operationId: 'session.signOut', responses: { 204: { description: 'signed out' } } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Mạch', version: '0.1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, schemas: { Problem: PROBLEM } },
  };
}

const TYPES = { text: 'string', number: 'number', instant: 'string', boolean: 'boolean', json: 'array' } as const;
const query = (name: string): object => ({ name, in: 'query', required: false, schema: { type: 'string' } });
const rowsOf = (properties: object): object => ({
  type: 'object',
  properties: {
    rows: { type: 'array', items: { type: 'object', properties } },
    next: { type: ['string', 'null'] },
    asOf: { type: 'string' },
  },
});
const schemaOf = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

const text = { type: 'object', properties: { vi: { type: 'string' }, en: { type: 'string' } } };
const PROBLEM = {
  type: 'object',
  properties: {
    status: { type: 'integer' },
    issue: {
      type: 'array',
      items: {
        type: 'object',
        required: ['severity', 'code', 'text'],
        properties: {
          severity: { type: 'string' },
          code: { type: 'string' },
          field: { type: 'string' },
          text,
          remedy: text,
        },
      },
    },
  },
};
