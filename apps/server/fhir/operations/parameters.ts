import { refuse } from '@mach/base/problem.ts';
import { isObject, type JsonObject } from '@mach/fhir/json.ts';
import type { FastifyRequest } from 'fastify';

export const BODY_LIMIT = 16 * 1024 * 1024;

/** What an operation may be given: name → kinds of value, so that a misspelt parameter is an error. */
export type Wanted = Readonly<Record<string, 'string' | 'boolean' | 'integer' | 'coding' | 'resource' | 'any'>>;

/** The parameters of an operation, from a `Parameters` body and from the query. */
export class OperationParameters {
  private readonly values = new Map<string, unknown[]>();

  add(name: string, value: unknown): void {
    const list = this.values.get(name) ?? [];
    this.values.set(name, list);
    list.push(value);
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  all(name: string): readonly unknown[] {
    return this.values.get(name) ?? [];
  }

  text(name: string): string | undefined {
    const list = this.all(name);
    if (list.length > 1) throw badParameter(name, 'chỉ được cho một lần', 'may be given once only');
    const [value] = list;
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw badParameter(name, 'phải là văn bản', 'must be text');
  }

  /** Values of a list parameter, given several times or with commas. */
  texts(name: string): string[] {
    return this.all(name).flatMap((v) => {
      if (typeof v !== 'string') throw badParameter(name, 'phải là văn bản', 'must be text');
      return v.split(',').filter((part) => part !== '');
    });
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === '') throw badParameter(name, 'thiếu', 'is missing');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false')
      throw badParameter(name, 'phải là true hoặc false', 'must be true or false');
    return value === 'true';
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const n = Number(value);
    if (!/^\d{1,9}$/.test(value) || n < min || n > max)
      throw badParameter(name, `phải là số nguyên từ ${min} đến ${max}`, `must be an integer from ${min} to ${max}`);
    return n;
  }

  /** An instant or a date, as an ISO instant. */
  instant(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const date = /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00+07:00` : value;
    if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(date) || Number.isNaN(Date.parse(date)))
      throw badParameter(name, 'phải là ngày hoặc thời điểm có múi giờ', 'must be a date or an instant with its zone');
    return new Date(date).toISOString();
  }

  object(name: string): JsonObject | undefined {
    const list = this.all(name);
    if (list.length > 1) throw badParameter(name, 'chỉ được cho một lần', 'may be given once only');
    const [value] = list;
    if (value === undefined) return undefined;
    if (!isObject(value)) throw badParameter(name, 'phải là một cấu trúc', 'must be a structure');
    return value;
  }
}

export function badParameter(name: string, vi: string, en: string) {
  return refuse(
    400,
    'bad-parameter',
    { vi: `Tham số ${name} ${vi}`, en: `The parameter ${name} ${en}` },
    { field: name },
  );
}

/** Reads query and body; unknown names are refused. @throws Problem 400 */
export function readParameters(request: Pick<FastifyRequest, 'url' | 'body'>, wanted: Wanted): OperationParameters {
  const found = new OperationParameters();
  const question = request.url.indexOf('?');
  for (const [name, value] of new URLSearchParams(question < 0 ? '' : request.url.slice(question + 1)))
    if (name !== '_format' || '_format' in wanted) found.add(known(name, wanted), value);
  const { body } = request;
  if (body === undefined || body === null || body === '') return found;
  if (typeof body === 'string') {
    for (const [name, value] of new URLSearchParams(body)) found.add(known(name, wanted), value);
    return found;
  }
  if (!isObject(body) || body.resourceType !== 'Parameters')
    throw refuse(400, 'parameters-expected', {
      vi: 'Thân yêu cầu phải là tài nguyên Parameters',
      en: 'The body must be a Parameters resource',
    });
  const list = body.parameter ?? [];
  if (!Array.isArray(list)) throw badParameter('parameter', 'phải là danh sách', 'must be a list');
  for (const part of list) {
    if (!isObject(part) || typeof part.name !== 'string') throw badParameter('parameter', 'thiếu name', 'needs a name');
    const key = Object.keys(part).find((k) => k === 'resource' || /^value[A-Z]/.test(k));
    if (key === undefined) throw badParameter(part.name, 'không có giá trị', 'has no value');
    found.add(known(part.name, wanted), part[key]);
  }
  return found;
}

function known(name: string, wanted: Wanted): string {
  if (Object.hasOwn(wanted, name)) return name;
  const names = Object.keys(wanted).join(', ');
  throw refuse(
    400,
    'unknown-parameter',
    { vi: `Không biết tham số ${name}`, en: `Unknown parameter ${name}` },
    { field: name, remedy: { vi: `Các tham số: ${names}`, en: `Parameters: ${names}` } },
  );
}

/** A `Parameters` resource as an answer. */
export function parametersOf(entries: readonly (readonly [name: string, key: string, value: unknown])[]): object {
  return {
    resourceType: 'Parameters',
    parameter: entries.flatMap(([name, key, value]) => (value === undefined ? [] : [{ name, [key]: value }])),
  };
}
