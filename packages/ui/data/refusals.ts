/** A record that somebody asked for by its id and did not get. */
export interface RefusedRecord {
  readonly type: string;
  readonly id: string;
}

type Listener = (refused: RefusedRecord) => void;

const READ = /^\/fhir\/([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:[/?]|$)/;
const LOOKED_UP = /^\/fhir\/([A-Z][A-Za-z]+)\?(?:.*&)?_id=([A-Za-z0-9.-]{1,64})(?:&|$)/;
const COMMAND = /^\/api\/commands\//;
const ID = /^[A-Za-z0-9.-]{1,64}$/;

/** Members of a command's input that name whom it concerns → type. */
const CONCERNS = [
  ['patient', 'Patient'],
  ['encounter', 'Encounter'],
  ['visit', 'Encounter'],
] as const;

/** Whom a request is about, if its address or its body says so. */
export function askedFor(path: string, body: unknown): RefusedRecord | undefined {
  const [, type, id] = READ.exec(path) ?? LOOKED_UP.exec(path) ?? [];
  if (type !== undefined && id !== undefined) return { type, id };
  if (!COMMAND.test(path) || typeof body !== 'object' || body === null) return undefined;
  const input = body as Readonly<Record<string, unknown>>;
  for (const [member, kind] of CONCERNS) {
    const value = input[member];
    if (typeof value === 'string' && ID.test(value)) return { type: kind, id: value };
  }
  return undefined;
}

/** Whether an answer may stand for a refusal: a look-up by id answers an empty page instead of 404. */
async function isRefusal(path: string, answer: Response): Promise<boolean> {
  if (answer.status === 403 || answer.status === 404) return true;
  if (answer.status !== 200 || !LOOKED_UP.test(path)) return false;
  const page = (await answer
    .clone()
    .json()
    .catch(() => undefined)) as { readonly entry?: readonly unknown[] } | undefined;
  return page !== undefined && (page.entry ?? []).length === 0;
}

const listeners = new Set<Listener>();

/** Looks at an answer, and tells of the record that it withholds. The one who asked still reads the answer. */
export async function tellRefusal(path: string, body: unknown, answer: Response): Promise<void> {
  if (listeners.size === 0) return;
  const refused = askedFor(path, body);
  if (refused && (await isRefusal(path, answer))) for (const listener of listeners) listener(refused);
}

/** Hears of records that are refused, whichever screen asked for them. @returns ends the hearing */
export function onRefused(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
