import { setImmediate as nextTurn } from 'node:timers/promises';
import { canonicalJson } from '@mach/base/json.ts';
import { type Issue, Problem, toOperationOutcome } from '@mach/base/problem.ts';
import { defineCommand, HandlerContext } from '@mach/engine';
import { isObject } from '@mach/fhir/json.ts';
import { validate } from '@mach/fhir/validate.ts';
import { alsoWritten, arrived, parseJson, travelling } from '@mach/fhir/written-numbers.ts';
import { type AnyResource, type IdentifiedResource, isResourceType, type StoredRecord } from '@mach/store';
import { z } from 'zod';

/** Resources checked without a pause: other requests of the program are not kept waiting longer than that, about 5 ms. */
const WITHOUT_PAUSE = 20;
/** Faults told of one resource. */
const TOLD = 20;

export const importInput = z.strictObject({
  /** Number of the first line in its file, for what is said of a line. */
  first: z.int().positive(),
  lines: z.array(z.string()).max(5_000),
  /** The one type that the manifest names for the file; null where any may come. */
  type: z.string().nullable(),
  /** Where the resources come from, for those that do not say so themselves. */
  source: z.string().nullable(),
});

export interface ImportResult {
  created: number;
  updated: number;
  unchanged: number;
  /** OperationOutcomes of the lines that could not be taken, as they go to the file of errors. */
  errors: object[];
}

interface Line {
  readonly number: number;
  readonly resource: IdentifiedResource;
}

/**
 * A group of imported resources in one transaction: same policy, validation, audit and events as any write, but a line
 * that is refused does not keep the others out. References may lead to what has not come yet.
 */
export const importCommand = defineCommand({
  name: 'record.import',
  kind: 'fact',
  permission: 'record.write',
  title: { vi: 'Nhập hàng loạt bản ghi FHIR', en: 'Bulk import of FHIR records' },
  input: importInput,
  async handle(input, ctx): Promise<ImportResult> {
    if (!(ctx instanceof HandlerContext)) throw new TypeError('record.import runs in the engine only');
    const result: ImportResult = { created: 0, updated: 0, unchanged: 0, errors: [] };
    const lines: Line[] = [];
    for (const [index, text] of input.lines.entries()) {
      if (text.trim() === '') continue;
      const number = input.first + index;
      const resource = readLine(text, input.type);
      if (Array.isArray(resource)) result.errors.push(outcome(number, undefined, resource));
      else lines.push({ number, resource: alsoWritten({ ...resource, id: resource.id ?? ctx.id() }, resource) });
    }
    // All are asked for in one breath, and locked in a fixed order, so that two groups never wait for each other.
    const targets = [...new Set(lines.map(({ resource: r }) => `${r.resourceType}/${r.id}`))].sort();
    const stored = new Map(
      await Promise.all(
        targets.map(async (slot): Promise<[string, StoredRecord | undefined]> => {
          const [type = '', id = ''] = slot.split('/');
          return [slot, ctx.transaction.minted.has(id) ? undefined : await ctx.transaction.readAny(type, id, true)];
        }),
      ),
    );
    for (const [index, line] of lines.entries()) {
      if (index % WITHOUT_PAUSE === WITHOUT_PAUSE - 1) await nextTurn();
      const { resource } = line;
      const issues = writeOne(
        ctx,
        sourced(resource, input.source),
        stored.get(`${resource.resourceType}/${resource.id}`),
        result,
      );
      if (issues.length > 0)
        result.errors.push(outcome(line.number, `${resource.resourceType}/${resource.id}`, issues));
    }
    return result;
  },
});

/** @returns what keeps it out; nothing when it was written or is there already */
function writeOne(
  ctx: HandlerContext,
  resource: IdentifiedResource,
  stored: StoredRecord | undefined,
  result: ImportResult,
): readonly Issue[] {
  const current = stored && !stored.deleted ? stored : undefined;
  try {
    ctx.guard.requireRecord(ctx.actor, current ? 'update' : 'create', resource.resourceType);
    ctx.guard.refuseOwned(current?.resource, resource);
  } catch (error) {
    if (error instanceof Problem) return error.issues;
    throw error;
  }
  if (current && isSame(current.resource, resource)) {
    result.unchanged += 1;
    return [];
  }
  if (current?.sealed) return [issue('sealed', 'Đã ký, không sửa được', 'It is signed and cannot be changed')];
  const faults = validate(resource).filter((i) => i.severity === 'error');
  if (faults.length > 0) return faults.slice(0, TOLD);
  arrived(ctx.transaction.write(travelling(resource), stored));
  if (current) result.updated += 1;
  else result.created += 1;
  return [];
}

/** The same but for what the server itself keeps in `meta`. */
function isSame(stored: AnyResource, given: AnyResource): boolean {
  const bare = ({ meta, ...rest }: AnyResource): string => {
    const { versionId: _version, lastUpdated: _updated, ...kept } = meta ?? {};
    return canonicalJson({ ...rest, meta: kept });
  };
  return bare(stored) === bare(given);
}

function sourced(resource: IdentifiedResource, source: string | null): IdentifiedResource {
  if (source === null || (resource.meta && 'source' in resource.meta)) return resource;
  return alsoWritten({ ...resource, meta: { ...resource.meta, source } as AnyResource['meta'] }, resource);
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** The resource of a line, or what is wrong with it. */
function readLine(text: string, type: string | null): AnyResource | Issue[] {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return [issue('invalid-json', 'JSON không hợp lệ', 'The line is not valid JSON')];
  }
  if (!isObject(value) || typeof value.resourceType !== 'string')
    return [issue('not-a-resource', 'Không phải tài nguyên FHIR', 'The line is not a FHIR resource')];
  const name = value.resourceType.slice(0, 64);
  if (!isResourceType(name) || name === 'Parameters')
    return [issue('unknown-type', `Không có loại ${name}`, `There is no resource type ${name}`)];
  if (type !== null && name !== type)
    return [issue('type-mismatch', `Tệp này chỉ gồm ${type}`, `This file is of ${type} alone`)];
  if (value.id !== undefined && (typeof value.id !== 'string' || !ID.test(value.id)))
    return [issue('bad-id', 'id không hợp lệ', 'The id is not valid')];
  return value as unknown as AnyResource;
}

const issue = (code: string, vi: string, en: string): Issue => ({ severity: 'error', code, text: { vi, en } });

/** What is said of one line in the file of errors. */
function outcome(line: number, slot: string | undefined, issues: readonly Issue[]): object {
  const place = slot === undefined ? `#${line}` : `#${line} ${slot}`;
  const told = issues.map((i) => ({
    ...i,
    text: { vi: `Dòng ${place}: ${i.text.vi}`, en: `Line ${place}: ${i.text.en}` },
  }));
  return toOperationOutcome(new Problem(422, told));
}
