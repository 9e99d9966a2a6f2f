import { foldText, type Issue, type Text } from '@mach/base';

/** Helps the readers of card QR codes to collect every problem with its field, instead of stopping at the first. */
export interface QrReport {
  issues: Issue[];
  error(code: string, field: string, text: Text, remedy?: Text): undefined;
  warning(code: string, field: string, text: Text, remedy?: Text): undefined;
}

const RESCAN: Text = {
  vi: 'Quét lại; nếu vẫn lỗi thì nhập tay từ thẻ.',
  en: 'Scan again; if it still fails, type from the card.',
};

/** What to do when Vietnamese letters arrive broken: the usual cause is the scanner, not the card. */
export const SCANNER_REMEDY: Text = {
  vi: 'Đặt máy quét ở chế độ Unicode (UTF-8), tắt bộ gõ tiếng Việt rồi quét lại; hoặc nhập tay từ thẻ.',
  en: 'Set the scanner to Unicode (UTF-8), switch the typing method off and scan again; or type from the card.',
};

export function qrReport(): QrReport {
  const issues: Issue[] = [];
  const add =
    (severity: 'error' | 'warning') =>
    (code: string, field: string, text: Text, remedy: Text = RESCAN): undefined => {
      issues.push({ severity, code, field, text, remedy });
    };
  return { issues, error: add('error'), warning: add('warning') };
}

export function hasErrors(report: QrReport): boolean {
  return report.issues.some((issue) => issue.severity === 'error');
}

/** A person's name that survived the scanner: NFC letters only, no sign of a broken encoding. */
export function cleanName(text: string, field: string, report: QrReport): string | undefined {
  const name = text.normalize('NFC').replace(/\s+/g, ' ').trim();
  if (name === '') {
    return report.error('qr-name-missing', field, { vi: 'Mã QR không có họ tên.', en: 'The QR code carries no name.' });
  }
  if (looksGarbled(name) || /\d/.test(name)) {
    const vi = `Họ tên "${name}" bị lỗi chữ khi quét.`;
    return report.error('qr-name-garbled', field, { vi, en: `The name "${name}" arrived broken.` }, SCANNER_REMEDY);
  }
  return name;
}

/** Replacement characters, control characters, question marks inside words, or UTF-8 read as a single-byte code page. */
export function looksGarbled(text: string): boolean {
  return /[\ufffd\p{Cc}]|\p{L}\?|\?\p{L}|[ÃÄÆ][\u0080-\u00bf\u2018-\u203a€™œ]|á[º»]|[\u0080-\u009f]/u.test(text);
}

export function sexOf(text: string): 'male' | 'female' | undefined {
  const word = foldText(text);
  if (word === 'nam' || word === '1') return 'male';
  return word === 'nu' || word === '2' ? 'female' : undefined;
}
