import { isObject } from '@mach/fhir/json.ts';
import { isResourceType } from '@mach/store';
import { badParameter } from '../parameters.ts';

/** One file to be imported: the type that it holds and where it is. */
export interface ImportSource {
  readonly type: string | null;
  /** Null for a file that came with the request. */
  readonly url: string | null;
}

export interface ImportManifest {
  readonly source: string | null;
  readonly input: readonly ImportSource[];
}

const FORMATS = new Set(['application/fhir+ndjson', 'application/ndjson', 'ndjson']);
const MAX_FILES = 1_000;

/**
 * What `$import` is asked: the JSON manifest of the Bulk Import proposal (inputFormat, inputSource, storageDetail,
 * input of type and url), or the same as a Parameters resource. @throws Problem 400
 */
export function readManifest(body: unknown): ImportManifest {
  if (!isObject(body)) throw badParameter('input', 'thiếu', 'is missing');
  const plain = body.resourceType === 'Parameters' ? unfold(body.parameter) : body;
  for (const name of Object.keys(plain))
    if (!['resourceType', 'inputFormat', 'inputSource', 'storageDetail', 'input'].includes(name))
      throw badParameter(name.slice(0, 64), 'không có ở đây', 'is not known here');
  const { inputFormat, inputSource, storageDetail, input } = plain;
  if (typeof inputFormat === 'string' ? !FORMATS.has(inputFormat) : inputFormat !== undefined)
    throw badParameter('inputFormat', 'phải là application/fhir+ndjson', 'must be application/fhir+ndjson');
  if (inputSource !== undefined && (typeof inputSource !== 'string' || !URL.canParse(inputSource)))
    throw badParameter('inputSource', 'phải là một URI', 'must be a URI');
  const storage = isObject(storageDetail) ? storageDetail.type : undefined;
  if (storage !== undefined && storage !== 'https')
    throw badParameter('storageDetail', 'chỉ nhận https', 'must be https');
  const list = Array.isArray(input) ? input : input === undefined ? [] : [input];
  if (list.length === 0) throw badParameter('input', 'thiếu', 'is missing');
  if (list.length > MAX_FILES) throw badParameter('input', `tối đa ${MAX_FILES} tệp`, `may name ${MAX_FILES} files`);
  return { source: typeof inputSource === 'string' ? inputSource : null, input: list.map(sourceOf) };
}

function sourceOf(item: unknown): ImportSource {
  const { type, url } = isObject(item) ? item : {};
  if (typeof type !== 'string' || !isResourceType(type))
    throw badParameter('input.type', 'phải là loại tài nguyên R4', 'must be a resource type of R4');
  if (typeof url !== 'string' || url.length > 2_000)
    throw badParameter('input.url', 'phải là địa chỉ', 'must be an address');
  return { type, url };
}

/** Parameters as the manifest that they say: parts become members, `input` a list. */
function unfold(list: unknown): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const part of Array.isArray(list) ? list : []) {
    if (!isObject(part) || typeof part.name !== 'string') throw badParameter('parameter', 'thiếu name', 'needs a name');
    const key = Object.keys(part).find((k) => /^value[A-Z]/.test(k));
    const value = Array.isArray(part.part) ? unfold(part.part) : key === undefined ? undefined : part[key];
    if (part.name === 'input') result.input = [...((result.input as unknown[] | undefined) ?? []), value];
    else result[part.name] = value;
  }
  return result;
}
