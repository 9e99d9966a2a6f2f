/**
 * The family names that carry almost all Vietnamese people. A name that does not start with one
 * (ethnic minority, foreign) is shown whole, since its given part cannot be told (design language §7.1).
 */
const FAMILIES = new Set(
  (
    'nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đoàn đào đinh trịnh mai trương lâm ' +
    'phùng tô lương hà vương tăng thái cao châu chu tạ quách lưu kiều văn từ đàm thạch tống la nghiêm khổng ' +
    'hứa bạch triệu ông âu cù doãn lục mạc vi quan giang kim thân ninh tôn viên phí nông'
  ).split(' '),
);

/** The two parts of a name as the banner shows them. */
export interface NameParts {
  /** Family and middle names; empty when the name cannot be split. */
  readonly lead: string;
  /** The given name, emphasised; the whole name when it cannot be split. */
  readonly given: string;
  readonly split: boolean;
}

/** Splits a Vietnamese full name before its given name. */
export function nameParts(full: string): NameParts {
  const words = full.normalize('NFC').trim().split(/\s+/);
  const given = words.at(-1) ?? '';
  if (words.length < 2 || !FAMILIES.has((words[0] ?? '').toLocaleLowerCase('vi')))
    return { lead: '', given: words.join(' '), split: false };
  return { lead: words.slice(0, -1).join(' '), given, split: true };
}

/** The given name in capitals for buttons and headers ("Ký đơn cho Trần Thị LAN"). */
export function emphasised(full: string): string {
  const { lead, given, split } = nameParts(full);
  return split ? `${lead} ${given.toLocaleUpperCase('vi')}` : given;
}

/** The short call name: "LAN", or the whole name when it cannot be split. */
export function callName(full: string): string {
  const { given, split } = nameParts(full);
  return split ? given.toLocaleUpperCase('vi') : given;
}
