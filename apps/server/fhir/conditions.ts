import { Problem, refuse } from '@mach/base/problem.ts';
import type { StoredRecord } from '@mach/store';
import type { FhirCall } from './exchange.ts';
import { findRecords } from './search.ts';
import { turnsOf } from './turns.ts';

/** Parameters that shape an answer and choose nothing: they have no place in a condition. */
const CONTROLS = /^_(count|sort|total|summary|elements|include|revinclude|format|pretty|after)(:|$)/;

/** What of a condition chooses, without what shapes an answer. */
function choosing(condition: string | URLSearchParams): URLSearchParams {
  const text = typeof condition === 'string' ? condition.replace(/^(?:.*\/)?[A-Za-z]*\?/, '') : condition;
  const params = new URLSearchParams(text);
  for (const name of [...params.keys()]) if (CONTROLS.test(name)) params.delete(name);
  return params;
}

/**
 * The one record that a condition finds; undefined for none.
 * @throws Problem 400 on a condition that does not choose, 412 on several matches
 */
export async function matchOne(
  call: FhirCall,
  type: string,
  condition: string | URLSearchParams,
  field?: string,
): Promise<StoredRecord | undefined> {
  const params = choosing(condition);
  if (params.size === 0)
    throw refuse(
      400,
      'no-condition',
      { vi: 'Thiếu điều kiện tìm', en: 'A search condition is needed' },
      field === undefined ? {} : { field },
    );
  params.set('_count', '2');
  let { matches, next } = await findRecords(call, type, params, { strict: true });
  // A page may end before it is full where records had to be looked at.
  while (matches.length < 2 && next !== undefined) {
    params.set('_after', next);
    const more = await findRecords(call, type, params, { strict: true });
    matches = [...matches, ...more.matches];
    next = more.next;
  }
  if (matches.length > 1)
    throw refuse(
      412,
      'several-matches',
      { vi: `Có nhiều ${type} thoả điều kiện`, en: `Several ${type} fit the condition` },
      field === undefined ? {} : { field },
    );
  return matches[0];
}

/**
 * One after the other for the same conditions, whichever process is asked: two conditional creates at the same time do
 * not both find nothing.
 */
export function inTurn<T>(
  call: FhirCall,
  conditions: readonly { type: string; condition: string | URLSearchParams }[],
  work: () => Promise<T>,
): Promise<T> {
  const { tenant } = call.actor;
  const keys = conditions.map(({ type, condition }) => {
    const params = choosing(condition);
    params.sort();
    return `fhir condition ${tenant} ${type} ${params.toString()}`;
  });
  return turnsOf(call.limited?.whole ?? call.doors.engine.database, tenant).take(keys, work);
}

/**
 * The record that a condition has found, unless it was changed since: then it may not meet the condition any more.
 * @throws Problem 412, upon which {@link retried} asks the condition again
 */
export function asFound<R extends Pick<StoredRecord, 'version'>>(match: StoredRecord, record: R): R {
  if (record.version === match.version) return record;
  throw refuse(412, 'version-conflict', {
    vi: `${match.type}/${match.id} vừa được sửa`,
    en: `${match.type}/${match.id} has just been changed`,
  });
}

const TRIES = 10;

/**
 * A change that was worked out from a version which another has replaced meanwhile is worked out again, unless the
 * caller named the version (`asked`): that one is told.
 */
export async function retried<T>(asked: boolean, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const overtaken = error instanceof Problem && error.issues[0]?.code === 'version-conflict';
      if (asked || !overtaken || tries >= TRIES) throw error;
    }
  }
}
