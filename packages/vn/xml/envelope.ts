import { refuse } from '@mach/base/problem.ts';
import { escapeText } from './escape.ts';
import type { TableName } from './pack.ts';
import { child, children, parseXml, textOf } from './parse.ts';

export interface EnvelopeFile {
  type: TableName;
  /** XML of the table. */
  xml: string;
}

export interface Envelope {
  /** 5-character facility code. */
  facility: string;
  /** yyyyMMdd */
  createdOn: string;
  /** One visit a record; the portal takes one record a file. */
  records: readonly (readonly EnvelopeFile[])[];
  /** Content of CHUKYDONVI: the facility's XML signature, empty while unsigned. */
  signature?: string;
}

/** UTF-8 text as Base64. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  // In slices: a spread of a whole file would overflow the argument stack.
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

/** Base64 as UTF-8 text; blanks and line breaks are allowed, broken UTF-8 is not. */
export function fromBase64(base64: string): string {
  let binary: string;
  try {
    binary = atob(base64.replace(/\s+/g, ''));
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(400, 'file-not-base64-utf8', {
      vi: 'Nội dung tệp không phải Base64 của văn bản UTF-8.',
      en: 'The file content is not Base64 of UTF-8 text.',
    });
  }
}

/** The claim file GIAMDINHHS with its tables as Base64. The signature goes in unchanged. */
export function writeEnvelope(envelope: Envelope): string {
  const files = (record: readonly EnvelopeFile[]) =>
    record
      .map((f) => `<FILEHOSO><LOAIHOSO>${f.type}</LOAIHOSO><NOIDUNGFILE>${toBase64(f.xml)}</NOIDUNGFILE></FILEHOSO>`)
      .join('');
  const records = envelope.records.map((record) => `<HOSO>${files(record)}</HOSO>`).join('');
  return (
    '<?xml version="1.0" encoding="utf-8"?><GIAMDINHHS>' +
    `<THONGTINDONVI><MACSKCB>${escapeText(envelope.facility)}</MACSKCB></THONGTINDONVI>` +
    `<THONGTINHOSO><NGAYLAP>${escapeText(envelope.createdOn)}</NGAYLAP>` +
    `<SOLUONGHOSO>${envelope.records.length}</SOLUONGHOSO>` +
    `<DANHSACHHOSO>${records}</DANHSACHHOSO></THONGTINHOSO>` +
    `<CHUKYDONVI>${envelope.signature ?? ''}</CHUKYDONVI></GIAMDINHHS>`
  );
}

const TYPE = /^XML([0-9]|1[0-5])$/;
const SIGNATURE = /<CHUKYDONVI(?:\s[^>]*)?>([\s\S]*)<\/CHUKYDONVI>/;

/** A claim file back to its parts. Files of kinds this house does not know (XML16 and later) are left out. */
export function readEnvelope(xml: string): Envelope {
  const root = child(parseXml(xml), 'GIAMDINHHS');
  if (root === undefined) {
    throw refuse(400, 'not-a-claim-file', {
      vi: 'Không phải tệp hồ sơ giám định (thiếu GIAMDINHHS).',
      en: 'Not a claim file (GIAMDINHHS is missing).',
    });
  }
  const info = child(root, 'THONGTINHOSO');
  const records = children(child(info, 'DANHSACHHOSO'), 'HOSO').map((record) =>
    children(record, 'FILEHOSO').flatMap((file): EnvelopeFile[] => {
      const type = textOf(child(file, 'LOAIHOSO')).trim();
      if (!TYPE.test(type)) return [];
      return [{ type: type as TableName, xml: fromBase64(textOf(child(file, 'NOIDUNGFILE'))) }];
    }),
  );
  const declared = textOf(child(info, 'SOLUONGHOSO')).trim();
  if (declared !== '' && Number(declared) !== records.length) {
    throw refuse(400, 'record-count-mismatch', {
      vi: `SOLUONGHOSO ghi ${declared} nhưng tệp có ${records.length} hồ sơ.`,
      en: `SOLUONGHOSO says ${declared} but the file holds ${records.length} records.`,
    });
  }
  return {
    facility: textOf(child(child(root, 'THONGTINDONVI'), 'MACSKCB')).trim(),
    createdOn: textOf(child(info, 'NGAYLAP')).trim(),
    records,
    signature: SIGNATURE.exec(xml)?.[1] ?? '',
  };
}
