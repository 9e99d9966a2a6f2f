/**
 * Planning of transactions and batches: what each entry asks for, in which order, and how its references resolve.
 * Nothing here stores anything.
 */
import { err, type Issue, ok, type Result } from '@mach/base';
import { type BundleMethod, parseRequestUrl, type RequestTarget } from './bundle-request.ts';
import { isObject, type JsonObject } from './json.ts';
import { references, rewriteReferences } from './reference-walk.ts';
import { parseReference } from './references.ts';

export type { BundleMethod, RequestTarget } from './bundle-request.ts';

export interface PlannedEntry {
  /** Place in the bundle; answers go in the same order. */
  readonly index: number;
  readonly method: BundleMethod;
  readonly url: string;
  readonly target: RequestTarget;
  readonly fullUrl: string | null;
  readonly resource: JsonObject | null;
  readonly ifNoneExist: string | null;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
}

/** A reference by search that has to be resolved before the resource is stored. */
export interface ConditionalReference {
  /** As written: `Patient?identifier=…`. */
  readonly reference: string;
  readonly type: string;
  readonly query: string;
}

export interface BundlePlan {
  readonly type: 'transaction' | 'batch';
  /** In the order of the bundle. */
  readonly entries: readonly PlannedEntry[];
  /** Entries of a batch that cannot be read, by their place: the others are none the worse for them. */
  readonly faults: ReadonlyMap<number, readonly Issue[]>;
  /** In the order of work: for a transaction DELETE, POST, PUT and PATCH, GET; for a batch as given. */
  readonly order: readonly PlannedEntry[];
  /** Each once, in the order of first use. */
  readonly conditionalReferences: readonly ConditionalReference[];
  /** Types by the full URLs of the entries that create or update something. */
  readonly fullUrls: ReadonlyMap<string, string>;
}

export interface PlanOptions {
  /** Base URL of this server, taken off request URLs that carry it. */
  readonly baseUrl?: string;
  readonly maxEntries?: number;
}

const RANK: Readonly<Record<BundleMethod, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 };
const MAX_ENTRIES = 5000;

function issue(code: string, field: string, vi: string, en: string): Issue {
  return { severity: 'error', code, field, text: { vi, en } };
}

/** Reads a Bundle of type transaction or batch. All faults of a transaction's entries are reported together. */
export function planBundle(bundle: unknown, options: PlanOptions = {}): Result<BundlePlan, Issue[]> {
  if (!isObject(bundle) || bundle.resourceType !== 'Bundle') {
    return err([issue('structure', 'Bundle', 'Phải là Bundle', 'Must be a Bundle')]);
  }
  const type = bundle.type;
  if (type !== 'transaction' && type !== 'batch') {
    return err([issue('value', 'Bundle.type', 'Phải là transaction hoặc batch', 'Must be transaction or batch')]);
  }
  const raw = bundle.entry ?? [];
  if (!Array.isArray(raw)) return err([issue('structure', 'Bundle.entry', 'Phải là mảng', 'Must be an array')]);
  const limit = options.maxEntries ?? MAX_ENTRIES;
  if (raw.length > limit) {
    return err([issue('too-costly', 'Bundle.entry', `Quá ${limit} mục`, `More than ${limit} entries`)]);
  }
  const issues: Issue[] = [];
  const faults = new Map<number, readonly Issue[]>();
  const entries = raw.flatMap((entry: unknown, index) => {
    const own: Issue[] = [];
    const planned = planEntry(entry, index, options.baseUrl ?? null, own);
    if (type === 'transaction') issues.push(...own);
    else if (own.length > 0) faults.set(index, own);
    return planned ?? [];
  });
  const fullUrls = new Map<string, string>();
  for (const e of entries) {
    if (e.fullUrl === null || e.resource === null || typeof e.resource.resourceType !== 'string') continue;
    if (e.method !== 'POST' && e.method !== 'PUT') continue;
    if (fullUrls.has(e.fullUrl))
      issues.push(
        issue('duplicate', `Bundle.entry[${e.index}].fullUrl`, 'fullUrl bị trùng', 'The fullUrl is used twice'),
      );
    fullUrls.set(e.fullUrl, e.resource.resourceType);
  }
  if (type === 'transaction') checkTransaction(entries, fullUrls, issues);
  if (issues.length > 0) return err(issues);
  const order = type === 'batch' ? entries : entries.toSorted((a, b) => RANK[a.method] - RANK[b.method]);
  return ok({ type, entries, faults, order, conditionalReferences: conditionals(entries), fullUrls });
}

