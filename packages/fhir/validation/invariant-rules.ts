/**
 * The invariants on hot paths, written by hand: the general FHIRPath would cost several times the rest of the
 * validation. The keys are those of R4; the English text of a fault is the official one.
 */
import { isCertainlyAfter } from '../dates.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Context } from './context.ts';

interface Rule {
  /** The Vietnamese text of the official English one. */
  readonly vi: string;
  readonly holds: (node: JsonObject, ctx: Context) => boolean;
}

const has = (node: JsonObject, key: string): boolean => node[key] !== undefined || node[`_${key}`] !== undefined;

function hasChoice(node: JsonObject, name: string): boolean {
  for (const key in node) {
    if (key.startsWith(name) && isUpper(key.charCodeAt(name.length))) return true;
    if (key.startsWith(`_${name}`) && isUpper(key.charCodeAt(name.length + 1))) return true;
  }
  return false;
}

function isUpper(c: number): boolean {
  return c >= 65 && c <= 90;
}

function list(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function codings(concept: unknown): JsonObject[] {
  return isObject(concept) ? list(concept.coding) : [];
}

function sharesCoding(a: unknown, b: unknown): boolean {
  const keys = new Set(codings(a).map(codingKey));
  return codings(b).some((c) => keys.has(codingKey(c)));
}

// Equality of FHIRPath compares all elements of the two codings.
function codingKey(c: JsonObject): string {
  return JSON.stringify(Object.entries(c).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isLow(low: unknown, high: unknown): boolean {
  if (!isObject(low) || !isObject(high)) return true;
  if (low.code !== high.code || low.system !== high.system) return true;
  return !(typeof low.value === 'number' && typeof high.value === 'number') || low.value <= high.value;
}

const bundleTypes = (node: JsonObject, ...types: string[]): boolean => types.includes(String(node.type));

/** Rules by the key of the invariant. */
export const HAND_WRITTEN: Readonly<Record<string, Rule>> = {
  'qty-3': { vi: 'Có mã đơn vị thì phải có hệ thống mã', holds: (n) => !has(n, 'code') || has(n, 'system') },
  'att-1': { vi: 'Tệp có dữ liệu thì phải có kiểu nội dung', holds: (n) => !has(n, 'data') || has(n, 'contentType') },
  'cpt-2': { vi: 'Có giá trị liên hệ thì phải có loại liên hệ', holds: (n) => !has(n, 'value') || has(n, 'system') },
  'per-1': {
    vi: 'Thời điểm bắt đầu phải trước thời điểm kết thúc',
    holds: (n) => typeof n.start !== 'string' || typeof n.end !== 'string' || !isCertainlyAfter(n.start, n.end),
  },
  'rng-2': { vi: 'Cận dưới phải không lớn hơn cận trên', holds: (n) => isLow(n.low, n.high) },
  'obs-3': {
    vi: 'Khoảng tham chiếu phải có cận dưới, cận trên hoặc mô tả',
    holds: (n) => has(n, 'low') || has(n, 'high') || has(n, 'text'),
  },
  'obs-6': {
    vi: 'Đã có kết quả thì không ghi lý do thiếu kết quả',
    holds: (n) => !has(n, 'dataAbsentReason') || !hasChoice(n, 'value'),
  },
  'obs-7': {
    vi: 'Mã của thành phần trùng mã chung thì không được có kết quả chung',
    holds: (n) =>
      n.component === undefined ||
      !hasChoice(n, 'value') ||
      !list(n.component).some((c) => sharesCoding(c.code, n.code)),
  },
  'pat-1': {
    vi: 'Người liên hệ phải có tên, số liên hệ, địa chỉ hoặc tổ chức',
    holds: (n) => has(n, 'name') || has(n, 'telecom') || has(n, 'address') || has(n, 'organization'),
  },
  'bdl-1': {
    vi: 'Chỉ kết quả tìm kiếm hoặc lịch sử mới có tổng số',
    holds: (n) => !has(n, 'total') || bundleTypes(n, 'searchset', 'history'),
  },
  'bdl-2': {
    vi: 'Chỉ kết quả tìm kiếm mới có thông tin tìm kiếm của mục',
    holds: (n) => n.type === 'searchset' || list(n.entry).every((e) => !has(e, 'search')),
  },
  'bdl-3': {
    vi: 'Mục của giao dịch, lô hoặc lịch sử phải có yêu cầu; loại khác không được có',
    holds: (n) => {
      const wanted = bundleTypes(n, 'batch', 'transaction', 'history');
      return list(n.entry).every((e) => has(e, 'request') === wanted);
    },
  },
  'bdl-4': {
    vi: 'Mục của phản hồi hoặc lịch sử phải có phản hồi; loại khác không được có',
    holds: (n) => {
      const wanted = bundleTypes(n, 'batch-response', 'transaction-response', 'history');
      return list(n.entry).every((e) => has(e, 'response') === wanted);
    },
  },
  'bdl-7': {
    vi: 'fullUrl phải khác nhau, hoặc cùng fullUrl nhưng khác phiên bản',
    holds: (n) => {
      if (n.type === 'history') return true;
      const seen = new Set<string>();
      return list(n.entry).every((e) => {
        if (typeof e.fullUrl !== 'string') return true;
        const meta = isObject(e.resource) && isObject(e.resource.meta) ? e.resource.meta : undefined;
        const key = `${e.fullUrl} ${meta?.versionId ?? ''}`;
        return !seen.has(key) && seen.add(key) !== undefined;
      });
    },
  },
  'bdl-8': {
    vi: 'fullUrl không được chỉ một phiên bản',
    holds: (n) => typeof n.fullUrl !== 'string' || !n.fullUrl.includes('/_history/'),
  },
};