function planEntry(raw: unknown, index: number, baseUrl: string | null, issues: Issue[]): PlannedEntry | undefined {
  const at = `Bundle.entry[${index}]`;
  const request = isObject(raw) ? raw.request : undefined;
  if (!isObject(raw) || !isObject(request)) {
    issues.push(issue('required', `${at}.request`, 'Thiếu request', 'request is missing'));
    return undefined;
  }
  const method = String(request.method) as BundleMethod;
  if (RANK[method] === undefined) {
    issues.push(issue('value', `${at}.request.method`, 'Phương thức không hợp lệ', 'Not a method'));
    return undefined;
  }
  const url = typeof request.url === 'string' ? request.url : '';
  const target = parseRequestUrl(method, url, baseUrl);
  if (!target) {
    issues.push(
      issue(
        'value',
        `${at}.request.url`,
        `${method} không dùng được với "${url.slice(0, 100)}"`,
        `${method} cannot be used on "${url.slice(0, 100)}"`,
      ),
    );
    return undefined;
  }
  const resource = isObject(raw.resource) ? raw.resource : null;
  const wrong = checkResource(method, target, resource);
  if (wrong) {
    issues.push(issue(wrong.code, `${at}.resource`, wrong.vi, wrong.en));
    return undefined;
  }
  const text = (v: unknown): string | null => (typeof v === 'string' && v !== '' ? v : null);
  return {
    index,
    method,
    url,
    target,
    fullUrl: text(raw.fullUrl),
    resource,
    ifNoneExist: text(request.ifNoneExist),
    ifMatch: text(request.ifMatch),
    ifNoneMatch: text(request.ifNoneMatch),
    ifModifiedSince: text(request.ifModifiedSince),
  };
}

function checkResource(
  method: BundleMethod,
  target: RequestTarget,
  resource: JsonObject | null,
): { code: string; vi: string; en: string } | undefined {
  const isWrite = method === 'PUT' || method === 'PATCH' || (method === 'POST' && target.kind === 'type');
  if (!isWrite) return undefined;
  if (!resource) return { code: 'required', vi: 'Thiếu tài nguyên', en: 'The resource is missing' };
  if (method === 'PATCH') return undefined;
  if ('type' in target && resource.resourceType !== target.type) {
    return {
      code: 'value',
      vi: `Loại tài nguyên khác với url (${target.type})`,
      en: `The type differs from that of the url (${target.type})`,
    };
  }
  if (target.kind === 'instance' && resource.id !== target.id) {
    return { code: 'value', vi: 'id khác với url', en: 'The id differs from that of the url' };
  }
  return undefined;
}

/** One resource may be changed once only, and every `urn:` reference must name an entry. */
function checkTransaction(
  entries: readonly PlannedEntry[],
  fullUrls: ReadonlyMap<string, string>,
  issues: Issue[],
): void {
  const changed = new Set<string>();
  for (const e of entries) {
    if (e.target.kind === 'instance' && e.method !== 'GET' && e.method !== 'HEAD') {
      const key = `${e.target.type}/${e.target.id}`;
      if (changed.has(key))
        issues.push(
          issue(
            'conflict',
            `Bundle.entry[${e.index}].request.url`,
            `${key} bị thay đổi hai lần`,
            `${key} is changed twice`,
          ),
        );
      changed.add(key);
    }
    if (!e.resource) continue;
    for (const r of references(e.resource)) {
      if (r.target?.kind !== 'urn' || fullUrls.has(r.reference)) continue;
      const field = `Bundle.entry[${e.index}].resource${r.path.slice(r.path.indexOf('.'))}`;
      issues.push(
        issue(
          'not-found',
          field,
          `Không có mục nào là ${r.reference.slice(0, 100)}`,
          `No entry is ${r.reference.slice(0, 100)}`,
        ),
      );
    }
  }
}

function conditionals(entries: readonly PlannedEntry[]): ConditionalReference[] {
  const found = new Map<string, ConditionalReference>();
  for (const e of entries) {
    if (!e.resource || e.method === 'GET' || e.method === 'HEAD') continue;
    for (const { reference, target } of references(e.resource)) {
      if (target?.kind === 'conditional') found.set(reference, { reference, type: target.type, query: target.query });
    }
  }
  return [...found.values()];
}

/**
 * The resource of an entry with the references of the bundle replaced. `resolved` maps full URLs and conditional
 * references, as written, to `Type/id`. A relative reference below an entry's own base (`http://other/fhir/Patient/1`
 * beside `Patient/1`) counts as the full URL that it stands for.
 */
export function resolveReferences(entry: PlannedEntry, resolved: ReadonlyMap<string, string>): JsonObject | null {
  if (!entry.resource || resolved.size === 0) return entry.resource;
  const own = entry.fullUrl === null ? undefined : parseReference(entry.fullUrl);
  const base = own?.kind === 'absolute' ? own.base : undefined;
  return rewriteReferences(entry.resource, (text, kind) => {
    const direct = resolved.get(text);
    if (direct !== undefined || kind === 'link' || base === undefined) return direct;
    return resolved.get(`${base}/${text}`);
  });
}
